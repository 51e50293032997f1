//! Progress: how far something long is, as a calm line.

use crate::live::live;
use crate::text::{T, fill, t};
use contract::Notice;
use contract::sync::{GetSync, Progress};
use leptos::prelude::*;

/// A line that fills.
#[component]
pub fn Bar(#[prop(into)] progress: Signal<Progress>, #[prop(into)] label: String) -> impl IntoView {
    let percent = Memo::new(move |_| percent(progress.get()));
    view! { <progress class="progress" max="100" value=move || percent.get().to_string() aria-label=label></progress> }
}

/// What a list says while the first copy of its content comes; nothing any more once it is complete.
#[component]
pub fn Filling(ready: Signal<bool>) -> impl IntoView {
    view! { <Show when=move || !ready.get()><Line/></Show> }
}

#[component]
fn Line() -> impl IntoView {
    let sync = live(Notice::SyncChanged, || Some(GetSync {}));
    let progress = Memo::new(move |_| sync.with(|sync| sync.first_sync).flatten());
    let shown = Signal::derive(move || progress.get().unwrap_or(Progress { done: 0, of: 0 }));
    let comes = Memo::new(move |_| progress.with(Option::is_some));
    view! {
        <div class="filling">
            <p class="note quiet small" role="status">{t(T::TodayFirstSync)}</p>
            <Show when=move || comes.get()><Bar progress=shown label=t(T::SyncFirst)/></Show>
        </div>
    }
}

/// So much of it, in words.
pub fn words(progress: Progress) -> String {
    fill(T::SyncFirstPart, &[("percent", &percent(progress))])
}

/// Whole percents. It is not said to be complete before it is.
fn percent(progress: Progress) -> u64 {
    match progress.done.saturating_mul(100).checked_div(progress.of) {
        Some(100..) if progress.done < progress.of => 99,
        Some(percent) => percent.min(100),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_whole_percents_and_never_complete_too_early() {
        let of = |done, of| percent(Progress { done, of });
        assert_eq!(
            [of(0, 0), of(0, 7), of(1, 3), of(999, 1_000), of(7, 7), of(9, 7)],
            [0, 0, 33, 99, 100, 100]
        );
    }
}
