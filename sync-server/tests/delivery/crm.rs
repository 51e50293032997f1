//! The CRM's end of the webhook: a real HTTP server on loopback that checks signatures and fails on demand.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use domain::ids::HcpId;
use standardwebhooks::Webhook;
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// An HCP, by a name that people use among themselves.
pub fn person(who: &str) -> HcpId {
    HcpId(Uuid::new_v5(&Uuid::NAMESPACE_OID, who.as_bytes()))
}

pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// How the CRM answers.
#[derive(Clone, Copy)]
pub enum Answer {
    Status(u16),
    RetryAfter(u16, &'static str),
    Body(u16, &'static str),
    /// A body that never ends.
    Endless(u16),
    /// No answer at all.
    Hang,
    /// A promised body that breaks off.
    Cut,
}

pub struct Received {
    pub event: serde_json::Value,
    pub content_type: String,
    pub signature_ok: bool,
    pub taken: bool,
}

#[derive(Default)]
struct Book {
    once: Mutex<BTreeMap<String, VecDeque<Answer>>>,
    always: Mutex<BTreeMap<String, Answer>>,
    received: Mutex<Vec<Received>>,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
    elsewhere: AtomicUsize,
}

pub struct Crm {
    book: Arc<Book>,
    pub url: String,
    server: tokio::task::JoinHandle<()>,
}

impl Crm {
    pub async fn open() -> Self {
        let book = Arc::new(Book::default());
        let app = Router::new()
            .route("/hook", routing::post(hook))
            .route("/elsewhere", routing::any(elsewhere))
            .with_state(Arc::clone(&book));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { book, url, server }
    }

    /// The next answers about a person; then 204 again.
    pub fn answer(&self, who: &str, answers: impl IntoIterator<Item = Answer>) {
        self.book.once.lock().unwrap().entry(person(who).to_string()).or_default().extend(answers);
    }

    pub fn answer_always(&self, who: &str, answer: Answer) {
        self.book.always.lock().unwrap().insert(person(who).to_string(), answer);
    }

    pub fn received(&self) -> std::sync::MutexGuard<'_, Vec<Received>> {
        self.book.received.lock().unwrap()
    }

    /// Numbers of the events about a person that were taken, in the order of their coming.
    pub fn taken(&self, who: &str) -> Vec<u64> {
        let about = |r: &&Received| r.taken && r.event["subject"] == person(who).to_string();
        self.received().iter().filter(about).filter_map(|r| r.event["data"]["n"].as_u64()).collect()
    }

    pub fn most_at_once(&self) -> usize {
        self.book.most_at_once.load(Ordering::SeqCst)
    }

    pub fn elsewhere(&self) -> usize {
        self.book.elsewhere.load(Ordering::SeqCst)
    }
}

impl Drop for Crm {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn elsewhere(State(book): State<Arc<Book>>) -> StatusCode {
    book.elsewhere.fetch_add(1, Ordering::SeqCst);
    StatusCode::OK
}

async fn hook(State(book): State<Arc<Book>>, headers: HeaderMap, body: Bytes) -> Response {
    let now = book.at_once.fetch_add(1, Ordering::SeqCst) + 1;
    book.most_at_once.fetch_max(now, Ordering::SeqCst);
    tokio::task::yield_now().await;
    let event: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let answer = book.next(event["subject"].as_str().unwrap());
    let received = Received {
        content_type: headers[header::CONTENT_TYPE].to_str().unwrap().to_owned(),
        signature_ok: signature_ok(&headers, &body, &event),
        taken: matches!(answer, Answer::Status(200..300)),
        event,
    };
    book.received.lock().unwrap().push(received);
    book.at_once.fetch_sub(1, Ordering::SeqCst);
    answer.respond().await
}

/// Not `Webhook::verify`: it compares with the machine's clock, and the stories bring their own.
fn signature_ok(headers: &HeaderMap, body: &[u8], event: &serde_json::Value) -> bool {
    let text = |name| headers[name].to_str().unwrap();
    let at = text("webhook-timestamp").parse().unwrap();
    let expected = Webhook::new(SECRET).unwrap().sign(text("webhook-id"), at, body).unwrap();
    text("webhook-signature") == expected && text("webhook-id") == event["id"]
}

impl Book {
    fn next(&self, who: &str) -> Answer {
        let once = self.once.lock().unwrap().get_mut(who).and_then(VecDeque::pop_front);
        once.or_else(|| self.always.lock().unwrap().get(who).copied()).unwrap_or(Answer::Status(204))
    }
}

impl Answer {
    async fn respond(self) -> Response {
        let code = |status| StatusCode::from_u16(status).unwrap();
        match self {
            Self::Status(status @ 300..400) => {
                (code(status), [(header::LOCATION, "/elsewhere")]).into_response()
            }
            Self::Status(status) => code(status).into_response(),
            Self::RetryAfter(status, when) => (code(status), [(header::RETRY_AFTER, when)]).into_response(),
            Self::Body(status, text) => (code(status), text).into_response(),
            Self::Endless(status) => (code(status), endless()).into_response(),
            Self::Hang => std::future::pending().await,
            Self::Cut => broken(),
        }
    }
}

fn endless() -> Body {
    let stream =
        futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 1_000])));
    Body::from_stream(stream)
}

fn broken() -> Response {
    let pieces = [Ok(Bytes::from_static(b"half")), Err(std::io::Error::other("cut"))];
    (StatusCode::BAD_GATEWAY, Body::from_stream(futures_util::stream::iter(pieces))).into_response()
}
