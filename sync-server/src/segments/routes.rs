//! The endpoint of pieces.

use super::range::{Part, part};
use crate::app::App;
use crate::problem::Refusal;
use crate::store::Caller;
use crate::sync::Entitlement;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sync::json::{Problem, ProblemCode};
use sync::wire::segment::{CONTENT_TYPE, Name};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What has the name of its bytes never changes. It is one caller's business what they may read.
const CACHE: &str = "private, max-age=31536000, immutable";

/// All of them.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(piece))
}

/// A piece of a first copy, whole or a range of it. Only who follows its scope gets it.
#[utoipa::path(get, path = "/v1/segment/{name}", tag = "sync", security(("bearer" = [])),
    params(("name" = String, Path, description = "SHA-256 of the piece, in hexadecimal digits"),
        ("range" = Option<String>, Header, description = "`bytes=FIRST-`: one range"),
        ("if-range" = Option<String>, Header, description = "the range is wanted of this `etag` only")),
    responses(
    (status = 200, body = Vec<u8>, content_type = "application/vnd.rounds.segment"),
    (status = 206, body = Vec<u8>, content_type = "application/vnd.rounds.segment"),
    (status = 304, description = "`if-none-match` names it"),
    (status = 401, description = "`not_signed_in`", body = Problem),
    (status = 404, description = "`not_found`: there is none, or not for this caller", body = Problem),
    (status = 416, description = "`bad_body`: there are no such bytes", body = Problem),
))]
async fn piece(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let name: Name = name.parse().map_err(|_| missing())?;
    let followed = Entitlement::of(&caller.account).followed().to_vec();
    let bytes = app.store.piece(name, followed).await?.ok_or_else(missing)?;
    metrics::counter!("rounds_segment_requests_total").increment(1);
    Ok(answer(name, Bytes::from(bytes), &headers))
}

fn missing() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, ProblemCode::NotFound, "there is no such piece for you; sync again")
}

fn answer(name: Name, bytes: Bytes, headers: &HeaderMap) -> Response {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (etag, length) = (format!("\"{name}\""), bytes.len());
    let fixed = [(header::ETAG, etag.clone()), (header::CACHE_CONTROL, CACHE.to_owned())];
    if said(header::IF_NONE_MATCH).is_some_and(|known| known.contains(&etag)) {
        return (StatusCode::NOT_MODIFIED, fixed).into_response();
    }
    // A range of something else is of no use: then all of this comes.
    let of_this = said(header::IF_RANGE).is_none_or(|known| known == etag);
    let kind = [(header::CONTENT_TYPE, CONTENT_TYPE), (header::ACCEPT_RANGES, "bytes")];
    match part(said(header::RANGE).filter(|_| of_this), length) {
        Part::Whole => (fixed, kind, bytes).into_response(),
        Part::Bytes(range) => {
            let place = format!("bytes {}-{}/{length}", range.start, range.end - 1);
            (StatusCode::PARTIAL_CONTENT, fixed, kind, [(header::CONTENT_RANGE, place)], bytes.slice(range))
                .into_response()
        }
        Part::Beyond => {
            let detail = "there are no such bytes";
            let refusal = Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, ProblemCode::BadBody, detail);
            ([(header::CONTENT_RANGE, format!("bytes */{length}"))], refusal).into_response()
        }
    }
}
