//! The rail: the way between screens; a bar at the foot where the screen is upright or small.

use crate::live::live;
use crate::parts::avatar::Avatar;
use crate::parts::icon::{Drawing, Icon, Mark};
use crate::place::Screen;
use crate::text::{T, count, t};
use contract::Notice;
use contract::session::Me;
use contract::sync::{GetSync, Network, SyncView};
use leptos::prelude::*;

/// The rail with the screen that is open and what waits to be sent.
#[component]
pub fn Rail(
    #[prop(into)] screen: Signal<Screen>,
    #[prop(into)] me: Signal<Me>,
    #[prop(into)] open_you: Callback<()>,
) -> impl IntoView {
    let sync = live(Notice::SyncChanged, || Some(GetSync {}));
    view! {
        <nav class="rail" aria-label=t(T::NavLabel)>
            <Mark/>
            <RailLink to=Screen::Today screen icon=Icon::Sun name=t(T::NavToday)/>
            <RailLink to=Screen::Hcps screen icon=Icon::Users name=t(T::NavHcps)/>
            <RailLink to=Screen::Tasks screen icon=Icon::ListChecks name=t(T::NavTasks)/>
            <a class="rail-link foot" href=Screen::Sync.place().path() aria-current=move || current(screen, Screen::Sync)>
                {move || view! { <Drawing of=sync.with(sync_icon).unwrap_or(Icon::Wifi)/> }}
                <span>{move || sync.with(sync_word).unwrap_or_else(|| t(T::NavSync).to_owned())}</span>
            </a>
            <button type="button" class="rail-link you" aria-haspopup="dialog" on:click=move |_| open_you.run(())>
                {move || view! { <Avatar name=me.get().name/> }}
                <span>{t(T::NavYou)}</span>
            </button>
        </nav>
    }
}

#[component]
fn RailLink(to: Screen, screen: Signal<Screen>, icon: Icon, name: &'static str) -> impl IntoView {
    view! {
        <a class="rail-link" href=to.place().path() aria-current=move || current(screen, to)>
            <Drawing of=icon/>
            <span>{name}</span>
        </a>
    }
}

fn current(open: Signal<Screen>, own: Screen) -> Option<&'static str> {
    (open.get() == own).then_some("page")
}

fn sync_icon(sync: &SyncView) -> Icon {
    match sync.network {
        _ if !sync.attention.is_empty() => Icon::TriangleAlert,
        Network::Online if sync.waiting_changes > 0 => Icon::CloudUpload,
        Network::Online => Icon::Wifi,
        Network::SignInNeeded => Icon::LogOut,
        Network::Unreachable | Network::SwitchedOff => Icon::WifiOff,
    }
}

/// `3 wait`, else the state of the network.
fn sync_word(sync: &SyncView) -> String {
    match sync.network {
        _ if !sync.attention.is_empty() => t(T::NavAttention).to_owned(),
        _ if sync.waiting_changes > 0 => count(sync.waiting_changes, T::NavWaitOne, T::NavWaitOther),
        Network::Online => t(T::NavSync).to_owned(),
        Network::SignInNeeded => t(T::NavSignIn).to_owned(),
        Network::Unreachable | Network::SwitchedOff => t(T::NavOffline).to_owned(),
    }
}
