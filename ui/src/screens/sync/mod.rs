//! Sync: the network, what waits to be sent, what needs attention.

mod attention;
mod first;
mod waiting;

use crate::backend;
use crate::clock::use_now;
use crate::live::{Live, live};
use crate::parts::banner::Refused;
use crate::parts::icon::{Drawing, Icon};
use crate::screens::entry::SignInForm;
use crate::text::{T, count, dates, t};
use attention::Attention;
use contract::session::{Me, SessionView};
use contract::sync::{GetSync, Network, SetOffline, Subject, SyncNow, SyncView};
use contract::{Command, Notice, Refusal};
use first::First;
use leptos::prelude::*;
use leptos::task::spawn_local;
use waiting::Waiting;

/// The screen.
#[component]
pub fn Sync(#[prop(into)] me: Signal<Me>, session: RwSignal<Option<SessionView>>) -> impl IntoView {
    let sync = live(Notice::SyncChanged, || Some(GetSync {}));
    let refusal = RwSignal::new(None::<Refusal>);
    let ask = Asking { sync, refusal };
    let can_switch = move || me.get().can_go_offline;
    let expired = Memo::new(move |_| {
        me.get().expired || sync.with(|sync| sync.network == Network::SignInNeeded).unwrap_or(false)
    });
    view! {
        <section class="page" aria-label=t(T::SyncTitle)>
            <h1>{t(T::SyncTitle)}</h1>
            <Status sync/>
            <First sync/>
            <div class="row sync-actions">
                <button type="button" class="btn" class:primary=move || !expired.get() on:click=move |_| ask.send(SyncNow {})><Drawing of=Icon::RefreshCw/>{t(T::SyncNow)}</button>
                <Show when=can_switch><OfflineSwitch sync ask/></Show>
            </div>
            <Refused refusal/>
            <Refused refusal=Signal::derive(move || sync.refusal())/>
            <Show when=move || expired.get()>
                <div class="card stack sync-sign-in">
                    <p>{t(T::SyncSignIn)}</p>
                    <SignInForm last_user=None session/>
                </div>
            </Show>
            <Attention sync ask/>
            <Waiting sync/>
        </section>
    }
}

/// Sends a command of this screen; its reply is the new state.
#[derive(Clone, Copy)]
struct Asking {
    sync: Live<SyncView>,
    refusal: RwSignal<Option<Refusal>>,
}

impl Asking {
    fn send<C: Command<Reply = SyncView>>(self, command: C) {
        spawn_local(async move {
            match backend::call(command).await {
                Ok(view) => {
                    let _ = self.refusal.try_set(None);
                    self.sync.put(Ok(view));
                }
                Err(why) => drop(self.refusal.try_set(Some(why))),
            }
        });
    }
}

/// The network and the last exchange, in one glance.
#[component]
fn Status(sync: Live<SyncView>) -> impl IntoView {
    let now = use_now();
    let today = now.today();
    let last = move || {
        sync.with(|sync| {
            sync.last.map_or_else(
                || t(T::SyncNever).to_owned(),
                |at| crate::text::fill(T::SyncLast, &[("when", &dates::moment_inside(at, today.get()))]),
            )
        })
    };
    let state = move || sync.with(|sync| network(sync.network, sync.running));
    view! {
        <div class="sync-status">
            <span class=move || state().map_or("disc", |state| state.class)>{move || state().map(|state| view! { <Drawing of=state.icon/> })}</span>
            <div role="status">
                <p class="large strong">{move || state().map(|state| t(state.name))}</p>
                <p class="quiet">{move || sync.with(waiting_words)} " " {last}</p>
            </div>
        </div>
    }
}

/// How a state of the network is shown.
struct Face {
    class: &'static str,
    icon: Icon,
    name: T,
}

fn network(network: Network, running: bool) -> Face {
    match network {
        Network::Online if running => {
            Face { class: "disc accent", icon: Icon::RefreshCw, name: T::SyncRunning }
        }
        Network::Online => Face { class: "disc ok", icon: Icon::Wifi, name: T::SyncOnline },
        Network::Unreachable => Face { class: "disc", icon: Icon::WifiOff, name: T::SyncUnreachable },
        Network::SwitchedOff => Face { class: "disc", icon: Icon::WifiOff, name: T::SyncSwitchedOff },
        Network::SignInNeeded => Face { class: "disc warn", icon: Icon::LogOut, name: T::SyncSignInNeeded },
    }
}

fn waiting_words(sync: &SyncView) -> String {
    match sync.waiting_changes {
        0 => t(T::SyncNothingWaits).to_owned(),
        n => count(n, T::SyncWaitsOne, T::SyncWaitsOther),
    }
}

/// Cuts this device off, or connects it again.
#[component]
fn OfflineSwitch(sync: Live<SyncView>, ask: Asking) -> impl IntoView {
    let off = Memo::new(move |_| sync.with(|sync| sync.network == Network::SwitchedOff).unwrap_or(false));
    view! {
        <button
            type="button"
            class="switch"
            role="switch"
            aria-checked=move || off.get().to_string()
            on:click=move |_| ask.send(SetOffline { offline: !off.get_untracked() })
        >
            <span class="switch-track"><span></span></span>
            {t(T::SyncOfflineSwitch)}
        </button>
    }
}

/// Name and drawing of what a document is.
fn subject(subject: &Subject) -> (Icon, String) {
    let named = |text, name: &str, value: &String| crate::text::fill(text, &[(name, value)]);
    match subject {
        Subject::Call { with } => (Icon::MapPin, named(T::SubjectCall, "name", with)),
        Subject::Consent { of } => (Icon::ShieldCheck, named(T::SubjectConsent, "name", of)),
        Subject::Notes { about } => (Icon::Pencil, named(T::SubjectNotes, "name", about)),
        Subject::FollowUp { text } => (Icon::ListChecks, named(T::SubjectFollowUp, "text", text)),
    }
}
