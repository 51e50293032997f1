//! Pending changes, made again by another hand. A device that was copied or restored shares its actor with another: what
//! it has not sent yet is written anew by a fresh actor, so that both devices' work merges. The operations stay what they
//! were: the same keys, the same letters at the same places.

use crate::{Actor, BrokenChange, Change, ChangeHash};
use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId};
use automerge::{ActorId, ExpandedChange};
use std::collections::HashMap;

/// Writes changes of one actor again by another, in their order. They are all pending changes of one document by that
/// actor: none of them is on the server, and nothing but them builds upon them.
pub fn reauthor(pending: &[Change], to: Actor) -> Result<Vec<Change>, BrokenChange> {
    let Some(first) = pending.first() else { return Ok(Vec::new()) };
    let mut hand = Hand {
        from: ActorId::from(first.actor.0),
        to: ActorId::from(to.0),
        since: first.start_op,
        renamed: HashMap::new(),
    };
    (1..).zip(pending).map(|(seq, change)| hand.write(seq, change)).collect()
}

/// The old hand and the new one.
struct Hand {
    from: ActorId,
    to: ActorId,
    /// Counter of the first pending operation: older ones of the old hand are on the server and keep their names.
    since: u64,
    /// New names of the changes that were written again.
    renamed: HashMap<ChangeHash, ChangeHash>,
}

impl Hand {
    fn write(&mut self, seq: u64, change: &Change) -> Result<Change, BrokenChange> {
        let mut expanded: ExpandedChange = change.to_automerge()?.decode();
        expanded.actor_id = self.to.clone();
        expanded.seq = seq;
        for dep in &mut expanded.deps {
            if let Some(new) = self.renamed.get(&ChangeHash(dep.0)) {
                *dep = automerge::ChangeHash(new.0);
            }
        }
        expanded.deps.sort_unstable();
        expanded.operations.iter_mut().for_each(|op| self.rename(op));
        let written = Change::of(&automerge::Change::from(expanded))?;
        self.renamed.insert(change.hash, written.hash);
        Ok(written)
    }

    fn rename(&self, op: &mut Op) {
        if let ObjectId::Id(id) = &mut op.obj {
            self.rename_id(id);
        }
        if let Key::Seq(ElementId::Id(id)) = &mut op.key {
            self.rename_id(id);
        }
        op.pred = op
            .pred
            .iter()
            .cloned()
            .map(|mut id| {
                self.rename_id(&mut id);
                id
            })
            .collect();
    }

    fn rename_id(&self, id: &mut OpId) {
        if id.0 >= self.since && id.1 == self.from {
            id.1 = self.to.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Author, Document, call};
    use chrono::{DateTime, TimeDelta};
    use domain::calls::{Call, CallContent, CallEdit, CallState, Channel};
    use domain::ids::{CallId, HcpId, UserId};
    use domain::people::Audience;
    use uuid::Uuid;

    const CALL: CallId = CallId(Uuid::from_u128(1));
    const OLD: Actor = Actor([1; 16]);
    const NEW: Actor = Actor([2; 16]);

    fn by(actor: Actor) -> Author {
        Author { actor, user: UserId(Uuid::from_u128(5)), now: DateTime::UNIX_EPOCH }
    }

    fn planned() -> Document {
        let now = DateTime::UNIX_EPOCH;
        let call = Call {
            id: CALL,
            owner: by(OLD).user,
            audience: Audience::Commercial,
            state: CallState::Planned,
            content: CallContent::planned(Channel::InPerson, now, now + TimeDelta::minutes(20)),
            amendments: Vec::new(),
        };
        call::create(by(OLD), &call).unwrap().0
    }

    fn write(document: &mut Document, edits: &[CallEdit]) -> Change {
        call::edit(document, by(OLD), edits, None).unwrap().unwrap()
    }

    #[test]
    fn two_copies_of_one_device_keep_the_work_of_both() {
        let mut server = planned();
        let shared = CallEdit::Notes("asked about dosing".into());
        write(&mut server, &[shared]);
        let mut copy = server.clone();
        // The other copy was first; both used the same hand and the same numbers.
        write(
            &mut server,
            &[CallEdit::Notes("asked about dosing, twice".into()), CallEdit::AddAttendee(HcpId(CALL.0))],
        );
        let pending = [
            write(&mut copy, &[CallEdit::Notes("asked about the dosing".into())]),
            write(
                &mut copy,
                &[CallEdit::Notes("asked about the right dosing".into()), CallEdit::Channel(Channel::Phone)],
            ),
        ];
        assert!(server.clone().apply(&pending).is_err(), "one hand cannot write one number twice");

        let again = reauthor(&pending, NEW).unwrap();
        server.apply(&again).unwrap();

        assert_eq!(
            again.iter().map(|change| (change.actor, change.seq)).collect::<Vec<_>>(),
            [(NEW, 1), (NEW, 2)]
        );
        assert_eq!(again[0].by, pending[0].by);
        let merged = call::read(CALL, &server).unwrap().content;
        assert_eq!((merged.channel, merged.attendees.len()), (Channel::Phone, 1));
        assert_eq!(merged.notes, "asked about the right dosing, twice");
    }

    #[test]
    fn a_document_that_nobody_has_seen_is_begun_again_whole() {
        let mut document = planned();
        let mut pending = document.changes().unwrap();
        pending.push(write(&mut document, &[CallEdit::Notes("first".into())]));
        let mut fresh = Document::empty();
        fresh.apply(&reauthor(&pending, NEW).unwrap()).unwrap();
        assert_eq!(call::read(CALL, &fresh).unwrap(), call::read(CALL, &document).unwrap());
    }
}
