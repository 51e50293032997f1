//! The company's calls, consents, follow-ups and notes, as real documents. They are its past: no event leaves for them.

use super::{Hand, Map, NoDemo};
use crate::people::seed::DemoCompany;
use crate::store::{NewState, Push, Store};
use document::profile_notes::Edit;
use document::{Author, Change, Content, Document, Kind};
use domain::Instant;
use domain::calls::{Call, CallState};
use domain::consent::ConsentEvent;
use domain::ids::{DocId, HcpId, TerritoryId, UserId};
use domain::people::{Audience, ProfileNotes, Role};
use domain::planning::{FollowUp, FollowUpState};
use std::collections::BTreeMap;
use sync::ScopeId;

/// Documents written at once.
const BATCH: usize = 500;

/// Writes all documents. Answers how many.
pub async fn load(
    store: &dyn Store,
    company: &DemoCompany,
    (map, hand): (&Map, Hand),
) -> Result<usize, NoDemo> {
    let past = Past { company, map, hand };
    let states = past.states()?;
    let count = states.len();
    let mut states = states.into_iter().peekable();
    while states.peek().is_some() {
        let documents = states.by_ref().take(BATCH).collect();
        let (happened, refused) = (Vec::new(), Vec::new());
        let (user, device, at) = (hand.administrator, None, hand.now);
        store.push(Push { user, device, at, documents, happened, refused }).await?;
    }
    Ok(count)
}

struct Past<'a> {
    company: &'a DemoCompany,
    map: &'a Map,
    hand: Hand,
}

/// A document and its changes.
struct Written {
    document: Document,
    changes: Vec<Change>,
}

impl Past<'_> {
    fn states(&self) -> Result<Vec<NewState>, NoDemo> {
        let mut states = Vec::new();
        for call in &self.company.calls {
            states.extend(self.call(call)?);
        }
        for (hcp, events) in self.consents() {
            states.extend(self.consent(hcp, &events)?);
        }
        for follow_up in &self.company.follow_ups {
            states.extend(self.follow_up(follow_up)?);
        }
        for (hcp, notes) in &self.company.notes {
            states.extend(self.notes(*hcp, notes)?);
        }
        Ok(states)
    }

    fn author(&self, user: UserId, now: Instant) -> Author {
        Author { actor: self.hand.actor, user, now }
    }

    fn call(&self, call: &Call) -> Result<Option<NewState>, NoDemo> {
        let Some(territory) = self.map.users.get(&call.owner) else { return Ok(None) };
        let at = match &call.state {
            CallState::Submitted { at, .. } | CallState::Cancelled { at, .. } => *at,
            CallState::Planned | CallState::InProgress { .. } => self.hand.now,
        };
        let (document, change) = document::call::create(self.author(call.owner, at), call)?;
        let written = Written { document, changes: vec![change] };
        state(Kind::Call, call.id.into(), home(*territory, call.audience), written).map(Some)
    }

    fn consents(&self) -> BTreeMap<HcpId, Vec<&ConsentEvent>> {
        let mut by_hcp: BTreeMap<HcpId, Vec<&ConsentEvent>> = BTreeMap::new();
        for (hcp, event) in &self.company.consents {
            by_hcp.entry(*hcp).or_default().push(event);
        }
        by_hcp
    }

    fn consent(&self, hcp: HcpId, events: &[&ConsentEvent]) -> Result<Option<NewState>, NoDemo> {
        let Some(territory) = self.map.hcps.get(&hcp) else { return Ok(None) };
        let (mut document, mut changes) = (Document::empty(), Vec::new());
        for event in events {
            let author = self.author(event.captured_by, event.at);
            changes.extend(document::consent::record(&mut document, author, hcp, event)?);
        }
        let written = Written { document, changes };
        state(Kind::Consent, DocId::consent_of(hcp), home(*territory, Audience::All), written).map(Some)
    }

    fn follow_up(&self, follow_up: &FollowUp) -> Result<Option<NewState>, NoDemo> {
        let owner = self.company.users.iter().find(|user| user.id == follow_up.owner);
        let Some((territory, role)) = owner.and_then(|owner| Some((owner.territory?, owner.role))) else {
            return Ok(None);
        };
        let author = |at| self.author(follow_up.owner, at);
        let (mut document, created) = document::follow_up::create(author(self.hand.now), follow_up)?;
        let mut changes = vec![created];
        if let FollowUpState::Done { at, .. } = follow_up.state {
            changes.extend(document::follow_up::complete(&mut document, author(at))?);
        }
        let written = Written { document, changes };
        state(Kind::FollowUp, follow_up.id.into(), home(territory, role.audience()), written).map(Some)
    }

    /// One edit after another, as by the rep who wrote the note, or by a rep of the territory.
    fn notes(&self, hcp: HcpId, notes: &ProfileNotes) -> Result<Option<NewState>, NoDemo> {
        let Some(territory) = self.map.hcps.get(&hcp) else { return Ok(None) };
        let users = &mut self.company.users.iter();
        let rep = users.find(|user| user.role == Role::Rep && user.territory == Some(*territory));
        let note = notes.notes.values().next();
        let Some(user) = note.map(|note| note.by).or(rep.map(|rep| rep.id)) else { return Ok(None) };
        let author = self.author(user, note.map_or(self.hand.now, |note| note.at));
        let mut edits: Vec<Edit> = notes.notes.values().cloned().map(Edit::Note).collect();
        edits.extend(notes.preferred_channel.map(|channel| Edit::PreferredChannel(Some(channel))));
        edits.extend(notes.best_time.clone().map(|time| Edit::BestTime(Some(time))));
        let (mut document, mut changes) = (Document::empty(), Vec::new());
        for edit in &edits {
            changes.extend(document::profile_notes::edit(&mut document, author, hcp, edit)?);
        }
        if changes.is_empty() {
            return Ok(None);
        }
        let (doc, written) =
            (DocId::profile_notes_of(hcp, Audience::Commercial), Written { document, changes });
        state(Kind::ProfileNotes, doc, home(*territory, Audience::Commercial), written).map(Some)
    }
}

fn home(territory: TerritoryId, audience: Audience) -> ScopeId {
    ScopeId::Territory(territory, audience)
}

fn state(kind: Kind, doc: DocId, home: ScopeId, written: Written) -> Result<NewState, NoDemo> {
    let Written { mut document, changes } = written;
    let content = Content::read(kind, doc, &document)?;
    Ok(NewState { doc, kind, revision: None, scopes: vec![home], saved: document.save(), content, changes })
}
