//! One history: a company whose disks and networks fail, and what happens next is drawn from the seed.

use crate::journal::Journal;
use crate::line::Line;
use crate::oracle;
use crate::site::Site;
use crate::steps;
use crate::tablet::{Person, Tablet};
use crate::wrong::{Ill, Wrong};
use anyhow::Result;
use contract::{Code, Refusal};
use document::ChangeHash;
use domain::ids::DocId;
use rand_chacha::ChaCha20Rng;
use std::collections::BTreeMap;
use testkit::TurnedClock;

/// When faults stop, everybody is done within so many rounds.
pub const ROUNDS: usize = 4;
/// Who has a device: two reps, a key account manager, and a liaison whose documents the others may not hold.
const PEOPLE: [&str; 4] = ["jan", "lena", "tobias", "miriam"];

/// What a history comes to.
#[derive(Debug, Default)]
pub struct Ended {
    /// Things that happened.
    pub operations: u64,
    /// What went wrong; empty in a good world.
    pub wrong: Vec<Wrong>,
    /// What happened, in order.
    pub trace: Vec<String>,
    /// How many operations the server's disk had, and each device's.
    pub disks: Vec<u64>,
}

/// One history.
pub struct History {
    pub(crate) luck: ChaCha20Rng,
    pub(crate) clock: TurnedClock,
    pub(crate) site: Site,
    pub(crate) tablets: Vec<Tablet>,
    pub(crate) journal: Journal,
    pub(crate) backups: BTreeMap<usize, crate::machine::Machine>,
    pub(crate) ended: Ended,
    seed: u64,
}

impl History {
    /// The company is founded, and everybody has signed in.
    pub async fn begin(seed: u64) -> Result<Self> {
        let clock = TurnedClock::default();
        let site = Site::founded(clock.clone(), seed).await?;
        let mut tablets = Vec::new();
        for (number, login) in (1..).zip(PEOPLE) {
            let line = Line::to(site.clone(), clock.clone());
            let seed = seed.wrapping_mul(100).wrapping_add(number);
            tablets.push(Tablet::new(Person::named(login)?, line, clock.clone(), seed).await?);
        }
        let (luck, journal, backups) = (testkit::luck(seed), Journal::default(), BTreeMap::new());
        Ok(Self { luck, clock, site, tablets, journal, backups, ended: Ended::default(), seed })
    }

    /// So many things happen; then faults stop, and everything is looked at.
    pub async fn run(mut self, steps: usize) -> Result<Ended> {
        for _ in 0..steps {
            steps::step(&mut self).await?;
        }
        self.end().await
    }

    /// Faults stop, and everything is looked at.
    pub async fn end(mut self) -> Result<Ended> {
        self.settle().await?;
        let found = oracle::examine(&self).await?;
        self.ended.wrong.extend(found);
        self.ended.disks = self.disks();
        Ok(self.ended)
    }

    /// How many operations the server's disk had, and each device's.
    pub(crate) fn disks(&self) -> Vec<u64> {
        let devices = self.tablets.iter().map(|tablet| tablet.machine.disk.operations());
        std::iter::once(self.site.machine().disk.operations()).chain(devices).collect()
    }

    /// A seed for something new in this history.
    pub(crate) fn seed(&self) -> u64 {
        self.seed.wrapping_mul(100).wrapping_add(self.tablets.len() as u64 + 1)
    }

    pub(crate) fn say(&mut self, what: impl Into<String>) {
        self.ended.operations += 1;
        self.ended.trace.push(what.into());
    }

    pub(crate) fn complain(&mut self, ill: Ill, what: impl Into<String>) {
        let what = format!("after step {}: {}", self.ended.trace.len(), what.into());
        self.ended.wrong.push(Wrong { ill, what });
    }

    /// A device that is on. One that was off starts on what survived, and shows what it called saved.
    pub(crate) async fn awake(&mut self, who: usize) -> Result<&Tablet> {
        if self.tablets[who].is_down() {
            self.tablets[who].start().await?;
            self.remembers(who)?;
        }
        Ok(&self.tablets[who])
    }

    /// A command was answered. If it was said to be saved, it would survive a power cut now.
    pub(crate) fn answered<T>(
        &mut self,
        who: usize,
        outcome: Result<T, Refusal>,
        mark: Option<&(DocId, String)>,
    ) -> Result<Option<T>> {
        let tablet = &self.tablets[who];
        match outcome {
            Ok(reply) => {
                let own = tablet.look_durable().and_then(|glass| glass.own());
                let new = own.map(|own| self.journal.write(who, own, mark));
                if !matches!(new, Ok(1..)) {
                    self.complain(
                        Ill::Lost,
                        format!("device {who} called saved what is not durable: {new:?}"),
                    );
                }
                Ok(Some(reply))
            }
            Err(refusal) => {
                let explained = tablet.troubled || tablet.is_down() || refusal.code != Code::Internal;
                if !explained {
                    self.complain(Ill::Stalled, format!("device {who} failed: {refusal}"));
                }
                Ok(None)
            }
        }
    }

    /// A device has everything that it called saved: as it was written, or made again by another hand.
    pub(crate) fn remembers(&mut self, who: usize) -> Result<()> {
        let glass = self.tablets[who].look()?;
        let mut missing = Vec::new();
        for doc in self.journal.of(who).map(|saved| saved.doc).collect::<std::collections::BTreeSet<_>>() {
            let held = glass.document(doc)?;
            for saved in self.journal.of(who).filter(|saved| saved.doc == doc && !saved.elsewhere) {
                let there = held.as_ref().is_some_and(|held| held.changes.contains(&saved.hash));
                let says =
                    |mark: &String| held.as_ref().is_some_and(|held| held.says.contains(mark.as_str()));
                let replaced = || {
                    Ok::<_, anyhow::Error>(
                        glass.made(doc, &saved.hash)? && !glass.pending(doc)?.contains(&saved.hash),
                    )
                };
                if !(there || replaced()? && saved.mark.as_ref().is_none_or(says)) {
                    missing.push((saved.doc, saved.hash));
                }
            }
        }
        for (doc, hash) in missing {
            self.complain(Ill::Lost, format!("device {who} has gone back behind {}", named(doc, &hash)));
        }
        Ok(())
    }

    /// The server is up. It has everything that it acknowledged.
    pub(crate) async fn serve(&mut self) -> Result<()> {
        if self.site.is_down() {
            self.site.machine().disk.heal();
            self.site.start().await?;
            let lost = oracle::unkept(&self.site).await?;
            for (doc, hash) in lost {
                self.complain(Ill::Lost, format!("the server came back without {}", named(doc, &hash)));
            }
        }
        Ok(())
    }

    /// Faults stop, and everybody syncs.
    async fn settle(&mut self) -> Result<()> {
        self.site.machine().disk.heal();
        self.serve().await?;
        for who in 0..self.tablets.len() {
            self.tablets[who].machine.disk.heal();
            self.tablets[who].troubled = false;
            self.awake(who).await?;
            let line = &self.tablets[who].line;
            line.clear();
            line.late_requests_arrive().await;
        }
        for _ in 0..ROUNDS {
            for tablet in &self.tablets {
                tablet.stay_signed_in().await?;
                tablet.sync().await?;
            }
        }
        for who in 0..self.tablets.len() {
            self.remembers(who)?;
        }
        Ok(())
    }
}

/// A change, for who looks into it.
pub(crate) fn named(doc: DocId, hash: &ChangeHash) -> String {
    let [a, b, c, d, ..] = hash.0;
    format!("change {a:02x}{b:02x}{c:02x}{d:02x} of {doc}")
}
