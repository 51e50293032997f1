//! Honest documents of every kind, to which strange changes are put. Two hands have written each: a third one comes
//! between them in the order of hands.

use chrono::{DateTime, TimeDelta};
use document::{Actor, Author, Change, Content, Document, Kind, call, consent, follow_up, profile_notes};
use domain::calls::{Amendment, Call, CallContent, CallEdit, CallState, Channel};
use domain::consent::{ConsentAct, ConsentChannel, ConsentEvent, ConsentEvidence};
use domain::ids::{AmendmentId, CallId, ConsentEventId, DocId, FollowUpId, HcpId, NoteId, UserId};
use domain::people::{Audience, ProfileNote};
use domain::planning::{FollowUp, FollowUpState};
use std::sync::OnceLock;
use uuid::Uuid;

/// Everybody's user.
pub const USER: UserId = UserId(Uuid::from_u128(1));
/// The hands of the honest documents.
pub const HANDS: [Actor; 2] = [Actor([1; 16]), Actor([3; 16])];
/// The hand of the strange changes.
pub const STRANGER: Actor = Actor([2; 16]);
const HCP: HcpId = HcpId(Uuid::from_u128(0xB1));

/// An honest document.
#[derive(Clone)]
pub struct Honest {
    pub kind: Kind,
    pub doc: DocId,
    pub document: Document,
    pub changes: Vec<Change>,
}

/// One of each kind, and a call that was submitted.
pub fn all() -> &'static [Honest] {
    static ALL: OnceLock<Vec<Honest>> = OnceLock::new();
    ALL.get_or_init(|| vec![planned(), submitted(), agreed(), noted(), promised()])
}

fn by(hand: usize) -> Author {
    Author { actor: HANDS[hand], user: USER, now: DateTime::UNIX_EPOCH }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A call that two have edited at the same time.
fn call_document() -> (CallId, Document, Vec<Change>) {
    let now = DateTime::UNIX_EPOCH;
    let mut content = CallContent::planned(Channel::InPerson, now, now + TimeDelta::minutes(20));
    content.apply(&CallEdit::AddAttendee(HCP));
    content.apply(&CallEdit::AddProduct(domain::ids::ProductId(id(0xC1))));
    let (doc, owner, state) = (CallId(id(2)), USER, CallState::Planned);
    let audience = Audience::Commercial;
    let call = Call { id: doc, owner, audience, state, content, amendments: Vec::new() };
    let (mut document, created) = call::create(by(0), &call).expect("a call can be planned");
    let mut other = document.clone();
    let notes = [CallEdit::Notes("dosing".into()), CallEdit::Place(Some("ward".into()))];
    let first = call::edit(&mut document, by(0), &notes, None).expect("it can be edited");
    let edits = [CallEdit::Notes("renal".into()), CallEdit::Place(None), CallEdit::Channel(Channel::Phone)];
    let second = call::edit(&mut other, by(1), &edits, None).expect("it can be edited");
    let second: Vec<Change> = second.into_iter().collect();
    document.apply(&second).expect("the other's work merges");
    (doc, document, [vec![created], first.into_iter().collect(), second].concat())
}

fn planned() -> Honest {
    let (call, document, changes) = call_document();
    Honest { kind: Kind::Call, doc: call.into(), document, changes }
}

fn submitted() -> Honest {
    let (call, mut document, mut changes) = call_document();
    let state = CallState::Submitted { at: DateTime::UNIX_EPOCH, by: USER };
    changes.extend(call::edit(&mut document, by(0), &[], Some(&state)).expect("it can be submitted"));
    let (edits, reason) = (vec![CallEdit::Channel(Channel::Remote)], "a slip".to_owned());
    let amendment = Amendment { id: AmendmentId(id(3)), at: DateTime::UNIX_EPOCH, by: USER, reason, edits };
    changes.extend(call::amend(&mut document, by(1), &amendment).expect("it can be amended"));
    Honest { kind: Kind::Call, doc: call.into(), document, changes }
}

fn agreed() -> Honest {
    let (mut document, mut changes) = (Document::empty(), Vec::new());
    for hand in [0, 1] {
        let event = ConsentEvent {
            id: ConsentEventId(id(4 + hand as u128)),
            channel: ConsentChannel::Email,
            act: ConsentAct::Granted,
            evidence: ConsentEvidence::Spoken,
            captured_by: USER,
            at: DateTime::UNIX_EPOCH,
            until: None,
            seen: Default::default(),
        };
        changes.extend(consent::record(&mut document, by(hand), HCP, &event).expect("it can be recorded"));
    }
    Honest { kind: Kind::Consent, doc: DocId::consent_of(HCP), document, changes }
}

fn noted() -> Honest {
    let (mut document, mut changes) = (Document::empty(), Vec::new());
    for hand in [0, 1] {
        let text = "prefers mornings".to_owned();
        let note = ProfileNote { id: NoteId(id(6 + hand as u128)), text, by: USER, at: DateTime::UNIX_EPOCH };
        let edit = profile_notes::Edit::Note(note);
        changes.extend(profile_notes::edit(&mut document, by(hand), HCP, &edit).expect("it can be noted"));
    }
    let doc = DocId::profile_notes_of(HCP, Audience::Commercial);
    Honest { kind: Kind::ProfileNotes, doc, document, changes }
}

fn promised() -> Honest {
    let follow_up = FollowUp {
        id: FollowUpId(id(8)),
        owner: USER,
        hcp: Some(HCP),
        call: None,
        text: "send the leaflet".into(),
        due: DateTime::UNIX_EPOCH.date_naive(),
        state: FollowUpState::Open,
    };
    let (mut document, created) = follow_up::create(by(0), &follow_up).expect("it can be promised");
    let done = follow_up::complete(&mut document, by(1)).expect("it can be done");
    let changes = [created].into_iter().chain(done).collect();
    Honest { kind: Kind::FollowUp, doc: DocId(id(8)), document, changes }
}

/// What an honest hand writes next in such a document.
pub fn goes_on(honest: &Honest, document: &mut Document) -> Option<Change> {
    match honest.kind {
        Kind::Call => {
            let amendment = Amendment {
                id: AmendmentId(id(9)),
                at: DateTime::UNIX_EPOCH,
                by: USER,
                reason: "one more".into(),
                edits: Vec::new(),
            };
            call::amend(document, by(0), &amendment).ok()?
        }
        Kind::Consent | Kind::ProfileNotes => {
            let edit = profile_notes::Edit::BestTime(Some("mornings".into()));
            profile_notes::edit(document, by(0), HCP, &edit).ok()?
        }
        Kind::FollowUp => follow_up::complete(document, by(0)).ok()?,
    }
}

/// What a document says, with what is only shown.
pub fn read(honest: &Honest, document: &Document) -> Result<Content, document::Unreadable> {
    if honest.kind == Kind::Call {
        // Shown beside the content; a document in which it cannot be read cannot be shown.
        call::contested(document)?;
    }
    Content::read(honest.kind, honest.doc, document)
}
