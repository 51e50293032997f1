//! Bodies of requests, read under the limit; what is wrong with one is told as a problem.

use crate::app::App;
use crate::problem::Refusal;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        match Json::from_request(request, app).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Refusal::media_type("application/json")),
            Err(other) => Err(refusal(other.status(), other.body_text())),
        }
    }
}

/// A body of frames.
pub struct Frame(pub Bytes);

impl FromRequest<App> for Frame {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let found = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if found != Some(sync::wire::CONTENT_TYPE) {
            return Err(Refusal::media_type(sync::wire::CONTENT_TYPE));
        }
        let body = Bytes::from_request(request, app).await;
        body.map(Self).map_err(|error| refusal(error.status(), error.body_text()))
    }
}

fn refusal(status: StatusCode, detail: String) -> Refusal {
    if status == StatusCode::PAYLOAD_TOO_LARGE { Refusal::too_large() } else { Refusal::bad_body(detail) }
}
