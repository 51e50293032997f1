//! The app: starts the page, lets in who has signed in, and lays out rail, screen and the sheets over them.

use crate::backend;
use crate::clock::Now;
use crate::live::{Live, live};
use crate::news::News;
use crate::parts::banner::Refused;
use crate::parts::palette::Palette;
use crate::parts::rail::Rail;
use crate::parts::toast::{ToastStand, Toasts};
use crate::place::{Place, Screen};
use crate::screens::call::CallSheet;
use crate::screens::entry::{SignInScreen, UnlockScreen};
use crate::screens::hcps::Hcps;
use crate::screens::sync::Sync;
use crate::screens::tasks::Tasks;
use crate::screens::today::Today;
use crate::screens::you::You;
use crate::settings::{Settings, use_settings};
use crate::text::{T, t};
use contract::Notice;
use contract::session::{GetSession, Me, SessionView};
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::{NavigateOptions, WildcardSegment};
use wasm_bindgen::JsCast;

/// Starts the page.
pub fn start() {
    // Without this a defect would stop the page and say nothing, not even to support.
    std::panic::set_hook(Box::new(|why| web_sys::console::error_1(&why.to_string().into())));
    backend::keep_token();
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let settings = Settings::start();
    provide_context(settings);
    provide_context(News::start());
    provide_context(Now::start());
    provide_context(Toasts::start());
    // One route for all places: a sheet lies over the place before, which a table of routes cannot say. The router
    // still owns the history, and writes an address only when its routes have drawn it.
    view! {
        <Router>
            <Routes fallback=|| ()>
                <Route path=WildcardSegment("place") view=Gate/>
            </Routes>
        </Router>
    }
}

/// What decides which gate one stands at, so that a renewed session does not draw the screens anew.
#[derive(Clone, PartialEq)]
enum Stand {
    Locked { first: bool },
    SignedOut { server: String, last_user: Option<String> },
    SignedIn,
}

impl Stand {
    fn of(session: &SessionView) -> Self {
        match session {
            SessionView::Locked { first } => Self::Locked { first: *first },
            SessionView::SignedOut { server, last_user } => {
                Self::SignedOut { server: server.clone(), last_user: last_user.clone() }
            }
            SessionView::SignedIn(_) => Self::SignedIn,
        }
    }
}

/// Shows what the session lets one see. A change of language draws all of it anew.
#[component]
fn Gate() -> impl IntoView {
    let asked = live(Notice::SessionChanged, || Some(GetSession {}));
    let session = RwSignal::new(None::<SessionView>);
    Effect::new(move |_| {
        if let Some(view) = asked.get() {
            session.set(Some(view));
        }
    });
    let stand = Memo::new(move |_| session.with(|session| session.as_ref().map(Stand::of)));
    let language = use_settings().language;
    let you_open = RwSignal::new(false);
    let me = Memo::new(move |before: Option<&Option<Me>>| match session.get() {
        Some(SessionView::SignedIn(me)) => Some(me),
        _ => before.cloned().flatten(),
    });
    move || {
        language.track();
        match stand.get() {
            None => view! { <Unreachable asked/> }.into_any(),
            Some(Stand::Locked { first }) => view! { <UnlockScreen first session/> }.into_any(),
            Some(Stand::SignedOut { server, last_user }) => {
                view! { <SignInScreen server last_user session/> }.into_any()
            }
            Some(Stand::SignedIn) => untrack(move || me.get()).map_or_else(
                || ().into_any(),
                |first| {
                    let me = Signal::derive(move || me.get().unwrap_or_else(|| first.clone()));
                    view! { <Shell me session you_open/> }.into_any()
                },
            ),
        }
    }
}

/// Nothing until the device answers, and its refusal when it cannot.
#[component]
fn Unreachable(asked: Live<SessionView>) -> impl IntoView {
    view! {
        <main class="entry" id="main">
            <h1 class="unseen">"Rounds"</h1>
            <div class="entry-card"><Refused refusal=Signal::derive(move || asked.refusal())/></div>
        </main>
    }
}

/// Rail, screen and sheets of somebody who is signed in.
#[component]
fn Shell(me: Signal<Me>, session: RwSignal<Option<SessionView>>, you_open: RwSignal<bool>) -> impl IntoView {
    let path = use_location().pathname;
    let place = Memo::new(move |_| Place::of(&path.get()));
    let ground = Memo::new(move |before: Option<&Place>| place.get().ground(before.copied()));
    let screen = Memo::new(move |_| ground.get().screen());
    let call = Memo::new(move |_| if let Place::Call(call) = place.get() { Some(call) } else { None });
    let navigate = StoredValue::new_local(use_navigate());
    let go =
        Callback::new(move |to: Place| navigate.with_value(|go| go(&to.path(), NavigateOptions::default())));
    let leave_call = Callback::new(move |()| {
        let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
        navigate.with_value(|go| go(&ground.get_untracked().path(), options));
    });
    let palette = RwSignal::new(false);
    listen_for_palette(palette);
    keep_address(path);
    name_the_page(screen);
    view! {
        <SkipLink/>
        <div class="app">
            <Rail screen me open_you=move || you_open.set(true)/>
            <Ground ground screen me session/>
        </div>
        {move || call.get().map(|call| view! { <CallSheet call close=leave_call/> })}
        <Show when=move || palette.get()><Palette close=move || palette.set(false) jump=go/></Show>
        <Show when=move || you_open.get()><You me=me.get_untracked() session close=move || you_open.set(false)/></Show>
        <ToastStand/>
    }
}

/// The screen under all sheets. Choosing another call or HCP keeps the screen and its list.
#[component]
fn Ground(
    ground: Memo<Place>,
    screen: Memo<Screen>,
    me: Signal<Me>,
    session: RwSignal<Option<SessionView>>,
) -> impl IntoView {
    let chosen_call = Signal::derive(move || if let Place::Today(call) = ground.get() { call } else { None });
    let chosen_hcp = Signal::derive(move || if let Place::Hcps(hcp) = ground.get() { hcp } else { None });
    let is_chosen = move || (chosen_call.get().is_some() || chosen_hcp.get().is_some()).then_some("");
    let ready = Signal::derive(move || me.with(|me| me.ready));
    view! {
        <main class="main" id="main" tabindex="-1" data-chosen=is_chosen>
            {move || match screen.get() {
                Screen::Today => view! { <Today chosen=chosen_call ready/> }.into_any(),
                Screen::Hcps => view! { <Hcps chosen=chosen_hcp ready/> }.into_any(),
                Screen::Tasks => view! { <Tasks/> }.into_any(),
                Screen::Sync => view! { <Sync me session/> }.into_any(),
            }}
        </main>
    }
}

/// The first stop of the keyboard: past the rail. A button, since a link would become an address.
#[component]
fn SkipLink() -> impl IntoView {
    let skip = move |_| {
        let main = document()
            .get_element_by_id("main")
            .and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(main) = main {
            let _ = main.focus();
        }
    };
    view! { <button type="button" class="skip" on:click=skip>{t(T::NavSkip)}</button> }
}

fn listen_for_palette(open: RwSignal<bool>) {
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k") {
            event.prevent_default();
            open.update(|open| *open = !*open);
        }
    });
    on_cleanup(move || listener.remove());
}

/// The address follows the place. The router leaves the address of a link that was followed to its table of routes,
/// of which there is none here: without this, going back and loading anew would lead elsewhere.
fn keep_address(path: Memo<String>) {
    Effect::new(move |_| {
        let path = path.get();
        let shown = window().location().pathname().unwrap_or_default();
        if shown == path {
            return;
        }
        if let Ok(history) = window().history() {
            // Refused only for an address of another origin, which a path is not.
            let _ = history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
        }
    });
}

/// The window's title follows the screen.
fn name_the_page(screen: Memo<Screen>) {
    Effect::new(move |_| {
        let name = t(match screen.get() {
            Screen::Today => T::NavToday,
            Screen::Hcps => T::NavHcps,
            Screen::Tasks => T::NavTasks,
            Screen::Sync => T::NavSync,
        });
        document().set_title(&format!("{name} · Rounds"));
    });
}
