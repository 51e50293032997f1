//! Where requests are counted: before their bodies are read.

use super::Address;
use crate::app::App;
use crate::operations;
use crate::problem::Refusal;
use crate::socket::Peer;
use crate::store::Caller;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::HeaderName;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

impl FromRequestParts<App> for Address {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let ConnectInfo(Peer(peer)) =
            ConnectInfo::from_request_parts(parts, app).await.map_err(|_| Refusal::internal())?;
        let lines = parts.headers.get_all(FORWARDED).iter();
        let lines: Vec<&str> = lines.map(|line| line.to_str().unwrap_or_default()).collect();
        Ok(app.rates.trusted.address(peer.ip(), &lines))
    }
}

/// Counts every request of an address, but not those of the ones who run the server.
pub async fn by_address(State(app): State<App>, address: Address, request: Request, next: Next) -> Response {
    if operations::are_asked(request.uri().path()) {
        return next.run(request).await;
    }
    match app.rates.requests.take(&address.0) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Where somebody is who asks for tokens: sign-ins and renewals of an address are counted.
pub struct SigningIn(pub Address);

impl FromRequestParts<App> for SigningIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let address = Address::from_request_parts(parts, app).await?;
        app.rates.sign_ins.take(&address.0)?;
        Ok(Self(address))
    }
}

/// The caller of a request that is counted by its device.
pub struct OfDevice(pub Caller);

impl FromRequestParts<App> for OfDevice {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let caller = Caller::from_request_parts(parts, app).await?;
        app.rates.syncs.take(&caller.device)?;
        Ok(Self(caller))
    }
}
