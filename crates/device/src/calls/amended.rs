//! Amendments for the screen: what stood before each and what stands since, with names. What an amendment means for
//! the content is told by `domain`.

use super::cards::attendees;
use crate::desk::colleague_name;
use contract::calls::{AmendmentView, ChangeView, Changed, PartChange, TalkView};
use domain::calls::{Amended, Call, CallContent, CallPart, ProductTalk};
use domain::content::Product;
use domain::ids::{OrgId, ProductId};
use std::collections::BTreeSet;
use store::{ReadError, Reader};

/// The amendments of a call by time.
pub fn amendments(r: &Reader<'_>, call: &Call) -> Result<Vec<AmendmentView>, ReadError> {
    let mut spoken_of = BTreeSet::new();
    call.amended().iter().map(|amended| amendment(r, amended, &mut spoken_of)).collect()
}

fn amendment(
    r: &Reader<'_>,
    amended: &Amended<'_>,
    spoken_of: &mut BTreeSet<CallPart>,
) -> Result<AmendmentView, ReadError> {
    let mut changes = Vec::new();
    for part in amended.parts() {
        changes.push(ChangeView { submitted: spoken_of.insert(part), change: change(r, amended, part)? });
    }
    Ok(AmendmentView {
        at: amended.amendment.at,
        by: colleague_name(r, amended.amendment.by)?,
        reason: amended.amendment.reason.clone(),
        changes,
    })
}

fn change(r: &Reader<'_>, amended: &Amended<'_>, part: CallPart) -> Result<PartChange, ReadError> {
    Ok(match part {
        CallPart::Channel => PartChange::Channel(both(amended, |content| content.channel)),
        CallPart::Time => PartChange::Time(both(amended, |content| (content.starts_at, content.ends_at))),
        CallPart::Place => PartChange::Place(both(amended, |content| content.place.clone())),
        CallPart::Organisation => {
            PartChange::Organisation(both_read(amended, |content| organisation(r, content.organisation))?)
        }
        CallPart::Attendees => PartChange::Attendees(both_read(amended, |content| names(r, content))?),
        CallPart::Product(product) => product_change(r, amended, product)?,
        CallPart::Notes => PartChange::Notes(both(amended, |content| content.notes.clone())),
        CallPart::NextStep => PartChange::NextStep(both(amended, |content| content.next_step.clone())),
        CallPart::SideEffect => PartChange::SideEffect(both(amended, |content| content.side_effect)),
    })
}

fn both<V>(amended: &Amended<'_>, of: impl Fn(&CallContent) -> V) -> Changed<V> {
    Changed { before: of(&amended.before), after: of(&amended.after) }
}

fn both_read<V>(
    amended: &Amended<'_>,
    of: impl Fn(&CallContent) -> Result<V, ReadError>,
) -> Result<Changed<V>, ReadError> {
    Ok(Changed { before: of(&amended.before)?, after: of(&amended.after)? })
}

fn names(r: &Reader<'_>, content: &CallContent) -> Result<Vec<String>, ReadError> {
    Ok(attendees(r, content)?.into_iter().map(|attendee| attendee.name).collect())
}

/// Name of an organisation; empty for one that this device does not hold.
fn organisation(r: &Reader<'_>, id: Option<OrgId>) -> Result<Option<String>, ReadError> {
    let Some(id) = id else { return Ok(None) };
    Ok(Some(r.organisation(id)?.map(|organisation| organisation.name).unwrap_or_default()))
}

fn product_change(
    r: &Reader<'_>,
    amended: &Amended<'_>,
    product: ProductId,
) -> Result<PartChange, ReadError> {
    let known = r.product(product)?;
    let talk = both(amended, |content| content.products.get(&product).map(|said| talk(known.as_ref(), said)));
    Ok(PartChange::Product { name: known.map(|product| product.name).unwrap_or_default(), talk })
}

/// What was said, with the words of the messages. A message that this device does not hold comes last, without words.
fn talk(product: Option<&Product>, said: &ProductTalk) -> TalkView {
    let given = product.into_iter().flat_map(|product| &product.messages);
    let mut messages: Vec<String> =
        given.filter(|message| said.messages.contains(&message.id)).map(|own| own.text.clone()).collect();
    messages.resize(said.messages.len(), String::new());
    TalkView { reaction: said.reaction, messages }
}
