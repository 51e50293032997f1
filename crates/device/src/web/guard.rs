//! Who may speak to the shell: pages of its own address that know the token of this start.

use super::Shell;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

const TOKEN: &str = "x-rounds-token";

#[derive(Deserialize)]
pub struct Known {
    token: Option<String>,
}

/// Lets requests pass that carry the token, in the header or, for event streams, in the address.
pub async fn token(
    State(shell): State<Shell>,
    Query(known): Query<Known>,
    request: Request,
    next: Next,
) -> Response {
    let header = request.headers().get(TOKEN).and_then(|value| value.to_str().ok());
    let told = header.or(known.token.as_deref());
    if told.is_some_and(|told| same(told, &shell.token)) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "open Rounds by the address that it printed at its start").into_response()
}

/// Lets requests pass that mean this address, so that no foreign page reaches the shell under another name.
pub async fn host(State(shell): State<Shell>, request: Request, next: Next) -> Response {
    let origin = format!("http://{}", shell.address);
    let own = value(request.headers(), header::HOST) == Some(shell.address.to_string().as_str())
        && value(request.headers(), header::ORIGIN).is_none_or(|from| from == origin);
    if own { next.run(request).await } else { StatusCode::FORBIDDEN.into_response() }
}

fn value(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Takes the same time wherever the texts differ.
fn same(told: &str, known: &str) -> bool {
    let differing = told.bytes().zip(known.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    told.len() == known.len() && differing == 0
}
