//! How one document of the workload is written, change by change.

use super::people::{Hand, People, id};
use super::{Written, written};
use anyhow::Result;
use chrono::{NaiveTime, TimeDelta};
use document::{Author, Change, Document, Kind, call, consent, follow_up};
use domain::Instant;
use domain::calls::{
    Call, CallContent, CallEdit, CallState, Channel, NextStep, ProductTalk, Reaction, SideEffect,
};
use domain::consent::{ConsentAct, ConsentChannel, ConsentEvent, ConsentEvidence};
use domain::ids::{CallId, ConsentEventId, DocId, FollowUpId, HcpId};
use domain::people::Audience;
use domain::planning::{FollowUp, FollowUpState};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Of twenty documents in a row: fourteen calls, three plans, two follow-ups, one consent.
const ROUND: usize = 20;
/// Characters of the note of a call.
const NOTE: usize = 300;
/// Calls a day.
const A_DAY: usize = 60;
const WORDS: [&str; 40] = [
    "dosing",
    "renal",
    "asked",
    "about",
    "the",
    "study",
    "in",
    "older",
    "patients",
    "with",
    "heart",
    "failure",
    "wants",
    "to",
    "see",
    "data",
    "before",
    "autumn",
    "colleague",
    "prefers",
    "mornings",
    "clinic",
    "budget",
    "discussed",
    "switch",
    "from",
    "current",
    "therapy",
    "side",
    "effects",
    "were",
    "not",
    "mentioned",
    "send",
    "paper",
    "follow",
    "up",
    "after",
    "congress",
    "interested",
];

/// Where the document of a number is written.
pub struct Desk<'a> {
    pub people: &'a People,
    pub dice: &'a mut ChaCha8Rng,
    pub now: Instant,
    pub n: usize,
}

impl Desk<'_> {
    /// The document, with so many changes; the last but one by the colleague at the same time, if it is shared.
    pub fn write(&mut self, changes: usize, shared: bool) -> Result<Written> {
        let (kind, doc, mut document, first) = self.begin()?;
        let mut all = vec![first];
        for k in 1..changes {
            let both = shared && k + 2 == changes;
            let mut elsewhere = both.then(|| document.clone());
            all.extend(self.change(kind, &mut document, k, self.people.hands[0])?);
            if let Some(elsewhere) = &mut elsewhere {
                let other = self.change(kind, elsewhere, k + 1, self.people.hands[1])?;
                document.apply(other.as_slice())?;
                all.extend(other);
                break;
            }
        }
        written(kind, doc, &mut document, all)
    }

    fn begin(&mut self) -> Result<(Kind, DocId, Document, Change)> {
        match self.n % ROUND {
            0..14 => self.call(),
            14..17 => self.plan(),
            17..19 => self.follow_up(),
            _ => self.consent(),
        }
    }

    fn call(&mut self) -> Result<(Kind, DocId, Document, Change)> {
        let begins = self.begins();
        let (product, message) = self.people.brand();
        let mut content = self.planned(begins);
        let talk = ProductTalk { order: 0, reaction: Some(Reaction::Neutral), messages: [message].into() };
        content.products = [(product, talk)].into();
        content.notes = words(self.dice, NOTE);
        content.next_step = Some(NextStep { text: "Send the paper".to_owned(), due: begins.date_naive() });
        content.side_effect = Some(SideEffect::NoneMentioned);
        // Every other call is closed for good.
        let state = match self.n % 2 {
            0 => CallState::InProgress { since: begins },
            _ => CallState::Submitted { at: content.ends_at, by: self.people.hands[0].user },
        };
        self.create(content, state)
    }

    fn plan(&mut self) -> Result<(Kind, DocId, Document, Change)> {
        let content = self.planned(self.begins() + TimeDelta::days(30));
        self.create(content, CallState::Planned)
    }

    fn planned(&mut self, begins: Instant) -> CallContent {
        let hcp = self.dice.random_range(0..self.people.hcps.len());
        let hcp = &self.people.hcps[hcp];
        let mut content = CallContent::planned(Channel::InPerson, begins, begins + TimeDelta::minutes(25));
        content.place = Some(format!("{}, second floor", hcp.city));
        content.organisation = hcp.workplace;
        content.attendees = [hcp.id].into();
        content
    }

    fn create(&self, content: CallContent, state: CallState) -> Result<(Kind, DocId, Document, Change)> {
        let owner = self.people.hands[0];
        let call = Call {
            id: CallId(id("call", self.n)),
            owner: owner.user,
            audience: Audience::Commercial,
            state,
            content,
            amendments: Vec::new(),
        };
        let (document, change) = call::create(owner.at(self.begins()), &call)?;
        Ok((Kind::Call, call.id.into(), document, change))
    }

    fn follow_up(&mut self) -> Result<(Kind, DocId, Document, Change)> {
        let hcp = self.dice.random_range(0..self.people.hcps.len());
        let follow_up = FollowUp {
            id: FollowUpId(id("follow-up", self.n)),
            owner: self.people.hands[0].user,
            hcp: Some(self.people.hcps[hcp].id),
            call: None,
            text: words(self.dice, 60),
            due: (self.begins() + TimeDelta::days(14)).date_naive(),
            state: FollowUpState::Open,
        };
        let (document, change) = follow_up::create(self.people.hands[0].at(self.begins()), &follow_up)?;
        Ok((Kind::FollowUp, follow_up.id.into(), document, change))
    }

    fn consent(&mut self) -> Result<(Kind, DocId, Document, Change)> {
        let mut document = Document::empty();
        let change = self.change(Kind::Consent, &mut document, 0, self.people.hands[0])?;
        let change = change.ok_or_else(|| anyhow::anyhow!("a consent event changed nothing"))?;
        Ok((Kind::Consent, DocId::consent_of(self.subject()), document, change))
    }

    /// One more change of a document, the k-th.
    fn change(&mut self, kind: Kind, document: &mut Document, k: usize, by: Hand) -> Result<Option<Change>> {
        let author = by.at(self.begins() + TimeDelta::minutes(i64::try_from(k).unwrap_or_default()));
        let product = self.people.brand().0;
        Ok(match kind {
            Kind::Call if self.n % ROUND < 14 && self.n % 2 == 1 => amend(document, author, self.n * 8 + k)?,
            Kind::Call => call::edit(document, author, &[edit(k, product, self.begins())], None)?,
            Kind::FollowUp => follow_up::complete(document, author)?,
            Kind::Consent | Kind::ProfileNotes => consent::record(
                document,
                author,
                self.subject(),
                &event(author, &format!("{}/{k}", self.n), k),
            )?,
        })
    }

    /// Each consent document is of an HCP of its own.
    fn subject(&self) -> HcpId {
        self.people.hcps[self.n / ROUND].id
    }

    fn begins(&self) -> Instant {
        let days = TimeDelta::days(i64::try_from(self.n / A_DAY).unwrap_or_default());
        let minute = TimeDelta::minutes(480 + 8 * i64::try_from(self.n % A_DAY).unwrap_or_default());
        self.now.date_naive().and_time(NaiveTime::MIN).and_utc() - days + minute
    }
}

/// What somebody changes in an open call.
fn edit(k: usize, product: domain::ids::ProductId, begins: Instant) -> CallEdit {
    match k % 4 {
        0 => CallEdit::Place(Some(format!("Room {k}"))),
        1 => CallEdit::Reaction { product, reaction: Some(Reaction::Interested) },
        2 => CallEdit::Channel(Channel::Remote),
        _ => CallEdit::NextStep(Some(NextStep { text: format!("Call back {k}"), due: begins.date_naive() })),
    }
}

/// A closed call is amended.
fn amend(document: &mut Document, author: Author, number: usize) -> Result<Option<Change>> {
    let amendment = domain::calls::Amendment {
        id: domain::ids::AmendmentId(id("amendment", number)),
        at: author.now,
        by: author.user,
        reason: "A slip".to_owned(),
        edits: vec![CallEdit::Place(Some(format!("Room {number}")))],
    };
    Ok(call::amend(document, author, &amendment)?)
}

/// A grant of consent of this name, the k-th of its document.
pub(super) fn event(author: Author, name: &str, k: usize) -> ConsentEvent {
    ConsentEvent {
        id: ConsentEventId(id("consent event", name)),
        channel: ConsentChannel::ALL[k % ConsentChannel::ALL.len()],
        act: ConsentAct::Granted,
        evidence: ConsentEvidence::Signature,
        captured_by: author.user,
        at: author.now,
        until: None,
        seen: [].into(),
    }
}

/// So many characters of what reps write, about.
fn words(dice: &mut ChaCha8Rng, characters: usize) -> String {
    let mut text = String::new();
    while text.len() < characters {
        text.push_str(WORDS[dice.random_range(0..WORDS.len())]);
        text.push(' ');
    }
    text.truncate(characters);
    text
}
