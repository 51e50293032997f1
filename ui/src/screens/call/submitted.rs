//! A submitted call: what was frozen, what was amended since, and the way to amend it.

use super::amendments::AmendmentItem;
use super::desk::{Desk, nothing};
use super::draft::{Deed, Done, Draft, add};
use super::editor::Editor;
use super::said::step_words;
use crate::clock::use_now;
use crate::parts::banner::Findings;
use crate::parts::field::Field;
use crate::parts::icon::{Drawing, Icon};
use crate::parts::toast::use_toasts;
use crate::text::{T, dates, fill, t, words};
use contract::calls::{CallReceipt, CallView};
use domain::calls::{CallContent, CallEdit, CallState};
use leptos::prelude::*;
use std::sync::Arc;

/// An amendment being written. Lives as long as the sheet.
#[derive(Clone, Copy)]
pub struct Amending {
    open: RwSignal<bool>,
    content: RwSignal<CallContent>,
    edits: RwSignal<Vec<CallEdit>>,
    reason: RwSignal<String>,
}

impl Amending {
    /// No amendment yet.
    pub fn closed() -> Self {
        Self {
            open: RwSignal::new(false),
            content: RwSignal::new(nothing()),
            edits: RwSignal::new(Vec::new()),
            reason: RwSignal::new(String::new()),
        }
    }

    /// Begins with what is true now.
    fn begin(self, content: CallContent) {
        self.content.set(content);
        self.edits.set(Vec::new());
        self.reason.set(String::new());
        self.open.set(true);
    }

    fn edit(self, edit: CallEdit) {
        self.content.update(|content| content.apply(&edit));
        self.edits.update(|edits| add(edits, edit));
    }
}

/// The frozen call, or the editor of an amendment.
#[component]
pub fn Submitted(draft: Draft, amending: Amending) -> impl IntoView {
    let findings = Signal::derive(move || draft.view(|view| view.findings.clone()).unwrap_or_default());
    move || {
        if amending.open.get() {
            view! { <AmendEditor draft own=amending/> }.into_any()
        } else {
            view! { <Frozen draft/><Findings findings/> }.into_any()
        }
    }
}

/// What is true now, read only.
#[component]
fn Frozen(draft: Draft) -> impl IntoView {
    let today = use_now().today();
    let closed = move || {
        draft.view(|view| match &view.state {
            CallState::Submitted { at, .. } => {
                let by = view.closed_by.clone().unwrap_or_default();
                fill(T::CallSubmittedBy, &[("name", &by), ("when", &dates::moment_inside(*at, today.get()))])
            }
            _ => String::new(),
        })
    };
    let amendments = move || {
        draft
            .view(|view| view.amendments.clone())
            .unwrap_or_default()
            .into_iter()
            .map(|own| view! { <AmendmentItem own/> })
            .collect_view()
    };
    let any_amendment = Memo::new(move |_| draft.view(|view| !view.amendments.is_empty()).unwrap_or(false));
    view! {
        <div class="banner"><Drawing of=Icon::CircleCheck/><p>{closed}</p></div>
        <dl class="frozen">{move || draft.view(|view| facts(view).into_iter().map(fact).collect_view())}</dl>
        <Show when=move || any_amendment.get()>
            <section class="amendments">
                <h3>{t(T::CallAmendments)}</h3>
                <ol>{amendments}</ol>
            </section>
        </Show>
    }
}

fn fact((name, value): (String, String)) -> impl IntoView {
    view! { <div><dt class="cap">{name}</dt><dd class="kept">{value}</dd></div> }
}

/// What a call says, a name and a value a line; what was not said is left out.
fn facts(view: &CallView) -> Vec<(String, String)> {
    let content = &view.content;
    let people = view.attendees.iter().map(|own| own.name.as_str()).collect::<Vec<_>>().join(", ");
    let rows = [
        (T::FieldChannel, words::channel(content.channel).to_owned()),
        (T::CallWho, people),
        (T::CallProducts, products(view)),
        (T::CallNotes, content.notes.clone()),
        (T::CallNextStep, content.next_step.as_ref().map(step_words).unwrap_or_default()),
        (
            T::FieldSideEffect,
            content.side_effect.map(|answer| words::side_effect(answer).to_owned()).unwrap_or_default(),
        ),
    ];
    rows.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (t(name).to_owned(), value))
        .collect()
}

/// `Corvalen, interested: Renal dosing`, a line each, in the order of talking.
fn products(view: &CallView) -> String {
    let mut talks: Vec<_> = view.content.products.iter().collect();
    talks.sort_by_key(|(_, talk)| talk.order);
    let line = |(id, talk): (&domain::ids::ProductId, &domain::calls::ProductTalk)| {
        let product = view.catalogue.iter().find(|product| product.id == *id);
        let name = product.map_or_else(|| t(T::SaidSomeProduct).to_owned(), |product| product.name.clone());
        let given = product
            .into_iter()
            .flat_map(|product| &product.messages)
            .filter(|own| talk.messages.contains(&own.id));
        let given: Vec<&str> = given.map(|own| own.text.as_str()).collect();
        let reaction =
            talk.reaction.map(|reaction| format!(", {}", words::reaction(reaction))).unwrap_or_default();
        if given.is_empty() {
            format!("{name}{reaction}")
        } else {
            format!("{name}{reaction}: {}", given.join(", "))
        }
    };
    talks.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

#[component]
fn AmendEditor(draft: Draft, own: Amending) -> impl IntoView {
    let desk = Desk::new(draft, own.content.into(), Callback::new(move |edit| own.edit(edit)));
    view! {
        <div class="banner"><Drawing of=Icon::Info/><p>{t(T::AmendAbout)}</p></div>
        <Field label=t(T::AmendReason) value=own.reason first=true/>
        <Editor desk recording=true/>
    }
}

/// Amend, or save the amendment.
#[component]
pub fn Foot(draft: Draft, amending: Amending) -> impl IntoView {
    let toasts = use_toasts();
    let begin = move |_| {
        if let Some(content) = untrack(|| draft.view(|view| view.content.clone())) {
            amending.begin(content);
        }
    };
    let save = move |_| {
        let done: Done = Arc::new(move |_: CallReceipt| {
            amending.open.set(false);
            toasts.say(t(T::AmendDone));
        });
        let reason = amending.reason.get_untracked().trim().to_owned();
        draft.request(Deed::Amend { reason, edits: amending.edits.get_untracked(), done });
    };
    let unchanged =
        move || amending.content.with(|content| draft.view(|view| view.content == *content)).unwrap_or(true);
    move || {
        if !amending.open.get() {
            return view! { <button type="button" class="btn" on:click=begin><Drawing of=Icon::Pencil/>{t(T::AmendBegin)}</button> }.into_any();
        }
        view! {
            <button type="button" class="btn" on:click=move |_| amending.open.set(false)>{t(T::AmendNot)}</button>
            <button type="button" class="btn primary" disabled=unchanged on:click=save>{t(T::AmendSave)}</button>
        }
        .into_any()
    }
}
