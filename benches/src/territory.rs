//! What a busy rep's device holds: 3,000 HCPs and 20,000 documents, made from the demo company.

use anyhow::{Context, Result};
use chrono::{NaiveTime, TimeDelta};
use document::{Actor, Author, Content, Document, Kind, call, consent, follow_up, profile_notes};
use domain::Instant;
use domain::calls::{Call, CallState};
use domain::consent::{ConsentAct, ConsentChannel, ConsentEvent, ConsentEvidence};
use domain::ids::{CallId, ConsentEventId, DocId, FollowUpId, HcpId, NoteId, UserId};
use domain::people::{Audience, Hcp, HcpStatus, ProfileNote, Role};
use domain::planning::{FollowUp, FollowUpState};
use domain::reference::Row;
use store::{Arrival, ArrivedRow, Batch, OwnChange, SavedDocument, Store};
use sync_server::people::seed::{DemoCompany, company};
use uuid::Uuid;

const HCPS: usize = 3_000;
const CALLS: usize = 12_000;
const CONSENTS: usize = 3_000;
const NOTES: usize = 2_500;
const FOLLOW_UPS: usize = 2_500;
/// Calls of today that are still open.
pub const TODAY: usize = 12;
/// Calls that wait for a network: two weeks' worth.
const WAITING: usize = 120;
/// What one commit takes.
const BATCH: usize = 500;
const SEED: u64 = 2026;

/// The territory of one rep.
pub struct Territory {
    company: DemoCompany,
    hcps: Vec<Hcp>,
    /// Calls whose words the history is made of.
    pattern: Vec<Call>,
    /// Whose device it is.
    pub rep: UserId,
    now: Instant,
}

impl Territory {
    /// As it is at an instant.
    pub fn at(now: Instant) -> Result<Self> {
        let mut company = company(SEED, now);
        let rep = company.users.iter().find(|user| user.role == Role::Rep).context("no rep")?.id;
        let mut hcps = std::mem::take(&mut company.hcps);
        hcps.retain(|hcp| hcp.status == HcpStatus::Active);
        hcps.truncate(HCPS);
        let is_submitted = |call: &&Call| matches!(call.state, CallState::Submitted { .. });
        let pattern = company.calls.iter().filter(is_submitted).cloned().collect();
        Ok(Self { company, hcps, pattern, rep, now })
    }

    /// Writes all of it.
    pub fn fill(&self, store: &Store) -> Result<()> {
        for rows in self.rows().chunks(BATCH) {
            store.commit(&Batch { feed: rows.to_vec(), ..Batch::default() })?;
        }
        let calls = (0..CALLS).map(|n| self.call(n));
        let consents = (0..CONSENTS).map(|n| self.consent(n));
        let notes = (0..NOTES).map(|n| self.notes(n));
        let follow_ups = (0..FOLLOW_UPS).map(|n| self.follow_up(n));
        let mut batch = Batch::default();
        for written in calls.chain(consents).chain(notes).chain(follow_ups) {
            let (document, own) = written?;
            batch.documents.push(document);
            batch.own.extend(own);
            if batch.documents.len() == BATCH {
                store.commit(&std::mem::take(&mut batch))?;
            }
        }
        Ok(store.commit(&batch)?)
    }

    fn rows(&self) -> Vec<Arrival> {
        let company = &self.company;
        let organisations = company.organisations.iter().cloned().map(Row::Organisation);
        let colleagues = company.users.iter().map(|user| Row::Colleague(user.colleague()));
        organisations
            .chain(colleagues)
            .chain(company.territories.iter().cloned().map(Row::Territory))
            .chain(company.products.iter().cloned().map(Row::Product))
            .chain(company.affiliations.iter().cloned().map(Row::Affiliation))
            .chain(self.hcps.iter().cloned().map(Row::Hcp))
            .chain(company.activities.iter().cloned().map(Row::Activity))
            .map(|row| ArrivedRow { scope: "t:bench".to_owned(), version: 1, weight: [1; 16], row })
            .map(Arrival::Row)
            .collect()
    }

    /// Today's calls first, then ever older ones, the newest of which wait for a network.
    fn call(&self, n: usize) -> Result<Written> {
        let mut call = self.pattern[n % self.pattern.len()].clone();
        call.id = CallId(id("call", n));
        call.owner = self.rep;
        call.content.attendees = [self.hcp(n)].into();
        let length = call.content.ends_at - call.content.starts_at;
        call.content.starts_at = self.begin(n);
        call.content.ends_at = call.content.starts_at + length;
        call.state = match n {
            0..TODAY => CallState::InProgress { since: call.content.starts_at },
            _ => CallState::Submitted { at: call.content.ends_at, by: self.rep },
        };
        let author = self.author(call.content.ends_at);
        let (mut document, change) = call::create(author, &call)?;
        let (doc, kind) = (DocId::from(call.id), Kind::Call);
        let own = (n < WAITING).then_some(OwnChange { doc, kind, change });
        Ok((saved(doc, kind, &mut document)?, own))
    }

    fn consent(&self, n: usize) -> Result<Written> {
        let hcp = self.hcps[n % self.hcps.len()].id;
        let mut document = Document::empty();
        for (k, channel) in [ConsentChannel::Email, ConsentChannel::Phone].into_iter().enumerate() {
            let event = ConsentEvent {
                id: ConsentEventId(id("consent event", n * 2 + k)),
                channel,
                act: ConsentAct::Granted,
                evidence: ConsentEvidence::Signature,
                captured_by: self.rep,
                at: self.begin(n),
                until: None,
                seen: [].into(),
            };
            consent::record(&mut document, self.author(event.at), hcp, &event)?;
        }
        Ok((saved(DocId::consent_of(hcp), Kind::Consent, &mut document)?, None))
    }

    fn notes(&self, n: usize) -> Result<Written> {
        let hcp = self.hcps[n % self.hcps.len()].id;
        let text = "Likes to talk about dosing in old age; mornings are better.".to_owned();
        let (at, by) = (self.begin(n), self.rep);
        let note = ProfileNote { id: NoteId(id("note", n)), by, at, text };
        let mut document = Document::empty();
        profile_notes::edit(&mut document, self.author(at), hcp, &profile_notes::Edit::Note(note))?;
        Ok((
            saved(DocId::profile_notes_of(hcp, Audience::Commercial), Kind::ProfileNotes, &mut document)?,
            None,
        ))
    }

    fn follow_up(&self, n: usize) -> Result<Written> {
        let at = self.begin(n);
        let follow_up = FollowUp {
            id: FollowUpId(id("follow-up", n)),
            owner: self.rep,
            hcp: Some(self.hcp(n)),
            call: Some(CallId(id("call", n))),
            text: "Send the dosing card".to_owned(),
            due: (at + TimeDelta::days(14)).date_naive(),
            state: FollowUpState::Open,
        };
        let (mut document, _) = follow_up::create(self.author(at), &follow_up)?;
        if n > WAITING {
            follow_up::complete(&mut document, self.author(at + TimeDelta::days(7)))?;
        }
        Ok((saved(follow_up.id.into(), Kind::FollowUp, &mut document)?, None))
    }

    fn hcp(&self, n: usize) -> HcpId {
        self.hcps[n * 7 % self.hcps.len()].id
    }

    /// Twelve a day, today's first.
    fn begin(&self, n: usize) -> Instant {
        let days = TimeDelta::days(i64::try_from(n / TODAY).unwrap_or_default());
        let minute = TimeDelta::minutes(480 + 40 * i64::try_from(n % TODAY).unwrap_or_default());
        self.now.date_naive().and_time(NaiveTime::MIN).and_utc() - days + minute
    }

    fn author(&self, now: Instant) -> Author {
        Author { actor: Actor([9; 16]), user: self.rep, now }
    }
}

/// A document, and its change where that still waits.
type Written = (SavedDocument, Option<OwnChange>);

fn saved(doc: DocId, kind: Kind, document: &mut Document) -> Result<SavedDocument> {
    let content = Content::read(kind, doc, document)?;
    Ok(SavedDocument { doc, kind, saved: document.save(), content, contested: false })
}

fn id(kind: &str, n: usize) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("bench/{kind}/{n}").as_bytes())
}
