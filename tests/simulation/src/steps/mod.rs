//! What may happen in a history. A new kind of event is one line of the list and one arm below it.

mod faults;
mod work;

use crate::history::History;
use anyhow::Result;
use chrono::TimeDelta;
use rand::Rng;
use rand::distr::weighted::WeightedIndex;
use rand::prelude::Distribution;

/// What may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Plan,
    Edit,
    Submit,
    Amend,
    Cancel,
    Note,
    Consent,
    Complete,
    /// On a network that does what it wants.
    Sync,
    /// On a good one.
    SyncWell,
    EditDuringSync,
    LateRequestsArrive,
    RenewalLost,
    Killed,
    PowerCut,
    PowerCutSoon,
    DiskFull,
    DiskFails,
    Mended,
    ClockWrong,
    Copied,
    BackedUp,
    Restored,
    BitFlipped,
    ServerPowerCut,
    ServerPowerCutSoon,
    ServerDiskFull,
    ServerDiskFails,
    ServerMended,
    WeeksPass,
}

/// How often each happens, beside the others.
const STEPS: &[(u32, Step)] = &[
    (80, Step::Plan),
    (300, Step::Edit),
    (80, Step::Submit),
    (60, Step::Amend),
    (10, Step::Cancel),
    (50, Step::Note),
    (40, Step::Consent),
    (30, Step::Complete),
    (250, Step::Sync),
    (50, Step::SyncWell),
    (40, Step::EditDuringSync),
    (20, Step::LateRequestsArrive),
    (15, Step::RenewalLost),
    (20, Step::Killed),
    (30, Step::PowerCut),
    (60, Step::PowerCutSoon),
    (15, Step::DiskFull),
    (20, Step::DiskFails),
    (40, Step::Mended),
    (15, Step::ClockWrong),
    (10, Step::Copied),
    (15, Step::BackedUp),
    (10, Step::Restored),
    (10, Step::BitFlipped),
    (20, Step::ServerPowerCut),
    (40, Step::ServerPowerCutSoon),
    (10, Step::ServerDiskFull),
    (15, Step::ServerDiskFails),
    (40, Step::ServerMended),
    (6, Step::WeeksPass),
];

/// Something happens to somebody.
pub async fn step(history: &mut History) -> Result<()> {
    history.clock.pass(TimeDelta::minutes(history.luck.random_range(0..90)));
    let who = history.luck.random_range(0..history.tablets.len());
    let weights = WeightedIndex::new(STEPS.iter().map(|(weight, _)| *weight))?;
    let (_, step) = STEPS[weights.sample(&mut history.luck)];
    history.say(format!("{step:?} {who}"));
    take(history, step, who).await
}

/// This happens to this one.
pub async fn take(history: &mut History, step: Step, who: usize) -> Result<()> {
    match step {
        Step::Plan => work::plan(history, who).await,
        Step::Edit => work::edit(history, who).await,
        Step::Submit => work::submit(history, who).await,
        Step::Amend => work::amend(history, who).await,
        Step::Cancel => work::cancel(history, who).await,
        Step::Note => work::note(history, who).await,
        Step::Consent => work::consent(history, who).await,
        Step::Complete => work::complete(history, who).await,
        Step::Sync => work::sync(history, who).await,
        Step::SyncWell => work::sync_well(history, who).await,
        Step::EditDuringSync => work::edit_during_sync(history, who).await,
        Step::LateRequestsArrive => work::late_requests_arrive(history, who).await,
        Step::RenewalLost => faults::renewal_lost(history, who),
        Step::Killed => faults::killed(history, who).await,
        Step::PowerCut => faults::power_cut(history, who),
        Step::PowerCutSoon => faults::power_cut_soon(history, who),
        Step::DiskFull => faults::disk_full(history, who),
        Step::DiskFails => faults::disk_fails(history, who),
        Step::Mended => faults::mended(history, who),
        Step::ClockWrong => faults::clock_wrong(history, who),
        Step::Copied => faults::copied(history, who).await,
        Step::BackedUp => faults::backed_up(history, who).await,
        Step::Restored => faults::restored(history, who).await,
        Step::BitFlipped => faults::bit_flipped(history, who).await,
        Step::ServerPowerCut => faults::server_power_cut(history),
        Step::ServerPowerCutSoon => faults::server_power_cut_soon(history),
        Step::ServerDiskFull => faults::server_disk_full(history),
        Step::ServerDiskFails => faults::server_disk_fails(history),
        Step::ServerMended => faults::server_mended(history).await,
        Step::WeeksPass => faults::weeks_pass(history),
    }
}
