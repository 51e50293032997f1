//! Follow-ups: each next step of a submitted call is one; most of those that are due are done.

use super::Past;
use chrono::TimeDelta;
use domain::calls::{Call, CallState, NextStep};
use domain::ids::FollowUpId;
use domain::planning::{FollowUp, FollowUpState};

pub(super) fn follow_ups(past: &Past<'_>, calls: &[Call]) -> Vec<FollowUp> {
    let promised = |call: &&Call| matches!(call.state, CallState::Submitted { .. });
    let promises =
        calls.iter().filter(promised).filter_map(|call| Some((call, call.content.next_step.as_ref()?)));
    promises.enumerate().map(|(n, (call, step))| follow_up(past, n, (call, step))).collect()
}

fn follow_up(past: &Past<'_>, n: usize, (call, step): (&Call, &NextStep)) -> FollowUp {
    let was_due = step.due < past.now.date_naive();
    let done_at = call.content.ends_at + TimeDelta::days(1);
    let is_done = was_due && !n.is_multiple_of(6);
    FollowUp {
        id: FollowUpId(past.ids.of("follow-up", n)),
        owner: call.owner,
        hcp: call.content.attendees.first().copied(),
        call: Some(call.id),
        text: step.text.clone(),
        due: step.due,
        state: if is_done {
            FollowUpState::Done { at: done_at, by: call.owner }
        } else {
            FollowUpState::Open
        },
    }
}
