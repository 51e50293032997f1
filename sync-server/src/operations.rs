//! Endpoints for those who run the server: health, figures, and what the JSON looks like.

use crate::app::App;
use crate::problem::Refusal;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::{Json, Router};
use sync::json::{Problem, ProblemCode};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All of them.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(metrics))
}

/// Whether this path is for those who run the server.
#[must_use]
pub fn are_asked(path: &str) -> bool {
    ["/healthz", "/metrics"].contains(&path)
}

/// Serves the description of all JSON.
pub fn describe(router: Router<App>, api: OpenApi) -> Router<App> {
    router.route("/openapi.json", axum::routing::get(move || async move { Json(api) }))
}

/// The server lives, and its store can be read.
#[utoipa::path(get, path = "/healthz", tag = "operations", responses(
    (status = 200, description = "`ok`", body = String, content_type = "text/plain"),
    (status = 503, description = "`busy`", body = Problem),
))]
async fn health(State(app): State<App>) -> Result<&'static str, Refusal> {
    app.store.check().await.map_err(|error| {
        tracing::error!(%error, "the store cannot be read");
        Refusal::busy(5)
    })?;
    Ok("ok")
}

/// The server's figures in Prometheus' text form.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses(
    (status = 200, body = String, content_type = "text/plain"),
))]
async fn metrics(State(app): State<App>) -> impl IntoResponse {
    app.figures.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.figures.render())
}

/// For an address that there is not.
pub async fn nothing_here() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, ProblemCode::NotFound, "there is no such address")
}

/// For a method that an address does not have.
pub async fn not_this_way() -> Refusal {
    let detail = "the address has no such method";
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, ProblemCode::NotAllowed, detail)
}
