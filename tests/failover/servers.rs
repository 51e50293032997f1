//! Two servers on the cluster's one database, and the company in it.

use anyhow::Result;
use chrono::TimeDelta;
use document::{Change, ChangeHash};
use domain::ids::DocId;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use sync::wire::v1::Item;
use sync_server::store::Store;
use sync_server::{Chance, Clock, Config, Running, config::Database};
use testkit::TurnedClock;
use tokio::time::interval;
use world::{CHEAP, found, unpaced};

/// How finely the company's clock follows the machine's.
const STEP: Duration = Duration::from_millis(50);

/// The servers.
pub struct Servers {
    all: Vec<Running>,
}

impl Servers {
    /// Starts them, and founds the company.
    pub async fn start(address: &str, clock: &TurnedClock) -> Result<Self> {
        let mut all = Vec::new();
        for number in 1..=2 {
            let now = clock.clone();
            let config = Config {
                database: Database::named(address),
                listen: ([127, 0, 0, 1], 0).into(),
                passwords: CHEAP,
                limits: unpaced(),
                ..Config::default()
            };
            let luck = Chance::seeded(number);
            all.push(sync_server::start(config, Clock::new(move || now.now()), luck).await?);
        }
        let servers = Self { all };
        found(servers.store().as_ref()).await?;
        Ok(servers)
    }

    /// Where the server of the n-th device is.
    pub fn of_device(&self, n: usize) -> String {
        format!("http://{}", self.all[n % self.all.len()].addr)
    }

    fn store(&self) -> Arc<dyn Store> {
        self.all[0].store()
    }

    /// Those of these changes that the database does not have.
    pub async fn missing(&self, named: &BTreeSet<(DocId, ChangeHash)>) -> Result<Vec<(DocId, ChangeHash)>> {
        let docs: BTreeSet<_> = named.iter().map(|(doc, _)| *doc).collect();
        let kept = self.store().documents(docs.into_iter().collect()).await?;
        let there: BTreeSet<_> = kept
            .iter()
            .flat_map(|(doc, held)| held.written.iter().map(|written| (*doc, written.hash)))
            .collect();
        Ok(named.difference(&there).copied().collect())
    }

    /// What the server has against a change, as far as it can be seen now.
    pub async fn why(&self, item: &Item) -> String {
        let Ok(change) = Change::parse(&item.change) else { return "it cannot be read".to_owned() };
        let mut kept = self.store().documents(vec![item.doc]).await.unwrap();
        let Some(held) = kept.remove(&item.doc) else { return "its document is not there".to_owned() };
        let opened = document::open(item.kind, item.doc, &held.saved).map(|(document, _)| document);
        let judged = opened.map(|mut document| document::admit(item.kind, item.doc, &mut document, &change));
        format!("{:?} of {:?}: {judged:?}", change.hash, item.doc)
    }

    /// Whether the sums of all scopes hold.
    pub async fn sums_hold(&self) -> Result<bool> {
        Ok(self.store().check_sums().await?.iter().all(|sum| sum.kept == sum.computed))
    }
}

/// Lets the company's clock go as the machine's does.
pub async fn turn(clock: TurnedClock) {
    let mut ticks = interval(STEP);
    let step = TimeDelta::from_std(STEP).unwrap();
    loop {
        ticks.tick().await;
        clock.pass(step);
    }
}
