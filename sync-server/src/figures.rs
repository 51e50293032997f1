//! The server's own figures, in Prometheus' form. Names of routes are those of the router, never of the request.

use crate::app::App;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Instant as Stopwatch;
use tracing::Instrument;

/// In answers, and in requests of those who have one already.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST_ID: usize = 64;
const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// The recorder is one for the process: `metrics` knows no other.
static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// The handle that renders the figures.
#[must_use]
pub fn handle() -> PrometheusHandle {
    HANDLE.get_or_init(record).clone()
}

fn record() -> PrometheusHandle {
    let builder = PrometheusBuilder::new();
    let builder = builder.set_buckets(&SECONDS).unwrap_or_else(|_| PrometheusBuilder::new());
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("this process records its figures elsewhere; `/metrics` stays empty");
    }
    handle
}

/// Counts a request, times it, and gives it an id that is in its log lines and in its answer.
pub async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = request_id(&app, &request);
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = request.method().to_string();
    let span = tracing::info_span!("request", %id, %method, %route);
    let started = Stopwatch::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16().to_string(), started.elapsed());
    span.in_scope(|| tracing::debug!(%status, took = ?took, "answered"));
    let labels = [("method", method), ("route", route), ("status", status)];
    metrics::counter!("rounds_http_requests_total", &labels).increment(1);
    metrics::histogram!("rounds_http_request_seconds", &labels).record(took.as_secs_f64());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn request_id(app: &App, request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let plain =
        |id: &&str| id.len() <= LONGEST_ID && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    given.filter(plain).map_or_else(|| app.chance.id().to_string(), str::to_owned)
}
