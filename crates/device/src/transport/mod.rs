//! How bytes get to the server and back. The app uses HTTP; tests put a bad network in between.

mod http;

pub use http::HttpTransport;

use chrono::TimeDelta;
use futures_util::Stream;
use std::future::Future;
use std::pin::Pin;
use sync::json::{Problem, ProblemCode, Refresh, Session, SignIn};
use sync::pokes::Sound;
use sync::wire::segment::Name;

/// An answer to come.
pub type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, TransportError>> + Send + 'a>>;

/// What a stream of pokes says, as it says it. It has ended after an error.
pub type Pokes = Pin<Box<dyn Stream<Item = Result<Sound, TransportError>> + Send>>;

/// Why there is no answer of the protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Nobody answered.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// The server refused the request whole.
    #[error("the server refused: {problem:?}")]
    Refused {
        /// Why.
        problem: Problem,
        /// When to come back, if it said so.
        retry_after: Option<TimeDelta>,
    },
    /// The server answered in a newer version of the wire.
    #[error("the server speaks version {0} of the wire")]
    NewerWire(u8),
    /// Somebody answered, but not a server of Rounds.
    #[error("not an answer of the server: {0}")]
    Foreign(String),
}

impl TransportError {
    /// The server knows no such session, or not any more.
    pub(crate) fn ends_session(&self) -> bool {
        matches!(self, Self::Refused { problem, .. } if problem.code == ProblemCode::NotSignedIn)
    }

    /// The server has no such thing, or not for this device.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { problem, .. } if problem.code == ProblemCode::NotFound)
    }

    /// When the server wants to be asked again, if it said so.
    pub(crate) fn retry_after(&self) -> Option<TimeDelta> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// A way to the server.
pub trait Transport: Send + Sync + 'static {
    /// Where the server is, to show to people.
    fn server(&self) -> String;
    /// `POST /v1/sign-in`.
    fn sign_in(&self, body: SignIn) -> Reply<'_, Session>;
    /// `POST /v1/refresh`.
    fn refresh(&self, body: Refresh) -> Reply<'_, Session>;
    /// `POST /v1/sign-out`: ends the session of an access token.
    fn sign_out(&self, access: String) -> Reply<'_, ()>;
    /// `POST /v1/sync`: a frame up, a frame down.
    fn sync(&self, access: String, frame: Vec<u8>) -> Reply<'_, Vec<u8>>;
    /// `GET /v1/segment/<name>`: what comes after the bytes that there are is added to them. When it fails on the way,
    /// what came stays.
    fn segment<'a>(&'a self, access: String, piece: Name, got: &'a mut Vec<u8>) -> Reply<'a, ()>;
    /// `GET /v1/poke`: a stream that says when there is news.
    fn poke(&self, access: String) -> Reply<'_, Pokes>;
}
