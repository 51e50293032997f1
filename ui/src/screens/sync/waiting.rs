//! What waits to be sent, oldest first.

use super::subject;
use crate::clock::use_now;
use crate::live::Live;
use crate::parts::icon::Drawing;
use crate::text::{T, count, dates, fill, t};
use contract::sync::{SyncView, WaitingDocument};
use leptos::prelude::*;

/// The list; takes no room when nothing waits.
#[component]
pub fn Waiting(sync: Live<SyncView>) -> impl IntoView {
    let waiting = move || sync.with(|sync| sync.waiting.clone()).unwrap_or_default();
    view! {
        <Show when=move || !waiting().is_empty()>
            <section class="sync-part">
                <h2>{t(T::SyncWaiting)}</h2>
                <p class="small quiet">{t(T::SyncWaitingWhy)}</p>
                <ul>
                    <For each=waiting key=|own| (own.doc, own.changes) let:own><Line own/></For>
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn Line(own: WaitingDocument) -> impl IntoView {
    let today = use_now().today();
    let (icon, name) = subject(&own.subject);
    let since = move || fill(T::SyncSince, &[("when", &dates::moment_inside(own.since, today.get()))]);
    view! {
        <li class="doc">
            <span class="disc"><Drawing of=icon/></span>
            <span class="doc-what"><span class="strong">{name}</span><span class="small quiet">{since}</span></span>
            <span class="small quiet number">{count(own.changes, T::SyncChangesOne, T::SyncChangesOther)}</span>
        </li>
    }
}
