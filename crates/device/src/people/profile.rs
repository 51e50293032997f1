//! Everything about one HCP but the timeline.

use super::search::hcp_card;
use crate::calls::card;
use crate::desk::{Desk, colleague_name};
use crate::planning::follow_up_card;
use contract::Refusal;
use contract::people::{Acquaintance, AffiliationView, ConsentMark, GetProfile, NoteView, ProfileView};
use domain::Instant;
use domain::consent::{ConsentChannel, state_of};
use domain::ids::{HcpId, OrgId};
use domain::people::{Affiliation, Hcp, ProfileNotes};
use store::{ReadError, Reader};

impl Desk {
    /// The profile of an HCP.
    pub fn get_profile(&self, get: GetProfile) -> Result<ProfileView, Refusal> {
        let hcp = self.find(|r| r.hcp(get.hcp))?;
        self.read(|r| self.profile(r, &hcp))
    }

    fn profile(&self, r: &Reader<'_>, hcp: &Hcp) -> Result<ProfileView, ReadError> {
        let notes = r.profile_notes(hcp.id)?;
        let affiliations = affiliations(r, hcp)?;
        let next = r.next_call(hcp.id, self.now())?;
        let follow_ups = r.open_follow_ups_about(hcp.id)?;
        Ok(ProfileView {
            card: hcp_card(r, hcp)?,
            role: affiliations.first().map(|main| main.role.clone()).unwrap_or_default(),
            identifiers: hcp.identifiers.clone(),
            affiliations,
            consent: consent(r, hcp.id, self.now())?,
            notes: note_views(r, &notes)?,
            next_call: next.map(|call| card(r, &call, self.me())).transpose()?,
            follow_ups: follow_ups
                .iter()
                .map(|follow_up| follow_up_card(r, follow_up, self.me()))
                .collect::<Result<_, _>>()?,
            known_by: known_by(r, hcp.id)?,
            preferred_channel: notes.preferred_channel,
            best_time: notes.best_time,
        })
    }
}

fn consent(r: &Reader<'_>, hcp: HcpId, now: Instant) -> Result<Vec<ConsentMark>, ReadError> {
    let events = r.consent(hcp)?;
    let mark = |channel| ConsentMark { channel, state: state_of(&events, channel, now) };
    Ok(ConsentChannel::ALL.into_iter().map(mark).collect())
}

/// Workplaces, the main one first, then present ones, then past ones.
fn affiliations(r: &Reader<'_>, hcp: &Hcp) -> Result<Vec<AffiliationView>, ReadError> {
    let mut all = r.affiliations(hcp.id)?;
    all.sort_by_key(|a| (Some(a.organisation) != hcp.workplace, a.until.is_some(), a.from, a.id));
    all.iter().map(|affiliation| affiliation_view(r, affiliation)).collect()
}

fn affiliation_view(r: &Reader<'_>, affiliation: &Affiliation) -> Result<AffiliationView, ReadError> {
    let organisation = r.organisation(affiliation.organisation)?;
    let name_of = |org: OrgId| Ok::<_, ReadError>(r.organisation(org)?.map(|organisation| organisation.name));
    let part_of = organisation.as_ref().and_then(|o| o.parent).map(name_of).transpose()?.flatten();
    let (name, city) = organisation.map(|o| (o.name, o.city)).unwrap_or_default();
    Ok(AffiliationView {
        organisation: name,
        part_of,
        city,
        role: affiliation.role.clone(),
        current: affiliation.until.is_none(),
    })
}

fn note_views(r: &Reader<'_>, notes: &ProfileNotes) -> Result<Vec<NoteView>, ReadError> {
    let mut newest: Vec<_> = notes.notes.values().collect();
    newest.sort_by_key(|note| std::cmp::Reverse((note.at, note.id)));
    newest
        .into_iter()
        .map(|note| Ok(NoteView { at: note.at, by: colleague_name(r, note.by)?, text: note.text.clone() }))
        .collect()
}

fn known_by(r: &Reader<'_>, hcp: HcpId) -> Result<Vec<Acquaintance>, ReadError> {
    let mut known = Vec::new();
    for (user, calls) in r.callers_of(hcp)? {
        let colleague = r.colleague(user)?;
        known.extend(colleague.map(|c| Acquaintance { name: c.name, role: c.role, calls }));
    }
    Ok(known)
}
