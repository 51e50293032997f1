//! Consent: a mark for each channel in the header, and the sheet that records what an HCP said.

use crate::backend;
use crate::clock::{local, now, use_now};
use crate::live::Live;
use crate::parts::banner::Refused;
use crate::parts::chip::{Chip, Tone};
use crate::parts::icon::{Drawing, Icon};
use crate::parts::segmented::{Segment, Segmented};
use crate::parts::sheet::Sheet;
use crate::parts::toast::use_toasts;
use crate::text::{T, count, dates, fill, t, words};
use chrono::NaiveDate;
use contract::people::{ConsentMark, ProfileView, RecordConsent};
use domain::Instant;
use domain::consent::{ConsentAct, ConsentEvidence, ConsentState};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How soon an end is near enough to be said in days.
const SOON_DAYS: i64 = 30;

/// What can be known on the spot; an import is not done by hand.
const EVIDENCE: [ConsentEvidence; 3] =
    [ConsentEvidence::Spoken, ConsentEvidence::Signature, ConsentEvidence::WebForm];

/// The marks of the header: each opens the sheet.
pub fn marks(profile: &ProfileView, open: Callback<()>) -> impl IntoView + use<> {
    let now = use_now().get();
    let mark = move |mark: &ConsentMark| {
        let face = face(mark.state, now);
        let text = [words::consent_channel(mark.channel).to_owned(), face.short]
            .into_iter()
            .filter(|part| !part.is_empty());
        let text = text.collect::<Vec<_>>().join(", ");
        let unsaid = face.unsaid.map(|unsaid| view! { <span class="unseen">", " {unsaid}</span> });
        view! {
            <button type="button" class=face.tone.class() aria-haspopup="dialog" on:click=move |_| open.run(())>
                <Drawing of=face.icon/>
                <span>{text}{unsaid}</span>
            </button>
        }
    };
    profile.consent.iter().map(mark).collect_view()
}

/// How a state of consent is shown.
struct Face {
    tone: Tone,
    icon: Icon,
    /// What stands after the channel; empty for a plain yes.
    short: String,
    /// What only assistive technology needs, since the drawing says it.
    unsaid: Option<&'static str>,
}

fn face(state: ConsentState, now: Instant) -> Face {
    let today = local(now).date();
    let day = |at: Instant| dates::calendar_day(local(at).date(), today);
    match state {
        ConsentState::Unknown => Face {
            tone: Tone::Plain,
            icon: Icon::CircleHelp,
            short: t(T::ConsentUnknown).to_owned(),
            unsaid: None,
        },
        ConsentState::Granted { until: Some(until), .. } if days_left(until, today) <= SOON_DAYS => Face {
            tone: Tone::Warn,
            icon: Icon::Clock,
            short: expires(days_left(until, today)),
            unsaid: None,
        },
        ConsentState::Granted { .. } => Face {
            tone: Tone::Ok,
            icon: Icon::Check,
            short: String::new(),
            unsaid: Some(t(T::ConsentAllowed)),
        },
        ConsentState::Expired { since } => Face {
            tone: Tone::Warn,
            icon: Icon::Clock,
            short: fill(T::ConsentExpired, &[("day", &day(since))]),
            unsaid: None,
        },
        ConsentState::Withdrawn { since } => Face {
            tone: Tone::Stop,
            icon: Icon::X,
            short: fill(T::ConsentWithdrawn, &[("day", &day(since))]),
            unsaid: None,
        },
    }
}

fn days_left(until: Instant, today: NaiveDate) -> i64 {
    (local(until).date() - today).num_days()
}

fn expires(days: i64) -> String {
    count(u32::try_from(days).unwrap_or_default(), T::ConsentExpiresOne, T::ConsentExpiresOther)
}

/// Records a grant or a withdrawal, a channel a line.
#[component]
pub fn ConsentSheet(profile: Live<ProfileView>, #[prop(into)] close: Callback<()>) -> impl IntoView {
    let evidence = RwSignal::new(ConsentEvidence::Spoken);
    let refusal = RwSignal::new(None);
    let toasts = use_toasts();
    let record = Callback::new(move |(mark, act): (ConsentMark, ConsentAct)| {
        let Some(hcp) = profile.with(|profile| profile.card.hcp) else { return };
        let request = RecordConsent { hcp, channel: mark.channel, act, evidence: evidence.get_untracked() };
        spawn_local(async move {
            match backend::call(request).await {
                Ok(renewed) => {
                    let _ = refusal.try_set(None);
                    let said = if act == ConsentAct::Granted { T::ConsentSaidYes } else { T::ConsentSaidNo };
                    toasts.say(fill(said, &[("channel", &words::consent_channel(mark.channel))]));
                    profile.put(Ok(renewed));
                }
                Err(why) => drop(refusal.try_set(Some(why))),
            }
        });
    });
    let segments = EVIDENCE.map(|value| Segment { value, name: words::evidence(value), icon: None }).to_vec();
    let lines = move || profile.with(|profile| profile.consent.clone()).unwrap_or_default();
    let name = Signal::derive(move || profile.with(|profile| profile.card.name.clone()).unwrap_or_default());
    view! {
        <Sheet title=Signal::derive(|| t(T::ConsentTitle).to_owned()) about=move || name.get() close>
            <Refused refusal/>
            <h3>{t(T::ConsentHow)}</h3>
            <div class="consent-how">
                <Segmented label=t(T::ConsentHow) segments chosen=Signal::derive(move || Some(evidence.get())) choose=move |value| evidence.set(value)/>
            </div>
            <ul>{move || lines().into_iter().map(|mark| view! { <ConsentLine mark record/> }).collect_view()}</ul>
        </Sheet>
    }
}

#[component]
fn ConsentLine(mark: ConsentMark, record: Callback<(ConsentMark, ConsentAct)>) -> impl IntoView {
    let face = face(mark.state, now());
    let state = face.unsaid.map_or(face.short, ToOwned::to_owned);
    let channel = words::consent_channel(mark.channel);
    let may_withdraw = matches!(mark.state, ConsentState::Granted { .. } | ConsentState::Unknown);
    let may_grant = !matches!(mark.state, ConsentState::Granted { .. });
    let button = move |act: ConsentAct, text: T, class: &'static str| {
        let label = fill(text, &[("channel", &channel)]);
        let short = t(if act == ConsentAct::Granted { T::ConsentGrant } else { T::ConsentWithdraw });
        view! { <button type="button" class=class aria-label=label on:click=move |_| record.run((mark, act))>{short}</button> }
    };
    view! {
        <li class="consent-line">
            <Drawing of=words::consent_channel_icon(mark.channel)/>
            <span class="strong">{channel}</span>
            <Chip tone=face.tone icon=face.icon text=state/>
            <span class="consent-buttons">
                {may_withdraw.then(|| button(ConsentAct::Withdrawn, T::ConsentWithdrawFor, "btn stop"))}
                {may_grant.then(|| button(ConsentAct::Granted, T::ConsentGrantFor, "btn"))}
            </span>
        </li>
    }
}
