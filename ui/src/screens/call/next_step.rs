//! The next step: a promise and its day; becomes a follow-up when the call is submitted.

use super::desk::Desk;
use crate::clock::use_now;
use crate::text::{T, t};
use chrono::{NaiveDate, TimeDelta};
use domain::calls::{CallEdit, NextStep};
use leptos::prelude::*;

/// How far away a next step is due when nobody says.
const USUAL_DAYS: i64 = 7;

/// The next step.
#[component]
pub fn NextStepCard(desk: Desk) -> impl IntoView {
    let today = use_now().today();
    let usual = move || today.get() + TimeDelta::days(USUAL_DAYS);
    let step = Memo::new(move |_| desk.content.with(|content| content.next_step.clone()));
    // The day that was chosen before a text is there, since a step without a text is none.
    let chosen = RwSignal::new(None::<NaiveDate>);
    let due = move || step.get().map(|step| step.due).or(chosen.get()).unwrap_or_else(usual);
    let write = move |text: String| {
        let step = (!text.is_empty()).then(|| NextStep { text, due: untrack(due) });
        desk.edit.run(CallEdit::NextStep(step));
    };
    let move_to = move |text: String| {
        let Ok(day) = text.parse::<NaiveDate>() else { return };
        chosen.set(Some(day));
        if let Some(step) = step.get_untracked() {
            desk.edit.run(CallEdit::NextStep(Some(NextStep { due: day, ..step })));
        }
    };
    view! {
        <section class="card next-step" role="group" aria-labelledby="next-title">
            <h3 id="next-title">{t(T::CallNextStep)}</h3>
            <div class="fields">
                <input
                    class="input next-text"
                    aria-label=t(T::CallNextStep)
                    placeholder=t(T::CallNextStepHint)
                    autocomplete="off"
                    prop:value=move || step.get().map(|step| step.text).unwrap_or_default()
                    on:input=move |event| write(event_target_value(&event))
                />
                <input
                    class="input next-day number"
                    type="date"
                    aria-label=t(T::CallNextStepDue)
                    prop:value=move || due().to_string()
                    on:change=move |event| move_to(event_target_value(&event))
                />
            </div>
        </section>
    }
}
