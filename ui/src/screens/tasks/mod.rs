//! Tasks: what was promised and is not done.

use crate::backend;
use crate::clock::use_now;
use crate::live::{Live, live};
use crate::parts::banner::Refused;
use crate::parts::chip::{Chip, Tone};
use crate::parts::empty::Empty;
use crate::parts::icon::{Drawing, Icon};
use crate::parts::toast::use_toasts;
use crate::place::Place;
use crate::text::{T, dates, fill, t};
use chrono::NaiveDate;
use contract::Notice;
use contract::planning::{CompleteFollowUp, FollowUpCard, FollowUpList, GetFollowUps};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How soon a follow-up is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Late,
    Today,
    Later,
}

impl Due {
    const ALL: [Self; 3] = [Self::Late, Self::Today, Self::Later];

    fn of(due: NaiveDate, today: NaiveDate) -> Self {
        match due.cmp(&today) {
            std::cmp::Ordering::Less => Self::Late,
            std::cmp::Ordering::Equal => Self::Today,
            std::cmp::Ordering::Greater => Self::Later,
        }
    }

    fn title(self) -> &'static str {
        t(match self {
            Self::Late => T::TasksLate,
            Self::Today => T::TasksToday,
            Self::Later => T::TasksLater,
        })
    }
}

/// The screen.
#[component]
pub fn Tasks() -> impl IntoView {
    let today = use_now().today();
    let tasks = live(Notice::DataChanged, || Some(GetFollowUps {}));
    let is_empty = move || tasks.with(|list| list.open.is_empty()).unwrap_or(false);
    view! {
        <section class="page" aria-label=t(T::NavTasks)>
            <h1>{t(T::NavTasks)}</h1>
            <Refused refusal=Signal::derive(move || tasks.refusal())/>
            {Due::ALL.map(|due| view! { <TaskGroup due tasks today/> })}
            <Show when=is_empty>
                <Empty icon=Icon::CircleCheck title=t(T::TasksEmpty) next=t(T::TasksEmptyNext)/>
            </Show>
        </section>
    }
}

#[component]
fn TaskGroup(due: Due, tasks: Live<FollowUpList>, today: Memo<NaiveDate>) -> impl IntoView {
    let own = move || {
        let today = today.get();
        let belongs = |task: &&FollowUpCard| Due::of(task.due, today) == due;
        tasks.with(|list| list.open.iter().filter(belongs).cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    view! {
        <Show when=move || !own().is_empty()>
            <section class="task-group">
                <h2 class="cap">{due.title()}</h2>
                <ul>
                    <For each=own key=FollowUpCard::clone let:task>
                        <TaskRow task today tasks/>
                    </For>
                </ul>
            </section>
        </Show>
    }
}

/// A follow-up with a round to tick.
#[component]
pub fn TaskRow(task: FollowUpCard, today: Memo<NaiveDate>, tasks: Live<FollowUpList>) -> impl IntoView {
    let toasts = use_toasts();
    let done = RwSignal::new(false);
    let text = task.text.clone();
    let complete = move |_| {
        if done.get_untracked() {
            return;
        }
        done.set(true);
        let text = text.clone();
        spawn_local(async move {
            let answer = backend::call(CompleteFollowUp { follow_up: task.follow_up }).await;
            let _ = done.try_set(answer.is_ok());
            if answer.is_ok() {
                toasts.say(fill(T::TasksDone, &[("text", &text)]));
            }
            tasks.put(answer);
        });
    };
    let due = move || (dates::short_day(task.due, today.get()), Due::of(task.due, today.get()));
    let chip = move || match due() {
        (day, Due::Later) => view! { <span class="small quiet number">{day}</span> }.into_any(),
        (day, _) => view! { <Chip tone=Tone::Warn icon=Icon::Clock text=day/> }.into_any(),
    };
    let label = fill(T::TasksComplete, &[("text", &task.text)]);
    view! {
        <li class="task" class:done=done>
            <button type="button" class="task-tick" role="checkbox" aria-checked=move || done.get().to_string() aria-label=label on:click=complete>
                <span><Drawing of=Icon::Check/></span>
            </button>
            <span class="task-what">
                <span class="strong">{task.text.clone()}</span>
                <About task=task/>
            </span>
            {chip}
        </li>
    }
}

#[component]
fn About(task: FollowUpCard) -> impl IntoView {
    let name = task.hcp_name.clone();
    // Somebody whom this device does not hold, or not yet, has no name.
    let held = task.hcp.filter(|_| !name.is_empty());
    let hcp = held.map(|hcp| view! { <a class="task-link" href=Place::Hcps(Some(hcp)).path()>{name}</a> });
    let colleague =
        task.colleague.map(|colleague| view! { <span>{fill(T::TasksOf, &[("name", &colleague)])}</span> });
    view! { <span class="small quiet task-about">{hcp} {colleague}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_due_yesterday_is_late() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        assert_eq!(Due::of(day(22), day(23)), Due::Late);
        assert_eq!(Due::of(day(23), day(23)), Due::Today);
        assert_eq!(Due::of(day(24), day(23)), Due::Later);
    }
}
