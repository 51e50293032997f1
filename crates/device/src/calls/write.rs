//! Planning, recording, submitting, amending and cancelling.

use super::view::findings_of;
use crate::desk::{Desk, said, short};
use crate::draft::Draft;
use crate::opened::Opened;
use crate::refusal::OrRefuse;
use contract::calls::{
    AmendCall, CallReceipt, CallView, CancelCall, EditCall, GetCall, PlanCall, SubmitCall,
};
use contract::{Code, Refusal};
use document::{Content, Kind, call, follow_up};
use domain::calls::{Amendment, Call, CallContent, CallEdit, CallState};
use domain::ids::{AmendmentId, CallId, DocId, FollowUpId, HcpId};
use domain::people::HcpStatus;
use domain::planning::{FollowUp, FollowUpState};
use rules::calls::may_submit;

impl Desk {
    /// Plans a call, or begins to record one at once.
    pub fn plan_call(&self, plan: &PlanCall) -> Result<CallView, Refusal> {
        let content = self.content_of(plan)?;
        let mut draft = self.draft()?;
        let call = Call {
            id: CallId(self.chance.id()),
            owner: self.me(),
            audience: self.who.role.audience(),
            state: if plan.begin { CallState::InProgress { since: self.now() } } else { CallState::Planned },
            content,
            amendments: Vec::new(),
        };
        let (document, change) = call::create(draft.author(), &call).or_refuse()?;
        draft.keep(Opened::new(Kind::Call, call.id.into(), document), Some(change))?;
        draft.commit()?;
        self.get_call(GetCall { call: call.id })
    }

    /// Changes an open call.
    pub fn edit_call(&self, edit: &EditCall) -> Result<CallView, Refusal> {
        self.check(&edit.edits)?;
        let mut draft = self.draft()?;
        let (mut opened, call) = open(&mut draft, edit.call)?;
        call.state.check_open().or_refuse()?;
        let state = match edit.begin {
            true => Some(call.state.clone().begin(self.now()).or_refuse()?).filter(|new| *new != call.state),
            false => None,
        };
        let change =
            call::edit(&mut opened.document, draft.author(), &edit.edits, state.as_ref()).or_refuse()?;
        let call = call::reread(call, &opened.document, &edit.edits, state.as_ref()).or_refuse()?;
        let row = draft.keep_call(opened, change, call)?;
        draft.commit()?;
        self.view(row)
    }

    /// Submits a call. Its next step becomes a follow-up in the same commit.
    pub fn submit_call(&self, submit: SubmitCall) -> Result<CallReceipt, Refusal> {
        let mut draft = self.draft()?;
        let (mut opened, call) = open(&mut draft, submit.call)?;
        let state = call.state.clone().submit(self.now(), self.me()).or_refuse()?;
        may_submit(&call.content, self.now()).or_refuse()?;
        let change = call::edit(&mut opened.document, draft.author(), &[], Some(&state)).or_refuse()?;
        draft.keep(opened, change)?;
        if let Some(promise) = self.promise(&call) {
            let (document, change) = follow_up::create(draft.author(), &promise).or_refuse()?;
            draft.keep(Opened::new(Kind::FollowUp, promise.id.into(), document), Some(change))?;
        }
        draft.commit()?;
        self.receipt(submit.call)
    }

    /// Changes a submitted call, for a reason. The frozen content stays beneath the amendment.
    pub fn amend_call(&self, amend: &AmendCall) -> Result<CallReceipt, Refusal> {
        let reason = said(&amend.reason, Code::ReasonRequired)?;
        self.check(&amend.edits)?;
        if amend.edits.is_empty() {
            return Err(Refusal::because(Code::BadRequest, "an amendment changes something"));
        }
        let mut draft = self.draft()?;
        let (mut opened, call) = open(&mut draft, amend.call)?;
        call.state.check_amendable().or_refuse()?;
        let amendment = Amendment {
            id: AmendmentId(self.chance.id()),
            at: self.now(),
            by: self.me(),
            reason,
            edits: amend.edits.clone(),
        };
        let change = call::amend(&mut opened.document, draft.author(), &amendment).or_refuse()?;
        draft.keep(opened, change)?;
        draft.commit()?;
        self.receipt(amend.call)
    }

    /// Gives up an open call.
    pub fn cancel_call(&self, cancel: &CancelCall) -> Result<CallReceipt, Refusal> {
        let reason = said(&cancel.reason, Code::ReasonRequired)?;
        let mut draft = self.draft()?;
        let (mut opened, call) = open(&mut draft, cancel.call)?;
        let state = call.state.cancel(self.now(), self.me(), reason).or_refuse()?;
        let change = call::edit(&mut opened.document, draft.author(), &[], Some(&state)).or_refuse()?;
        draft.keep(opened, change)?;
        draft.commit()?;
        self.receipt(cancel.call)
    }

    fn content_of(&self, plan: &PlanCall) -> Result<CallContent, Refusal> {
        if plan.hcps.is_empty() {
            return Err(Code::AttendeeRequired.into());
        }
        let mut content = CallContent::planned(plan.channel, plan.starts_at, plan.ends_at);
        let time = CallEdit::Time { starts_at: plan.starts_at, ends_at: plan.ends_at };
        let attendees: Vec<_> = plan.hcps.iter().map(|hcp| CallEdit::AddAttendee(*hcp)).collect();
        self.check(&[attendees.as_slice(), &[time]].concat())?;
        attendees.iter().for_each(|edit| content.apply(edit));
        content.organisation = self.find(|r| r.hcp(plan.hcps[0]))?.workplace;
        Ok(content)
    }

    /// Checks what no rule of a country decides: times, lengths, and that people may be met.
    fn check(&self, edits: &[CallEdit]) -> Result<(), Refusal> {
        for edit in edits {
            match edit {
                CallEdit::Time { starts_at, ends_at } if ends_at < starts_at => {
                    return Err(Code::TimeInvalid.into());
                }
                CallEdit::Notes(text) | CallEdit::Place(Some(text)) => short(text)?,
                CallEdit::NextStep(Some(step)) => drop(said(&step.text, Code::TextRequired)?),
                CallEdit::AddAttendee(hcp) => self.check_active(*hcp)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn check_active(&self, hcp: HcpId) -> Result<(), Refusal> {
        match self.find(|r| r.hcp(hcp))?.status {
            HcpStatus::Active => Ok(()),
            HcpStatus::Inactive => Err(Code::HcpInactive.into()),
        }
    }

    fn promise(&self, call: &Call) -> Option<FollowUp> {
        let step = call.content.next_step.clone()?;
        Some(FollowUp {
            id: FollowUpId(self.chance.id()),
            owner: self.me(),
            hcp: call.content.attendees.first().copied(),
            call: Some(call.id),
            text: step.text,
            due: step.due,
            state: FollowUpState::Open,
        })
    }

    fn receipt(&self, call: CallId) -> Result<CallReceipt, Refusal> {
        let now = self.now();
        let row = self.find(|r| r.call(call))?;
        let (waiting, findings) = self.read(|r| Ok((r.waiting_count()?, findings_of(r, &row.call, now)?)))?;
        Ok(CallReceipt { call, at: now, waiting, findings })
    }
}

fn open(draft: &mut Draft<'_>, id: CallId) -> Result<(Opened, Call), Refusal> {
    let opened = draft.open(Kind::Call, DocId::from(id))?;
    match opened.content().or_refuse()? {
        Content::Call(call) => Ok((opened, *call)),
        _ => Err(Code::NotFound.into()),
    }
}
