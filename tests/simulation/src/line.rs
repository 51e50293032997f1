//! The network between one device and the server: hands requests over, does with them what a test wants, and keeps all
//! that was ever sent to the device.

use crate::site::{Answer, Site};
use axum::body::Body;
use axum::http::{Request, header};
use chrono::TimeDelta;
use device::{Pokes, Reply, Transport, TransportError};
use document::ChangeHash;
use domain::ids::DocId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync::json::{Problem, Refresh, Session, SignIn};
use sync::wire::segment::Name;
use sync::wire::{self, v1};
use testkit::TurnedClock;
use tokio::sync::Notify;

/// Longer than an access token is good for.
const TOKEN: TimeDelta = TimeDelta::minutes(11);
/// The least news that the server gives at once: pages are cut in the middle of everything.
const NARROW: u32 = 4096;
/// Letters and version before what is compressed.
const OPENING: usize = 4;

/// What becomes of one exchange.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    /// It goes well.
    Delivered,
    /// The request never arrives.
    RequestLost,
    /// The request arrives when nobody expects it any more.
    RequestLate,
    /// A part of the request arrives.
    RequestCut(f64),
    /// The server does its work, and nobody hears of it.
    AnswerLost,
    /// A part of the answer arrives.
    AnswerCut(f64),
    /// The request arrives twice; the second answer is heard.
    Doubled,
    /// The access token ends while the request is on its way.
    TokenEnds,
    /// The request waits on its way until [`Line::let_go`].
    Held,
}

/// Something that was sent to the device.
pub struct Sent {
    /// Its bytes, inflated.
    pub bytes: Vec<u8>,
    /// What they say.
    pub response: v1::Response,
}

/// The network of one device. Clones are the same one.
#[derive(Clone)]
pub struct Line {
    inner: Arc<Inner>,
}

struct Inner {
    site: Site,
    clock: TurnedClock,
    fates: Mutex<VecDeque<Fate>>,
    loses_renewal: Mutex<bool>,
    late: Mutex<Vec<(String, Vec<u8>)>>,
    sent: Mutex<Vec<Sent>>,
    arrived: Notify,
    gone_on: Notify,
}

impl Line {
    /// A good network.
    pub fn to(site: Site, clock: TurnedClock) -> Self {
        let inner = Inner {
            site,
            clock,
            fates: Mutex::default(),
            loses_renewal: Mutex::default(),
            late: Mutex::default(),
            sent: Mutex::default(),
            arrived: Notify::new(),
            gone_on: Notify::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// What becomes of the next exchange.
    pub fn will(&self, fate: Fate) {
        held(&self.inner.fates).push_back(fate);
    }

    /// The server renews the session, and the device does not hear of it.
    pub fn loses_next_renewal(&self) {
        *held(&self.inner.loses_renewal) = true;
    }

    /// Nothing bad happens any more.
    pub fn clear(&self) {
        held(&self.inner.fates).clear();
        *held(&self.inner.loses_renewal) = false;
    }

    /// Waits until a held request is on its way.
    pub async fn on_its_way(&self) {
        self.inner.arrived.notified().await;
    }

    /// A held request goes on.
    pub fn let_go(&self) {
        self.inner.gone_on.notify_one();
    }

    /// Requests that were late arrive now; their answers go nowhere.
    pub async fn late_requests_arrive(&self) {
        let late = std::mem::take(&mut *held(&self.inner.late));
        for (access, frame) in late {
            drop(self.deliver(access, frame).await);
        }
    }

    /// All that was ever sent to the device.
    pub fn sent(&self) -> MutexGuard<'_, Vec<Sent>> {
        held(&self.inner.sent)
    }

    async fn exchange(&self, access: String, frame: Vec<u8>) -> Result<Vec<u8>, TransportError> {
        let fate = held(&self.inner.fates).pop_front().unwrap_or(Fate::Delivered);
        let frame = narrowed(frame);
        match fate {
            Fate::Delivered => self.deliver(access, frame).await,
            Fate::RequestLost => Err(lost()),
            Fate::RequestLate => {
                held(&self.inner.late).push((access, frame));
                Err(lost())
            }
            Fate::RequestCut(share) => self.deliver(access, cut(frame, share)).await,
            Fate::AnswerLost => self.deliver(access, frame).await.and(Err(lost())),
            Fate::AnswerCut(share) => Ok(cut(self.deliver(access, frame).await?, share)),
            Fate::Doubled => {
                drop(self.deliver(access.clone(), frame.clone()).await);
                self.deliver(access, frame).await
            }
            Fate::TokenEnds => {
                self.inner.clock.pass(TOKEN);
                self.deliver(access, frame).await
            }
            Fate::Held => {
                self.inner.arrived.notify_one();
                self.inner.gone_on.notified().await;
                self.deliver(access, frame).await
            }
        }
    }

    async fn deliver(&self, access: String, frame: Vec<u8>) -> Result<Vec<u8>, TransportError> {
        let items = wire::decode::<v1::Request>(v1::VERSION, &frame).map(|request| request.items);
        let request = Request::post("/v1/sync")
            .header(header::AUTHORIZATION, format!("Bearer {access}"))
            .header(header::CONTENT_TYPE, wire::CONTENT_TYPE)
            .body(Body::from(frame));
        let answer = self.ask(request).await?;
        self.keep(&answer.body, &items.unwrap_or_default());
        Ok(answer.body)
    }

    /// Writes down what the server said, heard or not.
    fn keep(&self, frame: &[u8], items: &[v1::Item]) {
        let Ok(response) = wire::decode::<v1::Response>(v1::VERSION, frame) else { return };
        let had = |ack: &v1::Ack| matches!(ack.outcome, v1::Outcome::Accepted | v1::Outcome::Duplicate);
        let acks = response.acks.iter().zip(items).filter(|(ack, _)| had(ack));
        let had = acks.filter_map(|(ack, item)| Some((item.doc, ack.hash?)));
        self.inner.site.acknowledge(had.collect::<Vec<(DocId, ChangeHash)>>());
        let bytes = zstd::stream::decode_all(&frame[OPENING..]).unwrap_or_default();
        self.sent().push(Sent { bytes, response });
    }

    async fn json<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, TransportError> {
        let body = serde_json::to_vec(body).unwrap_or_default();
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/json").body(Body::from(body));
        let answer = self.ask(request).await?;
        serde_json::from_slice(&answer.body).map_err(|error| TransportError::Foreign(error.to_string()))
    }

    async fn ask(&self, request: Result<Request<Body>, axum::http::Error>) -> Result<Answer, TransportError> {
        let request = request.map_err(|error| TransportError::Foreign(error.to_string()))?;
        let answer = self.inner.site.ask(request).await.ok_or_else(lost)?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        match serde_json::from_slice::<Problem>(&answer.body) {
            Ok(problem) => Err(TransportError::Refused { problem, retry_after: None }),
            Err(_) => Err(TransportError::Foreign(answer.status.to_string())),
        }
    }
}

fn lost() -> TransportError {
    TransportError::Unreachable("lost".to_owned())
}

/// A part of a frame.
fn cut(mut frame: Vec<u8>, share: f64) -> Vec<u8> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place within the frame")]
    let at = (frame.len() as f64 * share.clamp(0.0, 1.0)) as usize;
    frame.truncate(at.min(frame.len().saturating_sub(1)));
    frame
}

/// The same request, for as little news at once as there can be.
fn narrowed(frame: Vec<u8>) -> Vec<u8> {
    let Ok(mut request) = wire::decode::<v1::Request>(v1::VERSION, &frame) else { return frame };
    request.room = NARROW;
    wire::encode(v1::VERSION, &request).unwrap_or(frame)
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Transport for Line {
    fn server(&self) -> String {
        "https://rounds.example".to_owned()
    }

    fn sign_in(&self, body: SignIn) -> Reply<'_, Session> {
        Box::pin(async move { self.json("/v1/sign-in", &body).await })
    }

    fn refresh(&self, body: Refresh) -> Reply<'_, Session> {
        Box::pin(async move {
            let answer = self.json("/v1/refresh", &body).await;
            let lost_now = std::mem::take(&mut *held(&self.inner.loses_renewal));
            if lost_now { Err(lost()) } else { answer }
        })
    }

    fn sign_out(&self, access: String) -> Reply<'_, ()> {
        Box::pin(async move {
            let bearer = format!("Bearer {access}");
            let request =
                Request::post("/v1/sign-out").header(header::AUTHORIZATION, bearer).body(Body::empty());
            self.ask(request).await.map(drop)
        })
    }

    fn sync(&self, access: String, frame: Vec<u8>) -> Reply<'_, Vec<u8>> {
        Box::pin(self.exchange(access, frame))
    }

    /// The company is so small that nobody makes copies of it.
    fn segment<'a>(&'a self, _: String, _: Name, _: &'a mut Vec<u8>) -> Reply<'a, ()> {
        Box::pin(async { Err(lost()) })
    }

    /// A history says itself when somebody syncs.
    fn poke(&self, _: String) -> Reply<'_, Pokes> {
        Box::pin(std::future::pending())
    }
}
