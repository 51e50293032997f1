//! The peers, with the same documents in the same run.

use super::scene::Scene;
use anyhow::Result;
use benches::peers::{ALL, Peer};
use benches::report::{Figure, Report, progress};
use benches::wanted::Wanted;
use benches::workload::export;

/// The part that is every peer.
const ALL_OF_THEM: &str = "peers";

/// Whether any peer is wanted.
pub fn are_wanted(wanted: &Wanted) -> bool {
    wanted.has(ALL_OF_THEM) || ALL.iter().any(|peer| wanted.has(peer.name))
}

/// Our own seconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ours {
    /// Of the first sync.
    pub first: Option<f64>,
    /// Of four weeks.
    pub weeks: Option<f64>,
}

/// A peer's seconds.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Whose.
    pub peer: Peer,
    /// Of the first sync.
    pub first: f64,
    /// Of four weeks.
    pub weeks: f64,
}

/// Those that are wanted and can run here, one after another.
pub fn measure(mut report: Report, wanted: &Wanted, scene: &Scene) -> Result<(Report, Vec<Measured>)> {
    let (mut measured, folder) = (Vec::new(), tempfile::tempdir()?);
    progress("writing the workload for the peers");
    export(&scene.workload, &scene.workload.weeks(0)?, folder.path())?;
    report = report.note(
        "peers: server and client are processes of their own on the loopback; none encrypts, indexes for search, or \
         waits for the disk (fsync); server and client stay in memory between their first sync and the four weeks, \
         which are measured once",
    );
    for peer in ALL.into_iter().filter(|peer| wanted.has_any(&[ALL_OF_THEM, peer.name])) {
        if let Some(why) = peer.missing() {
            report = report.note(format!("{} is left out: {why}", peer.name));
            continue;
        }
        let took = peer.measure(folder.path(), scene.workload.documents.len())?;
        let (first, weeks) = (took.first.as_secs_f64(), took.weeks.as_secs_f64());
        let [first_name, weeks_name] = peer.figures;
        report = report
            .figure(Figure::free(first_name, first, "s"))
            .figure(Figure::free(weeks_name, weeks, "s"))
            .note(peer.stores);
        measured.push(Measured { peer, first, weeks });
    }
    Ok((report, measured))
}
