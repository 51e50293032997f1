//! The endpoint of pokes.

use super::work;
use crate::app::App;
use crate::problem::Refusal;
use crate::store::Caller;
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::IntoResponse;
use axum::response::sse::Sse;
use sync::json::Problem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Asks proxies of nginx' kind to pass on what comes as it comes.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// All of them.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(listen))
}

/// Tells as it happens that there is something new in a scope that the caller follows: `event: poke`, without content.
/// The stream ends with the access token.
#[utoipa::path(get, path = "/v1/poke", tag = "sync", security(("bearer" = [])), responses(
    (status = 200, description = "server-sent events", body = String, content_type = "text/event-stream"),
    (status = 401, description = "`not_signed_in`", body = Problem),
    (status = 429, description = "`busy`: too often, see `Retry-After`", body = Problem),
    (status = 503, description = "`busy`, see `Retry-After`", body = Problem),
))]
async fn listen(State(app): State<App>, caller: Caller) -> Result<impl IntoResponse, Refusal> {
    let listening = work::listen(&app, &caller).await?;
    Ok(([(UNBUFFERED, "no")], Sse::new(work::events(listening))))
}
