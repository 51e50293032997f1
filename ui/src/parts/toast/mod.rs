//! Toasts: a short word on what just happened, with a way back where there is one.

use crate::text::{T, t};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

const SHOWN_FOR: Duration = Duration::from_secs(7);

/// The way back. Shared, because what offered it is often gone from the page: a chip that was taken away.
type Undo = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
struct Toast {
    turn: u32,
    text: String,
    undo: Option<Undo>,
}

/// Where screens put their toasts; the last one is shown.
#[derive(Clone, Copy)]
pub struct Toasts(RwSignal<Option<Toast>>);

impl Toasts {
    /// Nothing to show yet.
    pub fn start() -> Self {
        Self(RwSignal::new(None))
    }

    /// Says what happened.
    pub fn say(self, text: impl Into<String>) {
        self.show(text.into(), None);
    }

    /// Says what happened and offers to take it back.
    pub fn say_with_undo(self, text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        self.show(text.into(), Some(Arc::new(undo)));
    }

    /// Offers no way back any more, since the sheet to which it led is closed.
    pub fn forget_undo(self) {
        let _ = self.0.try_update(|toast| drop(toast.take_if(|toast| toast.undo.is_some())));
    }

    fn show(self, text: String, undo: Option<Undo>) {
        let turn =
            self.0.with_untracked(|toast| toast.as_ref().map_or(0, |toast| toast.turn.wrapping_add(1)));
        self.0.set(Some(Toast { turn, text, undo }));
        set_timeout(
            move || self.0.update(|toast| drop(toast.take_if(|toast| toast.turn == turn))),
            SHOWN_FOR,
        );
    }
}

/// The toasts of this app.
pub fn use_toasts() -> Toasts {
    expect_context()
}

/// Shows the last toast. Stands on the page and in every sheet, because a sheet puts the page out of reach.
#[component]
pub fn ToastStand() -> impl IntoView {
    let toasts = use_toasts();
    let toast = move |toast: Toast| {
        let undo = toast.undo.map(|undo| {
            let take_back = move |_| {
                toasts.0.set(None);
                undo();
            };
            view! { <button type="button" class="toast-undo" on:click=take_back>{t(T::ToastUndo)}</button> }
        });
        view! { <div class="toast"><span>{toast.text}</span>{undo}</div> }
    };
    view! { <div class="toasts" role="status">{move || toasts.0.get().map(toast)}</div> }
}
