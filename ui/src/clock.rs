//! The screens' clock and calendar: now, and instants in the user's time zone, as the platform knows them.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike};
use domain::Instant;
use js_sys::Date;
use leptos::prelude::*;
use std::time::Duration;

/// The present moment, renewed twice a minute, for everything that says "in 25 minutes".
#[derive(Clone, Copy)]
pub struct Now(RwSignal<Instant>);

impl Now {
    /// Starts the clock.
    pub fn start() -> Self {
        let now = RwSignal::new(now());
        set_interval(move || now.set(self::now()), Duration::from_secs(30));
        Self(now)
    }

    /// The moment, tracked.
    pub fn get(self) -> Instant {
        self.0.get()
    }

    /// Today's date in the user's time zone; changes at midnight only.
    pub fn today(self) -> Memo<NaiveDate> {
        Memo::new(move |_| local(self.get()).date())
    }
}

/// The clock of this app.
pub fn use_now() -> Now {
    expect_context()
}

/// This very moment.
pub fn now() -> Instant {
    of_millis(Date::now())
}

/// Today's date in the user's time zone, for what is said once and not renewed.
pub fn today() -> NaiveDate {
    local(now()).date()
}

/// An instant as it stands on the user's wall.
pub fn local(at: Instant) -> NaiveDateTime {
    let minutes_behind = js(at).get_timezone_offset();
    #[expect(clippy::cast_possible_truncation, reason = "an offset is less than a day")]
    let seconds = (minutes_behind * 60.0) as i64;
    at.naive_utc() - chrono::TimeDelta::seconds(seconds)
}

/// The instant at which the user's wall shows this, to the minute.
pub fn instant(local: NaiveDateTime) -> Instant {
    let [month, day, hour, minute] = [local.month0(), local.day(), local.hour(), local.minute()]
        .map(|part| i32::try_from(part).unwrap_or(0));
    let year = u32::try_from(local.year()).unwrap_or(0);
    of_millis(Date::new_with_year_month_day_hr_min(year, month, day, hour, minute).get_time())
}

/// The first instants of a date and of the next one in the user's time zone.
pub fn day(date: NaiveDate) -> (Instant, Instant) {
    let next = date.succ_opt().unwrap_or(date);
    (of_millis(midnight(date).get_time()), of_millis(midnight(next).get_time()))
}

/// An instant for the platform's functions.
pub fn js(at: Instant) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of the next thousands of years are exact")]
    let millis = at.timestamp_millis() as f64;
    Date::new(&millis.into())
}

/// A date for the platform's functions.
pub fn midnight(date: NaiveDate) -> Date {
    let month = i32::try_from(date.month0()).unwrap_or(0);
    let day = i32::try_from(date.day()).unwrap_or(1);
    Date::new_with_year_month_day(u32::try_from(date.year()).unwrap_or(0), month, day)
}

fn of_millis(millis: f64) -> Instant {
    #[expect(clippy::cast_possible_truncation, reason = "the platform's dates end long before")]
    let millis = millis as i64;
    DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH)
}
