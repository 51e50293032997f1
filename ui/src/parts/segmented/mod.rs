//! Segmented buttons: one choice out of a few, all of them in sight.

use crate::parts::icon::{Drawing, Icon};
use leptos::prelude::*;

/// One of the choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment<T> {
    /// What is chosen by it.
    pub value: T,
    /// Its name.
    pub name: &'static str,
    /// Its drawing, if one.
    pub icon: Option<Icon>,
}

/// A row of choices, of which at most one stands. Choosing tells the new value.
#[component]
pub fn Segmented<T>(
    /// What the choice is about, for assistive technology.
    #[prop(into)]
    label: String,
    segments: Vec<Segment<T>>,
    #[prop(into)] chosen: Signal<Option<T>>,
    #[prop(into)] choose: Callback<T>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let button = move |segment: Segment<T>| {
        let on = move || chosen.get() == Some(segment.value);
        view! {
            <button type="button" class="segment" aria-pressed=move || on().to_string() on:click=move |_| choose.run(segment.value)>
                {segment.icon.map(|icon| view! { <Drawing of=icon/> })}
                <span>{segment.name}</span>
            </button>
        }
    };
    view! {
        <div class="segmented" role="group" aria-label=label>
            {segments.into_iter().map(button).collect_view()}
        </div>
    }
}
