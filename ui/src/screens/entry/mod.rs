//! The way in: the passphrase that opens the store, and the sign-in at the server. What was typed stays when it is
//! refused.

mod sign_in;
mod unlock;

pub use sign_in::{SignInForm, SignInScreen};
pub use unlock::UnlockScreen;

use crate::backend;
use crate::parts::icon::Mark;
use contract::session::SessionView;
use contract::{Command, Refusal};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The page of one form: mark, heading, form.
#[component]
fn EntryPage(title: &'static str, about: &'static str, children: Children) -> impl IntoView {
    view! {
        <main class="entry" id="main">
            <div class="entry-card">
                <Mark/>
                <h1>{title}</h1>
                <p class="quiet entry-about">{about}</p>
                {children()}
            </div>
        </main>
    }
}

/// A command on its way, and what came of it.
#[derive(Clone, Copy)]
struct Attempt {
    session: RwSignal<Option<SessionView>>,
    running: RwSignal<bool>,
    refusal: RwSignal<Option<Refusal>>,
}

impl Attempt {
    fn new(session: RwSignal<Option<SessionView>>) -> Self {
        Self { session, running: RwSignal::new(false), refusal: RwSignal::new(None) }
    }

    fn send<C: Command<Reply = SessionView>>(self, command: C) {
        if self.running.get_untracked() {
            return;
        }
        self.running.set(true);
        spawn_local(async move {
            let answer = backend::call(command).await;
            let _ = self.running.try_set(false);
            match answer {
                Ok(view) => drop(self.session.try_set(Some(view))),
                Err(refusal) => drop(self.refusal.try_set(Some(refusal))),
            }
        });
    }
}
