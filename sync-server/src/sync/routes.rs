//! The endpoint of sync.

use super::work;
use crate::app::App;
use crate::body::Frame;
use crate::problem::Refusal;
use crate::rates::OfDevice;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use sync::json::{Problem, ProblemCode};
use sync::wire::{self, BadFrame, v1};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Which version of the wire this server speaks, in every answer.
pub const WIRE: HeaderName = HeaderName::from_static("rounds-wire");

/// Seconds until a device that had no turn comes back.
const TURN: u64 = 2;

/// All of them.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(exchange))
}

/// One exchange: what waits goes up, what is new comes down. The body is a frame of the wire, not JSON.
#[utoipa::path(post, path = "/v1/sync", tag = "sync", security(("bearer" = [])),
    request_body(content = Vec<u8>, content_type = "application/vnd.rounds.sync"), responses(
    (status = 200, body = Vec<u8>, content_type = "application/vnd.rounds.sync"),
    (status = 400, description = "`bad_body`, or `wire_unsupported`: see the header `rounds-wire`", body = Problem),
    (status = 401, description = "`not_signed_in`", body = Problem),
    (status = 403, description = "`device_of_another`", body = Problem),
    (status = 413, description = "`too_large`", body = Problem),
    (status = 415, description = "`bad_body`", body = Problem),
    (status = 429, description = "`busy`: too often, see `Retry-After`", body = Problem),
    (status = 503, description = "`busy`, see `Retry-After`", body = Problem),
))]
async fn exchange(
    State(app): State<App>,
    OfDevice(caller): OfDevice,
    Frame(body): Frame,
) -> Result<impl IntoResponse, Refusal> {
    let _turn = app.syncs.try_acquire().map_err(|_| Refusal::busy(TURN))?;
    let request: v1::Request =
        wire::decode_within(v1::MAX_REQUEST_BYTES, v1::VERSION, &body).map_err(|error| refusal(&error))?;
    let response = work::exchange(&app, &caller, request).await?;
    let frame = wire::encode(v1::VERSION, &response).map_err(|error| {
        tracing::error!(%error, "an answer cannot be encoded");
        Refusal::internal()
    })?;
    Ok(([(header::CONTENT_TYPE, wire::CONTENT_TYPE)], frame))
}

fn refusal(error: &BadFrame) -> Refusal {
    match error {
        BadFrame::Version(..) => {
            Refusal::new(StatusCode::BAD_REQUEST, ProblemCode::WireUnsupported, error.to_string())
        }
        BadFrame::TooLarge(_) => Refusal::too_large(),
        BadFrame::NotAFrame | BadFrame::Content(_) => Refusal::bad_body(error.to_string()),
    }
}
