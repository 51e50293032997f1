//! The outbox behind its trait: each call is one piece of work for the writer or a reader.

use super::{Sqlite, outbox};
use crate::connectors::outbox::{Backlog, Claim, DeadLetter, Entry, Outbox, Replay, Settlement};
use crate::store::Answer;
use domain::Instant;

impl Outbox for Sqlite {
    fn claim(&self, now: Instant, leased_until: Instant) -> Answer<'_, Option<Entry>> {
        Box::pin(async move {
            // Most looks find nothing: those must not cost a commit.
            if !self.read(move |db| Ok(outbox::is_due(db, now)?)).await? {
                return Ok(None);
            }
            self.write(move |db| Ok(outbox::claim(db, now, leased_until)?)).await
        })
    }

    fn settle(&self, claim: Claim, settlement: Settlement, now: Instant) -> Answer<'_, ()> {
        Box::pin(self.write(move |db| Ok(outbox::settle(db, claim, &settlement, now)?)))
    }

    fn dead_letters(&self, after: i64, limit: u32) -> Answer<'_, Vec<DeadLetter>> {
        Box::pin(self.read(move |db| Ok(outbox::dead_letters(db, after, limit)?)))
    }

    fn replay(&self, which: Replay, now: Instant) -> Answer<'_, u64> {
        Box::pin(self.write(move |db| Ok(outbox::replay(db, &which, now)?)))
    }

    fn backlog(&self) -> Answer<'_, Backlog> {
        Box::pin(self.read(|db| Ok(outbox::backlog(db)?)))
    }

    fn forget_delivered(&self, before: Instant, limit: u32) -> Answer<'_, u64> {
        Box::pin(async move {
            // As with a claim: most looks find nothing.
            if !self.read(move |db| Ok(outbox::is_old(db, before)?)).await? {
                return Ok(0);
            }
            self.write(move |db| Ok(outbox::forget_delivered(db, before, limit)?)).await
        })
    }
}
