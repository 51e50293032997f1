//! Entry point of the screens: mounts them into the page, and nothing else.

use leptos::prelude::*;

fn main() {
    mount_to_body(|| view! { <h1>"Rounds"</h1> });
}
