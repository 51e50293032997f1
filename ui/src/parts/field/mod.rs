//! Fields: a labelled input of one line.

use leptos::prelude::*;

/// A labelled input whose text is a signal.
#[component]
pub fn Field(
    #[prop(into)] label: String,
    /// The input's type, such as `password` or `date`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in, such as `username`.
    #[prop(default = "off")]
    fills: &'static str,
    value: RwSignal<String>,
    /// Asks for the focus when the field appears.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="label">{label}</span>
            <input
                class="input"
                type=kind
                autocomplete=fills
                autocapitalize="none"
                autofocus=first
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </label>
    }
}
