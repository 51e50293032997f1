//! Two hundred HCPs leave a device with all that is about them. The device is told by an answer as a server gives it when
//! a territory is drawn anew; it is made here. What is left is looked for in the decrypted pages of the file.

use super::scene::Scene;
use anyhow::{Result, ensure};
use benches::purge::{decrypted, occurrences};
use benches::rep::Rep;
use benches::report::{Figure, Report, progress};
use benches::workload::Written;
use document::Content;
use domain::ids::HcpId;
use domain::people::{Audience, Hcp, Role};
use domain::reference::Table;
use std::collections::BTreeSet;
use sync::wire::v1::{Entry, News, Response, VERSION};

/// How many leave.
const LEAVING: usize = 200;
const BAR_S: f64 = 2.0;

/// They leave this device.
pub async fn measure(report: Report, scene: &Scene, rep: &Rep) -> Result<Report> {
    progress("people leave");
    let hcps = &scene.workload.people.hcps;
    let (gone, staying) = hcps.split_at(LEAVING.min(hcps.len() / 5));
    let ids: BTreeSet<HcpId> = gone.iter().map(|hcp| hcp.id).collect();
    let documents: Vec<_> =
        scene.workload.documents.iter().filter(|written| is_about(written, &ids)).collect();
    let names = names(gone, staying);
    let before = occurrences(&decrypted(&rep.file())?, &names);
    ensure!(before > 0, "their names do not stand in the file before they leave");
    rep.tap.answer(sync::wire::encode(VERSION, &answer(scene, gone, &documents))?);
    let seconds = rep.exchange().await?.time.as_secs_f64();
    let held = rep.holds()?;
    let expected = (scene.workload.documents.len() - documents.len(), staying.len());
    ensure!(held == expected, "the device holds {held:?} documents and HCPs, not {expected:?}");
    let left = occurrences(&decrypted(&rep.file())?, &names);
    let figure = Figure::at_most("w6_seconds", seconds, "s", BAR_S);
    // Names that are left in the file are a purge that failed, however fast it was.
    let figure = if left == 0 { figure } else { figure.broken() };
    Ok(report.figure(figure).note(format!(
        "{} HCPs left with {} documents; {} family names that only they have stood in the decrypted pages {before} times \
         before and {left} times after; the answer that told the device was made by the benchmark",
        gone.len(),
        documents.len(),
        names.len()
    )))
}

fn answer(scene: &Scene, gone: &[Hcp], documents: &[&Written]) -> Response {
    let (people, all) = (&scene.workload.people, Audience::All);
    let rows = gone.iter().map(|hcp| {
        let news = News::RowGone { table: Table::Hcp, key: hcp.id.0, version: 1 };
        (people.scope(all), news)
    });
    let removed = documents.iter().map(|written| {
        (people.scope(written.kind.audience(Role::Rep)), News::DocRemoved { doc: written.doc })
    });
    let news = rows.chain(removed).zip(1_u64 << 32..).map(|((scope, news), seq)| Entry { scope, seq, news });
    Response {
        acks: Vec::new(),
        news: news.collect(),
        cursor: Vec::new(),
        sums: Vec::new(),
        findings: Vec::new(),
        orders: Vec::new(),
        more: false,
        at: scene.now(),
        segments: Vec::new(),
    }
}

fn is_about(written: &Written, hcps: &BTreeSet<HcpId>) -> bool {
    match &written.content {
        Content::Call(call) => call.content.attendees.iter().any(|hcp| hcps.contains(hcp)),
        Content::Consent(about) => hcps.contains(&about.hcp),
        Content::ProfileNotes(about) => hcps.contains(&about.hcp),
        Content::FollowUp(follow_up) => follow_up.hcp.is_some_and(|hcp| hcps.contains(&hcp)),
    }
}

/// Family names that stand in nothing that stays.
fn names(gone: &[Hcp], staying: &[Hcp]) -> Vec<String> {
    let stays = |family: &str| {
        let family = family.to_lowercase();
        let said = |hcp: &Hcp| format!("{} {} {}", hcp.name, hcp.city, hcp.specialty).to_lowercase();
        staying.iter().any(|hcp| said(hcp).contains(&family))
    };
    let names: BTreeSet<_> = gone.iter().map(|hcp| hcp.name.family.clone()).collect();
    names.into_iter().filter(|family| !stays(family)).collect()
}
