//! Reading a call.

use super::{key, product_key};
use crate::Document;
use crate::values::{Unreadable, Values, decode, object, read as value, read_needed};
use automerge::{AutoCommit, ObjId, ObjType, ROOT, ReadDoc};
use domain::Instant;
use domain::calls::{Amendment, Call, CallContent, CallEdit, CallState, ProductTalk};
use domain::ids::{CallId, HcpId, ProductId, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// What a call says. Amendments come in the order of their time, then of their id.
pub fn read(id: CallId, document: &Document) -> Result<Call, Unreadable> {
    let am = &document.am;
    let root = Values::of(am, &ROOT);
    root.check_name(id.0)?;
    Ok(Call {
        id,
        owner: root.need(key::OWNER)?,
        audience: root.need(key::AUDIENCE)?,
        state: state(am, &root)?,
        content: content(am, &root)?,
        amendments: amendments(am, &root)?,
    })
}

/// Where the call stands. Two may have moved it at once, neither knowing of the other: what was submitted stays
/// submitted, because others were told; what was given up is not begun again; the first of two submissions counts.
fn state(am: &AutoCommit, root: &Values) -> Result<CallState, Unreadable> {
    if !root.is_contested(key::STATE) {
        return root.need(key::STATE);
    }
    let written = am.get_all(ROOT, key::STATE)?;
    let states = written.iter().map(|(value, _)| decode::<CallState>(value, key::STATE));
    let states = states.collect::<Result<Vec<_>, _>>()?;
    let first = states.into_iter().flatten().min_by_key(standing);
    first.ok_or_else(|| Unreadable::Missing(key::STATE.to_owned()))
}

fn standing(state: &CallState) -> (u8, Option<Instant>, Option<UserId>) {
    match state {
        CallState::Submitted { at, by } => (0, Some(*at), Some(*by)),
        CallState::Cancelled { at, by, .. } => (1, Some(*at), Some(*by)),
        CallState::InProgress { since } => (2, Some(*since), None),
        CallState::Planned => (3, None, None),
    }
}

/// What a call says after edits were written into its document. Only what they touch is read: nothing else has changed,
/// and reading a whole call takes longer than writing into it.
pub fn reread(
    mut call: Call,
    document: &Document,
    edits: &[CallEdit],
    state: Option<&CallState>,
) -> Result<Call, Unreadable> {
    let am = &document.am;
    edits.iter().try_for_each(|edit| reread_part(&mut call.content, am, edit))?;
    if state.is_some() {
        call.state = read_needed(am, &ROOT, key::STATE)?;
    }
    Ok(call)
}

fn reread_part(content: &mut CallContent, am: &AutoCommit, edit: &CallEdit) -> Result<(), Unreadable> {
    match edit {
        CallEdit::Channel(_) => content.channel = read_needed(am, &ROOT, key::CHANNEL)?,
        CallEdit::Time { .. } => {
            (content.starts_at, content.ends_at) = read_needed(am, &ROOT, key::TIME)?;
        }
        CallEdit::Place(_) => content.place = value(am, &ROOT, key::PLACE)?,
        CallEdit::Organisation(_) => content.organisation = value(am, &ROOT, key::ORGANISATION)?,
        CallEdit::AddAttendee(_) | CallEdit::RemoveAttendee(_) => {
            content.attendees = attendees(am, &object(am, &ROOT, key::ATTENDEES, ObjType::Map)?)?;
        }
        CallEdit::AddProduct(_)
        | CallEdit::RemoveProduct(_)
        | CallEdit::Reaction { .. }
        | CallEdit::Message { .. } => {
            content.products = products(am, &object(am, &ROOT, key::PRODUCTS, ObjType::Map)?)?;
        }
        CallEdit::Notes(_) => content.notes = am.text(object(am, &ROOT, key::NOTES, ObjType::Text)?)?,
        CallEdit::NextStep(_) => content.next_step = value(am, &ROOT, key::NEXT_STEP)?,
        CallEdit::SideEffect(_) => content.side_effect = value(am, &ROOT, key::SIDE_EFFECT)?,
    }
    Ok(())
}

fn content(am: &AutoCommit, root: &Values) -> Result<CallContent, Unreadable> {
    let (starts_at, ends_at) = root.need(key::TIME)?;
    Ok(CallContent {
        channel: root.need(key::CHANNEL)?,
        starts_at,
        ends_at,
        place: root.read(key::PLACE)?,
        organisation: root.read(key::ORGANISATION)?,
        attendees: attendees(am, root.object(key::ATTENDEES, ObjType::Map)?)?,
        products: products(am, root.object(key::PRODUCTS, ObjType::Map)?)?,
        notes: am.text(root.object(key::NOTES, ObjType::Text)?)?,
        next_step: root.read(key::NEXT_STEP)?,
        side_effect: root.read(key::SIDE_EFFECT)?,
    })
}

fn attendees(am: &AutoCommit, map: &ObjId) -> Result<BTreeSet<HcpId>, Unreadable> {
    am.keys(map).map(|id| id.parse().map_err(|_| mistyped(key::ATTENDEES))).collect()
}

fn products(am: &AutoCommit, map: &ObjId) -> Result<BTreeMap<ProductId, ProductTalk>, Unreadable> {
    let mut talks = BTreeMap::<ProductId, ProductTalk>::new();
    for (entry, value) in Values::of(am, map).iter() {
        let mut parts = entry.split('/');
        let product: ProductId =
            parts.next().and_then(|id| id.parse().ok()).ok_or_else(|| mistyped(key::PRODUCTS))?;
        let talk = talks.entry(product).or_default();
        match (parts.next(), parts.next()) {
            (Some(product_key::ORDER), None) => talk.order = decode(value, entry)?.unwrap_or_default(),
            (Some("reaction"), None) => talk.reaction = decode(value, entry)?,
            (Some("message"), Some(id)) => {
                talk.messages.insert(id.parse().map_err(|_| mistyped(entry))?);
            }
            _ => return Err(mistyped(entry)),
        }
    }
    Ok(talks)
}

fn amendments(am: &AutoCommit, root: &Values) -> Result<Vec<Amendment>, Unreadable> {
    let map = Values::of(am, root.object(key::AMENDMENTS, ObjType::Map)?);
    let mut all =
        map.keys_under("").map(|id| map.need(id)).collect::<Result<Vec<Amendment>, Unreadable>>()?;
    all.sort_by_key(|amendment| (amendment.at, amendment.id));
    Ok(all)
}

fn mistyped(key: &str) -> Unreadable {
    Unreadable::Mistyped(key.to_owned())
}
