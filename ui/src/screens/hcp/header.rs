//! The header: who this is, whether and how we may write or call, and what to do next. At most 160 px on a tablet.

use super::consent::{ConsentSheet, marks};
use crate::backend;
use crate::clock::{self, local, use_now};
use crate::live::Live;
use crate::parts::banner::Refused;
use crate::parts::chip::{Chip, Tone};
use crate::parts::icon::{Drawing, Icon};
use crate::place::Place;
use crate::screens::call::{PlanFor, PlanSheet};
use crate::text::{T, t, words};
use contract::Refusal;
use contract::calls::{CallCard, CallView, EditCall, PlanCall, Stage};
use contract::people::ProfileView;
use domain::Instant;
use domain::calls::Channel;
use domain::people::HcpStatus;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

/// How long a call is taken to have been when it is recorded without a plan.
const USUAL_MINUTES: i64 = 20;

/// The header.
#[component]
pub fn Header(profile: Live<ProfileView>, call: Memo<Option<CallCard>>, back: Place) -> impl IntoView {
    let planning = RwSignal::new(false);
    let consenting = RwSignal::new(false);
    let who = move || {
        profile.with(|profile| PlanFor::Known(Box::new(profile.card.clone()))).unwrap_or(PlanFor::Anyone)
    };
    view! {
        <header class="hcp-head">
            <div class="hcp-who">
                <a class="round back" href=back.path() aria-label=t(T::HcpBack)><Drawing of=Icon::ChevronLeft/></a>
                <div class="hcp-title">
                    <h1>{move || profile.with(|profile| profile.card.name.clone())}</h1>
                    <p class="quiet hcp-about">{move || profile.with(about)}</p>
                </div>
            </div>
            <Actions profile call plan=move || planning.set(true)/>
            <div class="chips hcp-consent" role="group" aria-label=t(T::ConsentTitle)>
                {move || profile.with(|profile| marks(profile, Callback::new(move |()| consenting.set(true))))}
            </div>
        </header>
        <Show when=move || planning.get()>
            <PlanSheet who=who() close=move || planning.set(false)/>
        </Show>
        <Show when=move || consenting.get()>
            <ConsentSheet profile close=move || consenting.set(false)/>
        </Show>
    }
}

/// Plan and record; none for somebody who does not practise any more.
#[component]
fn Actions(
    profile: Live<ProfileView>,
    call: Memo<Option<CallCard>>,
    #[prop(into)] plan: Callback<()>,
) -> impl IntoView {
    let refusal = RwSignal::new(None::<Refusal>);
    let navigate = use_navigate();
    let now = use_now();
    let today = now.today();
    let open = move || {
        let is_of_today = |card: &CallCard| local(card.starts_at).date() == today.get();
        call.get().or_else(|| profile.with(|profile| profile.next_call.clone().filter(is_of_today)).flatten())
    };
    let name = move || {
        t(match open().map(|card| card.stage) {
            Some(Stage::InProgress) => T::HcpGoOn,
            Some(Stage::Submitted) => T::HcpOpenCall,
            _ => T::HcpRecord,
        })
    };
    let record = move |_| {
        let Some(profile) = untrack(move || profile.get()) else { return };
        let open = untrack(open);
        let navigate = navigate.clone();
        spawn_local(async move {
            match begin(open, &profile).await {
                Ok(place) => navigate(&place.path(), Default::default()),
                Err(why) => drop(refusal.try_set(Some(why))),
            }
        });
    };
    let inactive =
        move || profile.with(|profile| profile.card.status == HcpStatus::Inactive).unwrap_or(false);
    view! {
        <div class="hcp-actions">
            <Show when=inactive><Chip tone=Tone::Warn icon=Icon::Ban text=t(T::HcpInactiveLong)/></Show>
            <div class="hcp-buttons" class:gone=inactive>
                <button type="button" class="btn" on:click=move |_| plan.run(())><Drawing of=Icon::CalendarDays/>{t(T::HcpPlan)}</button>
                <button type="button" class="btn primary" on:click=record><Drawing of=Icon::Plus/>{name}</button>
            </div>
        </div>
        <Refused refusal/>
    }
}

/// Begins to record the call that is there, or one that has just been.
async fn begin(open: Option<CallCard>, profile: &ProfileView) -> Result<Place, Refusal> {
    let view: CallView = match open {
        Some(card) if card.stage == Stage::Planned => {
            backend::call(EditCall { call: card.call, edits: Vec::new(), begin: true }).await?
        }
        Some(card) => return Ok(Place::Call(card.call)),
        None => backend::call(just_been(profile, clock::now())).await?,
    };
    Ok(Place::Call(view.call))
}

fn just_been(profile: &ProfileView, now: Instant) -> PlanCall {
    PlanCall {
        hcps: vec![profile.card.hcp],
        channel: profile.preferred_channel.unwrap_or(Channel::InPerson),
        starts_at: now - chrono::TimeDelta::minutes(USUAL_MINUTES),
        ends_at: now,
        begin: true,
    }
}

/// `Cardiology. Head of department, Herzzentrum Elbtal. Tier A`
fn about(profile: &ProfileView) -> String {
    let join =
        |parts: [&str; 2]| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let place = if profile.card.workplace.is_empty() { &profile.card.city } else { &profile.card.workplace };
    let tier = profile.card.tier.map(words::tier).unwrap_or_default();
    let sentences = [profile.card.specialty.clone(), join([&profile.role, place]), tier.to_owned()];
    let said: Vec<String> = sentences.into_iter().filter(|sentence| !sentence.is_empty()).collect();
    said.join(". ")
}
