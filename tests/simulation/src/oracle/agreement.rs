//! Convergence: equal heads, equal content and equal sums for all who may see a document.

use super::{Ending, Truth};
use crate::wrong::Ill;
use anyhow::Result;
use domain::ids::DocId;

pub async fn check(ending: &Ending<'_>) -> Result<()> {
    for (doc, truth) in &ending.truth {
        for who in 0..ending.glasses.len() {
            document(ending, who, (*doc, truth))?;
        }
    }
    sums(ending).await
}

fn document(ending: &Ending<'_>, who: usize, (doc, truth): (DocId, &Truth)) -> Result<()> {
    let glass = &ending.glasses[who];
    let (may, held, kind) = (ending.may_hold(who, &truth.scopes), glass.document(doc)?, truth.kind);
    match held {
        // What was refused stays on the device that wrote it.
        Some(held) if may && held != truth.held && glass.pending(doc)?.is_empty() => {
            let differ = held.changes.symmetric_difference(&truth.held.changes).count();
            ending.complain(
                Ill::Diverged,
                format!("{kind:?} {doc} differs on device {who} by {differ} changes"),
            );
        }
        Some(_) if !may => ending.complain(Ill::Leaked, format!("device {who} holds {kind:?} {doc}")),
        None if may => ending.complain(Ill::Diverged, format!("device {who} has no {kind:?} {doc}")),
        _ => {}
    }
    Ok(())
}

async fn sums(ending: &Ending<'_>) -> Result<()> {
    for sum in ending.store.check_sums().await? {
        if sum.kept != sum.computed {
            ending.complain(Ill::Diverged, format!("the server's sum of {} is wrong", sum.scope));
        }
        for (who, glass) in ending.glasses.iter().enumerate() {
            let may = ending.may_hold(who, &[sum.scope]);
            let found = glass.sum(sum.scope)?;
            if may && found != sum.computed {
                ending.complain(Ill::Diverged, format!("device {who} has another sum of {}", sum.scope));
            }
            if !may && found != sync::Checksum::default() {
                ending.complain(Ill::Leaked, format!("device {who} follows {}", sum.scope));
            }
        }
    }
    Ok(())
}
