//! What HCPs said about being contacted: mostly yes, some no more, some yes again, some lapsed.

use super::Past;
use super::dice::{Dice, Subject};
use chrono::TimeDelta;
use domain::consent::{ConsentAct, ConsentChannel, ConsentEvent, ConsentEvidence};
use domain::ids::{ConsentEventId, HcpId, UserId};
use domain::people::{Hcp, Role};
use std::collections::BTreeSet;

/// How many of a hundred HCPs were asked, per channel.
const ASKED: [(ConsentChannel, usize); 5] = [
    (ConsentChannel::Email, 45),
    (ConsentChannel::Remote, 25),
    (ConsentChannel::Phone, 20),
    (ConsentChannel::Sms, 5),
    (ConsentChannel::Post, 8),
];
const EVIDENCE: [ConsentEvidence; 4] =
    [ConsentEvidence::Signature, ConsentEvidence::Spoken, ConsentEvidence::WebForm, ConsentEvidence::Import];

struct Records<'a> {
    past: &'a Past<'a>,
    dice: Dice,
    events: Vec<(HcpId, ConsentEvent)>,
}

/// What one HCP said on one channel, and to whom.
struct Dialogue {
    hcp: HcpId,
    channel: ConsentChannel,
    colleague: UserId,
    seen: BTreeSet<ConsentEventId>,
    days_ago: i64,
}

pub(super) fn consents(past: &Past<'_>) -> Vec<(HcpId, ConsentEvent)> {
    let dice = Dice::new(&past.ids, Subject::Consents);
    let mut records = Records { past, dice, events: Vec::new() };
    past.hcps.iter().for_each(|hcp| records.ask(hcp));
    records.events
}

impl Records<'_> {
    fn ask(&mut self, hcp: &Hcp) {
        let reps = self.past.team_of(hcp, Role::Rep);
        for (channel, chance) in ASKED {
            let Some(colleague) = self.dice.pick(&reps).map(|rep| rep.id) else { return };
            if self.dice.percent(chance) {
                let days_ago = self.dice.between((60, 700));
                self.talk(Dialogue { hcp: hcp.id, channel, colleague, seen: BTreeSet::new(), days_ago });
            }
        }
    }

    fn talk(&mut self, mut dialogue: Dialogue) {
        self.record(&mut dialogue, ConsentAct::Granted);
        if self.dice.percent(12) {
            dialogue.days_ago = self.dice.between((20, dialogue.days_ago - 1));
            self.record(&mut dialogue, ConsentAct::Withdrawn);
            if self.dice.percent(30) {
                dialogue.days_ago = self.dice.between((1, dialogue.days_ago - 1));
                self.record(&mut dialogue, ConsentAct::Granted);
            }
        }
    }

    fn record(&mut self, dialogue: &mut Dialogue, act: ConsentAct) {
        let at = self.past.now - TimeDelta::days(dialogue.days_ago);
        let lasts = self.dice.percent(40) && act == ConsentAct::Granted;
        let event = ConsentEvent {
            id: ConsentEventId(self.past.ids.of("consent", self.events.len())),
            channel: dialogue.channel,
            act,
            evidence: self.dice.pick(&EVIDENCE).copied().unwrap_or(ConsentEvidence::Import),
            captured_by: dialogue.colleague,
            at,
            until: lasts.then(|| at + TimeDelta::days(365)),
            seen: dialogue.seen.clone(),
        };
        dialogue.seen.insert(event.id);
        self.events.push((dialogue.hcp, event));
    }
}
