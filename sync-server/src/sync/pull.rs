//! What a device has not seen yet, and what it must do.

use super::entitlement::Entitlement;
use crate::app::App;
use crate::problem::Refusal;
use crate::store::News;
use std::collections::BTreeMap;
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
    cursor: Option<&[u8]>,
    room: u32,
) -> Result<Pulled, Refusal> {
    let epoch = app.store.epoch().await?;
    let said = cursor.and_then(|bytes| Cursor::decode(bytes).ok());
    let orders = orders(said.as_ref(), epoch, entitlement);
    let read = said.filter(|said| said.epoch == epoch).map(|said| said.read).unwrap_or_default();
    let asked: Vec<(ScopeId, u64)> = entitlement
        .followed()
        .iter()
        .map(|scope| (*scope, read.get(scope).copied().unwrap_or_default()))
        .collect();
    let news = app.store.news(asked, room.clamp(ROOM.0, ROOM.1) as usize).await?;
    let cursor = Cursor { epoch, read: news.read.clone() }.encode().map_err(|_| Refusal::internal())?;
    Ok(Pulled { news, cursor, orders })
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
