//! The follow-ups that are due, under the calls of the day.

use crate::live::live;
use crate::screens::tasks::TaskRow;
use crate::text::{T, t};
use chrono::NaiveDate;
use contract::Notice;
use contract::planning::{FollowUpCard, GetFollowUps};
use leptos::prelude::*;

/// What was promised for today or earlier. Takes no room when nothing is due.
#[component]
pub fn Due(today: Memo<NaiveDate>) -> impl IntoView {
    let tasks = live(Notice::DataChanged, || Some(GetFollowUps {}));
    let due = move || {
        let until = today.get();
        tasks
            .with(|list| list.open.iter().filter(|task| task.due <= until).cloned().collect::<Vec<_>>())
            .unwrap_or_default()
    };
    view! {
        <Show when=move || !due().is_empty()>
            <section class="due" aria-labelledby="due-title">
                <h2 id="due-title">{t(T::TodayDue)}</h2>
                <ul>
                    <For each=due key=FollowUpCard::clone let:task>
                        <TaskRow task today tasks/>
                    </For>
                </ul>
            </section>
        </Show>
    }
}
