//! What an edit says, in words: for amendments and for values that two people wrote.

use crate::clock::{local, today};
use crate::text::{T, dates, fill, t, words};
use contract::calls::CallView;
use domain::calls::{CallEdit, CallField, NextStep};
use domain::ids::{HcpId, MessageId, OrgId, ProductId};

/// The field and the value of an edit of this call.
pub fn said(edit: &CallEdit, view: &CallView) -> (String, String) {
    let field = |field| words::field(field).to_owned();
    let own = |text: T| t(text).to_owned();
    match edit {
        CallEdit::Channel(channel) => (field(CallField::Channel), words::channel(*channel).to_owned()),
        CallEdit::Time { starts_at, ends_at } => {
            let day = dates::short_day(local(*starts_at).date(), today());
            (field(CallField::Time), format!("{day}, {}", dates::span(*starts_at, *ends_at)))
        }
        CallEdit::Place(place) => (field(CallField::Place), or_nothing(place.clone())),
        CallEdit::Organisation(organisation) => {
            (field(CallField::Organisation), or_nothing(organisation.map(|id| organisation_of(id, view))))
        }
        CallEdit::AddAttendee(hcp) => (own(T::SaidAttended), name_of(*hcp, view)),
        CallEdit::RemoveAttendee(hcp) => (own(T::SaidNotAttended), name_of(*hcp, view)),
        CallEdit::AddProduct(product) => (own(T::SaidTalked), product_of(*product, view)),
        CallEdit::RemoveProduct(product) => (own(T::SaidNotTalked), product_of(*product, view)),
        CallEdit::Reaction { product, reaction } => {
            let to = fill(T::CallReactionTo, &[("name", &product_of(*product, view))]);
            (to, or_nothing(reaction.map(|reaction| words::reaction(reaction).to_owned())))
        }
        CallEdit::Message { message, given, .. } => {
            (own(if *given { T::SaidMessage } else { T::SaidNotMessage }), message_of(*message, view))
        }
        CallEdit::Notes(text) => (own(T::CallNotes), text.clone()),
        CallEdit::NextStep(step) => (field(CallField::NextStep), or_nothing(step.as_ref().map(step_words))),
        CallEdit::SideEffect(answer) => (
            field(CallField::SideEffect),
            or_nothing(answer.map(|answer| words::side_effect(answer).to_owned())),
        ),
    }
}

/// `Send the safety table, by 3 Dec`
pub fn step_words(step: &NextStep) -> String {
    fill(T::SaidStep, &[("text", &step.text), ("day", &dates::calendar_day(step.due, today()))])
}

fn or_nothing(value: Option<String>) -> String {
    value.filter(|value| !value.is_empty()).unwrap_or_else(|| t(T::SaidNothing).to_owned())
}

fn name_of(hcp: HcpId, view: &CallView) -> String {
    let known = view.attendees.iter().find(|own| own.hcp == hcp).map(|own| own.name.clone());
    known.unwrap_or_else(|| t(T::SaidSomebody).to_owned())
}

fn product_of(product: ProductId, view: &CallView) -> String {
    let known = view.catalogue.iter().find(|own| own.id == product).map(|own| own.name.clone());
    known.unwrap_or_else(|| t(T::SaidSomeProduct).to_owned())
}

fn message_of(message: MessageId, view: &CallView) -> String {
    let mut messages = view.catalogue.iter().flat_map(|product| &product.messages);
    messages
        .find(|own| own.id == message)
        .map_or_else(|| t(T::SaidSomeMessage).to_owned(), |own| own.text.clone())
}

fn organisation_of(id: OrgId, view: &CallView) -> String {
    let stands = view.organisation.clone().filter(|_| view.content.organisation == Some(id));
    stands.unwrap_or_else(|| t(T::SaidOtherOrganisation).to_owned())
}
