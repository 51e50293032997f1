//! What the field knows about some HCPs and shares: favourite channel, best time, notes.

use super::Past;
use super::dice::{Dice, Subject};
use chrono::TimeDelta;
use domain::calls::Channel;
use domain::ids::{HcpId, NoteId};
use domain::people::{Hcp, ProfileNote, ProfileNotes, Role};

const BEST_TIMES: [&str; 5] = [
    "Tuesday mornings before 9",
    "After 5 pm",
    "Wednesday afternoons",
    "Between rounds, call first",
    "Fridays",
];
const NOTES: [&str; 6] = [
    "Prefers one page over a slide deck.",
    "Always ask at the front desk first.",
    "Interested in renal safety above all.",
    "Speaks at the regional meeting every spring.",
    "Wants data before opinions.",
    "Parking behind the building.",
];

pub(super) fn notes(past: &Past<'_>) -> Vec<(HcpId, ProfileNotes)> {
    let mut dice = Dice::new(&past.ids, Subject::Notes);
    let known = past.hcps.iter().filter(|_| dice.percent(12)).collect::<Vec<_>>();
    known.into_iter().enumerate().map(|(n, hcp)| (hcp.id, profile(past, &mut dice, (n, hcp)))).collect()
}

fn profile(past: &Past<'_>, dice: &mut Dice, (n, hcp): (usize, &Hcp)) -> ProfileNotes {
    let reps = past.team_of(hcp, Role::Rep);
    let note = dice.pick(&reps).map(|rep| ProfileNote {
        id: NoteId(past.ids.of("note", n)),
        by: rep.id,
        at: past.now - TimeDelta::days(dice.between((5, 300))),
        text: dice.word(&NOTES).to_owned(),
    });
    ProfileNotes {
        preferred_channel: dice.pick(&[Channel::InPerson, Channel::Remote, Channel::Email]).copied(),
        best_time: dice.percent(60).then(|| dice.word(&BEST_TIMES).to_owned()),
        notes: note.into_iter().map(|note| (note.id, note)).collect(),
    }
}
