//! Sign-in at the server: a page when nobody is signed in, a form alone when the session has ended.

use super::{Attempt, EntryPage};
use crate::parts::banner::Refused;
use crate::parts::field::Field;
use crate::text::{T, fill, t};
use contract::session::{SessionView, SignIn};
use leptos::prelude::*;

/// The page.
#[component]
pub fn SignInScreen(
    server: String,
    last_user: Option<String>,
    session: RwSignal<Option<SessionView>>,
) -> impl IntoView {
    view! {
        <EntryPage title=t(T::SignInTitle) about=t(T::SignInAbout)>
            <SignInForm last_user session/>
            <p class="small faint entry-server">{fill(T::SignInServer, &[("server", &server)])}</p>
        </EntryPage>
    }
}

/// The form.
#[component]
pub fn SignInForm(last_user: Option<String>, session: RwSignal<Option<SessionView>>) -> impl IntoView {
    let knows_user = last_user.is_some();
    let user = RwSignal::new(last_user.unwrap_or_default());
    let password = RwSignal::new(String::new());
    let attempt = Attempt::new(session);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        attempt.send(SignIn {
            user: user.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
        });
    };
    let action = move || t(if attempt.running.get() { T::SignInRunning } else { T::SignInAction });
    view! {
        <form class="stack" on:submit=submit>
            <Field label=t(T::SignInUser) fills="username" value=user first=!knows_user/>
            <Field label=t(T::SignInPassword) kind="password" fills="current-password" value=password first=knows_user/>
            <Refused refusal=attempt.refusal/>
            <button type="submit" class="btn primary" aria-disabled=move || attempt.running.get().to_string()>{action}</button>
        </form>
    }
}
