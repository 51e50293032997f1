//! Effects: what was accepted has its lines in the activity log and its events in the outbox, once.

use super::Ending;
use crate::wrong::Ill;
use anyhow::Result;
use chrono::TimeDelta;
use document::Content;
use domain::calls::{Call, CallState};
use domain::people::Audience;
use std::collections::BTreeMap;
use sync_server::connectors::outbox::{Entry, Settlement};
use uuid::Uuid;

pub async fn check(ending: &Ending<'_>) -> Result<()> {
    let events = leave(ending).await?;
    let mut times: BTreeMap<Uuid, usize> = BTreeMap::new();
    events.iter().for_each(|event| *times.entry(event.new.event_id).or_default() += 1);
    for (id, _) in times.iter().filter(|(_, times)| **times != 1) {
        ending.complain(Ill::Lost, format!("the event {id} left more than once"));
    }
    let logged = ending.store.activity_of(ending.truth.keys().copied().collect()).await?;
    let logged: Vec<Uuid> = logged.into_iter().map(|id| id.0).collect();
    let mut sorted = logged.clone();
    sorted.sort_unstable();
    if sorted != times.keys().copied().collect::<Vec<_>>() {
        let (lines, left) = (logged.len(), times.len());
        ending.complain(
            Ill::Lost,
            format!("{lines} lines of activity, {left} events for others: not the same"),
        );
    }
    for truth in ending.truth.values() {
        expected(ending, &truth.content, &events);
    }
    Ok(())
}

/// Everything that waits leaves, in its order.
async fn leave(ending: &Ending<'_>) -> Result<Vec<Entry>> {
    let now = ending.history.clock.now();
    let mut left = Vec::new();
    while let Some(entry) = ending.store.claim(now, now + TimeDelta::minutes(5)).await? {
        ending.store.settle(entry.claim(), Settlement::Delivered, now).await?;
        left.push(entry);
    }
    Ok(left)
}

/// What a document must have told the world: each submission, amendment and consent.
fn expected(ending: &Ending<'_>, content: &Content, events: &[Entry]) {
    match content {
        Content::Call(call) => {
            let submitted = matches!(call.state, CallState::Submitted { .. });
            let told = told(events, "call.submitted", ("call", call.id.0));
            if submitted != (told > 0) {
                ending
                    .complain(Ill::Lost, format!("call {} is {:?}, told {told} times", call.id, call.state));
            }
            if submitted {
                amendments(ending, call, events);
            }
        }
        Content::Consent(consent) => {
            for event in &consent.content {
                let told = told(events, "consent.changed", ("event", event.id.0));
                if told != 1 {
                    ending.complain(Ill::Lost, format!("the consent {} was told {told} times", event.id));
                }
            }
        }
        Content::ProfileNotes(_) | Content::FollowUp(_) => {}
    }
}

/// Others learn which amendment it was, except of a medical contact: of that, only that it was amended.
fn amendments(ending: &Ending<'_>, call: &Call, events: &[Entry]) {
    let amended = told(events, "call.amended", ("call", call.id.0));
    if amended < call.amendments.len() {
        ending.complain(Ill::Lost, format!("call {} was amended, told {amended} times", call.id));
    }
    for amendment in call.amendments.iter().filter(|_| call.audience != Audience::Medical) {
        if events.iter().all(|event| event.new.data["amendment"]["id"] != amendment.id.0.to_string()) {
            ending.complain(Ill::Lost, format!("the amendment {} was not told", amendment.id));
        }
    }
}

fn told(events: &[Entry], what: &str, (field, id): (&str, Uuid)) -> usize {
    let is = |event: &&Entry| {
        event.new.event_type.name().contains(what) && event.new.data[field] == id.to_string()
    };
    events.iter().filter(is).count()
}
