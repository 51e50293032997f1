//! What must hold when faults have stopped and everybody has synced: `docs/protocol.md`, "What must hold". It believes
//! the journal and what stands on disks and went over lines, never what the system says of itself.

mod agreement;
mod effects;
mod kept;
mod walls;

use crate::glass::{Glass, Held};
use crate::history::History;
use crate::site::Site;
use crate::wrong::{Ill, Wrong};
use anyhow::Result;
use contract::sync::GetSync;
use document::{ChangeHash, Content, Kind};
use domain::ids::DocId;
use std::collections::{BTreeMap, BTreeSet};
use sync::ScopeId;
use sync_server::store::Store;

/// Documents are read by so many.
const PAGE: u32 = 500;

/// A document on the server.
pub struct Truth {
    pub kind: Kind,
    pub scopes: Vec<ScopeId>,
    pub held: Held,
    pub content: Content,
}

/// What is there in the end.
pub struct Ending<'a> {
    pub history: &'a History,
    pub store: std::sync::Arc<dyn Store>,
    /// On the server.
    pub truth: BTreeMap<DocId, Truth>,
    /// On each device.
    pub glasses: Vec<Glass>,
    wrong: std::cell::RefCell<Vec<Wrong>>,
}

impl Ending<'_> {
    pub fn complain(&self, ill: Ill, what: String) {
        self.wrong.borrow_mut().push(Wrong { ill, what });
    }

    /// Whether a device may hold what is in these scopes.
    pub fn may_hold(&self, who: usize, scopes: &[ScopeId]) -> bool {
        let person = self.history.tablets[who].person;
        scopes.iter().any(|scope| match scope {
            ScopeId::Country(_) => true,
            ScopeId::User(user) => *user == person.user,
            ScopeId::Territory(_, domain::people::Audience::All) => true,
            ScopeId::Territory(_, audience) => *audience == person.role.audience(),
        })
    }
}

/// Looks at everything.
pub async fn examine(history: &History) -> Result<Vec<Wrong>> {
    let store = history.site.store()?;
    let glasses = history.tablets.iter().map(crate::tablet::Tablet::look).collect::<Result<Vec<_>>>()?;
    let truth = truth(store.as_ref()).await?;
    let ending = Ending { history, store, truth, glasses, wrong: std::cell::RefCell::default() };
    everybody_is_done(&ending).await?;
    kept::check(&ending).await?;
    agreement::check(&ending).await?;
    effects::check(&ending).await?;
    walls::check(&ending)?;
    Ok(ending.wrong.into_inner())
}

/// Liveness: nothing waits on any device.
async fn everybody_is_done(ending: &Ending<'_>) -> Result<()> {
    for (who, tablet) in ending.history.tablets.iter().enumerate() {
        let sync = tablet.device()?.get_sync(GetSync {}).await?;
        if !sync.waiting.is_empty() {
            ending.complain(Ill::Stalled, format!("device {who} is not done: {:?}", sync.waiting));
        }
    }
    Ok(())
}

async fn truth(store: &dyn Store) -> Result<BTreeMap<DocId, Truth>> {
    let mut truth = BTreeMap::new();
    let mut after = None;
    loop {
        let page = store.kept(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(truth) };
        after = Some(last.doc);
        let mut held = store.documents(page.iter().map(|kept| kept.doc).collect()).await?;
        for kept in page {
            let scopes = held.remove(&kept.doc).map(|held| held.scopes).unwrap_or_default();
            let (_, content) = document::open(kept.kind, kept.doc, &kept.saved)?;
            let held = Held::of(kept.kind, kept.doc, &kept.saved)?;
            truth.insert(kept.doc, Truth { kind: kept.kind, scopes, held, content });
        }
    }
}

/// The changes of documents that the server has.
pub async fn hashes_of(site: &Site, docs: BTreeSet<DocId>) -> Result<BTreeSet<(DocId, ChangeHash)>> {
    let held = site.store()?.documents(docs.into_iter().collect()).await?;
    let of = |(doc, held): (DocId, sync_server::store::Held)| {
        held.written.into_iter().map(move |written| (doc, written.hash)).collect::<Vec<_>>()
    };
    Ok(held.into_iter().flat_map(of).collect())
}

/// Changes that the server acknowledged and does not have.
pub async fn unkept(site: &Site) -> Result<Vec<(DocId, ChangeHash)>> {
    let acknowledged = site.acknowledged().clone();
    let has = hashes_of(site, acknowledged.iter().map(|(doc, _)| *doc).collect()).await?;
    Ok(acknowledged.difference(&has).copied().collect())
}
