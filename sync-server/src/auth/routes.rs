//! The endpoints of signing in.

use super::work;
use crate::app::App;
use crate::body::Body;
use crate::problem::Refusal;
use crate::rates::SigningIn;
use crate::store::Caller;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use sync::json::{Problem, Refresh, Session, SignIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All of them.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sign_in)).routes(routes!(refresh)).routes(routes!(sign_out))
}

/// Opens a session on a device.
#[utoipa::path(post, path = "/v1/sign-in", tag = "auth", request_body = SignIn, responses(
    (status = 200, body = Session),
    (status = 400, description = "`bad_body`", body = Problem),
    (status = 401, description = "`sign_in_failed`", body = Problem),
    (status = 403, description = "`device_of_another`", body = Problem),
    (status = 413, description = "`too_large`", body = Problem),
    (status = 415, description = "`bad_body`", body = Problem),
    (status = 429, description = "`busy`: too often, or too many failures, see `Retry-After`", body = Problem),
    (status = 503, description = "`busy`, see `Retry-After`", body = Problem),
))]
async fn sign_in(
    State(app): State<App>,
    SigningIn(address): SigningIn,
    Body(ask): Body<SignIn>,
) -> Result<Json<Session>, Refusal> {
    work::sign_in(&app, address, ask).await.map(Json)
}

/// Renews a session. A refresh token that comes again after its answer was used ends it.
#[utoipa::path(post, path = "/v1/refresh", tag = "auth", request_body = Refresh, responses(
    (status = 200, body = Session),
    (status = 400, description = "`bad_body`", body = Problem),
    (status = 401, description = "`not_signed_in`", body = Problem),
    (status = 413, description = "`too_large`", body = Problem),
    (status = 415, description = "`bad_body`", body = Problem),
    (status = 429, description = "`busy`: too often, see `Retry-After`", body = Problem),
    (status = 503, description = "`busy`, see `Retry-After`", body = Problem),
))]
async fn refresh(
    State(app): State<App>,
    _: SigningIn,
    Body(ask): Body<Refresh>,
) -> Result<Json<Session>, Refusal> {
    work::refresh(&app, &ask.refresh).await.map(Json)
}

/// Ends the session of the access token.
#[utoipa::path(post, path = "/v1/sign-out", tag = "auth", security(("bearer" = [])), responses(
    (status = 204),
    (status = 401, description = "`not_signed_in`", body = Problem),
    (status = 429, description = "`busy`: too often, see `Retry-After`", body = Problem),
    (status = 503, description = "`busy`, see `Retry-After`", body = Problem),
))]
async fn sign_out(State(app): State<App>, caller: Caller) -> Result<StatusCode, Refusal> {
    work::sign_out(&app, &caller).await.map(|()| StatusCode::NO_CONTENT)
}
