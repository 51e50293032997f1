//! News from the device, as counters that screens track to ask again for what they show.

use crate::backend;
use contract::Notice;
use leptos::prelude::*;

/// One counter per kind of notice.
#[derive(Clone, Copy)]
pub struct News {
    data: RwSignal<u32>,
    sync: RwSignal<u32>,
    session: RwSignal<u32>,
}

impl News {
    /// Begins to listen.
    pub fn start() -> Self {
        let news = Self { data: RwSignal::new(0), sync: RwSignal::new(0), session: RwSignal::new(0) };
        backend::listen(move |notice| news.counter(notice).update(|count| *count = count.wrapping_add(1)));
        news
    }

    /// Runs what tracks it again when a notice of this kind comes.
    pub fn track(self, notice: Notice) {
        self.counter(notice).track();
    }

    fn counter(self, notice: Notice) -> RwSignal<u32> {
        match notice {
            Notice::DataChanged => self.data,
            Notice::SyncChanged => self.sync,
            Notice::SessionChanged => self.session,
        }
    }
}

/// The news of this app.
pub fn use_news() -> News {
    expect_context()
}
