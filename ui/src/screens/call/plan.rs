//! Planning a call: who, when, how.

use super::editor::channels;
use super::times::{TimeFields, Times};
use crate::backend;
use crate::clock::{self, use_now};
use crate::parts::banner::Refused;
use crate::parts::icon::{Drawing, Icon};
use crate::parts::picker::Picker;
use crate::parts::segmented::Segmented;
use crate::parts::sheet::Sheet;
use crate::parts::toast::use_toasts;
use crate::text::{T, dates, fill, t};
use chrono::TimeDelta;
use contract::calls::PlanCall;
use contract::people::HcpCard;
use contract::{Code, Refusal};
use domain::Instant;
use domain::calls::Channel;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Calls begin on the quarter of an hour and last two of them.
const QUARTER: i64 = 15 * 60;
const USUAL_MINUTES: i64 = 30;

/// For whom a call is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanFor {
    /// Is chosen in the sheet.
    Anyone,
    /// Is chosen already.
    Known(Box<HcpCard>),
}

/// The sheet.
#[component]
pub fn PlanSheet(who: PlanFor, #[prop(into)] close: Callback<()>) -> impl IntoView {
    let (starts_at, ends_at) = next_slot(clock::now());
    let times = Times::of(starts_at, ends_at);
    let channel = RwSignal::new(Channel::InPerson);
    let people = RwSignal::new(match who {
        PlanFor::Anyone => Vec::new(),
        PlanFor::Known(card) => vec![*card],
    });
    let refusal = RwSignal::new(None::<Refusal>);
    let plan = planner(people, channel, times, refusal, close);
    let alert = move || view! { <Refused refusal/> }.into_any();
    let foot = move || {
        view! {
            <button type="button" class="btn" on:click=move |_| close.run(())>{t(T::PlanNotNow)}</button>
            <button type="button" class="btn primary" on:click=move |_| plan.run(())>{t(T::PlanAction)}</button>
        }
        .into_any()
    };
    view! {
        <Sheet title=Signal::derive(|| t(T::PlanTitle).to_owned()) close alert foot>
            <div class="editor">
                <People people/>
                <section><h3>{t(T::PlanHow)}</h3>
                    <Segmented label=t(T::FieldChannel) segments=channels() chosen=Signal::derive(move || Some(channel.get())) choose=move |value| channel.set(value)/>
                </section>
                <section><h3>{t(T::PlanWhen)}</h3><TimeFields times changed=|()| ()/></section>
            </div>
        </Sheet>
    }
}

#[component]
fn People(people: RwSignal<Vec<HcpCard>>) -> impl IntoView {
    let without = Signal::derive(move || people.get().iter().map(|card| card.hcp).collect::<Vec<_>>());
    let chip = move |card: HcpCard| {
        let hcp = card.hcp;
        let label = fill(T::CallRemovePerson, &[("name", &card.name)]);
        let remove = move |_| people.update(|people| people.retain(|card| card.hcp != hcp));
        view! { <li class="who-chip"><span>{card.name}</span><button type="button" aria-label=label on:click=remove><Drawing of=Icon::X/></button></li> }
    };
    let searching = RwSignal::new(people.with_untracked(Vec::is_empty));
    let pick = move |card| {
        people.update(|people| people.push(card));
        searching.set(false);
    };
    view! {
        <section role="group" aria-labelledby="plan-who">
            <h3 id="plan-who">{t(T::PlanWho)}</h3>
            <ul class="chips who">
                <For each=move || people.get() key=|card| card.hcp children=chip/>
                <Show when=move || !searching.get()>
                    <li><button type="button" class="who-add" on:click=move |_| searching.set(true)><Drawing of=Icon::Plus/>{t(T::CallAddPerson)}</button></li>
                </Show>
            </ul>
            <Show when=move || searching.get()><Picker label=t(T::HcpsSearch) without pick/></Show>
        </section>
    }
}

fn planner(
    people: RwSignal<Vec<HcpCard>>,
    channel: RwSignal<Channel>,
    times: Times,
    refusal: RwSignal<Option<Refusal>>,
    close: Callback<()>,
) -> Callback<()> {
    let toasts = use_toasts();
    let today = use_now().today();
    Callback::new(move |()| {
        let Some((starts_at, ends_at)) = times.read() else {
            return refusal.set(Some(Refusal::of(Code::TimeInvalid)));
        };
        let hcps = people.with_untracked(|people| people.iter().map(|card| card.hcp).collect());
        let request = PlanCall { hcps, channel: channel.get_untracked(), starts_at, ends_at, begin: false };
        spawn_local(async move {
            match backend::call(request).await {
                Ok(_) => {
                    let when = dates::moment_inside(starts_at, today.get_untracked());
                    toasts.say(fill(T::PlanDone, &[("when", &when)]));
                    close.run(());
                }
                Err(why) => drop(refusal.try_set(Some(why))),
            }
        });
    })
}

/// The next quarter of an hour and the usual time after it.
fn next_slot(now: Instant) -> (Instant, Instant) {
    let seconds = (now.timestamp() / QUARTER + 1) * QUARTER;
    let starts_at = Instant::from_timestamp(seconds, 0).unwrap_or(now);
    (starts_at, starts_at + TimeDelta::minutes(USUAL_MINUTES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_offered_for_the_next_quarter_of_an_hour() {
        let at = |seconds| Instant::from_timestamp(seconds, 0).unwrap();
        assert_eq!(next_slot(at(1)), (at(900), at(2700)));
        assert_eq!(next_slot(at(900)).0, at(1800));
    }
}
