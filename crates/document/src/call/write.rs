//! Writing a call.

use super::{key, product_key};
use crate::values::{Unreadable, name, object, read as read_value, write};
use crate::{Author, Change, Document};
use automerge::transaction::Transactable;
use automerge::{AutoCommit, ObjId, ObjType, ROOT, ReadDoc};
use domain::Instant;
use domain::calls::{Amendment, Call, CallEdit, CallState};
use domain::ids::ProductId;

/// A new document with all that the call says.
pub fn create(author: Author, call: &Call) -> Result<(Document, Change), Unreadable> {
    let mut document = Document::empty();
    let am = document.write_as(author);
    for map in [key::ATTENDEES, key::PRODUCTS, key::AMENDMENTS] {
        am.put_object(ROOT, map, ObjType::Map)?;
    }
    am.put_object(ROOT, key::NOTES, ObjType::Text)?;
    name(am, call.id.0)?;
    write(am, &ROOT, key::OWNER, &call.owner)?;
    write(am, &ROOT, key::AUDIENCE, &call.audience)?;
    write(am, &ROOT, key::STATE, &call.state)?;
    call.content.as_edits().iter().try_for_each(|edit| apply(am, edit))?;
    call.amendments.iter().try_for_each(|amendment| put_amendment(am, amendment))?;
    let change = document.commit(author)?.ok_or_else(|| Unreadable::Missing("change".into()))?;
    Ok((document, change))
}

/// Writes edits, and the state when it changes, as one change; none when nothing differs.
pub fn edit(
    document: &mut Document,
    author: Author,
    edits: &[CallEdit],
    state: Option<&CallState>,
) -> Result<Option<Change>, Unreadable> {
    let am = document.write_as(author);
    edits.iter().try_for_each(|edit| apply(am, edit))?;
    if let Some(state) = state {
        write(am, &ROOT, key::STATE, state)?;
    }
    Ok(document.commit(author)?)
}

/// Writes an amendment beside the frozen content.
pub fn amend(
    document: &mut Document,
    author: Author,
    amendment: &Amendment,
) -> Result<Option<Change>, Unreadable> {
    put_amendment(document.write_as(author), amendment)?;
    Ok(document.commit(author)?)
}

fn put_amendment(am: &mut AutoCommit, amendment: &Amendment) -> Result<(), Unreadable> {
    let amendments = object(am, &ROOT, key::AMENDMENTS, ObjType::Map)?;
    write(am, &amendments, &amendment.id.to_string(), amendment)
}

fn apply(am: &mut AutoCommit, edit: &CallEdit) -> Result<(), Unreadable> {
    match edit {
        CallEdit::Channel(channel) => write(am, &ROOT, key::CHANNEL, channel),
        CallEdit::Time { starts_at, ends_at } => put_time(am, *starts_at, *ends_at),
        CallEdit::Place(place) => write(am, &ROOT, key::PLACE, place),
        CallEdit::Organisation(organisation) => write(am, &ROOT, key::ORGANISATION, organisation),
        CallEdit::AddAttendee(hcp) => put_in(am, key::ATTENDEES, &hcp.to_string(), &true),
        CallEdit::RemoveAttendee(hcp) => remove_from(am, key::ATTENDEES, &hcp.to_string()),
        CallEdit::AddProduct(product) => add_product(am, *product),
        CallEdit::RemoveProduct(product) => remove_from(am, key::PRODUCTS, &product.to_string()),
        CallEdit::Reaction { product, reaction } => {
            add_product(am, *product)?;
            put_in(am, key::PRODUCTS, &product_key::reaction(*product), reaction)
        }
        CallEdit::Message { product, message, given } => {
            add_product(am, *product)?;
            let entry = product_key::message(*product, *message);
            if *given {
                put_in(am, key::PRODUCTS, &entry, &true)
            } else {
                remove_from(am, key::PRODUCTS, &entry)
            }
        }
        CallEdit::Notes(text) => put_notes(am, text),
        CallEdit::NextStep(step) => write(am, &ROOT, key::NEXT_STEP, step),
        CallEdit::SideEffect(answer) => write(am, &ROOT, key::SIDE_EFFECT, answer),
    }
}

fn put_time(am: &mut AutoCommit, starts_at: Instant, ends_at: Instant) -> Result<(), Unreadable> {
    write(am, &ROOT, key::TIME, &(starts_at, ends_at))
}

/// Writes the difference between the notes and their new text. Where something was only added or only taken out, as
/// mostly when people type, that is plain to see; otherwise the library looks for the least difference, letter by letter.
fn put_notes(am: &mut AutoCommit, text: &str) -> Result<(), Unreadable> {
    let notes = object(am, &ROOT, key::NOTES, ObjType::Text)?;
    let before = am.text(&notes)?;
    let begin = before.chars().zip(text.chars()).take_while(|(old, new)| old == new).count();
    let (old, new) = (before.chars().count(), text.chars().count());
    let ends = before.chars().rev().zip(text.chars().rev()).take_while(|(old, new)| old == new).count();
    let end = ends.min(old.min(new) - begin);
    if begin + end < old.min(new) {
        return Ok(am.update_text(&notes, text)?);
    }
    let added: String = text.chars().skip(begin).take(new - begin - end).collect();
    let removed = isize::try_from(old - begin - end).unwrap_or(isize::MAX);
    Ok(am.splice_text(&notes, begin, removed, &added)?)
}

fn put_in<T: serde::Serialize>(
    am: &mut AutoCommit,
    map: &str,
    entry: &str,
    value: &T,
) -> Result<(), Unreadable> {
    let map = object(am, &ROOT, map, ObjType::Map)?;
    write(am, &map, entry, value)
}

/// Removes an entry and all entries below it.
fn remove_from(am: &mut AutoCommit, map: &str, entry: &str) -> Result<(), Unreadable> {
    let map = object(am, &ROOT, map, ObjType::Map)?;
    let below = format!("{entry}/");
    let gone: Vec<String> = am.keys(&map).filter(|key| key == entry || key.starts_with(&below)).collect();
    gone.iter().try_for_each(|key| Ok(am.delete(&map, key.as_str())?))
}

fn add_product(am: &mut AutoCommit, product: ProductId) -> Result<(), Unreadable> {
    let products = object(am, &ROOT, key::PRODUCTS, ObjType::Map)?;
    let order = product_key::order(product);
    if am.get(&products, order.as_str())?.is_some() {
        return Ok(());
    }
    let next = next_order(am, &products)?;
    write(am, &products, &order, &next)
}

fn next_order(am: &AutoCommit, products: &ObjId) -> Result<u16, Unreadable> {
    let suffix = format!("/{}", product_key::ORDER);
    let mut next = 0;
    for key in am.keys(products).filter(|key| key.ends_with(&suffix)) {
        let order: u16 = read_value(am, products, &key)?.unwrap_or(0);
        next = next.max(order.saturating_add(1));
    }
    Ok(next)
}
