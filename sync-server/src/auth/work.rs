//! Signing in, staying signed in, signing out.

use super::tokens::{self, Pair};
use crate::app::App;
use crate::problem::Refusal;
use crate::rates::Address;
use crate::store::{Account, Caller, NewSession, Rotated};
use axum::http::StatusCode;
use domain::Instant;
use std::sync::Arc;
use sync::json::{ProblemCode, Session, SignIn, Who};

/// The longest login name and password that are looked at.
const LONGEST: usize = 256;

/// Opens a session for a user who knows the password.
pub async fn sign_in(app: &App, address: Address, ask: SignIn) -> Result<Session, Refusal> {
    if ask.user.len() > LONGEST || ask.password.len() > LONGEST {
        return Err(failed());
    }
    let (who, now) = ((ask.user.clone(), address.0), app.clock.now());
    app.attempts.begin(&who, now).map_err(Refusal::too_often)?;
    let account = check_password(app, &ask).await?;
    app.attempts.succeeded(&who);
    if !app.store.bind_device(ask.device, account.user, now).await? {
        return Err(Refusal::device_of_another());
    }
    let pair = tokens::pair(&app.chance, app.config.session, now);
    let (id, device) = (app.chance.id(), ask.device);
    let session = NewSession { id, user: account.user, device, tokens: pair.kept, at: now };
    app.store.open_session(session).await?;
    tracing::info!(user = %account.user, device = %ask.device, "signed in");
    Ok(answer(pair, account))
}

async fn check_password(app: &App, ask: &SignIn) -> Result<Account, Refusal> {
    let (account, hash) = app.store.account(ask.user.clone()).await?.unzip();
    let (passwords, password) = (Arc::clone(&app.passwords), ask.password.clone());
    let fits = tokio::task::spawn_blocking(move || passwords.fits(&password, hash.as_deref()));
    match (fits.await, account) {
        (Ok(true), Some(account)) => Ok(account),
        (Ok(_), _) => Err(failed()),
        (Err(_), _) => Err(Refusal::internal()),
    }
}

fn failed() -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, ProblemCode::SignInFailed, "check user and password")
}

/// Gives the next pair for a refresh token: once, or again while nobody has used the pair that it gave.
pub async fn refresh(app: &App, refresh: &str) -> Result<Session, Refusal> {
    let now = app.clock.now();
    let pair = tokens::pair(&app.chance, app.config.session, now);
    match app.store.rotate(tokens::hash(refresh), pair.kept, now).await? {
        Rotated::Renewed(account) => Ok(answer(pair, *account)),
        Rotated::Reused => {
            tracing::warn!("a refresh token came that was used up; its session is ended");
            Err(Refusal::not_signed_in())
        }
        Rotated::Unknown => Err(Refusal::not_signed_in()),
    }
}

/// Ends the caller's session.
pub async fn sign_out(app: &App, caller: &Caller) -> Result<(), Refusal> {
    app.store.end_session(caller.session, app.clock.now()).await?;
    app.streams.end(caller.session);
    Ok(())
}

/// The caller of a bearer token.
pub async fn caller(app: &App, token: &str, now: Instant) -> Result<Caller, Refusal> {
    app.store.caller(tokens::hash(token), now).await?.ok_or_else(Refusal::not_signed_in)
}

fn answer(pair: Pair, account: Account) -> Session {
    let who = Who {
        user: account.user,
        name: account.name,
        role: account.role,
        territory: account.territory.map(|territory| territory.name),
        country: account.country,
    };
    Session { access: pair.access, access_until: pair.kept.access_until, refresh: pair.refresh, who }
}
