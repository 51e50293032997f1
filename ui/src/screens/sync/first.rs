//! The first copy, while it comes: how far it is, and that one need not wait for it.

use crate::live::Live;
use crate::parts::progress::{Bar, words};
use crate::text::{T, t};
use contract::sync::{Progress, SyncView};
use leptos::prelude::*;

/// Takes no room when nothing is being copied.
#[component]
pub fn First(sync: Live<SyncView>) -> impl IntoView {
    let progress = Memo::new(move |_| sync.with(|sync| sync.first_sync).flatten());
    let shown = Signal::derive(move || progress.get().unwrap_or(Progress { done: 0, of: 0 }));
    let comes = Memo::new(move |_| progress.with(Option::is_some));
    view! {
        <Show when=move || comes.get()>
            <section class="sync-first" aria-label=t(T::SyncFirst)>
                <p class="strong">{t(T::SyncFirst)} " " <span class="quiet number">{move || words(shown.get())}</span></p>
                <Bar progress=shown label=t(T::SyncFirst)/>
                <p class="small quiet">{t(T::SyncFirstWhy)}</p>
            </section>
        </Show>
    }
}
