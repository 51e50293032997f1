//! Columns of a change as the library writes them, from operations that no device writes. The format is Automerge's,
//! <https://automerge.org/automerge-binary-format-spec/>.

use crate::forged::{signed, unsigned};
use std::collections::BTreeSet;

/// An operation. Ids are counter and place in the change's list of actors.
#[derive(Debug, Clone, Default)]
pub struct Operation {
    /// The object; none is the root.
    pub object: Option<(u64, u64)>,
    /// Where in the object.
    pub key: Key,
    /// Whether it comes after the place in a list, or takes the place.
    pub insert: bool,
    /// What it does, by its number.
    pub action: u64,
    /// Type of the value, and its bytes.
    pub value: (u8, Vec<u8>),
    /// What it replaces, in ascending order.
    pub replaced: Vec<(u64, u64)>,
    /// Whether a mark grows with what is written at its end.
    pub expand: bool,
    /// The name of a mark.
    pub mark: Option<Vec<u8>>,
}

/// Where in an object.
#[derive(Debug, Clone)]
pub enum Key {
    /// A key of a map.
    Named(Vec<u8>),
    /// The beginning of a list or text.
    Head,
    /// The element that an operation made.
    Element((u64, u64)),
}

impl Default for Key {
    fn default() -> Self {
        Self::Named(Vec::new())
    }
}

impl Operation {
    /// Every id that it names.
    fn ids(&mut self) -> impl Iterator<Item = &mut (u64, u64)> {
        let element = match &mut self.key {
            Key::Element(id) => Some(id),
            Key::Named(_) | Key::Head => None,
        };
        self.object.iter_mut().chain(element).chain(&mut self.replaced)
    }
}

/// Of these hands, those that the operations name beside the author's own, as a change lists them; the operations name
/// them by their places in that list afterwards. Before, the first hand is 1.
pub fn named(operations: &mut [Operation], hands: &[[u8; 16]]) -> Vec<Vec<u8>> {
    let ids = operations.iter_mut().flat_map(Operation::ids);
    let used: BTreeSet<u64> = ids.map(|(_, actor)| *actor).filter(|actor| *actor > 0).collect();
    for (_, actor) in operations.iter_mut().flat_map(Operation::ids) {
        *actor = (1..).zip(&used).find(|(_, hand)| *hand == actor).map_or(0, |(place, _)| place);
    }
    hands.iter().zip(1..).filter(|(_, place)| used.contains(place)).map(|(hand, _)| hand.to_vec()).collect()
}

/// The columns of these operations; those without content are left out.
#[must_use]
pub fn columns(operations: &[Operation]) -> Vec<(u64, Vec<u8>)> {
    let of =
        |part: &dyn Fn(&Operation) -> Option<Vec<u8>>| runs(&operations.iter().map(part).collect::<Vec<_>>());
    let replaced = || operations.iter().flat_map(|op| op.replaced.iter());
    let mut columns = vec![
        (0x01, of(&|op| op.object.map(|(_, actor)| unsigned(actor)))),
        (0x02, of(&|op| op.object.map(|(counter, _)| unsigned(counter)))),
        (0x11, of(&|op| op.key.element().flatten().map(|(_, actor)| unsigned(actor)))),
        (
            0x13,
            deltas(operations.iter().map(|op| op.key.element().map(|id| id.map_or(0, |id| id.0))).collect()),
        ),
        (0x15, of(&|op| op.key.name().map(prefixed))),
        (0x34, truths(operations.iter().map(|op| op.insert))),
        (0x42, of(&|op| Some(unsigned(op.action)))),
        (0x56, of(&|op| Some(unsigned((op.value.1.len() as u64) << 4 | u64::from(op.value.0 & 15))))),
        (0x57, operations.iter().flat_map(|op| op.value.1.clone()).collect()),
        (0x70, of(&|op| Some(unsigned(op.replaced.len() as u64)))),
        (0x71, runs(&replaced().map(|(_, actor)| Some(unsigned(*actor))).collect::<Vec<_>>())),
        (0x73, deltas(replaced().map(|(counter, _)| Some(*counter)).collect())),
        (0xa5, of(&|op| op.mark.as_deref().map(prefixed))),
    ];
    if operations.iter().any(|op| op.expand) {
        columns.insert(12, (0x94, truths(operations.iter().map(|op| op.expand))));
    }
    columns.retain(|(_, bytes)| !bytes.is_empty());
    columns
}

impl Key {
    fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Named(name) => Some(name),
            Self::Head | Self::Element(_) => None,
        }
    }

    /// Whether it is in a list, and at which element.
    fn element(&self) -> Option<Option<(u64, u64)>> {
        match self {
            Self::Named(_) => None,
            Self::Head => Some(None),
            Self::Element(id) => Some(Some(*id)),
        }
    }
}

fn prefixed(bytes: &[u8]) -> Vec<u8> {
    [unsigned(bytes.len() as u64), bytes.to_vec()].concat()
}

/// Equal values that follow each other are a run; others are listed, as many as follow each other; nulls are counted.
/// Nothing but nulls is nothing.
fn runs(values: &[Option<Vec<u8>>]) -> Vec<u8> {
    if values.iter().all(Option::is_none) {
        return Vec::new();
    }
    let (mut bytes, mut listed) = (Vec::new(), Vec::new());
    for run in values.chunk_by(PartialEq::eq) {
        match run {
            [Some(value)] => listed.push(value.clone()),
            [Some(value), ..] => {
                list(&mut bytes, &mut listed);
                bytes.extend([signed(run.len() as i64), value.clone()].concat());
            }
            _ => {
                list(&mut bytes, &mut listed);
                bytes.extend([signed(0), unsigned(run.len() as u64)].concat());
            }
        }
    }
    list(&mut bytes, &mut listed);
    bytes
}

fn list(bytes: &mut Vec<u8>, listed: &mut Vec<Vec<u8>>) {
    if !listed.is_empty() {
        bytes.extend(signed(-(listed.len() as i64)));
        listed.drain(..).for_each(|value| bytes.extend(value));
    }
}

/// Runs of what each number adds to the one before it.
fn deltas(values: Vec<Option<u64>>) -> Vec<u8> {
    let mut before = 0_i64;
    let delta = |value: u64| {
        let value = value.cast_signed();
        let delta = value.wrapping_sub(before);
        before = value;
        signed(delta)
    };
    let mut delta = delta;
    runs(&values.into_iter().map(|value| value.map(&mut delta)).collect::<Vec<_>>())
}

/// Lengths of runs, of false and true in turn.
fn truths(values: impl Iterator<Item = bool>) -> Vec<u8> {
    let (mut bytes, mut last, mut count) = (Vec::new(), false, 0);
    for value in values {
        if value != last {
            bytes.extend(unsigned(count));
            (last, count) = (value, 0);
        }
        count += 1;
    }
    if count > 0 {
        bytes.extend(unsigned(count));
    }
    bytes
}
