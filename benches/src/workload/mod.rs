//! What two reps of one territory wrote in a year, from a seed: the documents on which sync is measured, written by the
//! real hands that the server knows. How one document is written is in `writing`, what comes later in `later`, who they
//! are in `people`; other systems get the same from `export`.

mod export;
mod later;
mod people;
mod writing;

pub use export::export;
pub use later::{Later, Weeks};
pub use people::{Hand, People};

use anyhow::Result;
use document::{Change, Content, Document, Kind};
use domain::Instant;
use domain::ids::DocId;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::ops::RangeInclusive;

const SEED: u64 = 2_027;
/// How many changes a document has.
pub const CHANGES: RangeInclusive<usize> = 1..=6;
/// One document in so many was edited by two people at once.
const SHARED: usize = 20;
/// One HCP for so many documents: each has one consent.
const PER_HCP: usize = 20;

/// A document with all that was written into it.
#[derive(Debug, Clone)]
pub struct Written {
    /// Which.
    pub doc: DocId,
    /// Its kind.
    pub kind: Kind,
    /// Its changes, each after those that it builds upon.
    pub changes: Vec<Change>,
    /// The whole of it.
    pub saved: Vec<u8>,
    /// What it says.
    pub content: Content,
}

/// Everything that was written.
#[derive(Debug)]
pub struct Workload {
    /// Who wrote it, about whom.
    pub people: People,
    /// All documents.
    pub documents: Vec<Written>,
    now: Instant,
}

impl Workload {
    /// So many documents with so many changes each, the newest of which are of this instant.
    pub fn of(documents: usize, changes: &RangeInclusive<usize>, now: Instant) -> Result<Self> {
        let people = People::working_with(documents.div_ceil(PER_HCP));
        let mut dice = ChaCha8Rng::seed_from_u64(SEED);
        let write = |n| {
            let changes = dice.random_range(changes.clone());
            writing::Desk { people: &people, dice: &mut dice, now, n }.write(changes, n % SHARED == 0)
        };
        let documents = (0..documents).map(write).collect::<Result<_>>()?;
        Ok(Self { people, documents, now })
    }

    /// How many changes there are, and how many bytes they have.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        let changes = self.documents.iter().flat_map(|written| &written.changes);
        changes.fold((0, 0), |(count, bytes), change| (count + 1, bytes + change.bytes.len()))
    }

    /// Documents that still take edits, in an order of chance.
    fn open(&self) -> Vec<&Written> {
        let mut open: Vec<_> = self.documents.iter().filter(|written| later::is_open(written)).collect();
        open.shuffle(&mut ChaCha8Rng::seed_from_u64(SEED + 1));
        open
    }
}

/// What was written into a document, as it stands now.
fn written(kind: Kind, doc: DocId, document: &mut Document, changes: Vec<Change>) -> Result<Written> {
    let content = Content::read(kind, doc, document)?;
    Ok(Written { doc, kind, changes, saved: document.save(), content })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_workload_has_the_kinds_and_the_changes_that_it_says_and_is_the_same_again() {
        let made = || Workload::of(400, &CHANGES, Instant::UNIX_EPOCH).unwrap();
        let (one, other) = (made(), made());
        let of = |kind| one.documents.iter().filter(|written| written.kind == kind).count();
        assert_eq!((of(Kind::Call), of(Kind::FollowUp), of(Kind::Consent)), (340, 40, 20));
        assert!(one.documents.iter().all(|written| CHANGES.contains(&written.changes.len())));
        let shared = |written: &&Written| {
            written.changes.iter().map(|change| change.by).collect::<BTreeSet<_>>().len() == 2
        };
        assert!(one.documents.iter().filter(shared).count() > 10);
        assert_eq!(one.size(), other.size());
        assert!(one.documents.iter().zip(&other.documents).all(|(a, b)| a.saved == b.saved));
    }
}
