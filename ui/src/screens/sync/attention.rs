//! What the server refused: kept on the device, with the reason and the way to try again.

use super::{Asking, subject};
use crate::clock::use_now;
use crate::live::Live;
use crate::parts::icon::{Drawing, Icon};
use crate::place::Place;
use crate::text::{T, dates, t, words};
use contract::sync::{RefusedDocument, RetryDocument, Subject, SyncView};
use domain::ids::CallId;
use leptos::prelude::*;

/// The list; takes no room when nothing was refused.
#[component]
pub fn Attention(sync: Live<SyncView>, ask: Asking) -> impl IntoView {
    let refused = move || sync.with(|sync| sync.attention.clone()).unwrap_or_default();
    view! {
        <Show when=move || !refused().is_empty()>
            <section class="sync-part">
                <h2>{t(T::SyncAttention)}</h2>
                <p class="small quiet">{t(T::SyncAttentionWhy)}</p>
                <ul>
                    <For each=refused key=|own| (own.doc, own.at) let:own><Line own ask/></For>
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn Line(own: RefusedDocument, ask: Asking) -> impl IntoView {
    let today = use_now().today();
    let (_, name) = subject(&own.subject);
    let doc = own.doc;
    let open = matches!(own.subject, Subject::Call { .. }).then(|| {
        view! { <a class="btn quiet" href=Place::Call(CallId(doc.0)).path()>{t(T::SyncOpen)}</a> }
    });
    view! {
        <li class="doc">
            <span class="disc stop"><Drawing of=Icon::TriangleAlert/></span>
            <span class="doc-what">
                <span class="strong">{name}</span>
                <span class="small">{words::rejected(&own.code)}</span>
                <span class="small quiet">{move || dates::moment(own.at, today.get())} ". " {t(T::ErrorDetail)} ": " {own.code.clone()}</span>
            </span>
            <span class="row">
                {open}
                <button type="button" class="btn" on:click=move |_| ask.send(RetryDocument { doc })>{t(T::SyncRetry)}</button>
            </span>
        </li>
    }
}
