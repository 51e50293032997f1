//! When and where: day, begin and end as the platform's own fields, and a place in words.

use super::desk::Desk;
use crate::clock::{self, local};
use crate::parts::icon::{Drawing, Icon};
use crate::text::{T, t};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use domain::Instant;
use domain::calls::CallEdit;
use leptos::prelude::*;

/// Day, begin and end as they stand in the fields.
#[derive(Clone, Copy)]
pub struct Times {
    day: RwSignal<String>,
    from: RwSignal<String>,
    until: RwSignal<String>,
}

impl Times {
    /// The fields for two instants.
    pub fn of(starts_at: Instant, ends_at: Instant) -> Self {
        let times = Self { day: RwSignal::default(), from: RwSignal::default(), until: RwSignal::default() };
        times.show(starts_at, ends_at);
        times
    }

    /// Shows two instants.
    pub fn show(self, starts_at: Instant, ends_at: Instant) {
        let (from, until) = (local(starts_at), local(ends_at));
        self.day.set(from.date().to_string());
        self.from.set(from.format("%H:%M").to_string());
        self.until.set(until.format("%H:%M").to_string());
    }

    /// The instants, when all fields are filled.
    pub fn read(self) -> Option<(Instant, Instant)> {
        let (from, until) =
            read(&self.day.get_untracked(), &self.from.get_untracked(), &self.until.get_untracked())?;
        Some((clock::instant(from), clock::instant(until)))
    }
}

fn read(day: &str, from: &str, until: &str) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let day: NaiveDate = day.parse().ok()?;
    let time = |text: &str| NaiveTime::parse_from_str(text.get(..5).unwrap_or(text), "%H:%M").ok();
    Some((day.and_time(time(from)?), day.and_time(time(until)?)))
}

/// The three fields; `changed` is called when one of them has a new value.
#[component]
pub fn TimeFields(times: Times, #[prop(into)] changed: Callback<()>) -> impl IntoView {
    let field = move |label: T, kind: &'static str, value: RwSignal<String>| {
        let change = move |event| {
            value.set(event_target_value(&event));
            changed.run(());
        };
        view! {
            <label class="field">
                <span class="label">{t(label)}</span>
                <input class="input number" type=kind prop:value=move || value.get() on:change=change/>
            </label>
        }
    };
    view! {
        <div class="fields">
            {field(T::CallDay, "date", times.day)}
            {field(T::CallFrom, "time", times.from)}
            {field(T::CallUntil, "time", times.until)}
        </div>
    }
}

/// Time and place of a call, folded away because they are mostly right.
#[component]
pub fn TimeAndPlace(desk: Desk) -> impl IntoView {
    let span = Memo::new(move |_| desk.content.with(|content| (content.starts_at, content.ends_at)));
    let times = Times::of(Instant::UNIX_EPOCH, Instant::UNIX_EPOCH);
    Effect::new(move |_| {
        let (starts_at, ends_at) = span.get();
        times.show(starts_at, ends_at);
    });
    let changed = move |()| {
        let read = times.read().filter(|read| *read != span.get_untracked());
        if let Some((starts_at, ends_at)) = read {
            desk.edit.run(CallEdit::Time { starts_at, ends_at });
        }
    };
    let place = Memo::new(move |_| desk.content.with(|content| content.place.clone()).unwrap_or_default());
    let write = move |text: String| desk.edit.run(CallEdit::Place((!text.is_empty()).then_some(text)));
    view! {
        <details class="when">
            <summary><Drawing of=Icon::ChevronRight/>{t(T::CallTimeAndPlace)}</summary>
            <div class="stack">
                <TimeFields times changed/>
                <label class="field">
                    <span class="label">{t(T::FieldPlace)}</span>
                    <input class="input" autocomplete="off" prop:value=move || place.get() on:input=move |event| write(event_target_value(&event))/>
                </label>
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_with_and_without_seconds() {
        let (from, until) = read("2026-11-23", "11:15", "11:40:00").unwrap();
        assert_eq!(
            (from.to_string(), until.to_string()),
            ("2026-11-23 11:15:00".into(), "2026-11-23 11:40:00".into())
        );
    }

    #[test]
    fn a_field_that_is_empty_is_no_time() {
        assert_eq!(read("2026-11-23", "", "11:40"), None);
        assert_eq!(read("", "11:15", "11:40"), None);
    }
}
