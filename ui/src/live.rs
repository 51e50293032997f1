//! Live replies: a command's last answer, asked again whenever what it depends on or the device's data changes.
//! The old answer stays on the screen until the new one is there, so nothing jumps.

use crate::backend;
use crate::news::use_news;
use contract::{Command, Notice, Refusal};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The last answer, and the refusal if the last one was refused.
pub struct Live<T: Send + Sync + 'static> {
    value: RwSignal<Option<T>>,
    refusal: RwSignal<Option<Refusal>>,
}

impl<T: Send + Sync + 'static> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Live<T> {}

impl<T: Clone + Send + Sync + 'static> Live<T> {
    /// The last answer; none before the first one.
    pub fn get(self) -> Option<T> {
        self.value.get()
    }

    /// A part of the last answer.
    pub fn with<R>(self, part: impl FnOnce(&T) -> R) -> Option<R> {
        self.value.with(|value| value.as_ref().map(part))
    }

    /// Why the last question was refused.
    pub fn refusal(self) -> Option<Refusal> {
        self.refusal.get()
    }

    /// Puts an answer in that came another way, such as the reply to a change.
    pub fn put(self, answer: Result<T, Refusal>) {
        match answer {
            Ok(value) => {
                let _ = self.value.try_set(Some(value));
                let _ = self.refusal.try_set(None);
            }
            Err(refusal) => drop(self.refusal.try_set(Some(refusal))),
        }
    }
}

/// Asks now, when a signal that `request` reads changes, and at every notice of this kind. No request, no question.
pub fn live<C: Command>(notice: Notice, request: impl Fn() -> Option<C> + 'static) -> Live<C::Reply>
where
    C::Reply: Clone + Send + Sync + 'static,
{
    let live = Live { value: RwSignal::new(None), refusal: RwSignal::new(None) };
    let turn = StoredValue::new(0_u32);
    let news = use_news();
    Effect::new(move |_| {
        news.track(notice);
        let Some(request) = request() else { return };
        let own = turn.get_value().wrapping_add(1);
        turn.set_value(own);
        spawn_local(async move {
            let answer = backend::call(request).await;
            if turn.try_get_value() == Some(own) {
                live.put(answer);
            }
        });
    });
    live
}
