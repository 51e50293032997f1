//! One stream: how it begins, and what it says.

use super::streams::Listening;
use crate::app::App;
use crate::problem::Refusal;
use crate::store::Caller;
use crate::sync::Entitlement;
use axum::response::sse::Event;
use futures_util::{Stream, stream};
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::timeout;

/// A stream says so often that it lives: proxies and phones cut what is silent.
const HEARTBEAT: Duration = Duration::from_secs(25);
/// Seconds until one comes back for whom there was no place.
const NO_PLACE: u64 = 60;

/// Takes a place among the streams. Where the logs stand is read before, so that nothing that comes after is missed.
pub async fn listen(app: &App, caller: &Caller) -> Result<Listening, Refusal> {
    let followed = Entitlement::of(&caller.account).followed().to_vec();
    let heads = app.store.heads(followed.clone()).await?;
    app.streams.open(caller, followed, &heads).map_err(|_| Refusal::busy(NO_PLACE))
}

enum Step {
    First,
    Next,
}

/// What a stream says until it ends. At once that it lives: whoever reads that knows that nobody on the way keeps
/// things back.
pub fn events(listening: Listening) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold((listening, Step::First), |(listening, step)| async move {
        let event = match step {
            Step::First => alive(),
            Step::Next => next(&listening).await?,
        };
        Some((Ok(event), (listening, Step::Next)))
    })
}

async fn next(listening: &Listening) -> Option<Event> {
    match timeout(HEARTBEAT, listening.news()).await {
        Ok(news) => news.map(|()| poke()),
        Err(_) => Some(alive()),
    }
}

fn alive() -> Event {
    Event::default().comment("")
}

/// An event without data is none to those who follow the standard (WHATWG HTML, 9.2.6), so it has a word.
fn poke() -> Event {
    metrics::counter!("rounds_pokes_total").increment(1);
    Event::default().event("poke").data("news")
}
