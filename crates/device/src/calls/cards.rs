//! Calls in lists.

use crate::desk::{Desk, colleague_name};
use contract::Refusal;
use contract::calls::{AttendeeView, CallCard, DayView, GetDay, Stage};
use domain::Span;
use domain::calls::{CallContent, CallState};
use domain::ids::{DocId, HcpId, UserId};
use domain::people::Hcp;
use store::{CallRow, ReadError, Reader};

impl Desk {
    /// The user's own calls of a day. Colleagues' calls stand in the timelines of the HCPs.
    pub fn get_day(&self, day: GetDay) -> Result<DayView, Refusal> {
        let span = Span { from: day.from, until: day.until };
        let calls = self.read(|r| {
            let calls = r.calls_within(span)?;
            let own = calls.iter().filter(|row| row.call.owner == self.me());
            own.map(|row| card(r, row, self.me())).collect::<Result<_, _>>()
        })?;
        Ok(DayView { calls })
    }
}

/// A call as a list shows it to a person.
pub fn card(reader: &Reader<'_>, row: &CallRow, me: UserId) -> Result<CallCard, ReadError> {
    let content = row.call.current();
    let colleague = match row.call.owner {
        owner if owner == me => None,
        owner => Some(colleague_name(reader, owner)?),
    };
    Ok(CallCard {
        call: row.call.id,
        starts_at: content.starts_at,
        ends_at: content.ends_at,
        channel: content.channel,
        stage: stage(&row.call.state),
        attendees: attendees(reader, &content)?,
        products: product_names(reader, &content)?,
        place: content.place,
        colleague,
        waiting: reader.waiting_of(DocId::from(row.call.id))? > 0,
        contested: row.contested,
    })
}

/// The stage of a state.
pub fn stage(state: &CallState) -> Stage {
    match state {
        CallState::Planned => Stage::Planned,
        CallState::InProgress { .. } => Stage::InProgress,
        CallState::Submitted { .. } => Stage::Submitted,
        CallState::Cancelled { .. } => Stage::Cancelled,
    }
}

/// The attendees with names. One whom this device does not hold has an empty name.
pub fn attendees(reader: &Reader<'_>, content: &CallContent) -> Result<Vec<AttendeeView>, ReadError> {
    content.attendees.iter().map(|hcp| attendee(reader, *hcp)).collect()
}

fn attendee(reader: &Reader<'_>, id: HcpId) -> Result<AttendeeView, ReadError> {
    let Some(hcp) = reader.hcp(id)? else {
        let (name, specialty, workplace) = (String::new(), String::new(), String::new());
        return Ok(AttendeeView { hcp: id, name, specialty, workplace, tier: None });
    };
    let workplace = workplace(reader, &hcp)?.unwrap_or_else(|| hcp.city.clone());
    let name = hcp.name.to_string();
    Ok(AttendeeView { hcp: id, name, specialty: hcp.specialty, workplace, tier: hcp.tier })
}

/// Name of the main workplace.
pub fn workplace(reader: &Reader<'_>, hcp: &Hcp) -> Result<Option<String>, ReadError> {
    let Some(org) = hcp.workplace else { return Ok(None) };
    Ok(reader.organisation(org)?.map(|organisation| organisation.name))
}

/// Names of the products in the order of talking.
pub fn product_names(reader: &Reader<'_>, content: &CallContent) -> Result<Vec<String>, ReadError> {
    let mut talks: Vec<_> = content.products.iter().collect();
    talks.sort_by_key(|(_, talk)| talk.order);
    let mut names = Vec::new();
    for (product, _) in talks {
        names.extend(reader.product(*product)?.map(|product| product.name));
    }
    Ok(names)
}
