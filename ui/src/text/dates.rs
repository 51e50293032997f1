//! Dates and times in the user's language and region. The platform's Intl knows the forms; here stands which form
//! is used where, and how a timeline is cut into months.

use crate::clock;
use crate::settings::browser_languages;
use crate::text::{Language, T, count, fill, t};
use chrono::{Datelike, NaiveDate, TimeDelta};
use domain::Instant;
use js_sys::{Date, Object, Reflect};

/// `11:15`
pub fn time(at: Instant) -> String {
    let clock = format(&clock::js(at), &[("hour", "numeric"), ("minute", "2-digit")]);
    // Some languages join "AM" with a narrow space that does not break; the time column needs the break.
    clock.replace('\u{202f}', " ")
}

/// `11:15 to 11:40`
pub fn span(from: Instant, until: Instant) -> String {
    fill(T::DateSpan, &[("from", &time(from)), ("until", &time(until))])
}

/// `Monday 23 November`
pub fn long_day(date: NaiveDate) -> String {
    format(&clock::midnight(date), &[("weekday", "long"), ("day", "numeric"), ("month", "long")])
}

/// `Today`, `Tomorrow`, `Yesterday`, else `19 Nov`, with the year when it is another one.
pub fn short_day(date: NaiveDate, today: NaiveDate) -> String {
    match (date - today).num_days() {
        -1 => t(T::DateYesterday).to_owned(),
        0 => t(T::DateToday).to_owned(),
        1 => t(T::DateTomorrow).to_owned(),
        _ => calendar_day(date, today),
    }
}

/// `19 Nov`, with the year when it is another one.
pub fn calendar_day(date: NaiveDate, today: NaiveDate) -> String {
    let mut form = vec![("day", "numeric"), ("month", "short")];
    if date.year() != today.year() {
        form.push(("year", "numeric"));
    }
    format(&clock::midnight(date), &form)
}

/// `Today, 11:15`
pub fn moment(at: Instant, today: NaiveDate) -> String {
    fill(T::DateMoment, &[("day", &short_day(clock::local(at).date(), today)), ("time", &time(at))])
}

/// `today, 11:15`, where it stands inside of a sentence.
pub fn moment_inside(at: Instant, today: NaiveDate) -> String {
    let date = clock::local(at).date();
    let day = match (date - today).num_days() {
        -1 => t(T::DateInsideYesterday).to_owned(),
        0 => t(T::DateInsideToday).to_owned(),
        1 => t(T::DateInsideTomorrow).to_owned(),
        _ => calendar_day(date, today),
    };
    fill(T::DateMoment, &[("day", &day), ("time", &time(at))])
}

/// `November`, with the year when it is another one.
pub fn month(date: NaiveDate, today: NaiveDate) -> String {
    let mut form = vec![("month", "long")];
    if date.year() != today.year() {
        form.push(("year", "numeric"));
    }
    format(&clock::midnight(date), &form)
}

/// How far away a coming moment is, in words; none when it is past or more than an hour away.
pub fn until(at: Instant, now: Instant) -> Option<String> {
    let minutes = u32::try_from(minutes_until(at, now)?).unwrap_or_default();
    Some(count(minutes, T::DateInMinuteOne, T::DateInMinuteOther))
}

fn minutes_until(at: Instant, now: Instant) -> Option<i64> {
    let left = at - now;
    let minutes = (left + TimeDelta::seconds(59)).num_minutes();
    (left > TimeDelta::zero() && minutes <= 60).then_some(minutes)
}

/// Cuts rows that are sorted by day into months, each with its first day.
pub fn by_month<T: Clone>(rows: &[T], day_of: impl Fn(&T) -> NaiveDate) -> Vec<(NaiveDate, Vec<T>)> {
    let mut months: Vec<(NaiveDate, Vec<T>)> = Vec::new();
    for row in rows {
        let day = day_of(row);
        let first = day.with_day(1).unwrap_or(day);
        match months.last_mut() {
            Some((month, own)) if *month == first => own.push(row.clone()),
            _ => months.push((first, vec![row.clone()])),
        }
    }
    months
}

fn format(date: &Date, form: &[(&str, &str)]) -> String {
    let options = Object::new();
    for (name, value) in form {
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    date.to_locale_string(&locale(), &options).into()
}

/// The browser's region of the chosen language, so that a user in the United States has "AM" and one in Austria
/// has "Jänner".
fn locale() -> String {
    let language = Language::current();
    let own = browser_languages().into_iter().find(|tag| language.speaks(tag) && tag.contains('-'));
    own.unwrap_or_else(|| language.region().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn a_timeline_is_cut_where_the_month_changes() {
        let days = [day(2026, 11, 19), day(2026, 11, 1), day(2026, 10, 31), day(2025, 10, 1)];
        let months = by_month(&days, |day| *day);
        let counts: Vec<_> = months.iter().map(|(month, own)| (*month, own.len())).collect();
        assert_eq!(counts, [(day(2026, 11, 1), 2), (day(2026, 10, 1), 1), (day(2025, 10, 1), 1)]);
    }

    #[test]
    fn minutes_are_counted_up_to_an_hour_and_never_backwards() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(minutes_until(now + TimeDelta::minutes(25), now), Some(25));
        assert_eq!(minutes_until(now + TimeDelta::seconds(20), now), Some(1));
        assert_eq!(minutes_until(now + TimeDelta::minutes(61), now), None);
        assert_eq!(minutes_until(now - TimeDelta::minutes(1), now), None);
    }
}
