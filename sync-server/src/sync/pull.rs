//! What a device has not seen yet, and what it must do.

use super::entitlement::Entitlement;
use crate::app::App;
use crate::problem::Refusal;
use crate::segments::copies;
use crate::store::News;
use std::collections::{BTreeMap, BTreeSet};
use sync::wire::segment::Manifest;
use sync::wire::v1::{Copying, Order};
use sync::{Cursor, ScopeId};
use uuid::Uuid;

/// The least and the most room for news in one answer, in bytes. The most is well below what a frame may inflate to.
const ROOM: (u32, u32) = (4 * 1024, 2 * 1024 * 1024);

/// A page of news with its cursor.
pub struct Pulled {
    pub news: News,
    pub cursor: Vec<u8>,
    pub orders: Vec<Order>,
    pub segments: Vec<Manifest>,
}

/// How far a device is, by its own words, and what it was told to follow.
pub struct Place<'a> {
    pub cursor: Option<&'a [u8]>,
    pub copying: &'a [Copying],
    pub told: &'a BTreeSet<ScopeId>,
    pub room: u32,
}

/// Reads a page. A cursor that is unknown is no error: what it does not say is read from the beginning, or copied.
pub async fn pull(app: &App, entitlement: &Entitlement, place: Place<'_>) -> Result<Pulled, Refusal> {
    let epoch = app.store.epoch().await?;
    let said = place.cursor.map(|bytes| Cursor::decode(bytes).ok());
    let known = said.as_ref().and_then(Option::as_ref);
    let read: BTreeMap<ScopeId, u64> =
        known.filter(|said| said.epoch == epoch).map(|said| said.read.clone()).unwrap_or_default();
    let copies = copies(app.store.as_ref(), entitlement.followed(), &read, place.copying).await?;
    let is_offered = |scope: &ScopeId| copies.offered.iter().any(|manifest| manifest.scope == *scope);
    let after = |scope| copies.applied.get(scope).or(read.get(scope)).copied().unwrap_or_default();
    let asked = entitlement.followed().iter().filter(|scope| !is_offered(scope));
    let asked: Vec<(ScopeId, u64)> = asked.map(|scope| (*scope, after(scope))).collect();
    let news = app.store.news(asked, place.room.clamp(ROOM.0, ROOM.1) as usize).await?;
    // Bytes that are no cursor: nobody knows how far the device is with anything.
    let anew = if said == Some(None) { entitlement.followed() } else { &news.anew };
    let mut orders = orders(known, epoch, (entitlement, &place));
    orders.extend(anew.iter().map(|scope| Order::StartOver(*scope)));
    let cursor = Cursor { epoch, read: news.read.clone() }.encode().map_err(|_| Refusal::internal())?;
    Ok(Pulled { news, cursor, orders, segments: copies.offered })
}

/// Leave what is not followed any more, be it read, told or being copied; push again what another epoch of the data may
/// have lost.
fn orders(
    said: Option<&Cursor>,
    epoch: Uuid,
    (entitlement, place): (&Entitlement, &Place<'_>),
) -> Vec<Order> {
    let follows = |scope: &ScopeId| entitlement.followed().contains(scope);
    let read: BTreeSet<ScopeId> = said.into_iter().flat_map(|said| said.read.keys().copied()).collect();
    let mut gone = &read | place.told;
    gone.extend(place.copying.iter().map(|copying| copying.scope));
    gone.retain(|scope| !follows(scope));
    let lost = read.iter().filter(|scope| said.is_some_and(|said| said.epoch != epoch) && follows(scope));
    gone.into_iter().map(Order::LeaveScope).chain(lost.map(|scope| Order::PushAgain(*scope))).collect()
}
