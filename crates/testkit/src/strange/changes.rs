//! Changes: what is taken must not spoil the document that takes it. The server's way is gone: checked by its bytes,
//! admitted, applied, saved; then everybody's who gets it: loaded, applied one by one, read, edited further.

use super::Draw;
use super::documents::{HANDS, Honest, STRANGER, USER, all, goes_on, read};
use super::operations::{Key, Operation, columns, named};
use crate::forged::{Forged, compressed, plain};
use document::{Change, Content, Document, admit, guarded, open};

/// The most strange changes that follow each other.
const CHANGES: usize = 3;
const OPERATIONS: usize = 12;
/// Keys that documents have, and some that they have not.
const NAMES: [&str; 24] = [
    "id",
    "owner",
    "audience",
    "state",
    "channel",
    "time",
    "place",
    "notes",
    "attendees",
    "products",
    "amendments",
    "hcp",
    "text",
    "due",
    "done",
    "call",
    "best_time",
    "preferred_channel",
    "organisation",
    "next_step",
    "side_effect",
    "000000c1-0000-0000-0000-000000000000/reaction",
    "",
    "strange",
];
/// Values that documents have as text.
const TEXTS: [&str; 9] = [
    "null",
    "true",
    "\"phone\"",
    "\"words\"",
    "\"planned\"",
    "\"00000000-0000-0000-0000-0000000000b1\"",
    "[\"1970-01-01T00:00:00Z\",\"1970-01-01T00:20:00Z\"]",
    "{\"state\":\"planned\"}",
    "\u{1F469}\u{200D}\u{2695}",
];

pub fn check(bytes: &[u8]) {
    let mut draw = Draw::from(bytes);
    if draw.once_in(8) {
        return raw(draw);
    }
    let Some(honest) = draw.one_of(all()) else { return };
    let (mut document, mut changes) = (honest.document.clone(), honest.changes.clone());
    for seq in 1..=CHANGES as u64 {
        let forged = forge(&mut draw, &changes, seq);
        let Ok(change) = Change::from_stranger(&forged.plain()) else { return };
        let Some(after) = take(honest, &document, &change) else { return };
        changes.push(change);
        document = unspoilt(honest, after, &changes);
        if draw.is_over() {
            return;
        }
    }
}

/// Any bytes, and any body with a checksum that is right.
fn raw(mut draw: Draw<'_>) {
    let bytes = match draw.below(3) {
        0 => draw.rest().to_vec(),
        1 => plain(draw.rest()),
        _ => compressed(draw.rest()),
    };
    let Ok(change) = Change::from_stranger(&bytes) else { return };
    assert_eq!(Change::parse(&change.bytes).as_ref(), Ok(&change), "what is kept is read the same");
    all().iter().for_each(|honest| drop(take(honest, &honest.document, &change)));
}

/// Puts a change to a document as the server does; none when it is not taken.
fn take(honest: &Honest, document: &Document, change: &Change) -> Option<(Document, Content)> {
    let mut document = document.clone();
    let taken = guarded(|| {
        admit(honest.kind, honest.doc, &mut document, change).ok()?;
        document.apply(std::slice::from_ref(change)).ok()?;
        Some(Content::read(honest.kind, honest.doc, &document).ok())
    });
    let content = taken.ok()???;
    Some((document, content))
}

/// Whatever is done with the document afterwards, it says the same, with the same changes. Nothing of it may panic.
fn unspoilt(honest: &Honest, (mut document, content): (Document, Content), changes: &[Change]) -> Document {
    let mut heads = document.heads();
    let saved = document.save();
    let (mut loaded, found) = open(honest.kind, honest.doc, &saved).expect("what was saved can be opened");
    assert_eq!(found, content, "a saved document says the same");
    assert_eq!(loaded.heads(), heads, "a saved document has the same heads");
    let mut hashes: Vec<_> =
        loaded.changes().expect("its changes can be read").iter().map(|c| c.hash).collect();
    let mut known: Vec<_> = changes.iter().map(|change| change.hash).collect();
    hashes.sort_unstable();
    known.sort_unstable();
    assert_eq!(hashes, known, "a saved document has the same changes");

    let mut sent = Document::empty();
    sent.apply(changes).expect("its changes can be applied one by one");
    let says = |document: &Document| read(honest, document).expect("it can be shown");
    assert_eq!(says(&sent), content, "who gets its changes reads the same");
    assert_eq!(says(&loaded), content, "who loads it reads the same");
    heads.sort_unstable();
    let seen = loaded.at(&heads).expect("it can be seen at its heads");
    assert_eq!(says(&seen), content, "who looks back reads the same");
    if let Some(next) = goes_on(honest, &mut sent) {
        loaded.apply(&[next]).expect("an honest change can be applied");
        let (_, later) = open(honest.kind, honest.doc, &loaded.save()).expect("it can be opened later");
        assert_eq!(later, says(&sent), "it goes on");
    }
    document
}

/// A change that the server's check of counters lets pass.
fn forge(draw: &mut Draw<'_>, changes: &[Change], seq: u64) -> Forged {
    let all: Vec<&Change> = changes.iter().collect();
    let heads: Vec<_> =
        all.iter().filter(|one| !all.iter().any(|other| other.deps.contains(&one.hash))).collect();
    let mut deps: Vec<[u8; 32]> = match draw.below(4) {
        0..3 => heads.iter().map(|change| change.hash.0).collect(),
        _ => all.first().into_iter().chain(all.last().filter(|_| seq > 1)).map(|c| c.hash.0).collect(),
    };
    deps.sort_unstable();
    deps.dedup();
    let seen = |change: &&&Change| deps.contains(&change.hash.0) || change.actor == STRANGER;
    let last = |found: Vec<&&Change>| found.iter().map(|change| change.last_op()).max().unwrap_or_default();
    let (lowest, highest) = (last(all.iter().filter(seen).collect()), last(all.iter().collect()));
    let start_op = if draw.once_in(4) { lowest + 1 } else { highest + 1 };
    let mut operations: Vec<_> =
        (0..=draw.below(OPERATIONS)).map(|_| operation(draw, start_op + OPERATIONS as u64)).collect();
    Forged {
        deps,
        actor: STRANGER.0.to_vec(),
        seq,
        start_op,
        message: USER.to_string(),
        others: named(&mut operations, &HANDS.map(|hand| hand.0)),
        columns: columns(&operations),
        extra: Vec::new(),
    }
}

fn operation(draw: &mut Draw<'_>, beyond: u64) -> Operation {
    let object = match draw.below(4) {
        0 | 1 => None,
        2 => Some((1 + draw.below(4) as u64, 1)),
        _ => Some(id(draw, beyond)),
    };
    let key = match draw.below(8) {
        0..5 => Key::Named(draw.one_of(&NAMES).copied().unwrap_or_default().into()),
        5 => Key::Head,
        6 => Key::Element(id(draw, beyond)),
        _ => Key::Named(draw.some().to_vec()),
    };
    let mut replaced: Vec<_> = (0..draw.below(3)).map(|_| id(draw, beyond)).collect();
    replaced.sort_unstable();
    let action = [1, 1, 1, 3, 5, 0, 2, 4, 6, 7, 8, 64];
    Operation {
        object,
        key,
        insert: draw.once_in(4),
        action: draw.one_of(&action).copied().unwrap_or_default(),
        value: value(draw),
        replaced,
        expand: draw.once_in(8),
        mark: draw.once_in(8).then(|| b"bold".to_vec()),
    }
}

/// The name of an operation that is there, or is not.
fn id(draw: &mut Draw<'_>, beyond: u64) -> (u64, u64) {
    let counter = if draw.once_in(16) { draw.number() } else { draw.number() % beyond.max(1) };
    (counter, draw.below(3) as u64)
}

fn value(draw: &mut Draw<'_>) -> (u8, Vec<u8>) {
    match draw.below(8) {
        0..5 => (6, draw.one_of(&TEXTS).copied().unwrap_or_default().into()),
        5 => (draw.byte() % 3, Vec::new()),
        6 => ([3, 4, 8, 9][draw.below(4)], crate::forged::signed((draw.number() >> 1).cast_signed())),
        _ => (draw.byte() & 15, draw.some().to_vec()),
    }
}
