//! What befalls machines: power, disks, clocks, copies and backups.

use crate::glass::{FILE, Held};
use crate::history::History;
use crate::journal::Saved;
use crate::line::Line;
use crate::wrong::Ill;
use anyhow::Result;
use chrono::TimeDelta;
use disk::Loss;
use domain::ids::DocId;
use rand::Rng;
use std::collections::BTreeSet;

/// One operation is a page of the log or a sync: a command has about forty, an exchange more.
const SOON: u64 = 120;
/// Devices in a history, copies included.
const MOST: usize = 6;

fn some_loss(history: &mut History) -> Loss {
    match history.luck.random_range(0..4) {
        0 => Loss::Nothing,
        1 => Loss::Everything,
        _ => Loss::Some(history.luck.random()),
    }
}

pub fn renewal_lost(history: &mut History, who: usize) -> Result<()> {
    history.tablets[who].line.loses_next_renewal();
    Ok(())
}

/// The app is killed, and starts again.
pub async fn killed(history: &mut History, who: usize) -> Result<()> {
    history.tablets[who].machine.disk.cut(Loss::Nothing);
    history.awake(who).await.map(drop)
}

pub fn power_cut(history: &mut History, who: usize) -> Result<()> {
    let loss = some_loss(history);
    history.tablets[who].machine.disk.cut(loss);
    Ok(())
}

pub fn power_cut_soon(history: &mut History, who: usize) -> Result<()> {
    let (operations, loss) = (history.luck.random_range(0..SOON), some_loss(history));
    history.tablets[who].machine.disk.cut_after(operations, loss);
    Ok(())
}

pub fn disk_full(history: &mut History, who: usize) -> Result<()> {
    let room = history.luck.random_range(0..40_000);
    history.tablets[who].machine.disk.leave_room(room);
    history.tablets[who].troubled = true;
    Ok(())
}

pub fn disk_fails(history: &mut History, who: usize) -> Result<()> {
    let operations = history.luck.random_range(0..SOON);
    history.tablets[who].machine.disk.fail_after(operations);
    history.tablets[who].troubled = true;
    Ok(())
}

pub fn mended(history: &mut History, who: usize) -> Result<()> {
    history.tablets[who].machine.disk.heal();
    history.tablets[who].troubled = false;
    Ok(())
}

pub fn clock_wrong(history: &mut History, who: usize) -> Result<()> {
    let years = [-10, 0, 10][history.luck.random_range(0..3)];
    history.tablets[who].set_clock_wrong_by(TimeDelta::days(365 * years));
    Ok(())
}

pub async fn copied(history: &mut History, who: usize) -> Result<()> {
    if history.tablets.len() == MOST {
        return Ok(());
    }
    let line = Line::to(history.site.clone(), history.clock.clone());
    let seed = history.seed();
    let copy = history.awake(who).await?.copied(line, seed).await?;
    history.journal.copied(who, history.tablets.len());
    history.tablets.push(copy);
    Ok(())
}

pub async fn backed_up(history: &mut History, who: usize) -> Result<()> {
    let copy = history.awake(who).await?.machine.copied()?;
    history.backups.insert(who, copy);
    Ok(())
}

/// What was saved since the backup is gone with the old disk, except what the server has.
pub async fn restored(history: &mut History, who: usize) -> Result<()> {
    let Some(backup) = history.backups.remove(&who) else { return Ok(()) };
    history.serve().await?;
    history.tablets[who].restored(&backup).await?;
    let glass = history.tablets[who].look()?;
    let docs: BTreeSet<DocId> = history.journal.of(who).map(|saved| saved.doc).collect();
    let on_server = crate::oracle::hashes_of(&history.site, docs).await?;
    let here = |saved: &Saved| glass.made(saved.doc, &saved.hash).unwrap_or(true);
    history.journal.restored(who, here, |saved| on_server.contains(&(saved.doc, saved.hash)));
    Ok(())
}

/// One bit of a device's database turns over while it is off. What it shows then is true, or it says that it is damaged;
/// nothing false leaves it. Then the disk is put back as it was.
pub async fn bit_flipped(history: &mut History, who: usize) -> Result<()> {
    let (before, glass) = {
        let tablet = history.awake(who).await?;
        (tablet.machine.copied()?, tablet.look()?)
    };
    let docs: BTreeSet<DocId> = history.journal.of(who).map(|saved| saved.doc).collect();
    let held: Vec<_> = docs.into_iter().map(|doc| Ok((doc, glass.document(doc)?))).collect::<Result<_>>()?;
    drop(glass);
    let place = history.luck.random();
    history.tablets[who].machine.disk.cut(Loss::Nothing);
    history.tablets[who].machine.disk.restart();
    history.tablets[who].machine.disk.flip(FILE, place);
    if history.tablets[who].start().await.is_ok() {
        shows_what_it_held(history, who, held);
        history.tablets[who].sync().await?;
    }
    history.tablets[who].restored(&before).await
}

fn shows_what_it_held(history: &mut History, who: usize, held: Vec<(DocId, Option<Held>)>) {
    let Ok(glass) = history.tablets[who].look() else { return };
    for (doc, held) in held {
        if glass.document(doc).is_ok_and(|shown| shown != held) {
            history.complain(Ill::Lost, format!("device {who} has a flipped bit and shows another {doc}"));
        }
    }
}

pub fn server_power_cut(history: &mut History) -> Result<()> {
    let loss = some_loss(history);
    history.site.machine().disk.cut(loss);
    Ok(())
}

pub fn server_power_cut_soon(history: &mut History) -> Result<()> {
    let (operations, loss) = (history.luck.random_range(0..SOON), some_loss(history));
    history.site.machine().disk.cut_after(operations, loss);
    Ok(())
}

pub fn server_disk_full(history: &mut History) -> Result<()> {
    let room = history.luck.random_range(0..40_000);
    history.site.machine().disk.leave_room(room);
    Ok(())
}

pub fn server_disk_fails(history: &mut History) -> Result<()> {
    let operations = history.luck.random_range(0..SOON);
    history.site.machine().disk.fail_after(operations);
    Ok(())
}

pub async fn server_mended(history: &mut History) -> Result<()> {
    history.site.machine().disk.heal();
    history.serve().await
}

/// Tokens end, and old changes are forgotten.
pub fn weeks_pass(history: &mut History) -> Result<()> {
    let days = history.luck.random_range(1..45);
    history.clock.pass(TimeDelta::days(days));
    Ok(())
}
