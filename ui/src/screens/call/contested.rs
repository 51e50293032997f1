//! Values that two people wrote at once: both, with names and times, and one tap to settle it.

use super::draft::{Deed, Done, Draft};
use super::said::{contested_field, said};
use crate::clock::use_now;
use crate::parts::icon::{Drawing, Icon};
use crate::parts::toast::use_toasts;
use crate::text::{T, dates, fill, t};
use contract::calls::{CallReceipt, CallView, ContestedView};
use domain::calls::{CallEdit, LostValue};
use leptos::prelude::*;
use std::sync::Arc;

/// A value that somebody wrote, ready to be shown.
struct Written {
    value: String,
    by: String,
    at: domain::Instant,
    edit: CallEdit,
    stands: bool,
}

/// All contested fields of a call. Takes no room when there are none.
#[component]
pub fn ContestedList(draft: Draft) -> impl IntoView {
    let fields = Memo::new(move |_| draft.view(|view| view.contested.clone()).unwrap_or_default());
    let card = move |field: ContestedView| {
        let (title, written) = draft.view(|view| written(&field, view)).unwrap_or_default();
        view! {
            <section class="banner warn contested" role="group" aria-label=fill(T::ContestedTitle, &[("field", &title)])>
                <Drawing of=Icon::GitMerge/>
                <div>
                    <p class="strong">{fill(T::ContestedTitle, &[("field", &title)])}</p>
                    <p class="small quiet">{t(T::ContestedWhy)}</p>
                    <ul>{written.into_iter().map(|written| view! { <Choice draft written/> }).collect_view()}</ul>
                </div>
            </section>
        }
    };
    move || fields.get().into_iter().map(card).collect_view()
}

fn written(field: &ContestedView, view: &CallView) -> (String, Vec<Written>) {
    let own = |lost: &LostValue, by: &String, stands: bool| Written {
        value: said(&lost.value, view),
        by: by.clone(),
        at: lost.at,
        edit: lost.value.clone(),
        stands,
    };
    let kept = own(&field.contested.kept, &field.kept_by, true);
    let lost = field.contested.lost.iter().zip(&field.lost_by).map(|(lost, by)| own(lost, by, false));
    (contested_field(&field.contested, view), std::iter::once(kept).chain(lost).collect())
}

#[component]
fn Choice(draft: Draft, written: Written) -> impl IntoView {
    let today = use_now().today();
    let toasts = use_toasts();
    let Written { value, by, at, edit, stands } = written;
    let name = by.clone();
    let take = move |_| {
        let done: Done = Arc::new(move |_: CallReceipt| toasts.say(t(T::ContestedSettled)));
        if untrack(|| draft.view(|view| view.state.is_open())) == Some(true) {
            draft.edit(edit.clone());
            toasts.say(t(T::ContestedSettled));
        } else {
            let reason = fill(T::ContestedReason, &[("name", &name)]);
            draft.request(Deed::Amend { reason, edits: vec![edit.clone()], done });
        }
    };
    let action = if stands { T::ContestedKeep } else { T::ContestedTake };
    let label = format!("{}: {value}", t(action));
    let when =
        move || fill(T::ContestedBy, &[("name", &by), ("when", &dates::moment_inside(at, today.get()))]);
    view! {
        <li class="choice">
            <span class="choice-what">
                <span class="strong kept">{value}</span>
                <span class="small quiet">{when} {stands.then(|| format!(", {}", t(T::ContestedStands)))}</span>
            </span>
            <button type="button" class="btn" aria-label=label on:click=take>{t(action)}</button>
        </li>
    }
}
