//! The profile: shared notes, workplaces, numbers in other systems, and who of us knows the HCP.

use crate::backend;
use crate::clock::use_now;
use crate::live::Live;
use crate::parts::avatar::Avatar;
use crate::parts::banner::Refused;
use crate::text::{T, count, dates, t, words};
use contract::Refusal;
use contract::people::{Acquaintance, AddNote, AffiliationView, NoteView, ProfileView};
use domain::people::Identifier;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The profile of an HCP.
#[component]
pub fn Profile(profile: Live<ProfileView>) -> impl IntoView {
    let part = move |part: fn(&ProfileView) -> AnyView| move || profile.with(part);
    view! {
        <section class="fact">
            <h2>{t(T::ProfileNotes)}</h2>
            <AddNoteForm profile/>
            {part(|profile| notes(&profile.notes))}
        </section>
        <section class="fact"><h2>{t(T::ProfileWorkplaces)}</h2>{part(|profile| affiliations(&profile.affiliations))}</section>
        <section class="fact"><h2>{t(T::ProfileKnownBy)}</h2>{part(|profile| known_by(&profile.known_by))}</section>
        <section class="fact"><h2>{t(T::ProfileNumbers)}</h2>{part(|profile| identifiers(&profile.identifiers))}</section>
    }
}

/// What is typed stays until it is saved.
#[component]
fn AddNoteForm(profile: Live<ProfileView>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let refusal = RwSignal::new(None::<Refusal>);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(hcp) = profile.with(|profile| profile.card.hcp) else { return };
        let request = AddNote { hcp, text: text.get_untracked() };
        spawn_local(async move {
            match backend::call(request).await {
                Ok(renewed) => {
                    let _ = text.try_set(String::new());
                    let _ = refusal.try_set(None);
                    profile.put(Ok(renewed));
                }
                Err(why) => drop(refusal.try_set(Some(why))),
            }
        });
    };
    view! {
        <form class="stack" on:submit=save>
            <textarea
                class="input"
                rows="2"
                aria-label=t(T::ProfileNoteLabel)
                placeholder=t(T::ProfileNoteHint)
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
            <Refused refusal/>
            <Show when=move || !text.get().trim().is_empty()>
                <button type="submit" class="btn primary fact-save">{t(T::ProfileNoteSave)}</button>
            </Show>
        </form>
    }
}

fn notes(notes: &[NoteView]) -> AnyView {
    let today = use_now().today();
    let note = |note: &NoteView| {
        let at = note.at;
        view! {
            <li class="note-line">
                <p class="kept">{note.text.clone()}</p>
                <p class="small quiet">{note.by.clone()} ", " {move || dates::moment_inside(at, today.get())}</p>
            </li>
        }
    };
    view! { <ul>{notes.iter().map(note).collect_view()}</ul> }.into_any()
}

fn affiliations(affiliations: &[AffiliationView]) -> AnyView {
    if affiliations.is_empty() {
        return view! { <p class="quiet">{t(T::ProfileNoWorkplace)}</p> }.into_any();
    }
    let line = |own: &AffiliationView| {
        let place = [own.part_of.clone().unwrap_or_default(), own.city.clone()];
        let place = place.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        let role =
            if own.current { own.role.clone() } else { format!("{} ({})", own.role, t(T::ProfileFormer)) };
        view! {
            <li class="fact-line">
                <span><span class="strong">{own.organisation.clone()}</span><span class="small quiet">{place}</span></span>
                <span class="quiet">{role}</span>
            </li>
        }
    };
    view! { <ul>{affiliations.iter().map(line).collect_view()}</ul> }.into_any()
}

fn known_by(known_by: &[Acquaintance]) -> AnyView {
    if known_by.is_empty() {
        return view! { <p class="quiet">{t(T::ProfileNobody)}</p> }.into_any();
    }
    let line = |own: &Acquaintance| {
        view! {
            <li class="row known">
                <Avatar name=own.name.clone()/>
                <span><span class="strong">{own.name.clone()}</span><span class="small quiet">{words::role(own.role)}</span></span>
                <span class="quiet number">{count(own.calls, T::ProfileCallsOne, T::ProfileCallsOther)}</span>
            </li>
        }
    };
    view! { <ul>{known_by.iter().map(line).collect_view()}</ul> }.into_any()
}

fn identifiers(identifiers: &[Identifier]) -> AnyView {
    if identifiers.is_empty() {
        return view! { <p class="quiet">{t(T::ProfileNoNumber)}</p> }.into_any();
    }
    let line = |own: &Identifier| {
        view! { <div class="fact-line"><dt class="quiet">{own.system.to_uppercase()}</dt><dd class="number">{own.value.clone()}</dd></div> }
    };
    view! { <dl>{identifiers.iter().map(line).collect_view()}</dl> }.into_any()
}
