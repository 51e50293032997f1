//! Durability: what a person was told is saved is on the server, or visibly refused on both sides. And what the server
//! acknowledged it has.

use super::{Ending, unkept};
use crate::history::named;
use crate::journal::Saved;
use crate::wrong::Ill;
use anyhow::Result;
use document::ChangeHash;
use domain::ids::DocId;
use std::collections::BTreeSet;

pub async fn check(ending: &Ending<'_>) -> Result<()> {
    for (doc, hash) in unkept(&ending.history.site).await? {
        ending.complain(
            Ill::Lost,
            format!("the server acknowledged {} and does not have it", named(doc, &hash)),
        );
    }
    let docs = ending.history.journal.docs().into_iter().collect();
    let refused = ending.store.refused(docs).await?;
    let refused = refused.into_iter().map(|refused| (refused.doc, refused.hash)).collect();
    for saved in ending.history.journal.all() {
        if !is_kept(ending, saved, &refused)? {
            let what = named(saved.doc, &saved.hash);
            let state = state(ending, saved)?;
            ending.complain(Ill::Lost, format!("device {} called {what} saved; {state}", saved.tablet));
        }
    }
    Ok(())
}

/// Where a change is, for who looks into it.
fn state(ending: &Ending<'_>, saved: &Saved) -> Result<String> {
    let (truth, glass) = (ending.truth.get(&saved.doc), &ending.glasses[saved.tablet]);
    let on_server = truth.is_some_and(|truth| truth.held.changes.contains(&saved.hash));
    let says =
        saved.mark.as_ref().map(|mark| truth.is_some_and(|truth| truth.held.says.contains(mark.as_str())));
    let (made, waits) =
        (glass.made(saved.doc, &saved.hash)?, glass.pending(saved.doc)?.contains(&saved.hash));
    let here = glass.document(saved.doc)?.is_some_and(|held| held.changes.contains(&saved.hash));
    Ok(format!(
        "on the server: {on_server}, its mark: {says:?}; on the device: {here}, kept: {made}, waits: {waits}"
    ))
}

fn is_kept(ending: &Ending<'_>, saved: &Saved, refused: &BTreeSet<(DocId, ChangeHash)>) -> Result<bool> {
    let truth = ending.truth.get(&saved.doc);
    let says = |mark: &String| truth.is_some_and(|truth| truth.held.says.contains(mark.as_str()));
    let visible = saved.mark.as_ref().is_none_or(says);
    if truth.is_some_and(|truth| truth.held.changes.contains(&saved.hash)) {
        return Ok(visible);
    }
    let glass = &ending.glasses[saved.tablet];
    if refused.contains(&(saved.doc, saved.hash)) && glass.shows_refused(saved.doc)? {
        return Ok(true);
    }
    // Made again by another hand, because this one wrote elsewhere too.
    let replaced = glass.made(saved.doc, &saved.hash)? && !glass.pending(saved.doc)?.contains(&saved.hash);
    Ok(replaced && truth.is_some() && visible)
}
