//! Commands by POST, notices as server-sent events.

use super::Shell;
use crate::dispatch;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use contract::{Code, Refusal};
use serde_json::Value;
use std::convert::Infallible;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt};

/// `POST /command/{name}`: the command as JSON in, its reply or a refusal out.
pub async fn command(
    State(shell): State<Shell>,
    Path(name): Path<String>,
    body: Result<Json<Value>, JsonRejection>,
) -> Response {
    let answer = match body {
        Ok(Json(content)) => dispatch(&shell.device, &name, content).await,
        Err(rejection) => Err(Refusal::because(Code::BadRequest, rejection)),
    };
    match answer {
        Ok(reply) => Json(reply).into_response(),
        Err(refusal) => (status(refusal.code), Json(refusal)).into_response(),
    }
}

/// `GET /notices`: news as they come. A listener that fell behind is told of everything.
pub async fn notices(
    State(shell): State<Shell>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + Send + 'static> {
    let news = BroadcastStream::new(shell.device.notices()).map(|notice| {
        let notice = notice.unwrap_or(contract::Notice::DataChanged);
        Ok(Event::default().json_data(notice).unwrap_or_default())
    });
    Sse::new(news).keep_alive(KeepAlive::default())
}

fn status(code: Code) -> StatusCode {
    match code {
        Code::BadRequest => StatusCode::BAD_REQUEST,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Internal | Code::StoreDamaged | Code::DiskFull => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::CONFLICT,
    }
}
