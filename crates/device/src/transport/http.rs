//! The way over HTTP.

use super::{Pokes, Reply, Transport, TransportError};
use chrono::TimeDelta;
use futures_util::stream::{self, StreamExt};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use sync::json::{Problem, Refresh, Session, SignIn};
use sync::pokes::{Reader, Sound};
use sync::wire;
use sync::wire::segment::{MAX_PIECE_BYTES, Name};
use tokio::time::timeout;

/// Mobile networks are slow to begin; a sync page is small.
const CONNECT: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(60);
/// A stream that says nothing for so long is dead, or somebody on the way keeps it back: a server speaks every 25 seconds.
const SILENCE: Duration = Duration::from_secs(60);
/// No stream lasts as long: it ends with the token.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A server at an address.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: Client,
    base: Url,
}

impl HttpTransport {
    /// A server such as `https://rounds.example`.
    pub fn new(address: &str) -> Result<Self, TransportError> {
        let foreign = |error: &dyn std::fmt::Display| TransportError::Foreign(format!("{address}: {error}"));
        let base = Url::parse(address).map_err(|error| foreign(&error))?;
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| foreign(&error))?;
        Ok(Self { client, base })
    }

    fn post(&self, path: &str) -> Result<RequestBuilder, TransportError> {
        self.request(Method::POST, path)
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, TransportError> {
        let url = self.base.join(path).map_err(|error| TransportError::Foreign(error.to_string()))?;
        Ok(self.client.request(method, url))
    }

    async fn piece(&self, access: &str, piece: Name, got: &mut Vec<u8>) -> Result<(), TransportError> {
        let get = self.request(Method::GET, &format!("/v1/segment/{piece}"))?.bearer_auth(access);
        let get = match got.len() {
            0 => get,
            from => get.header(header::RANGE, format!("bytes={from}-")),
        };
        let mut answer = send(get).await?;
        if answer.status() != StatusCode::PARTIAL_CONTENT {
            got.clear();
        }
        let unreachable = |error: reqwest::Error| TransportError::Unreachable(error.to_string());
        while let Some(bytes) = answer.chunk().await.map_err(unreachable)? {
            got.extend_from_slice(&bytes);
            if got.len() > MAX_PIECE_BYTES as usize {
                return Err(TransportError::Foreign("a piece without an end".to_owned()));
            }
        }
        Ok(())
    }

    async fn json<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<T, TransportError> {
        let answer = send(self.post(path)?.json(body)).await?;
        answer.json().await.map_err(|error| TransportError::Foreign(error.to_string()))
    }

    async fn frame(&self, access: &str, frame: Vec<u8>) -> Result<Vec<u8>, TransportError> {
        let request = self
            .post("/v1/sync")?
            .bearer_auth(access)
            .header(header::CONTENT_TYPE, wire::CONTENT_TYPE)
            .body(frame);
        let answer = send(request).await?;
        let bytes = answer.bytes().await.map_err(|error| TransportError::Unreachable(error.to_string()))?;
        Ok(bytes.to_vec())
    }
}

/// What a stream says, from its answer.
fn sounds(answer: Response) -> Pokes {
    let pieces = stream::try_unfold((answer, Reader::default()), |(mut answer, mut reader)| async move {
        let piece = match timeout(SILENCE, answer.chunk()).await {
            Ok(Ok(Some(piece))) => piece,
            Ok(Ok(None)) => return Ok(None),
            Ok(Err(error)) => return Err(TransportError::Unreachable(error.to_string())),
            Err(_) => return Err(TransportError::Unreachable("the stream is silent".to_owned())),
        };
        let said = reader.read(&piece);
        Ok(Some((said, (answer, reader))))
    });
    let each = pieces.flat_map(|said: Result<Vec<Sound>, TransportError>| {
        let said = match said {
            Ok(said) => said.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        };
        stream::iter(said)
    });
    Box::pin(each)
}

async fn send(request: RequestBuilder) -> Result<Response, TransportError> {
    let answer = request.send().await.map_err(|error| TransportError::Unreachable(error.to_string()))?;
    if answer.status().is_success() {
        return Ok(answer);
    }
    let status = answer.status();
    let retry_after = retry_after(&answer);
    match answer.json::<Problem>().await {
        Ok(problem) => Err(TransportError::Refused { problem, retry_after }),
        Err(_) if status.is_server_error() => Err(TransportError::Unreachable(status.to_string())),
        Err(_) => Err(TransportError::Foreign(status.to_string())),
    }
}

fn retry_after(answer: &Response) -> Option<TimeDelta> {
    let seconds = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    TimeDelta::try_seconds(seconds)
}

impl Transport for HttpTransport {
    fn server(&self) -> String {
        self.base.to_string()
    }

    fn sign_in(&self, body: SignIn) -> Reply<'_, Session> {
        Box::pin(async move { self.json("/v1/sign-in", &body).await })
    }

    fn refresh(&self, body: Refresh) -> Reply<'_, Session> {
        Box::pin(async move { self.json("/v1/refresh", &body).await })
    }

    fn sign_out(&self, access: String) -> Reply<'_, ()> {
        Box::pin(async move { send(self.post("/v1/sign-out")?.bearer_auth(access)).await.map(drop) })
    }

    fn sync(&self, access: String, frame: Vec<u8>) -> Reply<'_, Vec<u8>> {
        Box::pin(async move { self.frame(&access, frame).await })
    }

    fn segment<'a>(&'a self, access: String, piece: Name, got: &'a mut Vec<u8>) -> Reply<'a, ()> {
        Box::pin(async move { self.piece(&access, piece, got).await })
    }

    fn poke(&self, access: String) -> Reply<'_, Pokes> {
        Box::pin(async move {
            let request = self.request(Method::GET, "/v1/poke")?.bearer_auth(access).timeout(DAY);
            let request = request.header(header::ACCEPT, "text/event-stream");
            let answer = timeout(WHOLE, send(request)).await;
            answer.map_err(|_| TransportError::Unreachable("no answer in time".to_owned()))?.map(sounds)
        })
    }
}
