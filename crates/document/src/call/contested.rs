//! Fields in which people wrote at the same time: which value stands, which lost, whose they are.

use super::{key, product_key};
use crate::Document;
use crate::values::{Unreadable, decode, object};
use automerge::{ObjId, ObjType, ROOT, ReadDoc, Value};
use domain::Instant;
use domain::calls::{Amendment, CallEdit, CallField, Contested, LostValue};
use domain::ids::ProductId;

/// Every contested field, in the order of [`CallField`]. Fields where all wrote the same are left out, and so are those
/// that somebody who saw all the values has settled: by writing the field again or, in a frozen call, by an amendment.
pub fn contested(document: &Document) -> Result<Vec<Contested>, Unreadable> {
    let mut found = Vec::new();
    for (field, obj, key) in fields(document)? {
        found.extend(contest(document, field, &obj, &key)?);
    }
    Ok(found)
}

fn fields(document: &Document) -> Result<Vec<(CallField, ObjId, String)>, Unreadable> {
    let root = [
        (CallField::Channel, key::CHANNEL),
        (CallField::Time, key::TIME),
        (CallField::Place, key::PLACE),
        (CallField::Organisation, key::ORGANISATION),
        (CallField::NextStep, key::NEXT_STEP),
        (CallField::SideEffect, key::SIDE_EFFECT),
    ];
    let mut fields: Vec<_> = root.into_iter().map(|(field, key)| (field, ROOT, key.to_owned())).collect();
    let products = object(&document.am, &ROOT, key::PRODUCTS, ObjType::Map)?;
    for entry in document.am.keys(&products) {
        let product = entry.split('/').next().and_then(|id| id.parse::<ProductId>().ok());
        if let Some(product) = product.filter(|product| entry == product_key::reaction(*product)) {
            fields.push((CallField::Reaction(product), products.clone(), entry));
        }
    }
    fields.sort_unstable_by_key(|(field, ..)| *field);
    Ok(fields)
}

fn contest(
    document: &Document,
    field: CallField,
    obj: &ObjId,
    key: &str,
) -> Result<Option<Contested>, Unreadable> {
    let written = document.am.get_all(obj, key)?;
    if written.len() < 2 {
        return Ok(None);
    }
    let winner = document.am.get(obj, key)?.map(|(_, id)| id);
    let (mut kept, mut lost) = (None, Vec::new());
    for (value, id) in &written {
        let value = authored(document, field, value, id)?;
        if Some(id) == winner.as_ref() { kept = Some(value) } else { lost.push(value) }
    }
    let Some(kept) = kept else { return Ok(None) };
    lost.retain(|other| other.value != kept.value);
    let ids: Vec<ObjId> = written.into_iter().map(|(_, id)| id).collect();
    if !lost.is_empty() && is_settled(document, field, (obj, key), &ids)? {
        return Ok(None);
    }
    Ok((!lost.is_empty()).then_some(Contested { field, kept, lost }))
}

/// Whether an amendment of the field was written by somebody who had seen every value that is there now. One who had
/// not cannot have decided between them, however late the clock of that device says it was.
fn is_settled(
    document: &Document,
    field: CallField,
    (obj, key): (&ObjId, &str),
    written: &[ObjId],
) -> Result<bool, Unreadable> {
    let am = &document.am;
    let amendments = object(am, &ROOT, key::AMENDMENTS, ObjType::Map)?;
    for id in am.keys(&amendments) {
        let Some((value, written_as)) = am.get(&amendments, id.as_str())? else { continue };
        let amendment: Amendment =
            decode(&value, key::AMENDMENTS)?.ok_or_else(|| Unreadable::Missing(id.clone()))?;
        let Some(change) = am.hash_for_opid(&written_as) else { continue };
        let seen = am.get_all_at(obj, key, &[change])?;
        let saw_all = written.iter().all(|one| seen.iter().any(|(_, other)| other == one));
        if saw_all && amendment.edits.iter().any(|edit| decides(edit, field)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn decides(edit: &CallEdit, field: CallField) -> bool {
    match edit {
        CallEdit::Channel(_) => field == CallField::Channel,
        CallEdit::Time { .. } => field == CallField::Time,
        CallEdit::Place(_) => field == CallField::Place,
        CallEdit::Organisation(_) => field == CallField::Organisation,
        CallEdit::Reaction { product, .. } | CallEdit::RemoveProduct(product) => {
            field == CallField::Reaction(*product)
        }
        CallEdit::NextStep(_) => field == CallField::NextStep,
        CallEdit::SideEffect(_) => field == CallField::SideEffect,
        CallEdit::AddAttendee(_)
        | CallEdit::RemoveAttendee(_)
        | CallEdit::AddProduct(_)
        | CallEdit::Message { .. }
        | CallEdit::Notes(_) => false,
    }
}

fn authored(
    document: &Document,
    field: CallField,
    value: &Value<'_>,
    id: &ObjId,
) -> Result<LostValue, Unreadable> {
    let (by, at) =
        document.writer_of(id).ok_or_else(|| Unreadable::Missing("the author of a value".into()))?;
    Ok(LostValue { value: as_edit(field, value)?, by, at })
}

fn as_edit(field: CallField, value: &Value<'_>) -> Result<CallEdit, Unreadable> {
    let need = || Unreadable::Missing(format!("{field:?}"));
    Ok(match field {
        CallField::Channel => CallEdit::Channel(decode(value, key::CHANNEL)?.ok_or_else(need)?),
        CallField::Time => {
            let (starts_at, ends_at): (Instant, Instant) = decode(value, key::TIME)?.ok_or_else(need)?;
            CallEdit::Time { starts_at, ends_at }
        }
        CallField::Place => CallEdit::Place(decode(value, key::PLACE)?),
        CallField::Organisation => CallEdit::Organisation(decode(value, key::ORGANISATION)?),
        CallField::Reaction(product) => {
            CallEdit::Reaction { product, reaction: decode(value, key::PRODUCTS)? }
        }
        CallField::NextStep => CallEdit::NextStep(decode(value, key::NEXT_STEP)?),
        CallField::SideEffect => CallEdit::SideEffect(decode(value, key::SIDE_EFFECT)?),
    })
}
