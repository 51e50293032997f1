//! The notes: large, saved as one types.

use super::desk::Desk;
use crate::text::{T, t};
use domain::calls::CallEdit;
use leptos::html::Textarea;
use leptos::prelude::*;

/// The notes.
#[component]
pub fn Notes(desk: Desk) -> impl IntoView {
    let area = NodeRef::<Textarea>::new();
    let notes = Memo::new(move |_| desk.content.with(|content| content.notes.clone()));
    Effect::new(move |_| {
        if let Some(area) = area.get() {
            show(&area, &notes.get());
        }
    });
    view! {
        <label class="field notes">
            <span class="cap">{t(T::CallNotes)}</span>
            <textarea
                class="input large"
                rows="7"
                placeholder=t(T::CallNotesHint)
                node_ref=area
                on:input=move |event| desk.edit.run(CallEdit::Notes(event_target_value(&event)))
            ></textarea>
        </label>
    }
}

/// Shows a text that came from the device and leaves the caret where it was.
fn show(area: &web_sys::HtmlTextAreaElement, text: &str) {
    if area.value() == text {
        return;
    }
    let caret = area.selection_start().ok().flatten();
    area.set_value(text);
    let focused = document().active_element().is_some_and(|element| element.is_same_node(Some(area)));
    if let Some(caret) = caret.filter(|_| focused) {
        let _ = area.set_selection_range(caret, caret);
    }
}
