//! Values of a call in words: for amendments and for values that two people wrote.

use crate::clock::{local, today};
use crate::text::{T, dates, fill, t, words};
use contract::calls::CallView;
use domain::Instant;
use domain::calls::{CallEdit, CallField, Contested, NextStep};
use domain::ids::{OrgId, ProductId};

/// What a contested field is called: `Reaction to Corvalen`.
pub fn contested_field(contested: &Contested, view: &CallView) -> String {
    match contested.field {
        CallField::Reaction(product) => fill(T::CallReactionTo, &[("name", &product_of(product, view))]),
        field => words::field(field).to_owned(),
    }
}

/// The value that an edit gives its field. Empty for an edit of what is never contested: people, products, messages
/// and notes merge.
pub fn said(edit: &CallEdit, view: &CallView) -> String {
    match edit {
        CallEdit::Channel(channel) => words::channel(*channel).to_owned(),
        CallEdit::Time { starts_at, ends_at } => span_words(*starts_at, *ends_at),
        CallEdit::Place(place) => or_nothing(place.clone()),
        CallEdit::Organisation(organisation) => or_nothing(organisation.map(|id| organisation_of(id, view))),
        CallEdit::Reaction { reaction, .. } => {
            or_nothing(reaction.map(|reaction| words::reaction(reaction).to_owned()))
        }
        CallEdit::NextStep(step) => or_nothing(step.as_ref().map(step_words)),
        CallEdit::SideEffect(answer) => {
            or_nothing(answer.map(|answer| words::side_effect(answer).to_owned()))
        }
        CallEdit::AddAttendee(_)
        | CallEdit::RemoveAttendee(_)
        | CallEdit::AddProduct(_)
        | CallEdit::RemoveProduct(_)
        | CallEdit::Message { .. }
        | CallEdit::Notes(_) => String::new(),
    }
}

/// `Today, 11:15 to 11:40`
pub fn span_words(from: Instant, until: Instant) -> String {
    format!("{}, {}", dates::short_day(local(from).date(), today()), dates::span(from, until))
}

/// `Send the safety table, by 3 Dec`
pub fn step_words(step: &NextStep) -> String {
    fill(T::SaidStep, &[("text", &step.text), ("day", &dates::calendar_day(step.due, today()))])
}

/// A value, or the word for none.
pub fn or_nothing(value: Option<String>) -> String {
    value.filter(|value| !value.is_empty()).unwrap_or_else(|| t(T::SaidNothing).to_owned())
}

fn product_of(product: ProductId, view: &CallView) -> String {
    let known = view.catalogue.iter().find(|own| own.id == product).map(|own| own.name.clone());
    known.unwrap_or_else(|| t(T::SaidSomeProduct).to_owned())
}

fn organisation_of(id: OrgId, view: &CallView) -> String {
    let stands = view.organisation.clone().filter(|_| view.content.organisation == Some(id));
    stands.unwrap_or_else(|| t(T::SaidOtherOrganisation).to_owned())
}
