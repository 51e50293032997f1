//! Where a document may begin: its author must be entitled to a territory in which those are, or lately were, whom it is
//! about.

use super::entitlement::Entitlement;
use super::judge::Facts;
use super::placement::{about, lingers};
use document::{Content, Kind};
use domain::ids::{DocId, TerritoryId};
use domain::people::Audience;
use std::collections::{BTreeSet, HashMap};
use sync::ScopeId;
use sync::wire::v1::{Outcome, Rejection};

const OUTSIDE: Outcome = Outcome::Rejected(Rejection::OutsideAudience);

/// The scopes that entitle the author to begin this document. Where it is to live follows from whom it is about.
pub fn begin(
    facts: &Facts,
    audiences: &HashMap<DocId, Audience>,
    (doc, kind): (DocId, Kind),
    content: &Content,
) -> Result<BTreeSet<ScopeId>, Outcome> {
    let audience = audience(facts, audiences, doc, content)?;
    let territories = territories(facts, content);
    let own = matches!(kind, Kind::Call | Kind::FollowUp) && territories.is_empty();
    let entitling: BTreeSet<ScopeId> = match own {
        true => facts.entitlement.territories(audience).into_iter().take(1).collect(),
        false => territories,
    }
    .into_iter()
    .map(|territory| ScopeId::Territory(territory, audience))
    .filter(|scope| facts.entitlement.writes(scope))
    .collect();
    if entitling.is_empty() { Err(OUTSIDE) } else { Ok(entitling) }
}

/// Where those are, and lately were, whom it is about.
fn territories(facts: &Facts, content: &Content) -> BTreeSet<TerritoryId> {
    let found = about(content).into_iter().filter_map(|hcp| facts.whereabouts.get(&hcp));
    let lately = found.flat_map(|at| {
        let former = at.former.iter().filter(|(_, left)| lingers(*left, facts.now));
        at.now.into_iter().chain(former.map(|(territory, _)| *territory))
    });
    lately.collect()
}

/// For whom it is.
fn audience(
    facts: &Facts,
    audiences: &HashMap<DocId, Audience>,
    doc: DocId,
    content: &Content,
) -> Result<Audience, Outcome> {
    match content {
        Content::Call(call) if call.audience == Audience::All => Err(OUTSIDE),
        Content::Call(call) if call.owner != facts.account.user => {
            Err(Outcome::Rejected(Rejection::ForeignAuthor))
        }
        Content::Call(call) => Ok(call.audience),
        // Two devices without a network must begin the same document.
        Content::Consent(consent) => same(doc, DocId::consent_of(consent.hcp), Audience::All),
        Content::ProfileNotes(notes) => {
            let of = |audience| same(doc, DocId::profile_notes_of(notes.hcp, audience), audience);
            of(Audience::Commercial).or_else(|_| of(Audience::Medical))
        }
        Content::FollowUp(follow_up) => {
            let of_call = follow_up.call.and_then(|call| audiences.get(&call.into()));
            Ok(of_call.copied().unwrap_or_else(|| Entitlement::audience(&facts.entitlement)))
        }
    }
}

fn same(doc: DocId, named: DocId, audience: Audience) -> Result<Audience, Outcome> {
    if doc == named { Ok(audience) } else { Err(Outcome::Rejected(Rejection::Identity)) }
}
