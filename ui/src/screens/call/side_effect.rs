//! The question at the end of every call.

use super::desk::Desk;
use crate::parts::icon::{Drawing, Icon};
use crate::text::{T, t};
use domain::calls::{CallEdit, SideEffect};
use leptos::prelude::*;

/// "Did anyone mention a side effect?"
#[component]
pub fn SideEffectQuestion(desk: Desk) -> impl IntoView {
    let answer = Memo::new(move |_| desk.content.with(|content| content.side_effect));
    let button = move |own: SideEffect, text: T| {
        let chosen = move || answer.get() == Some(own);
        view! {
            <button type="button" class="btn" aria-pressed=move || chosen().to_string() on:click=move |_| desk.edit.run(CallEdit::SideEffect(Some(own)))>
                <Show when=chosen><Drawing of=Icon::Check/></Show>
                {t(text)}
            </button>
        }
    };
    view! {
        <section class="side-effect" role="group" aria-labelledby="side-effect-title">
            <div>
                <p id="side-effect-title" class="strong">{t(T::CallSideEffect)}</p>
                <p class="small quiet">{t(T::CallSideEffectWhy)}</p>
            </div>
            <div class="row">
                {button(SideEffect::NoneMentioned, T::CallNo)}
                {button(SideEffect::Mentioned, T::CallYes)}
            </div>
        </section>
        <Show when=move || answer.get() == Some(SideEffect::Mentioned)>
            <div class="banner warn" role="status">
                <Drawing of=Icon::TriangleAlert/>
                <p>{t(T::CallSideEffectNext)}</p>
            </div>
        </Show>
    }
}
