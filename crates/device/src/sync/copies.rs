//! First copies of scopes: which manifests are being applied, how far, and which scopes come from their logs instead.
//! It changes with an answer or with a piece, and is kept in the same transaction as what came.

use crate::settings::{self, Setting};
use contract::Refusal;
use contract::sync::Progress;
use serde::{Deserialize, Serialize};
use store::{ReadError, Reader, ScopeStep};
use sync::ScopeId;
use sync::wire::segment::{Manifest, Piece};
use sync::wire::v1::{Copying, Order, Response, Stage};

/// All of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copies {
    reading: Vec<Reading>,
    by_log: Vec<ScopeId>,
    /// Bytes of the copies that are complete, while others are not.
    complete: u64,
}

/// A manifest of which so many pieces were applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Reading {
    manifest: Manifest,
    applied: usize,
    /// The server has no such piece any more.
    missing: bool,
}

/// A piece that is to be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Of which scope.
    pub scope: ScopeId,
    /// Which.
    pub piece: Piece,
    /// Bytes of its dictionary, if it has one.
    pub dictionary_size: u32,
}

impl Reading {
    fn begun(manifest: Manifest) -> Self {
        Self { manifest, applied: 0, missing: false }
    }

    fn is_done(&self) -> bool {
        self.applied >= self.manifest.pieces.len()
    }

    fn stage(&self) -> Stage {
        let name = self.manifest.name();
        if self.is_done() { Stage::Applied(name) } else { Stage::Reading(name) }
    }

    fn wanted(&self) -> impl Iterator<Item = Wanted> {
        let size = |piece: &Piece| {
            let mut dictionaries = self.manifest.dictionaries.iter();
            dictionaries.find(|d| Some(d.name) == piece.dictionary).map_or(0, |d| d.size)
        };
        let scope = self.manifest.scope;
        let left = self.manifest.pieces.iter().skip(self.applied);
        left.map(move |piece| Wanted { scope, piece: *piece, dictionary_size: size(piece) })
    }

    /// What was applied of a copy that is given up may have left the scope meanwhile.
    fn given_up(&self) -> Option<ScopeStep> {
        (self.applied > 0).then(|| ScopeStep::Renewed(self.manifest.scope.to_string()))
    }
}

impl Copies {
    /// As they are kept.
    pub fn read(reader: &Reader<'_>) -> Result<Self, ReadError> {
        Ok(settings::get(reader, settings::COPYING)?.unwrap_or_default())
    }

    /// To be kept.
    pub fn as_setting(&self) -> Result<Setting, Refusal> {
        if *self == Self::default() {
            Ok((settings::COPYING, None))
        } else {
            settings::set(settings::COPYING, self)
        }
    }

    /// What the server is to know.
    pub fn stages(&self) -> Vec<Copying> {
        let reading = self.reading.iter().map(|r| Copying { scope: r.manifest.scope, stage: r.stage() });
        let by_log = self.by_log.iter().map(|scope| Copying { scope: *scope, stage: Stage::ByLog });
        reading.chain(by_log).collect()
    }

    /// Pieces that are still to be applied, in order.
    pub fn wanted(&self) -> impl Iterator<Item = Wanted> {
        self.reading.iter().filter(|reading| !reading.missing).flat_map(Reading::wanted)
    }

    /// How far they are; none when there are none.
    pub fn progress(&self) -> Option<Progress> {
        let of: u64 = self.reading.iter().map(|reading| reading.manifest.bytes()).sum();
        let of = self.complete + of;
        let left: u64 = self.wanted().map(|wanted| u64::from(wanted.piece.size)).sum();
        (!self.reading.is_empty()).then_some(Progress { done: of.saturating_sub(left), of })
    }

    /// After an answer, and which scopes begin anew by it.
    pub fn after(mut self, response: &Response) -> (Self, Vec<ScopeStep>) {
        let mut renewed = Vec::new();
        let before = std::mem::take(&mut self.reading);
        for manifest in &response.segments {
            let known = before.iter().find(|reading| reading.manifest.scope == manifest.scope);
            let same = known.filter(|reading| reading.manifest == *manifest);
            if let Some(reading) = same.filter(|reading| !reading.missing && !reading.is_done()) {
                self.reading.push(reading.clone());
                continue;
            }
            renewed.extend(known.and_then(Reading::given_up));
            // What was said to be missing, or to be done, and is offered again would be offered for ever.
            if same.is_none() && manifest.is_sound() {
                self.reading.push(Reading::begun(manifest.clone()));
            } else {
                self = self.by_log(manifest.scope);
            }
        }
        let is_left = |scope: &ScopeId| response.orders.contains(&Order::LeaveScope(*scope));
        let is_offered = |scope: &ScopeId| response.segments.iter().any(|m| m.scope == *scope);
        let by_log = before.iter().filter(|r| !r.is_done());
        let by_log = by_log.filter(|r| !is_offered(&r.manifest.scope) && !is_left(&r.manifest.scope));
        renewed.extend(by_log.filter_map(Reading::given_up));
        let complete = before.iter().filter(|r| r.is_done() && !is_offered(&r.manifest.scope));
        self.complete += complete.map(|reading| reading.manifest.bytes()).sum::<u64>();
        self.complete = if self.reading.is_empty() { 0 } else { self.complete };
        let is_read = |scope: &ScopeId| response.sums.iter().any(|sum| sum.scope == *scope);
        self.by_log.retain(|scope| !is_read(scope) && !is_left(scope));
        (self, renewed)
    }

    /// With one more piece applied.
    pub fn with(mut self, wanted: &Wanted) -> Self {
        let of_scope = self.reading.iter_mut().find(|reading| reading.manifest.scope == wanted.scope);
        of_scope.into_iter().for_each(|reading| reading.applied += 1);
        self
    }

    /// The server has a piece no more: the next answer brings another copy, or the log.
    pub fn without(mut self, wanted: &Wanted) -> Self {
        let of_scope = self.reading.iter_mut().find(|reading| reading.manifest.scope == wanted.scope);
        of_scope.into_iter().for_each(|reading| reading.missing = true);
        self
    }

    /// The scope is to come from its log.
    pub fn by_log(mut self, scope: ScopeId) -> Self {
        self.reading.retain(|reading| reading.manifest.scope != scope);
        if !self.by_log.contains(&scope) {
            self.by_log.push(scope);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::UserId;
    use domain::people::Country;
    use sync::Checksum;
    use sync::wire::segment::Name;
    use sync::wire::v1::ScopeSum;
    use uuid::Uuid;

    const SCOPE: ScopeId = ScopeId::Country(Country::DE);

    fn manifest(seq: u64, pieces: u8) -> Manifest {
        let piece = |n| Piece { name: Name([n; 32]), size: 10, dictionary: None };
        Manifest { scope: SCOPE, seq, dictionaries: Vec::new(), pieces: (0..pieces).map(piece).collect() }
    }

    fn answer(segments: Vec<Manifest>) -> Response {
        Response {
            acks: Vec::new(),
            news: Vec::new(),
            cursor: Vec::new(),
            sums: Vec::new(),
            findings: Vec::new(),
            orders: Vec::new(),
            more: false,
            at: domain::Instant::UNIX_EPOCH,
            segments,
        }
    }

    /// A copy of three pieces, of which some were applied.
    fn begun(applied: usize) -> Copies {
        let (mut copies, renewed) = Copies::default().after(&answer(vec![manifest(5, 3)]));
        assert_eq!(renewed, []);
        for _ in 0..applied {
            let wanted = copies.wanted().next().unwrap();
            copies = copies.with(&wanted);
        }
        copies
    }

    fn stage(copies: &Copies) -> Stage {
        copies.stages()[0].stage
    }

    #[test]
    fn a_copy_goes_on_piece_by_piece_until_the_server_takes_it_for_read() {
        let name = manifest(5, 3).name();
        let copies = begun(2);
        assert_eq!(stage(&copies), Stage::Reading(name));
        assert_eq!(copies.progress(), Some(Progress { done: 20, of: 30 }));
        let (copies, renewed) = copies.after(&answer(vec![manifest(5, 3)]));
        assert_eq!((copies.wanted().count(), renewed), (1, vec![]));
        assert_eq!(stage(&begun(3)), Stage::Applied(name));
        let (copies, renewed) = begun(3).after(&answer(Vec::new()));
        assert_eq!((copies, renewed), (Copies::default(), vec![]));
    }

    #[test]
    fn a_copy_that_is_complete_still_counts_while_another_comes() {
        let scope = ScopeId::User(UserId(Uuid::nil()));
        let (copies, _) = begun(3).after(&answer(vec![Manifest { scope, ..manifest(5, 2) }]));
        assert_eq!(copies.progress(), Some(Progress { done: 30, of: 50 }));
        let (copies, _) = copies.after(&answer(Vec::new()));
        assert_eq!(copies.progress(), None);
    }

    #[test]
    fn another_copy_begins_anew_and_what_came_of_the_old_one_must_come_again() {
        let renewed = vec![ScopeStep::Renewed(SCOPE.to_string())];
        let (copies, steps) = begun(2).after(&answer(vec![manifest(9, 3)]));
        assert_eq!((copies.wanted().count(), &steps), (3, &renewed));
        assert_eq!(begun(0).after(&answer(vec![manifest(9, 3)])).1, []);
        let (copies, steps) = begun(2).after(&answer(Vec::new()));
        assert_eq!((copies, steps), (Copies::default(), renewed), "the log comes instead");
    }

    #[test]
    fn a_scope_that_is_left_is_not_waited_for() {
        let left = vec![Order::LeaveScope(SCOPE)];
        let (copies, steps) = begun(2).after(&Response { orders: left, ..answer(Vec::new()) });
        assert_eq!((copies, steps), (Copies::default(), vec![]));
    }

    #[test]
    fn what_is_missing_or_unsound_or_offered_twice_comes_from_the_log() {
        let wanted = begun(1).wanted().next().unwrap();
        let missing = begun(1).without(&wanted);
        assert_eq!(missing.wanted().count(), 0);
        let offered = answer(vec![manifest(5, 3)]);
        let (copies, renewed) = missing.after(&offered);
        assert_eq!((stage(&copies), renewed.len()), (Stage::ByLog, 1));
        assert_eq!(stage(&begun(3).after(&offered).0), Stage::ByLog);
        let mut unsound = manifest(5, 1);
        unsound.pieces[0].size = u32::MAX;
        assert_eq!(stage(&Copies::default().after(&answer(vec![unsound])).0), Stage::ByLog);
    }

    #[test]
    fn a_scope_comes_from_its_log_until_it_was_read_to_its_end() {
        let copies = begun(1).by_log(SCOPE).by_log(ScopeId::User(UserId(Uuid::nil())));
        assert_eq!((copies.wanted().count(), copies.stages().len()), (0, 2));
        let (copies, _) = copies.after(&answer(Vec::new()));
        assert_eq!(copies.stages().len(), 2);
        let sums = vec![ScopeSum { scope: SCOPE, seq: 7, sum: Checksum::default() }];
        let (copies, _) = copies.after(&Response { sums, ..answer(Vec::new()) });
        let left = Order::LeaveScope(ScopeId::User(UserId(Uuid::nil())));
        let (copies, _) = copies.after(&Response { orders: vec![left], ..answer(Vec::new()) });
        assert_eq!(copies, Copies::default());
    }
}
