//! What people do: they plan, edit, submit, amend, note, and sync.

use crate::history::History;
use crate::line::Fate;
use anyhow::Result;
use chrono::TimeDelta;
use contract::calls::{AmendCall, CancelCall, EditCall, GetCall, PlanCall, SubmitCall};
use contract::people::{AddNote, RecordConsent};
use contract::planning::{CompleteFollowUp, GetFollowUps};
use device::Clock;
use domain::calls::{CallEdit, Channel, NextStep, Reaction, SideEffect};
use domain::consent::{ConsentAct, ConsentChannel, ConsentEvidence};
use domain::ids::{CallId, DocId, HcpId};
use rand::Rng;
use rand::seq::IndexedRandom;
use sync::session::Event;
use world::{CORVALEN, MARA, TOMAS};

fn some_hcp(history: &mut History) -> HcpId {
    if history.luck.random() { MARA } else { TOMAS }
}

/// A call that this device may have.
fn some_call(history: &mut History) -> Option<CallId> {
    history.journal.calls.choose(&mut history.luck).map(|(call, _)| *call)
}

pub async fn plan(history: &mut History, who: usize) -> Result<()> {
    let hcps = vec![some_hcp(history)];
    let tablet = history.awake(who).await?;
    let starts_at = tablet.clock.now() - TimeDelta::minutes(30);
    let ends_at = starts_at + TimeDelta::minutes(25);
    let plan = PlanCall { hcps, channel: Channel::InPerson, starts_at, ends_at, begin: false };
    let planned = tablet.device()?.plan_call(plan).await;
    if let Some(view) = history.answered(who, planned, None)? {
        history.journal.calls.push((view.call, who));
    }
    Ok(())
}

pub async fn edit(history: &mut History, who: usize) -> Result<()> {
    match some_call(history) {
        Some(call) => edit_this(history, who, call).await,
        None => Ok(()),
    }
}

async fn edit_this(history: &mut History, who: usize, call: CallId) -> Result<()> {
    let device = history.awake(who).await?.device()?.clone();
    let Ok(view) = device.get_call(GetCall { call }).await else { return Ok(()) };
    let mark = history.journal.mark();
    let notes = CallEdit::Notes(format!("{} {mark}", view.content.notes));
    let edits = vec![notes, some_edit(history)];
    let edited = device.edit_call(EditCall { call, edits, begin: true }).await;
    history.answered(who, edited, Some(&(call.into(), mark))).map(drop)
}

fn some_edit(history: &mut History) -> CallEdit {
    let luck = &mut history.luck;
    match luck.random_range(0..5) {
        0 => CallEdit::Channel(Channel::ALL.choose(luck).copied().unwrap_or(Channel::Phone)),
        1 => CallEdit::Reaction { product: CORVALEN, reaction: Reaction::ALL.choose(luck).copied() },
        2 => CallEdit::AddAttendee(TOMAS),
        3 => {
            let due = history.clock.now().date_naive();
            CallEdit::NextStep(Some(NextStep { text: format!("step {}", luck.random::<u32>()), due }))
        }
        _ => CallEdit::Place(Some(format!("ward {}", luck.random_range(0..100)))),
    }
}

pub async fn submit(history: &mut History, who: usize) -> Result<()> {
    let Some(call) = some_call(history) else { return Ok(()) };
    let device = history.awake(who).await?.device()?.clone();
    let edits = vec![CallEdit::SideEffect(Some(SideEffect::NoneMentioned))];
    // Answered before perhaps: then there is nothing new.
    if device.edit_call(EditCall { call, edits, begin: true }).await.is_ok() {
        let submitted = device.submit_call(SubmitCall { call }).await;
        history.answered(who, submitted, None)?;
    }
    Ok(())
}

pub async fn amend(history: &mut History, who: usize) -> Result<()> {
    let Some(call) = some_call(history) else { return Ok(()) };
    let device = history.awake(who).await?.device()?.clone();
    let mark = history.journal.mark();
    let edits = vec![some_edit(history)];
    let amended = device.amend_call(AmendCall { call, reason: mark.clone(), edits }).await;
    history.answered(who, amended, Some(&(call.into(), mark))).map(drop)
}

pub async fn cancel(history: &mut History, who: usize) -> Result<()> {
    let Some(call) = some_call(history) else { return Ok(()) };
    let device = history.awake(who).await?.device()?.clone();
    let cancelled = device.cancel_call(CancelCall { call, reason: "ill".into() }).await;
    history.answered(who, cancelled, None).map(drop)
}

pub async fn note(history: &mut History, who: usize) -> Result<()> {
    let (hcp, mark) = (some_hcp(history), history.journal.mark());
    let tablet = history.awake(who).await?;
    let doc = DocId::profile_notes_of(hcp, tablet.person.role.audience());
    let noted = tablet.device()?.add_note(AddNote { hcp, text: mark.clone() }).await;
    history.answered(who, noted, Some(&(doc, mark))).map(drop)
}

pub async fn consent(history: &mut History, who: usize) -> Result<()> {
    let hcp = some_hcp(history);
    let act = if history.luck.random() { ConsentAct::Granted } else { ConsentAct::Withdrawn };
    let record =
        RecordConsent { hcp, channel: ConsentChannel::Email, act, evidence: ConsentEvidence::Signature };
    let recorded = history.awake(who).await?.device()?.record_consent(record).await;
    history.answered(who, recorded, None).map(drop)
}

pub async fn complete(history: &mut History, who: usize) -> Result<()> {
    let device = history.awake(who).await?.device()?.clone();
    let Ok(list) = device.get_follow_ups(GetFollowUps {}).await else { return Ok(()) };
    let Some(card) = list.open.choose(&mut history.luck) else { return Ok(()) };
    let completed = device.complete_follow_up(CompleteFollowUp { follow_up: card.follow_up }).await;
    history.answered(who, completed, None).map(drop)
}

fn some_fate(history: &mut History) -> Fate {
    let luck = &mut history.luck;
    match luck.random_range(0..14) {
        0 => Fate::RequestLost,
        1 => Fate::RequestLate,
        2 => Fate::RequestCut(luck.random()),
        3 | 4 => Fate::AnswerLost,
        5 => Fate::AnswerCut(luck.random()),
        6 | 7 => Fate::Doubled,
        8 => Fate::TokenEnds,
        _ => Fate::Delivered,
    }
}

pub async fn sync(history: &mut History, who: usize) -> Result<()> {
    for _ in 0..history.luck.random_range(1..4) {
        let fate = some_fate(history);
        history.tablets[who].line.will(fate);
    }
    sync_well(history, who).await?;
    history.tablets[who].line.clear();
    Ok(())
}

pub async fn sync_well(history: &mut History, who: usize) -> Result<()> {
    history.awake(who).await?.sync().await?;
    if !history.tablets[who].is_down() {
        history.remembers(who)?;
    }
    Ok(())
}

/// What was on its way for long arrives.
pub async fn late_requests_arrive(history: &mut History, who: usize) -> Result<()> {
    history.tablets[who].line.late_requests_arrive().await;
    Ok(())
}

/// A request is on its way, and meanwhile the person goes on.
pub async fn edit_during_sync(history: &mut History, who: usize) -> Result<()> {
    let (device, line) = {
        let tablet = history.awake(who).await?;
        (tablet.device()?.clone(), tablet.line.clone())
    };
    line.will(Fate::Held);
    let mut syncing = tokio::spawn(async move { device.exchange(Event::Wanted).await });
    let early = tokio::select! {
        ended = &mut syncing => Some(ended),
        () = line.on_its_way() => None,
    };
    if early.is_none() {
        edit(history, who).await?;
        line.let_go();
        syncing.await?;
    }
    line.clear();
    Ok(())
}
