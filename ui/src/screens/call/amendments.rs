//! What was amended since the call was submitted: for each part what stood before and what stands since.

use super::said::{or_nothing, span_words, step_words};
use crate::clock::today;
use crate::text::{T, dates, fill, t, words};
use contract::calls::{AmendmentView, ChangeView, Changed, PartChange, TalkView};
use leptos::prelude::*;

/// An amendment: who, when, why, and its changes.
#[component]
pub fn AmendmentItem(own: AmendmentView) -> impl IntoView {
    let when = dates::moment_inside(own.at, today());
    let changes = own.changes.into_iter().map(|change| view! { <ChangeItem change/> }).collect_view();
    view! {
        <li class="amendment">
            <p class="strong kept">{own.reason}</p>
            <p class="small quiet">{fill(T::ContestedBy, &[("name", &own.by), ("when", &when)])}</p>
            <ul>{changes}</ul>
        </li>
    }
}

/// Both values with a word for which is which: neither colour nor the line through the text says it alone.
#[component]
fn ChangeItem(change: ChangeView) -> impl IntoView {
    let (part, values) = told(&change.change);
    let Changed { before, after } = values;
    if before == after {
        return view! {
            <li class="change">
                <p class="cap">{part}</p>
                <dl><dt>{t(T::AmendedConfirmed)}</dt><dd class="kept">{after}</dd></dl>
            </li>
        }
        .into_any();
    }
    let was = if change.submitted { T::AmendedSubmitted } else { T::AmendedBefore };
    view! {
        <li class="change">
            <p class="cap">{part}</p>
            <dl>
                <dt>{t(was)}</dt><dd><del class="kept">{before}</del></dd>
                <dt>{t(T::AmendedAfter)}</dt><dd><ins class="kept">{after}</ins></dd>
            </dl>
        </li>
    }
    .into_any()
}

/// The part and both its values in words.
fn told(change: &PartChange) -> (String, Changed<String>) {
    let own = |part: T| t(part).to_owned();
    match change {
        PartChange::Channel(channel) => {
            (own(T::FieldChannel), both(channel, |own| words::channel(*own).into()))
        }
        PartChange::Time(time) => (own(T::FieldTime), both(time, |(from, until)| span_words(*from, *until))),
        PartChange::Place(place) => (own(T::FieldPlace), both(place, |own| or_nothing(own.clone()))),
        PartChange::Organisation(name) => (own(T::FieldOrganisation), both(name, organisation)),
        PartChange::Attendees(names) => (own(T::CallWho), both(names, |names| attendees(names))),
        PartChange::Product { name, talk } => (named(name, T::SaidSomeProduct), both(talk, said_of)),
        PartChange::Notes(notes) => (own(T::CallNotes), both(notes, |own| or_nothing(Some(own.clone())))),
        PartChange::NextStep(step) => {
            (own(T::FieldNextStep), both(step, |own| or_nothing(own.as_ref().map(step_words))))
        }
        PartChange::SideEffect(answer) => (
            own(T::FieldSideEffect),
            both(answer, |own| or_nothing(own.map(|a| words::side_effect(a).into()))),
        ),
    }
}

fn both<V>(values: &Changed<V>, words: impl Fn(&V) -> String) -> Changed<String> {
    Changed { before: words(&values.before), after: words(&values.after) }
}

/// A name, or `unknown` for what this device does not hold.
fn named(name: &str, unknown: T) -> String {
    if name.is_empty() { t(unknown).to_owned() } else { name.to_owned() }
}

fn organisation(name: &Option<String>) -> String {
    or_nothing(name.as_ref().map(|name| named(name, T::SaidOtherOrganisation)))
}

fn attendees(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| named(name, T::SaidSomebody)).collect();
    or_nothing(Some(names.join(", ")))
}

/// `Interested: Renal dosing`
fn said_of(talk: &Option<TalkView>) -> String {
    let Some(talk) = talk else { return t(T::AmendedNotTalked).to_owned() };
    let messages: Vec<_> = talk.messages.iter().map(|text| named(text, T::SaidSomeMessage)).collect();
    let reaction = talk.reaction.map_or_else(|| t(T::CallMentionedOnly), words::reaction);
    if messages.is_empty() { reaction.to_owned() } else { format!("{reaction}: {}", messages.join(", ")) }
}
