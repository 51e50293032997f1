//! The network between a device and the server: real HTTP over the loopback, on which the test decides what becomes
//! of each exchange.

use device::{HttpTransport, Pokes, Reply, Transport, TransportError};
use futures_util::StreamExt;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use sync::json::{Refresh, Session, SignIn};
use tokio::sync::{Notify, watch};

/// What becomes of one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It goes well.
    Delivered,
    /// The request never arrives.
    RequestLost,
    /// The server does its work, and nobody hears of it.
    AnswerLost,
    /// It goes well, and the answer says that it is of a newer version of the wire.
    AnsweredByNewer,
    /// The request arrives twice; the second answer is heard.
    Doubled,
}

/// A network. Exchanges take their fates in order; when none is left, all goes well.
#[derive(Clone)]
pub struct Network {
    fates: Arc<Mutex<VecDeque<Fate>>>,
    server: Arc<Mutex<HttpTransport>>,
    session: Arc<Mutex<Option<Session>>>,
    loses_renewal: Arc<AtomicBool>,
    signed_out: Arc<Notify>,
    keeps_back: Arc<AtomicBool>,
    listened_to: watch::Sender<usize>,
}

impl Network {
    /// A good network to a server.
    pub fn to(address: &str) -> Self {
        let server = HttpTransport::new(address).unwrap_or_else(|error| unreachable!("{error}"));
        let server = Arc::new(Mutex::new(server));
        let (fates, session) = (Arc::default(), Arc::default());
        let (loses_renewal, signed_out, keeps_back) = (Arc::default(), Arc::default(), Arc::default());
        let listened_to = watch::Sender::new(0);
        Self { fates, server, session, loses_renewal, signed_out, keeps_back, listened_to }
    }

    /// What becomes of the next exchanges.
    pub fn will(&self, fates: impl IntoIterator<Item = Fate>) {
        self.fates.lock().unwrap_or_else(PoisonError::into_inner).extend(fates);
    }

    /// The server renews the session, and the device does not hear of it.
    pub fn loses_next_renewal(&self) {
        self.loses_renewal.store(true, Ordering::SeqCst);
    }

    /// The tokens of the last sign-in, as somebody has them who listens.
    #[must_use]
    pub fn session(&self) -> Option<Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the server has heard of a sign-out.
    pub async fn signed_out(&self) {
        self.signed_out.notified().await;
    }

    /// Waits until the device listens for pokes.
    pub async fn is_listened_to(&self) {
        let _ = self.listened_to.subscribe().wait_for(|streams| *streams > 0).await;
    }

    /// Waits until the device listens no more.
    pub async fn is_silent(&self) {
        let _ = self.listened_to.subscribe().wait_for(|streams| *streams == 0).await;
    }

    /// A proxy on the way waits for the end of an answer before it passes it on.
    pub fn keeps_streams_back(&self) {
        self.keeps_back.store(true, Ordering::SeqCst);
    }

    /// Nothing bad happens any more.
    pub fn clear(&self) {
        self.fates.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn fate(&self) -> Fate {
        let next = self.fates.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        next.unwrap_or(Fate::Delivered)
    }

    fn server(&self) -> HttpTransport {
        self.server.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The server is at another address now.
    pub fn move_to(&self, address: &str) {
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) =
            HttpTransport::new(address).unwrap_or_else(|error| unreachable!("{error}"));
    }

    async fn exchange(&self, access: String, frame: Vec<u8>) -> Result<Vec<u8>, TransportError> {
        let (fate, server) = (self.fate(), self.server());
        if fate == Fate::RequestLost {
            return Err(lost());
        }
        let answer = server.sync(access.clone(), frame.clone()).await;
        match fate {
            Fate::AnswerLost => Err(lost()),
            Fate::Doubled => server.sync(access, frame).await,
            Fate::AnsweredByNewer => answer.map(of_a_newer_version),
            Fate::Delivered | Fate::RequestLost => answer,
        }
    }
}

/// A stream that is open.
struct Counted(watch::Sender<usize>);

impl Counted {
    fn new(streams: watch::Sender<usize>) -> Self {
        streams.send_modify(|streams| *streams += 1);
        Self(streams)
    }

    /// It goes with the stream that it is named in.
    fn keep(&self) {}
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|streams| *streams -= 1);
    }
}

fn lost() -> TransportError {
    TransportError::Unreachable("lost".to_owned())
}

/// The version stands behind the three letters of a frame.
fn of_a_newer_version(mut frame: Vec<u8>) -> Vec<u8> {
    if let Some(version) = frame.get_mut(3) {
        *version += 1;
    }
    frame
}

impl Transport for Network {
    fn server(&self) -> String {
        Transport::server(&self.server())
    }

    fn sign_in(&self, body: SignIn) -> Reply<'_, Session> {
        let server = self.server();
        Box::pin(async move {
            let session = server.sign_in(body).await?;
            *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(session.clone());
            Ok(session)
        })
    }

    fn refresh(&self, body: Refresh) -> Reply<'_, Session> {
        let server = self.server();
        Box::pin(async move {
            let answer = server.refresh(body).await;
            if self.loses_renewal.swap(false, Ordering::SeqCst) { Err(lost()) } else { answer }
        })
    }

    fn sign_out(&self, access: String) -> Reply<'_, ()> {
        let server = self.server();
        Box::pin(async move {
            let answer = server.sign_out(access).await;
            if answer.is_ok() {
                self.signed_out.notify_one();
            }
            answer
        })
    }

    fn sync(&self, access: String, frame: Vec<u8>) -> Reply<'_, Vec<u8>> {
        Box::pin(self.exchange(access, frame))
    }

    fn poke(&self, access: String) -> Reply<'_, Pokes> {
        let (server, listened_to) = (self.server(), self.listened_to.clone());
        Box::pin(async move {
            if self.keeps_back.load(Ordering::SeqCst) {
                return std::future::pending().await;
            }
            let stream = server.poke(access).await?;
            let counted = Counted::new(listened_to);
            Ok(Box::pin(stream.inspect(move |_| counted.keep())) as Pokes)
        })
    }
}
