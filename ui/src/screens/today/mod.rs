//! Today: who, where, when, what for. The chosen call's HCP stands beside the list where there is room.

mod calls;
mod due;

use crate::clock::{self, use_now};
use crate::live::live;
use crate::parts::banner::Refused;
use crate::parts::empty::Empty;
use crate::parts::icon::{Drawing, Icon};
use crate::parts::progress::Filling;
use crate::place::Place;
use crate::screens::call::{PlanFor, PlanSheet};
use crate::screens::hcp::Hcp360;
use crate::text::{T, count, dates, fill, t};
use calls::CallRow;
use contract::Notice;
use contract::calls::{CallCard, DayView, GetDay, Stage};
use domain::Instant;
use domain::ids::{CallId, HcpId};
use due::Due;
use leptos::prelude::*;

/// The screen. `chosen` is the call that the address names.
#[component]
pub fn Today(#[prop(into)] chosen: Signal<Option<CallId>>, ready: Signal<bool>) -> impl IntoView {
    let now = use_now();
    let today = now.today();
    let day = live(Notice::DataChanged, move || {
        let (from, until) = clock::day(today.get());
        Some(GetDay { from, until })
    });
    let shown =
        Memo::new(move |_| chosen.get().or_else(|| day.with(|day| next_call(day, now.get())).flatten()));
    let card = Memo::new(move |_| {
        day.with(|day| day.calls.iter().find(|card| Some(card.call) == shown.get()).cloned()).flatten()
    });
    let hcp = Memo::new(move |_| card.get().and_then(|card| first_hcp(&card)));
    let planning = RwSignal::new(false);
    let rows = move || day.with(|day| day.calls.clone()).unwrap_or_default();
    let is_empty = move || day.with(|day| day.calls.is_empty()).unwrap_or(false);
    view! {
        <section class="list" aria-label=t(T::NavToday)>
            <header class="list-head today-head">
                <div>
                    <p class="cap day">{move || dates::long_day(today.get())}</p>
                    <h1>{t(T::TodayTitle)}</h1>
                    <p class="quiet">{move || day.with(|day| summary(day, now.get()))}</p>
                </div>
                <button type="button" class="round" aria-label=t(T::TodayPlan) title=t(T::TodayPlan) on:click=move |_| planning.set(true)>
                    <Drawing of=Icon::CalendarPlus/>
                </button>
            </header>
            <Refused refusal=Signal::derive(move || day.refusal())/>
            <Filling ready/>
            <ul class="calls" on:keydown=move |event| crate::parts::picker::step_focus(&event, "a")>
                <For each=rows key=|card| card.call let:card>
                    <CallRow card=Signal::derive(move || day.with(|day| again(day, &card)).unwrap_or_else(|| card.clone())) shown/>
                </For>
            </ul>
            <Show when=is_empty>
                <Empty icon=Icon::Sun title=t(T::TodayEmpty) next=t(T::TodayEmptyNext)>
                    <button type="button" class="btn primary" on:click=move |_| planning.set(true)><Drawing of=Icon::Plus/>{t(T::TodayPlan)}</button>
                </Empty>
            </Show>
            <Due today/>
        </section>
        <section class="detail" aria-label=t(T::HcpLabel)>
            <Hcp360 hcp call=card back=Place::Today(None)/>
        </section>
        <Show when=move || planning.get()>
            <PlanSheet who=PlanFor::Anyone close=move || planning.set(false)/>
        </Show>
    }
}

/// The card of the same call in a newer answer.
fn again(day: &DayView, card: &CallCard) -> CallCard {
    day.calls.iter().find(|other| other.call == card.call).unwrap_or(card).clone()
}

fn first_hcp(card: &CallCard) -> Option<HcpId> {
    card.attendees.first().map(|attendee| attendee.hcp)
}

/// What is open and not over; else the last call of the day.
fn next_call(day: &DayView, now: Instant) -> Option<CallId> {
    let open = |card: &&CallCard| card.stage != Stage::Submitted;
    let coming = day.calls.iter().filter(open).find(|card| card.ends_at > now);
    coming.or_else(|| day.calls.iter().find(open)).or(day.calls.last()).map(|card| card.call)
}

/// `6 calls, 2 done. Next in 25 minutes.`
fn summary(day: &DayView, now: Instant) -> String {
    let number = |calls: usize| u32::try_from(calls).unwrap_or(u32::MAX);
    if day.calls.is_empty() {
        return t(T::TodayNone).to_owned();
    }
    let done = number(day.calls.iter().filter(|card| card.stage == Stage::Submitted).count());
    let calls = count(number(day.calls.len()), T::TodayCallsOne, T::TodayCallsOther);
    let calls = if done == 0 {
        fill(T::TodayAll, &[("calls", &calls)])
    } else {
        fill(T::TodayCallsDone, &[("calls", &calls), ("done", &done)])
    };
    let next = day.calls.iter().find(|card| card.stage == Stage::Planned && card.starts_at > now);
    let next = next.map(|card| next_in(card.starts_at, now));
    [Some(calls), next].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn next_in(at: Instant, now: Instant) -> String {
    match dates::until(at, now) {
        Some(soon) => fill(T::TodayNextIn, &[("soon", &soon)]),
        None => fill(T::TodayNextAt, &[("time", &dates::time(at))]),
    }
}

/// The call is over and was not submitted.
fn is_overdue(card: &CallCard, now: Instant) -> bool {
    card.stage != Stage::Submitted && card.stage != Stage::Cancelled && card.ends_at <= now
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta};
    use domain::calls::Channel;
    use uuid::Uuid;

    fn at(minutes: i64) -> Instant {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn card(id: u128, starts: i64, stage: Stage) -> CallCard {
        CallCard {
            call: CallId(Uuid::from_u128(id)),
            starts_at: at(starts),
            ends_at: at(starts + 20),
            channel: Channel::InPerson,
            stage,
            attendees: Vec::new(),
            products: Vec::new(),
            place: None,
            colleague: None,
            waiting: false,
            contested: false,
        }
    }

    fn shown(day: &DayView, minutes: i64) -> u128 {
        next_call(day, at(minutes)).unwrap().0.as_u128()
    }

    #[test]
    fn the_day_opens_on_the_call_that_comes_next() {
        let calls =
            vec![card(1, 0, Stage::Submitted), card(2, 30, Stage::Planned), card(3, 60, Stage::Planned)];
        let day = DayView { calls };
        assert_eq!(shown(&day, 10), 2);
        assert_eq!(shown(&day, 40), 2, "still under way");
        assert_eq!(shown(&day, 55), 3);
        assert_eq!(shown(&day, 500), 2, "the first that was forgotten");
    }

    #[test]
    fn a_day_that_is_done_shows_its_last_call() {
        let day = DayView { calls: vec![card(1, 0, Stage::Submitted), card(2, 30, Stage::Submitted)] };
        assert_eq!(shown(&day, 500), 2);
        assert_eq!(next_call(&DayView { calls: Vec::new() }, at(0)), None);
    }
}
