//! What a device has not seen yet, and what it must do.

use super::entitlement::Entitlement;
use crate::app::App;
use crate::problem::Refusal;
use crate::store::News;
use std::collections::BTreeSet;
use sync::wire::v1::Order;
use sync::{Cursor, ScopeId};
use uuid::Uuid;

/// The least and the most room for news in one answer, in bytes. The most is well below what a frame may inflate to.
const ROOM: (u32, u32) = (4 * 1024, 2 * 1024 * 1024);

/// A page of news with its cursor.
pub struct Pulled {
    pub news: News,
    pub cursor: Vec<u8>,
    pub orders: Vec<Order>,
}

/// Reads a page. A cursor that is unknown is no error: what it does not say is read from the beginning.
pub async fn pull(
    app: &App,
    entitlement: &Entitlement,
    told: &BTreeSet<ScopeId>,
    (cursor, room): (Option<&[u8]>, u32),
) -> Result<Pulled, Refusal> {
    let epoch = app.store.epoch().await?;
    let said = cursor.map(|bytes| Cursor::decode(bytes).ok());
    let known = said.as_ref().and_then(Option::as_ref);
    let read = |scope: &ScopeId| known.filter(|said| said.epoch == epoch)?.read.get(scope).copied();
    let asked =
        entitlement.followed().iter().map(|scope| (*scope, read(scope).unwrap_or_default())).collect();
    let news = app.store.news(asked, room.clamp(ROOM.0, ROOM.1) as usize).await?;
    // Bytes that are no cursor: nobody knows how far the device is with anything.
    let anew = if said == Some(None) { entitlement.followed() } else { &news.anew };
    let mut orders = orders(known, epoch, (entitlement, told));
    orders.extend(anew.iter().map(|scope| Order::StartOver(*scope)));
    let cursor = Cursor { epoch, read: news.read.clone() }.encode().map_err(|_| Refusal::internal())?;
    Ok(Pulled { news, cursor, orders })
}

/// Leave what is not followed any more; push again what another epoch of the data may have lost.
fn orders(
    said: Option<&Cursor>,
    epoch: Uuid,
    (entitlement, told): (&Entitlement, &BTreeSet<ScopeId>),
) -> Vec<Order> {
    let follows = |scope: &ScopeId| entitlement.followed().contains(scope);
    let read: BTreeSet<ScopeId> = said.into_iter().flat_map(|said| said.read.keys().copied()).collect();
    let gone = read.union(told).filter(|scope| !follows(scope));
    let lost = read.iter().filter(|scope| said.is_some_and(|said| said.epoch != epoch) && follows(scope));
    gone.map(|scope| Order::LeaveScope(*scope)).chain(lost.map(|scope| Order::PushAgain(*scope))).collect()
}
