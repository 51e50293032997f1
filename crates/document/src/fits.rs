//! Whether the operations of a change fit the document that its author saw. The library writes none that do not, and
//! checks none that come: one that names what is not there, or treats a map as a list, is taken, and then the document can
//! be loaded no more.
//!
//! What fits is what devices write, and no more: maps and texts at the root, a word or nothing at a key in place of all that
//! the author saw there, all values but the one that shows taken away, letters put into a text and taken out of it.

use crate::{BrokenChange, CannotApply, Change, Document};
use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::{ObjId, ObjType, ROOT, ReadDoc, ScalarValue};
use std::collections::{BTreeSet, HashMap};

/// Checks all operations of a change against what its author saw.
pub fn check(seen: &Document, change: &Change) -> Result<(), CannotApply> {
    let expanded = change.to_automerge()?.decode();
    let mut view = View { seen, decoded: HashMap::new(), own: Vec::new(), held: HashMap::new() };
    for (op, counter) in expanded.operations.into_iter().zip(change.start_op..) {
        if !view.fits(&op) {
            return Err(BrokenChange::Unfit.into());
        }
        view.take(OpId(counter, expanded.actor_id.clone()), op);
    }
    Ok(())
}

/// What the author saw, operation by operation.
struct View<'a> {
    seen: &'a Document,
    /// Operations of older changes that were asked for, by the change's hash.
    decoded: HashMap<automerge::ChangeHash, (u64, Vec<Op>)>,
    /// The change's own operations so far.
    own: Vec<(OpId, Op)>,
    /// What stands at the keys of maps, as the change has left them so far.
    held: HashMap<ObjectId, Keys>,
}

/// The values at each key; several where people wrote at the same time.
type Keys = HashMap<String, BTreeSet<OpId>>;

impl View<'_> {
    fn fits(&mut self, op: &Op) -> bool {
        match (self.kind(&op.obj), &op.key) {
            (Some(ObjType::Map), Key::Map(key)) => self.fits_map(op, key),
            (Some(ObjType::Text), Key::Seq(element)) => self.fits_text(op, element),
            _ => false,
        }
    }

    /// A word, nothing, or a deletion, in place of all that is there; or a new object at the root, where nothing is.
    fn fits_map(&mut self, op: &Op, key: &str) -> bool {
        let replaced: BTreeSet<OpId> = op.pred.iter().cloned().collect();
        let held = self.keys(&op.obj).get(key).cloned().unwrap_or_default();
        let allowed = match &op.action {
            OpType::Put(ScalarValue::Null | ScalarValue::Str(_)) => replaced == held,
            // Whoever writes the one of several values that shows anyway takes away all others, and that one stays.
            OpType::Delete => !replaced.is_empty() && (replaced == held || replaced == hidden(&held)),
            OpType::Make(ObjType::Map | ObjType::Text) => {
                op.obj == ObjectId::Root && held.is_empty() && replaced.is_empty()
            }
            _ => false,
        };
        allowed && !op.insert
    }

    /// Letters after one that is in this text or at its beginning, or the deletion of one that is.
    fn fits_text(&mut self, op: &Op, element: &ElementId) -> bool {
        let (place, is_there) = match element {
            ElementId::Head => (None, true),
            ElementId::Id(id) => (Some(id), self.is_letter(id, &op.obj)),
        };
        let fits = match &op.action {
            OpType::Put(ScalarValue::Str(letters)) => op.insert && !letters.is_empty() && op.pred.is_empty(),
            OpType::Delete => !op.insert && place.is_some() && op.pred.iter().eq(place),
            _ => false,
        };
        fits && is_there
    }

    fn take(&mut self, id: OpId, op: Op) {
        if let Key::Map(key) = &op.key {
            let held = self.keys(&op.obj).entry(key.to_string()).or_default();
            match op.action {
                OpType::Delete => held.retain(|value| op.pred.iter().all(|taken| taken != value)),
                _ => *held = BTreeSet::from([id.clone()]),
            }
        }
        self.own.push((id, op));
    }

    /// What kind of object this is; none when there is no such object.
    fn kind(&mut self, object: &ObjectId) -> Option<ObjType> {
        match object {
            ObjectId::Root => Some(ObjType::Map),
            ObjectId::Id(id) => match self.operation(id)?.action {
                OpType::Make(kind) => Some(kind),
                _ => None,
            },
        }
    }

    /// Whether this operation put a letter into this text.
    fn is_letter(&mut self, id: &OpId, text: &ObjectId) -> bool {
        self.operation(id).is_some_and(|op| op.insert && op.obj == *text)
    }

    /// The keys of a map. Read in one pass: a look for each key may cost as much as the pass.
    fn keys(&mut self, object: &ObjectId) -> &mut Keys {
        let am = &self.seen.am;
        self.held.entry(object.clone()).or_insert_with(|| {
            let object = match object {
                ObjectId::Root => ROOT,
                ObjectId::Id(id) => outside(id),
            };
            // One that the change makes itself has no keys yet.
            if am.object_type(&object).is_err() {
                return Keys::new();
            }
            let values = |key: &str, winner: ObjId, contested: bool| match contested {
                true => am.get_all(&object, key).unwrap_or_default().into_iter().map(|(_, id)| id).collect(),
                false => vec![winner],
            };
            let found = am.map_range(&object, ..).map(|item| {
                let all = values(&item.key, item.id(), item.conflict);
                (item.key.to_string(), all.into_iter().filter_map(inside).collect())
            });
            found.collect()
        })
    }

    /// An operation of this change or of one that the author saw.
    fn operation(&mut self, id: &OpId) -> Option<Op> {
        let first = self.own.first().map(|(first, _)| first.clone());
        if let Some(first) = first.filter(|first| first.1 == id.1 && id.0 >= first.0) {
            let place = usize::try_from(id.0 - first.0).ok()?;
            return self.own.get(place).map(|(_, op)| op.clone());
        }
        let hash = self.seen.am.hash_for_opid(&outside(id))?;
        if !self.decoded.contains_key(&hash) {
            let change = ReadDoc::get_change_by_hash(&self.seen.am, &hash)?.decode();
            self.decoded.insert(hash, (change.start_op.get(), change.operations));
        }
        let (start, operations) = self.decoded.get(&hash)?;
        operations.get(usize::try_from(id.0.checked_sub(*start)?).ok()?).cloned()
    }
}

/// All values but the one that shows, which is the last.
fn hidden(held: &BTreeSet<OpId>) -> BTreeSet<OpId> {
    held.iter().take(held.len().saturating_sub(1)).cloned().collect()
}

/// The name of an operation as the library takes it from outside.
fn outside(id: &OpId) -> ObjId {
    ObjId::Id(id.0, id.1.clone(), 0)
}

/// The same, back.
fn inside(id: ObjId) -> Option<OpId> {
    match id {
        ObjId::Id(counter, actor, _) => Some(OpId(counter, actor)),
        ObjId::Root => None,
    }
}
