//! The outbox behind its trait: each call is one piece of work for the writer or a reader.

use super::{Sqlite, outbox};
use crate::connectors::outbox::{
    Backlog, Claim, DeadLetter, Entry, Outbox, OutboxUnavailable, Replay, Settlement,
};
use crate::store::StoreError;
use domain::Instant;

fn unavailable(error: StoreError) -> OutboxUnavailable {
    OutboxUnavailable(Box::new(error))
}

impl Outbox for Sqlite {
    async fn claim(&self, now: Instant, leased_until: Instant) -> Result<Option<Entry>, OutboxUnavailable> {
        // Most looks find nothing: those must not cost a commit.
        let due = self.read(move |db| Ok(outbox::is_due(db, now)?)).await.map_err(unavailable)?;
        if !due {
            return Ok(None);
        }
        self.write(move |db| Ok(outbox::claim(db, now, leased_until)?)).await.map_err(unavailable)
    }

    async fn settle(
        &self,
        claim: Claim,
        settlement: Settlement,
        now: Instant,
    ) -> Result<(), OutboxUnavailable> {
        self.write(move |db| Ok(outbox::settle(db, claim, &settlement, now)?)).await.map_err(unavailable)
    }

    async fn dead_letters(&self, after: i64, limit: u32) -> Result<Vec<DeadLetter>, OutboxUnavailable> {
        self.read(move |db| Ok(outbox::dead_letters(db, after, limit)?)).await.map_err(unavailable)
    }

    async fn replay(&self, which: Replay, now: Instant) -> Result<u64, OutboxUnavailable> {
        self.write(move |db| Ok(outbox::replay(db, &which, now)?)).await.map_err(unavailable)
    }

    async fn forget_delivered(&self, before: Instant, limit: u32) -> Result<u64, OutboxUnavailable> {
        // As with a claim: most looks find nothing.
        if !self.read(move |db| Ok(outbox::is_old(db, before)?)).await.map_err(unavailable)? {
            return Ok(0);
        }
        self.write(move |db| Ok(outbox::forget_delivered(db, before, limit)?)).await.map_err(unavailable)
    }

    async fn backlog(&self) -> Result<Backlog, OutboxUnavailable> {
        self.read(|db| Ok(outbox::backlog(db)?)).await.map_err(unavailable)
    }
}
