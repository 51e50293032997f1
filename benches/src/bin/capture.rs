//! `capture`: how long a rep's edit of a call takes until it is durable, projected and queued, against the least that
//! an encrypted file allows: committing one row.

use anyhow::{Context, Result};
use benches::bare::Bare;
use benches::fixture;
use benches::report::{Figure, Report, progress};
use benches::samples::Samples;
use benches::territory::Territory;
use chrono::TimeDelta;
use contract::calls::{CallCard, EditCall, GetDay, Stage};
use device::{Clock, Device, SystemClock};
use domain::calls::{CallEdit, Reaction};
use domain::ids::ProductId;
use std::time::Instant;

/// Edits that are measured, and those before them that warm everything up.
const SAMPLES: usize = 600;
const WARM_UP: usize = 60;
const BAR: f64 = 2.0;
/// As many bytes as a change of a call has.
const ROW_BYTES: usize = 250;

#[tokio::main]
async fn main() -> Result<()> {
    let report = Report::new("capture");
    let folder = tempfile::tempdir()?;
    let now = SystemClock.now();
    let territory = Territory::at(now)?;
    progress("filling a store with 3,000 HCPs and 20,000 documents");
    territory.fill(&fixture::empty(folder.path(), territory.rep).await?)?;
    let device = fixture::signed_in(folder.path(), territory.rep).await?;
    let desk = Desk::of(device, now).await?;
    let bare = Bare::open(&folder.path().join("bare.db"))?;
    bare.make_notes()?;
    let (saves, commits) = measure(&desk, &bare).await?;
    let ratio = |name, percent| -> Result<Figure> {
        Ok(Figure::ratio(name, saves.percentile(percent)?, commits.percentile(percent)?, Some(BAR)))
    };
    report
        .figure(ratio("save_p50_ratio", 50)?)
        .figure(ratio("save_p99_ratio", 99)?)
        .note(format!("an edit, from the command to its reply: {}", saves.summary()?))
        .note(format!("a bare commit of one row: {}", commits.summary()?))
        .print()
}

/// One of the one and one of the other by turns, so that both see the same noise.
async fn measure(desk: &Desk, bare: &Bare) -> Result<(Samples, Samples)> {
    let (mut saves, mut commits) = (Samples::default(), Samples::default());
    let row = "x".repeat(ROW_BYTES);
    for n in 0..WARM_UP + SAMPLES {
        if n == WARM_UP {
            (saves, commits) = (Samples::default(), Samples::default());
        }
        commits.time(|| bare.insert(&row))?;
        let command = serde_json::to_value(desk.edit(n))?;
        let begin = Instant::now();
        device::dispatch(&desk.device, "edit_call", command).await?;
        saves.push(begin.elapsed());
    }
    Ok((saves, commits))
}

/// A rep at work on the open calls of the day.
struct Desk {
    device: Device,
    calls: Vec<CallCard>,
    product: ProductId,
}

impl Desk {
    async fn of(device: Device, now: domain::Instant) -> Result<Self> {
        let from = now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
        let mut calls = device.get_day(GetDay { from, until: from + TimeDelta::days(1) }).await?.calls;
        calls.retain(|call| call.stage == Stage::InProgress);
        let first = calls.first().context("no open call today")?.call;
        let view = device.get_call(contract::calls::GetCall { call: first }).await?;
        let product = view.catalogue.first().context("nothing to talk about")?.id;
        Ok(Self { device, calls, product })
    }

    /// Now a few more words of notes, now a tap on a reaction.
    fn edit(&self, n: usize) -> EditCall {
        let call = self.calls[n % self.calls.len()].call;
        let round = n / self.calls.len();
        let edit = match round % 2 {
            0 => CallEdit::Notes("Asked about dosing. ".repeat(round / 2 + 1)),
            _ => CallEdit::Reaction {
                product: self.product,
                reaction: Some(Reaction::ALL[round / 2 % Reaction::ALL.len()]),
            },
        };
        EditCall { call, edits: vec![edit], begin: false }
    }
}
