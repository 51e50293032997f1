//! Notes about HCPs, and what they said about being contacted.

use crate::desk::{Desk, said};
use crate::refusal::OrRefuse;
use contract::people::{AddNote, GetProfile, ProfileView, RecordConsent};
use contract::{Code, Refusal};
use document::{Kind, consent, profile_notes};
use domain::consent::ConsentEvent;
use domain::ids::{ConsentEventId, DocId, NoteId};
use domain::people::ProfileNote;

impl Desk {
    /// Shares a note about an HCP.
    pub fn add_note(&self, add: &AddNote) -> Result<ProfileView, Refusal> {
        let text = said(&add.text, Code::TextRequired)?;
        let hcp = self.find(|r| r.hcp(add.hcp))?.id;
        let doc = DocId::profile_notes_of(hcp, Kind::ProfileNotes.audience(self.who.role));
        let mut draft = self.draft()?;
        let mut opened = draft.open_or_begin(Kind::ProfileNotes, doc)?;
        let note = ProfileNote { id: NoteId(self.chance.id()), by: self.me(), at: self.now(), text };
        let edit = profile_notes::Edit::Note(note);
        let change = profile_notes::edit(&mut opened.document, draft.author(), hcp, &edit).or_refuse()?;
        draft.keep(opened, change)?;
        draft.commit()?;
        self.get_profile(GetProfile { hcp })
    }

    /// Records a grant or a withdrawal. It has seen every event of the channel that this device holds.
    pub fn record_consent(&self, record: RecordConsent) -> Result<ProfileView, Refusal> {
        let hcp = self.find(|r| r.hcp(record.hcp))?.id;
        let doc = DocId::consent_of(hcp);
        let mut draft = self.draft()?;
        let mut opened = draft.open_or_begin(Kind::Consent, doc)?;
        let held = self.read(|r| r.consent(hcp))?;
        let seen =
            held.iter().filter(|event| event.channel == record.channel).map(|event| event.id).collect();
        let event = ConsentEvent {
            id: ConsentEventId(self.chance.id()),
            channel: record.channel,
            act: record.act,
            evidence: record.evidence,
            captured_by: self.me(),
            at: self.now(),
            until: None,
            seen,
        };
        let change = consent::record(&mut opened.document, draft.author(), hcp, &event).or_refuse()?;
        draft.keep(opened, change)?;
        draft.commit()?;
        self.get_profile(GetProfile { hcp })
    }
}
