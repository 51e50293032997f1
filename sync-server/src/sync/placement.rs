//! Where documents live: what is about HCPs lives where they are, in its own audience; what is about nobody lives where
//! its owner works. Facts come in, scopes come out.

use chrono::TimeDelta;
use document::{Content, Kind};
use domain::Instant;
use domain::ids::{HcpId, TerritoryId, UserId};
use domain::people::Audience;
use std::collections::BTreeSet;
use sync::ScopeId;

/// How long work is taken that was written where a document, or an HCP, is no more.
const LINGERS: TimeDelta = TimeDelta::days(90);

/// Whether what was left then still takes what was written before its leaving was seen.
#[must_use]
pub fn lingers(left_at: Instant, now: Instant) -> bool {
    now - left_at <= LINGERS
}

/// Before this instant nothing that was left takes anything any more.
#[must_use]
pub fn forgotten_before(now: Instant) -> Instant {
    now - LINGERS
}

/// Whom a document is about.
#[must_use]
pub fn about(content: &Content) -> BTreeSet<HcpId> {
    match content {
        Content::Call(call) => call.current().attendees.clone(),
        Content::Consent(consent) => [consent.hcp].into(),
        Content::ProfileNotes(notes) => [notes.hcp].into(),
        Content::FollowUp(follow_up) => follow_up.hcp.into_iter().collect(),
    }
}

/// Whose work a document is, if it is somebody's.
#[must_use]
pub fn owner(content: &Content) -> Option<UserId> {
    match content {
        Content::Call(call) => Some(call.owner),
        Content::FollowUp(follow_up) => Some(follow_up.owner),
        Content::Consent(_) | Content::ProfileNotes(_) => None,
    }
}

/// The scopes that hold a document: `at` says in which territories those are whom it is about, `owner` where its owner
/// works. None when nothing says where: it stays where it is.
#[must_use]
pub fn place(
    (kind, audience): (Kind, Audience),
    at: impl IntoIterator<Item = Option<TerritoryId>>,
    owner: Option<TerritoryId>,
) -> Option<BTreeSet<ScopeId>> {
    let scope = |territory| ScopeId::Territory(territory, audience);
    let there: BTreeSet<ScopeId> = at.into_iter().flatten().map(scope).collect();
    match kind {
        // Nobody works with an HCP who has no territory.
        Kind::Consent | Kind::ProfileNotes => Some(there),
        Kind::Call | Kind::FollowUp if there.is_empty() => owner.map(|territory| [scope(territory)].into()),
        Kind::Call | Kind::FollowUp => Some(there),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const NORTH: TerritoryId = TerritoryId(Uuid::from_u128(1));
    const SOUTH: TerritoryId = TerritoryId(Uuid::from_u128(2));
    const CALL: (Kind, Audience) = (Kind::Call, Audience::Commercial);

    fn commercial(territories: &[TerritoryId]) -> Option<BTreeSet<ScopeId>> {
        Some(territories.iter().map(|at| ScopeId::Territory(*at, Audience::Commercial)).collect())
    }

    #[test]
    fn a_call_lives_where_those_are_who_attend_it_and_not_where_its_owner_works() {
        assert_eq!(place(CALL, [Some(NORTH)], Some(SOUTH)), commercial(&[NORTH]));
        assert_eq!(place(CALL, [Some(NORTH), Some(SOUTH), None], None), commercial(&[NORTH, SOUTH]));
    }

    #[test]
    fn what_is_about_nobody_with_a_territory_lives_where_its_owner_works_or_stays() {
        assert_eq!(place(CALL, [None], Some(SOUTH)), commercial(&[SOUTH]));
        assert_eq!(place((Kind::FollowUp, Audience::Commercial), [], Some(NORTH)), commercial(&[NORTH]));
        assert_eq!(place(CALL, [None], None), None);
    }

    #[test]
    fn consent_and_notes_go_with_their_hcp_and_nowhere_without_a_territory() {
        let everybody = [ScopeId::Territory(NORTH, Audience::All)];
        assert_eq!(place((Kind::Consent, Audience::All), [Some(NORTH)], None), Some(everybody.into()));
        assert_eq!(place((Kind::ProfileNotes, Audience::Medical), [None], Some(NORTH)), Some([].into()));
    }

    #[test]
    fn what_was_left_is_remembered_for_ninety_days() {
        let left_at = Instant::UNIX_EPOCH;
        assert!(lingers(left_at, left_at + TimeDelta::days(90)));
        assert!(!lingers(left_at, left_at + TimeDelta::days(91)));
    }
}
