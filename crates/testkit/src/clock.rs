//! A clock that a test turns.

use chrono::{DateTime, TimeDelta};
use domain::Instant;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// Milliseconds since 1970; clones show the same time.
#[derive(Debug, Clone)]
pub struct TurnedClock(Arc<Mutex<Face>>);

#[derive(Debug, Default)]
struct Face {
    now: i64,
    /// Those who wait for an instant, each under a number of its own.
    waiting: BTreeMap<(i64, u64), Waker>,
    next: u64,
    /// The test, when it waits for somebody who waits.
    watching: Option<Waker>,
}

impl Default for TurnedClock {
    /// Monday 23 November 2026, 12:00 UTC.
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Face { now: 1_795_435_200_000, ..Face::default() })))
    }
}

/// Somebody who waits, until they do no more.
struct Place<'a> {
    clock: &'a TurnedClock,
    at: (i64, u64),
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.clock.face().waiting.remove(&self.at);
    }
}

impl TurnedClock {
    fn face(&self) -> MutexGuard<'_, Face> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Instant {
        DateTime::from_timestamp_millis(self.face().now).unwrap_or_default()
    }

    /// Lets time pass.
    pub fn pass(&self, time: TimeDelta) {
        let mut face = self.face();
        face.now += time.num_milliseconds();
        let now = face.now;
        face.waiting.iter().filter(|((at, _), _)| *at <= now).for_each(|(_, waker)| waker.wake_by_ref());
    }

    /// Answers when the clock was turned so far.
    pub async fn reached(&self, at: Instant) {
        let at = at.timestamp_millis();
        let place = {
            let mut face = self.face();
            face.next += 1;
            Place { clock: self, at: (at, face.next) }
        };
        poll_fn(|context| {
            let mut face = self.face();
            if face.now >= at {
                return Poll::Ready(());
            }
            face.waiting.insert(place.at, context.waker().clone());
            face.watching.take().into_iter().for_each(Waker::wake);
            Poll::Pending
        })
        .await;
    }

    /// Waits until somebody waits for an instant that is no further away than this. Answers how far it is.
    pub async fn next_within(&self, within: TimeDelta) -> TimeDelta {
        poll_fn(|context| {
            let mut face = self.face();
            let next = face.waiting.keys().map(|(at, _)| at - face.now).find(|away| *away > 0);
            match next.filter(|away| *away <= within.num_milliseconds()) {
                Some(away) => Poll::Ready(TimeDelta::milliseconds(away)),
                None => {
                    face.watching = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}
