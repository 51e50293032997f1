//! What waits, as a request.

use crate::device::{Device, blocking};
use crate::refusal::OrRefuse;
use crate::settings;
use crate::sync::copies::Copies;
use contract::Refusal;
use contract::sync::Network;
use sync::session::{Event, ROOM};
use sync::wire::v1::{Item, Request};

impl Device {
    pub(super) async fn load(&self, items: usize, bytes: usize) -> Event {
        if self.is_offline() {
            self.set_network(Network::SwitchedOff);
            return Event::Halted;
        }
        let device = self.clone();
        match blocking(move || device.request(items, bytes)).await {
            Ok(Some(request)) => Event::Loaded(request),
            Ok(None) => Event::Halted,
            Err(refusal) => {
                tracing::debug!(%refusal, "nothing can be sent now");
                Event::Halted
            }
        }
    }

    /// None when nobody is signed in, or when the session has ended.
    fn request(&self, items: usize, bytes: usize) -> Result<Option<Request>, Refusal> {
        let store = self.store()?;
        store
            .read(|r| {
                let expired = settings::get(r, settings::EXPIRED)?.unwrap_or(false);
                if expired || settings::session(r)?.is_none() {
                    return Ok(None);
                }
                let (device, actor) = settings::identity(r)?;
                let cursor = r.setting(settings::CURSOR)?;
                let waiting = r.waiting(items, bytes)?;
                let whole = waiting.len() == r.waiting_count()? as usize;
                let items =
                    waiting.into_iter().map(|w| Item { doc: w.doc, kind: w.kind, change: w.bytes }).collect();
                // What was left is told when nothing of it is here any more, and all that was written there goes along.
                let left = if whole && r.has_left_all()? { settings::left(r)? } else { Vec::new() };
                let copying = Copies::read(r)?.stages();
                Ok(Some(Request { device, actor, cursor, items, room: ROOM, left, copying }))
            })
            .or_refuse()
    }
}
