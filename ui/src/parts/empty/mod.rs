//! Empty states: what is not there, and the next step.

use crate::parts::icon::{Drawing, Icon};
use leptos::prelude::*;

/// An empty state.
#[component]
pub fn Empty(
    icon: Icon,
    #[prop(into)] title: String,
    #[prop(into)] next: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon"><Drawing of=icon/></span>
            <p class="strong">{title}</p>
            <p class="small quiet">{next}</p>
            {children.map(|children| children())}
        </div>
    }
}
