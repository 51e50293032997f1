//! How sync stands, for people.

use crate::desk::Desk;
use crate::device::Device;
use crate::refusal::OrRefuse;
use crate::settings;
use crate::sync::copies::Copies;
use contract::Refusal;
use contract::sync::{GetSync, RefusedDocument, RetryDocument, Subject, SyncView, WaitingDocument};
use document::{Content, Document, Kind};
use domain::ids::{DocId, HcpId};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use store::{Batch, ReadError, Reader, WaitingGroup};

impl Device {
    /// How sync stands.
    pub async fn get_sync(&self, _: GetSync) -> Result<SyncView, Refusal> {
        self.sync_view().await
    }

    /// Sends a refused document again.
    pub async fn retry_document(&self, retry: RetryDocument) -> Result<SyncView, Refusal> {
        self.write(move |desk| {
            desk.store.commit(&Batch { retried: vec![retry.doc], ..Batch::default() }).or_refuse()
        })
        .await?;
        self.sync_view().await
    }

    pub(super) async fn sync_view(&self) -> Result<SyncView, Refusal> {
        let network = *self.inner.network.lock().unwrap_or_else(PoisonError::into_inner);
        let running = self.inner.running.load(Ordering::Relaxed);
        self.at_desk(move |desk| {
            let mut view = SyncView {
                network,
                running,
                last: desk.read(settings::last_sync)?,
                waiting_changes: desk.read(|r| r.waiting_count())?,
                waiting: Vec::new(),
                attention: Vec::new(),
                first_sync: desk.read(Copies::read)?.progress(),
            };
            for group in desk.read(|r| r.waiting_documents())? {
                view.waiting.push(waiting(desk, &group)?);
            }
            for group in desk.read(|r| r.refused_documents())? {
                view.attention.push(refused(desk, group)?);
            }
            Ok(view)
        })
        .await
    }
}

fn waiting(desk: &Desk, group: &WaitingGroup) -> Result<WaitingDocument, Refusal> {
    let subject = subject(desk, group.doc, group.kind)?;
    Ok(WaitingDocument { doc: group.doc, subject, changes: group.changes, since: group.since })
}

fn refused(desk: &Desk, group: WaitingGroup) -> Result<RefusedDocument, Refusal> {
    let subject = subject(desk, group.doc, group.kind)?;
    Ok(RefusedDocument { doc: group.doc, subject, code: group.code.unwrap_or_default(), at: group.since })
}

fn subject(desk: &Desk, doc: DocId, kind: Kind) -> Result<Subject, Refusal> {
    let (_, saved) = desk.find(|r| r.document(doc))?;
    let document = Document::load(&saved).or_refuse()?;
    let content = Content::read(kind, doc, &document).or_refuse()?;
    desk.read(|r| {
        Ok(match content {
            Content::Call(call) => Subject::Call { with: names(r, call.current().attendees)? },
            Content::Consent(consent) => Subject::Consent { of: names(r, [consent.hcp])? },
            Content::ProfileNotes(notes) => Subject::Notes { about: names(r, [notes.hcp])? },
            Content::FollowUp(follow_up) => Subject::FollowUp { text: follow_up.text },
        })
    })
}

fn names(r: &Reader<'_>, hcps: impl IntoIterator<Item = HcpId>) -> Result<String, ReadError> {
    let mut names = Vec::new();
    for hcp in hcps {
        names.extend(r.hcp(hcp)?.map(|hcp| hcp.name.to_string()));
    }
    Ok(names.join(", "))
}
