//! The picker: finds HCPs as one types. Used for attendees and for planning.

use crate::backend;
use crate::text::{T, fill, t};
use contract::people::{HcpCard, SearchHcps};
use domain::ids::HcpId;
use domain::people::HcpStatus;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

/// Rows that fit under the field without scrolling far.
const ROWS: u32 = 8;

/// A search field with its hits. Picking clears the field, so that one can pick again.
#[component]
pub fn Picker(
    #[prop(into)] label: String,
    /// Who is picked already and not offered again.
    #[prop(into)]
    without: Signal<Vec<HcpId>>,
    #[prop(into)] pick: Callback<HcpCard>,
    /// Called on Esc.
    #[prop(optional, into)]
    close: Option<Callback<()>>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let hits = hits_of(text);
    let field = NodeRef::<Input>::new();
    let choose = move |card: HcpCard| {
        text.set(String::new());
        pick.run(card);
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
    };
    let row = move |card: HcpCard| {
        let about = [card.specialty.clone(), place_of(&card)].join(", ");
        let name = card.name.clone();
        view! {
            <li>
                <button type="button" class="pick" on:click=move |_| choose(card.clone())>
                    <span class="strong">{name}</span>
                    <span class="small quiet">{about}</span>
                </button>
            </li>
        }
    };
    let offered = move || {
        let taken = without.get();
        let open = |card: &HcpCard| card.status == HcpStatus::Active && !taken.contains(&card.hcp);
        hits.get().into_iter().filter(open).collect::<Vec<_>>()
    };
    let nothing = move || !text.get().trim().is_empty() && offered().is_empty();
    view! {
        <div class="picker" on:keydown=move |event| walk(&event, close)>
            <input
                class="input"
                type="search"
                autocomplete="off"
                aria-label=label.clone()
                placeholder=label
                autofocus
                node_ref=field
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            />
            <ul class="picks">{move || offered().into_iter().map(row).collect_view()}</ul>
            <Show when=nothing>
                <p class="small quiet pick-none" role="status">{move || fill(T::HcpsNoneFor, &[("text", &text.get())])} " " {t(T::HcpsNoneNext)}</p>
            </Show>
        </div>
    }
}

/// The first HCPs for a text that changes; late answers to earlier texts are dropped.
pub fn hits_of(text: RwSignal<String>) -> RwSignal<Vec<HcpCard>> {
    let hits = RwSignal::new(Vec::new());
    Effect::new(move |_| {
        let asked = text.get();
        if asked.trim().is_empty() {
            hits.set(Vec::new());
            return;
        }
        spawn_local(async move {
            let request = SearchHcps { text: asked.clone(), after: None, limit: ROWS };
            let page = backend::call(request).await;
            if text.try_get_untracked().as_ref() == Some(&asked) {
                let _ = hits.try_set(page.map(|page| page.rows).unwrap_or_default());
            }
        });
    });
    hits
}

/// Where an HCP works: `Klinikum Nordhafen, Hamburg`, or only the town.
pub fn place_of(card: &HcpCard) -> String {
    let parts = [card.workplace.as_str(), card.city.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn walk(event: &leptos::ev::KeyboardEvent, close: Option<Callback<()>>) {
    match event.key().as_str() {
        "ArrowDown" | "ArrowUp" => step_focus(event, "input, button"),
        "Escape" => {
            if let Some(close) = close {
                event.prevent_default();
                event.stop_propagation();
                close.run(());
            }
        }
        _ => {}
    }
}

/// Moves the focus to the next or previous element of a kind inside the element that hears the key.
pub fn step_focus(event: &leptos::ev::KeyboardEvent, kind: &str) {
    let Some(root) = event.current_target().and_then(|root| root.dyn_into::<web_sys::Element>().ok()) else {
        return;
    };
    let Ok(found) = root.query_selector_all(kind) else { return };
    let focused = document().active_element();
    let stops: Vec<web_sys::HtmlElement> =
        (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect();
    let at = stops.iter().position(|stop| Some(stop.as_ref()) == focused.as_ref());
    let next = match (event.key().as_str(), at) {
        ("ArrowDown", at) => at.map_or(0, |at| at + 1),
        (_, Some(at)) if at > 0 => at - 1,
        _ => return,
    };
    if let Some(stop) = stops.get(next) {
        event.prevent_default();
        let _ = stop.focus();
    }
}
