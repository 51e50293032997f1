//! Sheets: a modal surface over the screen. The platform's dialog keeps the rest out of reach; the sheet keeps the
//! focus inside, closes on Esc and gives the focus back to where it came from.

use crate::parts::icon::{Drawing, Icon};
use crate::parts::toast::ToastStand;
use crate::text::{T, t};
use leptos::ev::KeyboardEvent;
use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};

const FOCUSABLE: &str =
    "a[href], button:not([disabled]), input:not([disabled]), textarea:not([disabled]), [tabindex='0']";

/// How large a sheet is on a tablet; on a phone each one fills the screen from below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Stands at the right with the full height.
    Tall,
    /// As large as its content, in the middle.
    Small,
}

/// A sheet. It is open for as long as it is on the page; `close` must take it away.
#[component]
pub fn Sheet(
    /// Its heading, and its name for assistive technology.
    #[prop(into)]
    title: Signal<String>,
    /// A quiet line under the heading.
    #[prop(optional, into)]
    about: Option<ViewFn>,
    #[prop(default = Size::Small)] size: Size,
    #[prop(into)] close: Callback<()>,
    /// What must be seen wherever one has scrolled to, above the foot.
    #[prop(optional, into)]
    alert: Option<ViewFn>,
    /// What stands at the foot and does not scroll.
    #[prop(optional, into)]
    foot: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    open_and_give_back_focus(dialog);
    let class = if size == Size::Tall { "sheet tall" } else { "sheet" };
    view! {
        <dialog
            class=class
            node_ref=dialog
            aria-labelledby="sheet-title"
            on:cancel=move |event: leptos::ev::Event| { event.prevent_default(); close.run(()); }
            on:keydown=move |event| keep_focus_inside(&event, dialog)
            on:click=move |event| if is_backdrop(&event, dialog) { close.run(()) }
        >
            <header class="sheet-head">
                <div>
                    <h2 id="sheet-title" class="title" tabindex="-1" autofocus>{move || title.get()}</h2>
                    {about.map(|about| view! { <div class="small quiet">{move || about.run()}</div> })}
                </div>
                <button type="button" class="round" aria-label=t(T::SheetClose) on:click=move |_| close.run(())>
                    <Drawing of=Icon::X/>
                </button>
            </header>
            <div class="sheet-body">{children()}</div>
            {alert.map(|alert| view! { <div class="sheet-alert">{move || alert.run()}</div> })}
            <ToastStand/>
            {foot.map(|foot| view! { <footer class="sheet-foot">{move || foot.run()}</footer> })}
        </dialog>
    }
}

/// Opens a dialog when it is on the page, and gives the focus back when it goes.
pub fn open_and_give_back_focus(dialog: NodeRef<Dialog>) {
    let before = focused();
    let opened = StoredValue::new_local(None::<HtmlDialogElement>);
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get().filter(|dialog| !dialog.open()) {
            // Refused only for a dialog that is not on the page, which cannot be here.
            let _ = dialog.show_modal();
            opened.set_value(Some(dialog));
        }
    });
    let before = StoredValue::new_local(before);
    on_cleanup(move || {
        // As long as the dialog is open, nothing outside of it takes the focus.
        if let Some(dialog) = opened.try_get_value().flatten() {
            dialog.close();
        }
        if let Some(before) = before.try_get_value().flatten() {
            let _ = before.focus();
        }
    });
}

/// The focus goes round inside the dialog and never out of it.
pub fn keep_focus_inside(event: &KeyboardEvent, dialog: NodeRef<Dialog>) {
    let Some(dialog) = dialog.get_untracked().filter(|_| event.key() == "Tab") else { return };
    let stops = stops(&dialog);
    let (Some(first), Some(last)) = (stops.first(), stops.last()) else { return };
    let at = focused();
    let target = if event.shift_key() {
        (at.as_ref() == Some(first) || !at.as_ref().is_some_and(|at| stops.contains(at))).then_some(last)
    } else {
        (at.as_ref() == Some(last)).then_some(first)
    };
    if let Some(target) = target {
        event.prevent_default();
        let _ = target.focus();
    }
}

fn stops(dialog: &HtmlDialogElement) -> Vec<HtmlElement> {
    let Ok(found) = dialog.query_selector_all(FOCUSABLE) else { return Vec::new() };
    let elements = (0..found.length()).filter_map(|at| found.get(at)?.dyn_into::<HtmlElement>().ok());
    elements.filter(|element| element.offset_parent().is_some()).collect()
}

fn focused() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

fn is_backdrop(event: &leptos::ev::MouseEvent, dialog: NodeRef<Dialog>) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    target.is_some() && target == dialog.get_untracked().map(Into::into)
}
