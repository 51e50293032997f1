//! HCP 360: everything about one person: header, timeline, profile, and what is next beside them.

mod consent;
mod header;
mod profile;
mod side;
mod timeline;

use crate::live::{Live, live};
use crate::parts::banner::Refused;
use crate::parts::empty::Empty;
use crate::parts::icon::Icon;
use crate::place::Place;
use crate::text::{T, t};
use contract::Notice;
use contract::calls::CallCard;
use contract::people::{GetProfile, ProfileView};
use domain::ids::HcpId;
use header::Header;
use leptos::prelude::*;
use profile::Profile;
use side::Side;
use timeline::Timeline;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Timeline,
    Profile,
}

impl Tab {
    const ALL: [Self; 2] = [Self::Timeline, Self::Profile];

    fn name(self) -> &'static str {
        t(match self {
            Self::Timeline => T::HcpTimeline,
            Self::Profile => T::HcpProfile,
        })
    }

    fn ids(self) -> (&'static str, &'static str) {
        match self {
            Self::Timeline => ("tab-timeline", "panel-timeline"),
            Self::Profile => ("tab-profile", "panel-profile"),
        }
    }

    fn other(self) -> Self {
        if self == Self::Timeline { Self::Profile } else { Self::Timeline }
    }
}

/// The 360 of an HCP. `call`: the call of the day for which it is opened. `back`: where the arrow leads on a phone.
#[component]
pub fn Hcp360(hcp: Memo<Option<HcpId>>, call: Memo<Option<CallCard>>, back: Place) -> impl IntoView {
    let profile = live(Notice::DataChanged, move || hcp.get().map(|hcp| GetProfile { hcp }));
    let nobody = move || hcp.get().is_none();
    view! {
        <Refused refusal=Signal::derive(move || profile.refusal()) way=move || view! { <a class="btn" href=back.path()>{t(T::HcpBack)}</a> }.into_any()/>
        <Show when=nobody>
            <div class="empty-detail"><Empty icon=Icon::Users title=t(T::HcpNone) next=t(T::HcpNoneNext)/></div>
        </Show>
        <Show when=move || !nobody() && profile.with(|_| ()).is_some()>
            <Known profile hcp call back/>
        </Show>
    }
}

#[component]
fn Known(
    profile: Live<ProfileView>,
    hcp: Memo<Option<HcpId>>,
    call: Memo<Option<CallCard>>,
    back: Place,
) -> impl IntoView {
    let tab = RwSignal::new(Tab::Timeline);
    let panel = move |own: Tab, content: AnyView| {
        let (tab_id, panel_id) = own.ids();
        view! { <div class="panel" role="tabpanel" id=panel_id aria-labelledby=tab_id hidden=move || tab.get() != own>{content}</div> }
    };
    view! {
        <Header profile call back/>
        <div class="hcp-body">
            <div class="hcp-main">
                <Tabs tab/>
                {panel(Tab::Timeline, view! { <Timeline hcp/> }.into_any())}
                {panel(Tab::Profile, view! { <Profile profile/> }.into_any())}
            </div>
            <Side profile call/>
        </div>
    }
}

#[component]
fn Tabs(tab: RwSignal<Tab>) -> impl IntoView {
    let press = move |event: leptos::ev::KeyboardEvent| {
        if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight") {
            tab.update(|tab| *tab = tab.other());
            focus(tab.get_untracked().ids().0);
        }
    };
    let button = move |own: Tab| {
        let (tab_id, panel_id) = own.ids();
        let chosen = move || tab.get() == own;
        view! {
            <button
                type="button"
                role="tab"
                class="tab"
                id=tab_id
                aria-controls=panel_id
                aria-selected=move || chosen().to_string()
                tabindex=move || if chosen() { "0" } else { "-1" }
                on:click=move |_| tab.set(own)
            >
                {own.name()}
            </button>
        }
    };
    view! { <div class="tabs" role="tablist" aria-label=t(T::HcpLabel) on:keydown=press>{Tab::ALL.map(button)}</div> }
}

fn focus(id: &str) {
    use wasm_bindgen::JsCast;
    let element =
        document().get_element_by_id(id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(element) = element {
        let _ = element.focus();
    }
}
