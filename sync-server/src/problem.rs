//! How a request is refused: a status, and a [`Problem`] as the body. Nothing of the inside is told to the outside.

use crate::store::StoreError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sync::json::{Problem, ProblemCode};

/// A refused request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    status: StatusCode,
    problem: Problem,
    retry_after: Option<u64>,
}

impl Refusal {
    /// A refusal with what to do about it.
    pub fn new(status: StatusCode, code: ProblemCode, detail: impl Into<String>) -> Self {
        Self { status, problem: Problem { code, detail: detail.into() }, retry_after: None }
    }

    /// No token, an unknown or an ended one.
    #[must_use]
    pub fn not_signed_in() -> Self {
        let detail = "send a bearer token that has not ended, or sign in again";
        Self::new(StatusCode::UNAUTHORIZED, ProblemCode::NotSignedIn, detail)
    }

    /// The device is bound to somebody else, or is not the session's.
    #[must_use]
    pub fn device_of_another() -> Self {
        let detail = "the device belongs to another user or session; use a new device id";
        Self::new(StatusCode::FORBIDDEN, ProblemCode::DeviceOfAnother, detail)
    }

    /// The server cannot now.
    #[must_use]
    pub fn busy(seconds: u64) -> Self {
        let detail = "try again after the time in `Retry-After`";
        let refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::Busy, detail);
        Self { retry_after: Some(seconds), ..refusal }
    }

    /// Too many attempts.
    #[must_use]
    pub fn too_often(seconds: u64) -> Self {
        Self { status: StatusCode::TOO_MANY_REQUESTS, ..Self::busy(seconds) }
    }

    /// The body has more bytes than the server takes.
    #[must_use]
    pub fn too_large() -> Self {
        let detail = "send smaller batches";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::TooLarge, detail)
    }

    /// The body cannot be read.
    pub fn bad_body(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ProblemCode::BadBody, detail)
    }

    /// The body is of another type.
    #[must_use]
    pub fn media_type(wanted: &str) -> Self {
        let detail = format!("send the content type {wanted}");
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::BadBody, detail)
    }

    /// The server failed; the log says how.
    #[must_use]
    pub fn internal() -> Self {
        let detail = "the server failed; its log says how";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ProblemCode::Internal, detail)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Conflict => {
                tracing::warn!(%error, "the store cannot now");
                Self::busy(5)
            }
            StoreError::Taken(_)
            | StoreError::Missing(_)
            | StoreError::Damaged(_)
            | StoreError::Failed(_) => {
                tracing::error!(%error, "the store failed");
                Self::internal()
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.problem)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
