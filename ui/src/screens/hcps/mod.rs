//! The HCPs: found as one types, by name, place, specialty or number.

use crate::pages::{More, pages};
use crate::parts::banner::Refused;
use crate::parts::empty::Empty;
use crate::parts::icon::{Drawing, Icon};
use crate::parts::picker::{place_of, step_focus};
use crate::parts::progress::Filling;
use crate::place::Place;
use crate::screens::hcp::Hcp360;
use crate::text::{T, fill, t, words};
use contract::people::{HcpCard, HcpPage, SearchHcps};
use domain::ids::HcpId;
use domain::people::HcpStatus;
use leptos::prelude::*;

/// Rows of a page: more than a tall screen shows.
const PAGE: u32 = 50;

/// The screen. `chosen` is the HCP that the address names.
#[component]
pub fn Hcps(#[prop(into)] chosen: Signal<Option<HcpId>>, ready: Signal<bool>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let held = RwSignal::new(None::<u64>);
    let request = move |after| Some(SearchHcps { text: text.get(), after, limit: PAGE });
    let (list, more) =
        pages(request, |page: HcpPage| (page.rows, page.next), |card: &HcpCard| card.hcp.to_string());
    count_held(held);
    let hcp = Memo::new(move |_| chosen.get());
    let no_call = Memo::new(|_| None);
    view! {
        <section class="list hcps" aria-label=t(T::NavHcps) on:keydown=move |event| walk(&event)>
            <header class="list-head hcps-head">
                <div class="spread">
                    <h1>{t(T::NavHcps)}</h1>
                    <span class="small faint number">{move || held.get().map(held_words)}</span>
                </div>
                <div class="search">
                    <Drawing of=Icon::Search/>
                    <input
                        class="input"
                        type="search"
                        autocomplete="off"
                        spellcheck="false"
                        aria-label=t(T::HcpsSearch)
                        placeholder=t(T::HcpsSearchHint)
                        prop:value=move || text.get()
                        on:input=move |event| text.set(event_target_value(&event))
                    />
                </div>
            </header>
            <Refused refusal=Signal::derive(move || list.refusal())/>
            <Filling ready/>
            <ul class="hcp-rows">
                <For each=move || list.rows() key=|card| (card.hcp, card.name.clone(), card.workplace.clone()) let:card>
                    <HcpRow card hcp/>
                </For>
            </ul>
            <More list more/>
            <Show when=move || list.is_empty()>{move || nothing_found(&text.get())}</Show>
        </section>
        <section class="detail" aria-label=t(T::HcpLabel)>
            <Hcp360 hcp call=no_call back=Place::Hcps(None)/>
        </section>
    }
}

#[component]
fn HcpRow(card: HcpCard, hcp: Memo<Option<HcpId>>) -> impl IntoView {
    let id = card.hcp;
    let inactive = card.status == HcpStatus::Inactive;
    let about = [card.specialty.clone(), place_of(&card)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>();
    view! {
        <li>
            <a
                class="hcp-row"
                class:inactive=inactive
                href=Place::Hcps(Some(id)).path()
                aria-current=move || (hcp.get() == Some(id)).then_some("true")
            >
                <span class="strong cut">{card.name}</span>
                <span class="hcp-tier small faint">
                    {if inactive { Some(t(T::HcpInactive)) } else { card.tier.map(words::tier) }}
                </span>
                <span class="small quiet cut hcp-row-about">{about.join(", ")}</span>
            </a>
        </li>
    }
}

/// How many HCPs the device holds, asked again when its data changes.
fn count_held(held: RwSignal<Option<u64>>) {
    let count = crate::live::live(contract::Notice::DataChanged, || {
        Some(SearchHcps { text: String::new(), after: None, limit: 1 })
    });
    Effect::new(move |_| held.set(count.with(|page| page.held)));
}

fn held_words(held: u64) -> String {
    let grouped = js_sys::Number::from(u32::try_from(held).unwrap_or(u32::MAX))
        .to_locale_string(crate::text::Language::current().tag());
    fill(T::HcpsHeld, &[("n", &String::from(grouped))])
}

fn nothing_found(text: &str) -> AnyView {
    if text.trim().is_empty() {
        view! { <Empty icon=Icon::Users title=t(T::HcpsEmpty) next=t(T::HcpsEmptyNext)/> }.into_any()
    } else {
        let title = fill(T::HcpsNoneFor, &[("text", &text.trim())]);
        view! { <Empty icon=Icon::Search title next=t(T::HcpsNoneNext)/> }.into_any()
    }
}

fn walk(event: &leptos::ev::KeyboardEvent) {
    if matches!(event.key().as_str(), "ArrowDown" | "ArrowUp") {
        step_focus(event, "input, a");
    }
}
