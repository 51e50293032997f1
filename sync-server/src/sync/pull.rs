//! What a device has not seen yet, and what it must do.

use super::entitlement::Entitlement;
use crate::app::App;
use crate::problem::Refusal;
use crate::segments::copies;
use crate::store::News;
use std::collections::BTreeMap;
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

/// How far a device is, by its own words.
pub struct Place<'a> {
    pub cursor: Option<&'a [u8]>,
    pub copying: &'a [Copying],
    pub room: u32,
}

/// Reads a page. A cursor that is unknown is no error: what it does not say is read from the beginning, or copied.
pub async fn pull(app: &App, entitlement: &Entitlement, place: Place<'_>) -> Result<Pulled, Refusal> {
    let epoch = app.store.epoch().await?;
    let said = place.cursor.and_then(|bytes| Cursor::decode(bytes).ok());
    let mut orders = orders(said.as_ref(), epoch, entitlement);
    orders.extend(given_up(said.as_ref(), place.copying, entitlement));
    let read = said.filter(|said| said.epoch == epoch).map(|said| said.read).unwrap_or_default();
    let copies = copies(app.store.as_ref(), entitlement.followed(), &read, place.copying).await?;
    let is_offered = |scope: &ScopeId| copies.offered.iter().any(|manifest| manifest.scope == *scope);
    let after = |scope| copies.applied.get(scope).or(read.get(scope)).copied().unwrap_or_default();
    let asked = entitlement.followed().iter().filter(|scope| !is_offered(scope));
    let asked: Vec<(ScopeId, u64)> = asked.map(|scope| (*scope, after(scope))).collect();
    let news = app.store.news(asked, place.room.clamp(ROOM.0, ROOM.1) as usize).await?;
    let cursor = Cursor { epoch, read: news.read.clone() }.encode().map_err(|_| Refusal::internal())?;
    Ok(Pulled { news, cursor, orders, segments: copies.offered })
}

/// Leave what was being copied and is not followed any more: the cursor does not name it yet.
fn given_up(said: Option<&Cursor>, copying: &[Copying], entitlement: &Entitlement) -> Vec<Order> {
    let is_read = |scope: &ScopeId| said.is_some_and(|said| said.read.contains_key(scope));
    let gone = copying.iter().map(|copying| copying.scope);
    gone.filter(|scope| !entitlement.followed().contains(scope) && !is_read(scope))
        .map(Order::LeaveScope)
        .collect()
}

/// Leave what is not followed any more; push again what another epoch of the data may have lost.
fn orders(said: Option<&Cursor>, epoch: Uuid, entitlement: &Entitlement) -> Vec<Order> {
    let Some(said) = said else { return Vec::new() };
    let none = BTreeMap::new();
    let lost = if said.epoch == epoch { &none } else { &said.read };
    let gone = said.read.keys().filter(|scope| !entitlement.followed().contains(scope));
    let again = lost.keys().filter(|scope| entitlement.followed().contains(scope));
    gone.map(|scope| Order::LeaveScope(*scope)).chain(again.map(|scope| Order::PushAgain(*scope))).collect()
}
