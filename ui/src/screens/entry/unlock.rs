//! The passphrase: chosen the first time, given every time after.

use super::{Attempt, EntryPage};
use crate::parts::banner::Refused;
use crate::parts::field::Field;
use crate::text::{T, t};
use contract::session::{SessionView, Unlock};
use leptos::prelude::*;

/// Asks for the passphrase. `first`: it is being chosen.
#[component]
pub fn UnlockScreen(first: bool, session: RwSignal<Option<SessionView>>) -> impl IntoView {
    let passphrase = RwSignal::new(String::new());
    let attempt = Attempt::new(session);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        attempt.send(Unlock { passphrase: passphrase.get_untracked() });
    };
    let (title, about, action, fills) = if first {
        (T::UnlockFirstTitle, T::UnlockFirstAbout, T::UnlockFirstAction, "new-password")
    } else {
        (T::UnlockTitle, T::UnlockAbout, T::UnlockAction, "current-password")
    };
    view! {
        <EntryPage title=t(title) about=t(about)>
            <form class="stack" on:submit=submit>
                <Field label=t(T::UnlockPassphrase) kind="password" fills value=passphrase first=true/>
                <Refused refusal=attempt.refusal/>
                <button type="submit" class="btn primary" aria-disabled=move || attempt.running.get().to_string()>{t(action)}</button>
            </form>
        </EntryPage>
    }
}
