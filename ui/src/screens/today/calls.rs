//! A call in the list of the day.

use super::is_overdue;
use crate::clock::use_now;
use crate::parts::chip::{Chip, Tone};
use crate::parts::icon::{Drawing, Icon};
use crate::place::Place;
use crate::text::{T, count, dates, fill, t, words};
use contract::calls::{AttendeeView, CallCard, Stage};
use domain::ids::CallId;
use leptos::prelude::*;

/// One line of the day; a tap shows the HCP.
#[component]
pub fn CallRow(#[prop(into)] card: Signal<CallCard>, shown: Memo<Option<CallId>>) -> impl IntoView {
    let id = card.get_untracked().call;
    let done = move || card.with(|card| card.stage == Stage::Submitted);
    view! {
        <li>
            <a
                class="call-row"
                class:done=done
                href=Place::Today(Some(id)).path()
                aria-current=move || (shown.get() == Some(id)).then_some("true")
            >
                <span class="call-time number">{move || dates::time(card.get().starts_at)}</span>
                <span class="call-what">
                    <span class="call-name">
                        {move || who(&card.get())}
                        <Show when=done><span class="tick"><Drawing of=Icon::Check/><span class="unseen">{t(T::StageSubmitted)}</span></span></Show>
                    </span>
                    <span class="small quiet">{move || card.with(about)}</span>
                    {move || card.with(|card| view! { <Marks card=card.clone()/> })}
                </span>
            </a>
        </li>
    }
}

/// Channel, products and what needs a look. A call that is done needs them no more.
#[component]
fn Marks(card: CallCard) -> impl IntoView {
    let now = use_now();
    let open = card.stage != Stage::Submitted;
    let channel = open
        .then(|| view! { <Chip icon=words::channel_icon(card.channel) text=words::channel(card.channel)/> });
    let products = (open && !card.products.is_empty())
        .then(|| view! { <Chip icon=Icon::Pill text=card.products.join(", ")/> });
    let recording = (card.stage == Stage::InProgress)
        .then(|| view! { <Chip tone=Tone::Accent icon=Icon::Pencil text=t(T::StageInProgress)/> });
    let contested = card
        .contested
        .then(|| view! { <Chip tone=Tone::Warn icon=Icon::GitMerge text=t(T::TodayContested)/> });
    let colleague = card.colleague.clone().map(|name| view! { <Chip icon=Icon::Users text=name/> });
    let waiting = card.waiting.then(|| view! { <Chip icon=Icon::CloudUpload text=t(T::TodayWaiting)/> });
    let any = open || card.contested || card.waiting || card.colleague.is_some();
    let overdue = move || {
        is_overdue(&card, now.get())
            .then(|| view! { <Chip tone=Tone::Warn icon=Icon::Clock text=t(T::TodayOverdue)/> })
    };
    any.then(|| view! { <span class="chips">{channel} {products} {recording} {overdue} {contested} {colleague} {waiting}</span> })
}

/// `Prof Mara Lindqvist`, `Prof Mara Lindqvist and 3 more`.
pub fn who(card: &CallCard) -> String {
    let Some(first) = card.attendees.first() else { return t(T::TodayNobody).to_owned() };
    match u32::try_from(card.attendees.len() - 1).unwrap_or(u32::MAX) {
        0 => first.name.clone(),
        others => fill(
            T::TodayAndMore,
            &[("name", &first.name), ("more", &count(others, T::TodayMoreOne, T::TodayMoreOther))],
        ),
    }
}

/// `Cardiology, Klinikum Nordhafen`
fn about(card: &CallCard) -> String {
    let first = card.attendees.first();
    let place = card.place.clone().or_else(|| first.map(|attendee| attendee.workplace.clone()));
    let specialty = first.map(|attendee: &AttendeeView| attendee.specialty.clone());
    [specialty, place].into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
