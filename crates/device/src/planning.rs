//! Follow-ups.

use crate::desk::{Desk, colleague_name};
use crate::refusal::OrRefuse;
use contract::Refusal;
use contract::planning::{CompleteFollowUp, FollowUpCard, FollowUpList, GetFollowUps};
use document::{Kind, follow_up};
use domain::ids::{DocId, UserId};
use domain::planning::{FollowUp, FollowUpState};
use store::{ReadError, Reader};

impl Desk {
    /// Open follow-ups of the territory, the earliest due first.
    pub fn get_follow_ups(&self, _: GetFollowUps) -> Result<FollowUpList, Refusal> {
        let open = self.read(|r| {
            let open = r.open_follow_ups()?;
            open.iter().map(|follow_up| follow_up_card(r, follow_up, self.me())).collect::<Result<_, _>>()
        })?;
        Ok(FollowUpList { open })
    }

    /// Marks a follow-up as done. Done stays done, so doing it twice changes nothing.
    pub fn complete_follow_up(&self, complete: CompleteFollowUp) -> Result<FollowUpList, Refusal> {
        let doc = DocId::from(complete.follow_up);
        let mut draft = self.draft()?;
        let mut opened = draft.open(Kind::FollowUp, doc)?;
        if follow_up::read(complete.follow_up, &opened.document).or_refuse()?.state == FollowUpState::Open {
            let change = follow_up::complete(&mut opened.document, draft.author()).or_refuse()?;
            draft.keep(opened, change)?;
        }
        draft.commit()?;
        self.get_follow_ups(GetFollowUps {})
    }
}

/// A follow-up as a list shows it to a person.
pub fn follow_up_card(r: &Reader<'_>, follow_up: &FollowUp, me: UserId) -> Result<FollowUpCard, ReadError> {
    let hcp = follow_up.hcp.map(|hcp| r.hcp(hcp)).transpose()?.flatten();
    let colleague = match follow_up.owner {
        owner if owner == me => None,
        owner => Some(colleague_name(r, owner)?),
    };
    Ok(FollowUpCard {
        follow_up: follow_up.id,
        text: follow_up.text.clone(),
        due: follow_up.due,
        hcp: follow_up.hcp,
        hcp_name: hcp.map(|hcp| hcp.name.to_string()).unwrap_or_default(),
        call: follow_up.call,
        colleague,
    })
}
