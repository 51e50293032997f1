//! One event to one receiver by HTTP, and what its answer means.
//!
//! | answer | meaning |
//! |---|---|
//! | 2xx | delivered |
//! | 408, 425, 429, 5xx, no answer | an outage: retry with patience, `Retry-After` honoured |
//! | 400, 410, 413, 414, 415, 422, 431 | this event will never be taken: dead at once |
//! | any other 3xx or 4xx, such as 401 or 404 | a refusal that an operator may put right: retry for a shorter time |
//!
//! Redirects are not followed: signed data goes only where the operator sent it.

use super::envelope::{EVENT_MEDIA_TYPE, Event};
use super::schedule::Fault;
use super::signature::Signer;
use chrono::{DateTime, TimeDelta, Utc};
use domain::Instant;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use std::time::Duration;

/// So much of an answer is read; the rest is not waited for.
const ANSWER_BYTES: usize = 2_048;

/// Where events go.
#[derive(Debug)]
pub struct Target {
    /// Receiver's address, `https`, or `http` in a trusted network.
    pub url: String,
    /// Secret shared with the receiver: `whsec_...`.
    pub secret: String,
    /// Longest wait for an answer as a whole.
    pub timeout: Duration,
    /// Proxy, if there is one. The environment's proxies are not used.
    pub proxy: Option<String>,
}

/// Why a target cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadTarget {
    /// Not an absolute http or https address, or one with a password in it.
    #[error("`{0}` is not an http or https address without credentials")]
    Url(String),
    /// The secret.
    #[error(transparent)]
    Secret(#[from] super::signature::BadSecret),
    /// The HTTP client or its proxy.
    #[error("the HTTP client cannot be made")]
    Client(#[from] reqwest::Error),
}

/// How a delivery ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver has it.
    Delivered,
    /// Not now.
    Retry {
        /// Whose fault.
        fault: Fault,
        /// The wait that the receiver asked for.
        after: Option<TimeDelta>,
        /// For the operator.
        reason: String,
    },
    /// Never.
    Dead {
        /// For the operator.
        reason: String,
    },
}

/// A receiver of events.
#[derive(Debug)]
pub struct Webhook {
    client: Client,
    url: Url,
    signer: Signer,
}

impl Webhook {
    /// Makes the client; contacts nobody.
    pub fn new(target: &Target) -> Result<Self, BadTarget> {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(target.timeout.min(Duration::from_secs(5)))
            .timeout(target.timeout)
            .user_agent(concat!("rounds-server/", env!("CARGO_PKG_VERSION")));
        let client = match &target.proxy {
            Some(proxy) => client.no_proxy().proxy(reqwest::Proxy::all(proxy)?),
            None => client.no_proxy(),
        };
        Ok(Self { client: client.build()?, url: address(&target.url)?, signer: Signer::new(&target.secret)? })
    }

    /// Sends the event, signed as of `now`. The event's id is the message's id and idempotency key.
    pub async fn deliver(&self, event: &Event, now: Instant) -> Outcome {
        let body = event.to_json();
        let headers = match self.signer.headers(&event.content().id, now, &body) {
            Ok(headers) => headers,
            Err(error) => return Outcome::Dead { reason: error.to_string() },
        };
        let request = self.client.post(self.url.clone()).header(CONTENT_TYPE, EVENT_MEDIA_TYPE).body(body);
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        match request.send().await {
            Ok(answer) => judge(answer, now).await,
            Err(error) => {
                Outcome::Retry { fault: Fault::Outage, after: None, reason: chain(&error.without_url()) }
            }
        }
    }
}

fn address(text: &str) -> Result<Url, BadTarget> {
    let bad = || BadTarget::Url(text.to_owned());
    let url = Url::parse(text).map_err(|_| bad())?;
    let open = url.username().is_empty() && url.password().is_none();
    if open && matches!(url.scheme(), "http" | "https") { Ok(url) } else { Err(bad()) }
}

async fn judge(answer: Response, now: Instant) -> Outcome {
    let status = answer.status();
    if status.is_success() {
        return Outcome::Delivered;
    }
    let after = retry_after(answer.headers(), now);
    let reason = format!("{status}: {}", beginning(answer).await);
    match status.as_u16() {
        400 | 410 | 413 | 414 | 415 | 422 | 431 => Outcome::Dead { reason },
        _ => Outcome::Retry { fault: fault(status), after, reason },
    }
}

fn fault(status: StatusCode) -> Fault {
    let passing = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
    if passing { Fault::Outage } else { Fault::Refusal }
}

/// Seconds or an HTTP date (RFC 9110, section 10.2.3). What is neither counts as not said.
fn retry_after(headers: &HeaderMap, now: Instant) -> Option<TimeDelta> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse::<u32>() {
        Ok(seconds) => Some(TimeDelta::seconds(seconds.into())),
        Err(_) => Some(DateTime::<Utc>::from(httpdate::parse_http_date(text).ok()?) - now),
    }
}

/// The beginning of an answer as text fit for a log line.
async fn beginning(mut answer: Response) -> String {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        body.extend_from_slice(&chunk[..chunk.len().min(ANSWER_BYTES - body.len())]);
        if body.len() == ANSWER_BYTES {
            break;
        }
    }
    String::from_utf8_lossy(&body).split(char::is_whitespace).filter(|word| !word.is_empty()).fold(
        String::new(),
        |mut line, word| {
            line.extend((!line.is_empty()).then_some(' '));
            line.extend(word.chars().filter(|c| !c.is_control()));
            line
        },
    )
}

/// An error with its causes, because the outermost alone says only "error sending request".
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn asked(value: &'static str) -> Option<TimeDelta> {
        let now = DateTime::from_timestamp(784_111_777, 0).unwrap();
        retry_after(&HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))]), now)
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_in_any_form_of_an_http_date() {
        assert_eq!(asked("120"), Some(TimeDelta::seconds(120)));
        for date in
            ["Sun, 06 Nov 1994 08:50:37 GMT", "Sunday, 06-Nov-94 08:50:37 GMT", "Sun Nov  6 08:50:37 1994"]
        {
            assert_eq!(asked(date), Some(TimeDelta::seconds(60)), "{date}");
        }
        assert_eq!((asked("soon"), asked("-5"), asked("")), (None, None, None));
    }

    #[test]
    fn an_address_is_http_without_credentials() {
        assert!(address("https://crm.example/hooks?tenant=1").is_ok());
        for wrong in ["crm.example", "ftp://crm.example", "https://user:pass@crm.example", ""] {
            assert!(matches!(address(wrong), Err(BadTarget::Url(_))), "{wrong}");
        }
    }
}
