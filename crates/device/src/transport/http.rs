//! The way over HTTP.

use super::{Reply, Transport, TransportError};
use chrono::TimeDelta;
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use sync::json::{Problem, Refresh, Session, SignIn};
use sync::wire;
use sync::wire::segment::{MAX_PIECE_BYTES, Name};

/// Mobile networks are slow to begin; a sync page is small.
const CONNECT: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(60);

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
        Ok(self.client.post(self.url(path)?))
    }

    fn url(&self, path: &str) -> Result<Url, TransportError> {
        self.base.join(path).map_err(|error| TransportError::Foreign(error.to_string()))
    }

    async fn piece(&self, access: &str, piece: Name, got: &mut Vec<u8>) -> Result<(), TransportError> {
        let get = self.client.get(self.url(&format!("/v1/segment/{piece}"))?).bearer_auth(access);
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
}
