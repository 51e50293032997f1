//! A call, as a sheet over the place before: planned, being recorded, submitted, or given up.

mod amendments;
mod attendees;
mod contested;
mod desk;
mod draft;
mod editor;
mod merge;
mod next_step;
mod notes;
mod plan;
mod products;
mod said;
mod side_effect;
mod submitted;
mod times;

pub use plan::{PlanFor, PlanSheet};

use crate::clock::{self, use_now};
use crate::live::live;
use crate::parts::banner::{Findings, Refused};
use crate::parts::icon::{Drawing, Icon};
use crate::parts::sheet::{Sheet, Size};
use crate::parts::toast::use_toasts;
use crate::text::{T, count, dates, fill, t};
use contested::ContestedList;
use contract::calls::{CallReceipt, CallView};
use contract::sync::{GetSync, Network};
use contract::{Code, Notice};
use desk::Desk;
use domain::calls::{CallEdit, CallState};
use domain::ids::CallId;
use draft::{Deed, Done, Draft};
use editor::Editor;
use leptos::prelude::*;
use std::sync::Arc;
use submitted::{Amending, Submitted};

/// Where a call stands, without its moments: what decides which view is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Planned,
    InProgress,
    Submitted,
    Cancelled,
}

impl Stand {
    fn of(state: &CallState) -> Self {
        match state {
            CallState::Planned => Self::Planned,
            CallState::InProgress { .. } => Self::InProgress,
            CallState::Submitted { .. } => Self::Submitted,
            CallState::Cancelled { .. } => Self::Cancelled,
        }
    }
}

/// The sheet of a call.
#[component]
pub fn CallSheet(call: CallId, #[prop(into)] close: Callback<()>) -> impl IntoView {
    let draft = Draft::open(call);
    let amending = Amending::closed();
    let toasts = use_toasts();
    on_cleanup(move || toasts.forget_undo());
    let giving_up = RwSignal::new(false);
    let stand = Memo::new(move |_| draft.view(|view| Stand::of(&view.state)));
    let title = Signal::derive(move || draft.view(title).unwrap_or_else(|| t(T::CallTitle).to_owned()));
    let leave = Callback::new(move |()| {
        draft.save_now();
        close.run(());
    });
    let body = move || match stand.get()? {
        Stand::Planned | Stand::InProgress => {
            Some(view! { <OpenCall draft giving_up close=leave/> }.into_any())
        }
        Stand::Submitted => Some(view! { <Submitted draft amending/> }.into_any()),
        Stand::Cancelled => Some(view! { <Cancelled draft/> }.into_any()),
    };
    let foot = move || match stand.get()? {
        Stand::Planned => Some(view! { <PlannedFoot draft giving_up/> }.into_any()),
        Stand::InProgress => Some(view! { <RecordingFoot draft close=leave/> }.into_any()),
        Stand::Submitted => Some(view! { <submitted::Foot draft amending/> }.into_any()),
        Stand::Cancelled => None,
    };
    let alert =
        move || view! { <Refused refusal=draft.refusal() way=move || way_forward(draft, leave)/> }.into_any();
    view! {
        <Sheet title about=move || draft.view(about) size=Size::Tall close=leave alert foot>
            <div class="stack">
                <ContestedList draft/>
                {body}
            </div>
        </Sheet>
    }
}

fn title(view: &CallView) -> String {
    match view.attendees.as_slice() {
        [] => t(T::CallTitle).to_owned(),
        [one] => fill(T::CallWith, &[("name", &one.name)]),
        [first, others @ ..] => {
            let more =
                count(u32::try_from(others.len()).unwrap_or(u32::MAX), T::TodayMoreOne, T::TodayMoreOther);
            fill(T::CallWith, &[("name", &fill(T::TodayAndMore, &[("name", &first.name), ("more", &more)]))])
        }
    }
}

/// `Today, 11:15 to 11:40, Herzzentrum Elbtal`
fn about(view: &CallView) -> String {
    let today = use_now().today().get();
    let content = &view.content;
    let day = dates::short_day(clock::local(content.starts_at).date(), today);
    let place = content.place.clone().or_else(|| view.organisation.clone());
    let place = place.or_else(|| view.attendees.first().map(|attendee| attendee.workplace.clone()));
    let owner = (!view.mine).then(|| fill(T::CallOf, &[("name", &view.owner_name)]));
    let parts = [Some(day), Some(dates::span(content.starts_at, content.ends_at)), place, owner];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A call that is planned or being recorded.
#[component]
fn OpenCall(draft: Draft, giving_up: RwSignal<bool>, close: Callback<()>) -> impl IntoView {
    let findings = Signal::derive(move || draft.view(|view| view.findings.clone()).unwrap_or_default());
    let recording =
        Memo::new(move |_| draft.view(|view| Stand::of(&view.state) == Stand::InProgress).unwrap_or(false));
    view! {
        <Show when=move || giving_up.get()><GiveUp draft giving_up close/></Show>
        <Editor desk=Desk::of_draft(draft) recording/>
        <Findings findings/>
        <Show when=move || recording.get()>
            <button type="button" class="btn quiet give-up" on:click=move |_| giving_up.set(true)>{t(T::CallGiveUp)}</button>
        </Show>
    }
}

/// Asks why a call is given up.
#[component]
fn GiveUp(draft: Draft, giving_up: RwSignal<bool>, close: Callback<()>) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let toasts = use_toasts();
    let give_up = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let done: Done = Arc::new(move |_: CallReceipt| {
            toasts.say(t(T::CallGivenUp));
            close.run(());
        });
        draft.request(Deed::Cancel { reason: reason.get_untracked().trim().to_owned(), done });
    };
    view! {
        <form class="card stack" on:submit=give_up>
            <crate::parts::field::Field label=t(T::CallGiveUpWhy) value=reason first=true/>
            <div class="row">
                <button type="submit" class="btn stop">{t(T::CallGiveUp)}</button>
                <button type="button" class="btn quiet" on:click=move |_| giving_up.set(false)>{t(T::CallKeep)}</button>
            </div>
        </form>
    }
}

#[component]
fn PlannedFoot(draft: Draft, giving_up: RwSignal<bool>) -> impl IntoView {
    view! {
        <SaveState draft/>
        <button type="button" class="btn quiet" on:click=move |_| giving_up.set(true)>{t(T::CallGiveUp)}</button>
        <button type="button" class="btn primary" on:click=move |_| draft.request(Deed::Begin)>
            <Drawing of=Icon::Pencil/>
            {t(T::HcpRecord)}
        </button>
    }
}

#[component]
fn RecordingFoot(draft: Draft, close: Callback<()>) -> impl IntoView {
    view! {
        <SaveState draft/>
        <button type="button" class="btn" on:click=move |_| close.run(())>{t(T::CallKeepDraft)}</button>
        <SubmitButton draft close/>
    }
}

#[component]
fn SubmitButton(draft: Draft, close: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let done: Done = Arc::new(move |receipt: CallReceipt| {
        toasts.say(submitted_words(&receipt));
        close.run(());
    });
    draft.when_submitted(done);
    view! { <button type="button" class="btn primary" on:click=move |_| draft.submit()>{t(T::CallSubmit)}</button> }
}

fn submitted_words(receipt: &CallReceipt) -> String {
    let waiting = count(receipt.waiting, T::CallWaitsOne, T::CallWaitsOther);
    if receipt.waiting == 0 {
        t(T::CallSubmitted).to_owned()
    } else {
        format!("{} {waiting}", t(T::CallSubmitted))
    }
}

/// A quiet line: saved here, and when it goes.
#[component]
fn SaveState(draft: Draft) -> impl IntoView {
    let sync = live(Notice::SyncChanged, || Some(GetSync {}));
    let offline = move || sync.with(|sync| sync.network != Network::Online).unwrap_or(false);
    let words = move || match (draft.saving(), offline()) {
        (true, _) => T::CallSaving,
        (false, true) => T::CallSavedOffline,
        (false, false) => T::CallSaved,
    };
    let icon = move || if offline() { Icon::WifiOff } else { Icon::CircleCheck };
    view! { <span class="small quiet save-state grow" role="status">{move || view! { <Drawing of=icon()/> }} {move || t(words())}</span> }
}

/// What one tap can do about the refusal that stands.
fn way_forward(draft: Draft, close: Callback<()>) -> Option<AnyView> {
    let refusal = draft.refusal().get()?;
    match refusal.code {
        Code::NotYetOver => Some(view! { <button type="button" class="btn" on:click=move |_| draft.end_now_and_submit()>{t(T::CallEndedNow)}</button> }.into_any()),
        Code::NotFound => Some(view! { <button type="button" class="btn" on:click=move |_| close.run(())>{t(T::SheetClose)}</button> }.into_any()),
        _ => None,
    }
}

/// A call that was given up: when, by whom, why.
#[component]
fn Cancelled(draft: Draft) -> impl IntoView {
    let today = use_now().today();
    let said = move || {
        draft.view(|view| match &view.state {
            CallState::Cancelled { at, reason, .. } => {
                let by = view.closed_by.clone().unwrap_or_default();
                (
                    fill(
                        T::CallCancelledBy,
                        &[("name", &by), ("when", &dates::moment_inside(*at, today.get()))],
                    ),
                    reason.clone(),
                )
            }
            _ => Default::default(),
        })
    };
    view! {
        <div class="banner">
            <Drawing of=Icon::Ban/>
            <div>
                <p class="strong">{move || said().map(|said| said.0)}</p>
                <p class="kept">{move || said().map(|said| said.1)}</p>
            </div>
        </div>
    }
}

/// The edit that ends a call at this moment and leaves it as long as it was planned when it had not begun.
fn ended_now(view: &CallView, now: domain::Instant) -> CallEdit {
    let (starts_at, ends_at) = (view.content.starts_at, view.content.ends_at);
    let starts_at = if starts_at < now { starts_at } else { now - (ends_at - starts_at) };
    CallEdit::Time { starts_at, ends_at: now }
}
