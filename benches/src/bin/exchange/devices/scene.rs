//! The company whose devices are measured: its workload, its server in a process of its own, and devices as they are
//! needed.

use anyhow::{Context, Result, ensure};
use benches::company::{self, Server};
use benches::rep::Rep;
use benches::report::progress;
use benches::samples::Samples;
use benches::tap::Traffic;
use benches::workload::Workload;
use device::{Clock, SystemClock};
use domain::Instant;
use std::ops::RangeInclusive;
use tempfile::TempDir;

/// The company.
pub struct Scene {
    /// What was written.
    pub workload: Workload,
    /// Where the devices sync.
    pub server: Server,
    folder: TempDir,
    now: Instant,
    devices: u64,
}

impl Scene {
    /// With so many documents of so many changes each.
    pub async fn set(documents: usize, changes: &RangeInclusive<usize>) -> Result<Self> {
        let (now, folder) = (SystemClock.now(), tempfile::tempdir()?);
        progress(&format!("writing {documents} documents"));
        let workload = Workload::of(documents, changes, now)?;
        progress("filling the server");
        company::filled(&company::config(folder.path(), None), &workload, now).await?;
        let server = Server::start(folder.path(), None)?;
        Ok(Self { workload, server, folder, now, devices: 0 })
    }

    /// What there is.
    pub fn told(&self) -> String {
        let (changes, bytes) = self.workload.size();
        let megabytes = bytes as f64 / 1e6;
        format!(
            "{} documents with {changes} changes of {megabytes:.1} MB, and {} HCPs, which no peer has; plans are planned \
             calls; server and device are processes of their own on the loopback; the device's store is encrypted, \
             searchable and synced to the disk at every commit",
            self.workload.documents.len(),
            self.workload.people.hcps.len()
        )
    }

    /// When everything was written.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The server ends and begins again over the same data: its memory is counted from there.
    pub fn restart(&mut self) -> Result<()> {
        self.server.process.end()?;
        self.server = Server::start(self.folder.path(), None)?;
        Ok(())
    }

    /// A name by which somebody is found.
    pub fn family(&self) -> Result<&str> {
        Ok(&self.workload.people.hcps.last().context("there are no HCPs")?.name.family)
    }

    /// A new device, signed in.
    pub async fn device(&mut self) -> Result<Rep> {
        self.devices += 1;
        Rep::signed_in(&self.server.address, self.workload.people.hands[0], self.devices).await
    }

    /// The first syncs of so many devices, one after another; what travelled at the last.
    pub async fn first_syncs(&mut self, devices: u64) -> Result<(Vec<Rep>, Samples, Traffic)> {
        let (mut reps, mut times, mut traffic) = (Vec::new(), Samples::default(), Traffic::default());
        for _ in 0..devices {
            let rep = self.device().await?;
            let first = rep.first(self.family()?).await?;
            self.check(&rep)?;
            times.push(first.time);
            traffic = first.traffic;
            reps.push(rep);
        }
        Ok((reps, times, traffic))
    }

    /// Everything is on the device.
    pub fn check(&self, rep: &Rep) -> Result<()> {
        let expected = (self.workload.documents.len(), self.workload.people.hcps.len());
        let held = rep.holds()?;
        ensure!(held == expected, "the device holds {held:?} documents and HCPs, not {expected:?}");
        Ok(())
    }
}
