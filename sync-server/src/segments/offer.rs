//! What a device copies in pieces instead of reading a log, and from where the log goes on after it.

use crate::store::{KeptManifest, Store, StoreError};
use std::collections::BTreeMap;
use sync::ScopeId;
use sync::wire::segment::{Manifest, Name};
use sync::wire::v1::{Copying, Stage};

/// The answer to what a device copies.
#[derive(Debug, Default)]
pub struct Copies {
    /// To be fetched in pieces; the log of these scopes is not read yet.
    pub offered: Vec<Manifest>,
    /// Copies that the device has applied whole: the log goes on after these lines.
    pub applied: BTreeMap<ScopeId, u64>,
}

/// Looks for copies of the scopes that were never read. What the device says of a manifest is believed only of one that
/// is kept: with any other it begins anew.
pub async fn copies(
    store: &dyn Store,
    followed: &[ScopeId],
    read: &BTreeMap<ScopeId, u64>,
    copying: &[Copying],
) -> Result<Copies, StoreError> {
    let unread = |scope: &&ScopeId| read.get(scope).is_none_or(|seq| *seq == 0);
    let stages: BTreeMap<_, _> = copying.iter().map(|copying| (copying.scope, copying.stage)).collect();
    let wanted = |scope: &&ScopeId| stages.get(scope) != Some(&Stage::ByLog);
    let may_have = |scope: &&ScopeId| super::may_have_copy(scope);
    let scopes = followed.iter().filter(may_have).filter(unread).filter(wanted);
    let scopes: Vec<ScopeId> = scopes.copied().collect();
    // Most devices have read everything before.
    if scopes.is_empty() {
        return Ok(Copies::default());
    }
    let kept = store.manifests(scopes.clone()).await?;
    let mut copies = Copies::default();
    for scope in scopes {
        let of_scope: Vec<_> = kept.iter().filter(|kept| kept.manifest.scope == scope).collect();
        copies.add(&of_scope, stages.get(&scope));
    }
    Ok(copies)
}

impl Copies {
    /// `kept` are the manifests of one scope, the latest first.
    fn add(&mut self, kept: &[&KeptManifest], stage: Option<&Stage>) {
        let named = |name: &Name| kept.iter().find(|kept| kept.manifest.name() == *name);
        let known = match stage {
            Some(Stage::Applied(name)) => {
                if let Some(kept) = named(name) {
                    self.applied.insert(kept.manifest.scope, kept.manifest.seq);
                    return;
                }
                None
            }
            Some(Stage::Reading(name)) => named(name),
            Some(Stage::ByLog) | None => None,
        };
        self.offered.extend(known.or(kept.first()).map(|kept| kept.manifest.clone()));
    }
}
