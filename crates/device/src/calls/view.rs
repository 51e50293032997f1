//! One call, whole.

use super::amended::amendments;
use super::cards::attendees;
use crate::desk::{Desk, colleague_name};
use crate::refusal::OrRefuse;
use contract::Refusal;
use contract::calls::{CallView, ContestedView, FindingView, GetCall, Weight};
use document::{Document, call};
use domain::Instant;
use domain::calls::{Call, CallState, Contested};
use domain::consent::state_of;
use domain::content::Product;
use domain::ids::{CallId, DocId};
use domain::people::Country;
use rules::calls::{consent_needed, findings};
use store::{CallRow, ReadError, Reader};

impl Desk {
    /// One call.
    pub fn get_call(&self, get: GetCall) -> Result<CallView, Refusal> {
        let row = self.find(|r| r.call(get.call))?;
        self.view(row)
    }

    /// A call as the store has it.
    pub(super) fn view(&self, row: CallRow) -> Result<CallView, Refusal> {
        let contested = if row.contested { self.contested(row.call.id)? } else { Vec::new() };
        self.read(|r| self.call_view(r, row, contested))
    }

    fn contested(&self, call: CallId) -> Result<Vec<Contested>, Refusal> {
        let (_, saved) = self.find(|r| r.document(DocId::from(call)))?;
        call::contested(&Document::load(&saved).or_refuse()?).or_refuse()
    }

    fn call_view(
        &self,
        r: &Reader<'_>,
        row: CallRow,
        contested: Vec<Contested>,
    ) -> Result<CallView, ReadError> {
        let call = row.call;
        let content = call.current();
        let organisation = match content.organisation {
            Some(org) => r.organisation(org)?.map(|organisation| organisation.name),
            None => None,
        };
        Ok(CallView {
            call: call.id,
            owner: call.owner,
            owner_name: colleague_name(r, call.owner)?,
            mine: call.owner == self.me(),
            closed_by: closed_by(r, &call.state)?,
            attendees: attendees(r, &content)?,
            organisation,
            catalogue: catalogue(r, self.who.country)?,
            contested: contested.into_iter().map(|c| contested_view(r, c)).collect::<Result<_, _>>()?,
            amendments: amendments(r, &call)?,
            findings: findings_of(r, &call, self.now())?,
            waiting: r.waiting_of(DocId::from(call.id))?,
            state: call.state,
            content,
        })
    }
}

fn closed_by(r: &Reader<'_>, state: &CallState) -> Result<Option<String>, ReadError> {
    match state {
        CallState::Submitted { by, .. } | CallState::Cancelled { by, .. } => colleague_name(r, *by).map(Some),
        CallState::Planned | CallState::InProgress { .. } => Ok(None),
    }
}

fn catalogue(r: &Reader<'_>, country: Country) -> Result<Vec<Product>, ReadError> {
    let mut products = r.products()?;
    products.retain(|product| product.countries.contains(&country));
    Ok(products)
}

fn contested_view(r: &Reader<'_>, contested: Contested) -> Result<ContestedView, ReadError> {
    let kept_by = colleague_name(r, contested.kept.by)?;
    let lost_by = contested.lost.iter().map(|lost| colleague_name(r, lost.by)).collect::<Result<_, _>>()?;
    Ok(ContestedView { contested, kept_by, lost_by })
}

/// What the rules on this device and on the server notice about a call.
pub fn findings_of(r: &Reader<'_>, call: &Call, now: Instant) -> Result<Vec<FindingView>, ReadError> {
    let content = call.current();
    let mut states = Vec::new();
    if let Some(channel) = consent_needed(content.channel) {
        for hcp in &content.attendees {
            states.push(state_of(&r.consent(*hcp)?, channel, now));
        }
    }
    let mut found: Vec<FindingView> = findings(call, &states, now).into_iter().map(finding_view).collect();
    for code in r.findings(DocId::from(call.id))? {
        if found.iter().all(|finding| finding.code != code) {
            found.push(FindingView { code, weight: Weight::Advice });
        }
    }
    Ok(found)
}

fn finding_view(finding: rules::calls::Finding) -> FindingView {
    let weight = if finding.warns() { Weight::Warning } else { Weight::Advice };
    FindingView { code: finding.code().to_owned(), weight }
}
