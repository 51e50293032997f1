//! Fields in which people wrote at the same time: which value stands, which lost, whose they are.

use super::{key, product_key};
use crate::Document;
use crate::values::{Unreadable, decode, object};
use automerge::{ObjId, ObjType, ROOT, ReadDoc, Value};
use domain::Instant;
use domain::calls::{CallEdit, CallField, Contested, LostValue};
use domain::ids::ProductId;

/// Every contested field, in the order of [`CallField`]. Fields where all wrote the same are left out.
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
    Ok((!lost.is_empty()).then_some(Contested { field, kept, lost }))
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
