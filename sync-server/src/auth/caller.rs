//! The caller as an argument of handlers: taken from the bearer token, before the body is read.

use super::work;
use crate::app::App;
use crate::problem::Refusal;
use crate::store::Caller;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

impl FromRequestParts<App> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token =
            header.and_then(|value| value.strip_prefix("Bearer ")).ok_or_else(Refusal::not_signed_in)?;
        work::caller(app, token, app.clock.now()).await
    }
}
