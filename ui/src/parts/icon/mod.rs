//! Icons: Lucide drawings, made into `Icon` when the crate is built. Always beside a text or inside a labelled
//! control, so assistive technology skips them.

use leptos::prelude::*;

#[allow(clippy::all, reason = "generated")]
mod drawings {
    include!(concat!(env!("OUT_DIR"), "/icons.rs"));
}
pub use drawings::Icon;

/// A drawing in the colour of the text around it.
#[component]
pub fn Drawing(of: Icon) -> impl IntoView {
    view! {
        <svg
            class="icon"
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            inner_html=of.shapes()
        ></svg>
    }
}

/// The mark of Rounds: a clock hand on a round.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <span class="mark" aria-hidden="true">
            <Drawing of=Icon::History/>
        </span>
    }
}
