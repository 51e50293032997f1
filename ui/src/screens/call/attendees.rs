//! Who was there: a chip each, more by search, each one removable with a way back.

use super::desk::Desk;
use crate::parts::icon::{Drawing, Icon};
use crate::parts::picker::Picker;
use crate::parts::toast::use_toasts;
use crate::text::{T, fill, t};
use domain::calls::CallEdit;
use domain::ids::HcpId;
use leptos::prelude::*;

/// The attendees.
#[component]
pub fn Attendees(desk: Desk) -> impl IntoView {
    let adding = RwSignal::new(false);
    let chip = move |hcp: HcpId| view! { <Attendee desk hcp/> };
    let add = move |card| {
        desk.join(card);
        adding.set(false);
    };
    view! {
        <section role="group" aria-labelledby="who-title">
            <h3 id="who-title">{t(T::CallWho)}</h3>
            <ul class="chips who">
                <For each=move || desk.attendees() key=|hcp| *hcp children=chip/>
                <li>
                    <button type="button" class="who-add" aria-expanded=move || adding.get().to_string() on:click=move |_| adding.update(|adding| *adding = !*adding)>
                        <Drawing of=Icon::Plus/>
                        {t(T::CallAddPerson)}
                    </button>
                </li>
            </ul>
            <Show when=move || adding.get()>
                <Picker label=t(T::HcpsSearch) without=Signal::derive(move || desk.attendees()) pick=add close=Callback::new(move |()| adding.set(false))/>
            </Show>
        </section>
    }
}

#[component]
fn Attendee(desk: Desk, hcp: HcpId) -> impl IntoView {
    let toasts = use_toasts();
    let name = move || desk.name_of(hcp);
    let remove = move |_| {
        let gone = untrack(name);
        desk.edit.run(CallEdit::RemoveAttendee(hcp));
        let undo = move || desk.edit.run(CallEdit::AddAttendee(hcp));
        toasts.say_with_undo(fill(T::CallPersonRemoved, &[("name", &gone)]), undo);
    };
    view! {
        <li class="who-chip">
            <span>{name}</span>
            <button type="button" aria-label=move || fill(T::CallRemovePerson, &[("name", &name())]) on:click=remove>
                <Drawing of=Icon::X/>
            </button>
        </li>
    }
}
