//! Reading a call.

use super::{key, product_key};
use crate::Document;
use crate::values::{Unreadable, check_name, decode, need, object, read as read_value};
use automerge::{AutoCommit, ObjType, ROOT, ReadDoc};
use domain::calls::{Amendment, Call, CallContent, ProductTalk};
use domain::ids::{CallId, HcpId, ProductId};
use std::collections::{BTreeMap, BTreeSet};

/// What a call says. Amendments come in the order of their time, then of their id.
pub fn read(id: CallId, document: &Document) -> Result<Call, Unreadable> {
    let am = &document.am;
    check_name(am, id.0)?;
    Ok(Call {
        id,
        owner: need(am, &ROOT, key::OWNER)?,
        audience: need(am, &ROOT, key::AUDIENCE)?,
        state: need(am, &ROOT, key::STATE)?,
        content: content(am)?,
        amendments: amendments(am)?,
    })
}

fn content(am: &AutoCommit) -> Result<CallContent, Unreadable> {
    let (starts_at, ends_at) = need(am, &ROOT, key::TIME)?;
    let notes = object(am, &ROOT, key::NOTES, ObjType::Text)?;
    Ok(CallContent {
        channel: need(am, &ROOT, key::CHANNEL)?,
        starts_at,
        ends_at,
        place: read_value(am, &ROOT, key::PLACE)?,
        organisation: read_value(am, &ROOT, key::ORGANISATION)?,
        attendees: attendees(am)?,
        products: products(am)?,
        notes: am.text(&notes)?,
        next_step: read_value(am, &ROOT, key::NEXT_STEP)?,
        side_effect: read_value(am, &ROOT, key::SIDE_EFFECT)?,
    })
}

fn attendees(am: &AutoCommit) -> Result<BTreeSet<HcpId>, Unreadable> {
    let map = object(am, &ROOT, key::ATTENDEES, ObjType::Map)?;
    am.keys(&map).map(|id| id.parse().map_err(|_| mistyped(key::ATTENDEES))).collect()
}

fn products(am: &AutoCommit) -> Result<BTreeMap<ProductId, ProductTalk>, Unreadable> {
    let map = object(am, &ROOT, key::PRODUCTS, ObjType::Map)?;
    let mut talks = BTreeMap::<ProductId, ProductTalk>::new();
    for entry in am.keys(&map) {
        let mut parts = entry.split('/');
        let product: ProductId =
            parts.next().and_then(|id| id.parse().ok()).ok_or_else(|| mistyped(key::PRODUCTS))?;
        let Some((value, _)) = am.get(&map, entry.as_str())? else { continue };
        let talk = talks.entry(product).or_default();
        match (parts.next(), parts.next()) {
            (Some(product_key::ORDER), None) => talk.order = decode(&value, &entry)?.unwrap_or_default(),
            (Some("reaction"), None) => talk.reaction = decode(&value, &entry)?,
            (Some("message"), Some(id)) => {
                talk.messages.insert(id.parse().map_err(|_| mistyped(&entry))?);
            }
            _ => return Err(mistyped(&entry)),
        }
    }
    Ok(talks)
}

fn amendments(am: &AutoCommit) -> Result<Vec<Amendment>, Unreadable> {
    let map = object(am, &ROOT, key::AMENDMENTS, ObjType::Map)?;
    let mut all =
        am.keys(&map).map(|id| need(am, &map, &id)).collect::<Result<Vec<Amendment>, Unreadable>>()?;
    all.sort_by_key(|amendment| (amendment.at, amendment.id));
    Ok(all)
}

fn mistyped(key: &str) -> Unreadable {
    Unreadable::Mistyped(key.to_owned())
}
