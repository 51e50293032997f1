//! Failover on a real cluster: three PostgreSQLs that Patroni keeps in synchronous mode, two servers, six devices whose
//! people write all the time, and a primary that is killed again and again. Whatever an answer has acknowledged is in
//! the database after every failover, and in the end all devices agree.
//!
//! `cargo xtask failover` runs it: it takes minutes and needs Patroni and etcd, so the gate only compiles it. Real time
//! passes here: the story waits for what happens by asking again and again.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a story that cannot go on has failed, and says where"
)]

mod cluster;
mod journal;
mod people;
mod report;
mod servers;

use cluster::{Blow, Cluster, Node};
use journal::Journal;
use people::People;
use rand::Rng;
use rand_chacha::ChaCha20Rng;
use report::Report;
use servers::Servers;
use std::sync::Arc;
use std::time::Duration;
use testkit::TurnedClock;
use tokio::time::{Instant, interval, timeout};

/// How often one looks whether something has happened.
const GLANCE: Duration = Duration::from_millis(200);
/// What has not happened after this time does not happen.
const PATIENCE: Duration = Duration::from_secs(180);
/// When faults stop, everybody is done within so many rounds.
const ROUNDS: usize = 4;

/// What the environment asks for.
struct Plan {
    seed: u64,
    kills: usize,
    longest: Duration,
}

impl Plan {
    /// None where nobody asks: the story is told on demand.
    fn of_environment() -> Option<Self> {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let kills = usize::try_from(number("ROUNDS_FAILOVER_KILLS")?).unwrap();
        let longest = Duration::from_secs(number("ROUNDS_FAILOVER_SECONDS").unwrap_or(u64::MAX / 2));
        Some(Self { seed: number("ROUNDS_SEED").unwrap_or(1), kills, longest })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_every_primary() {
    let Some(plan) = Plan::of_environment() else {
        println!("skipped: `cargo xtask failover` tells it");
        return;
    };
    println!("seed {}", plan.seed);
    let cluster = Cluster::start().unwrap();
    let clock = TurnedClock::default();
    let servers = Servers::start(&cluster.address(), &clock).await.unwrap();
    let turning = tokio::spawn(servers::turn(clock.clone()));
    let journal = Arc::<Journal>::default();
    let people = People::begin(&servers, &clock, &journal, plan.seed).await;
    let (luck, kills) = (testkit::luck(plan.seed), Vec::new());
    let mut story = Story { cluster, servers, journal, people, luck, kills };
    story.kill_primaries(&plan).await;
    story.settle().await;
    story.check().await;
    turning.abort();
}

struct Story {
    cluster: Cluster,
    servers: Servers,
    journal: Arc<Journal>,
    people: People,
    luck: ChaCha20Rng,
    kills: Vec<(Instant, Blow)>,
}

impl Story {
    async fn kill_primaries(&mut self, plan: &Plan) {
        let began = Instant::now();
        while self.kills.len() < plan.kills && began.elapsed() < plan.longest {
            let primary = self.healthy().await;
            let before = self.luck.random_range(3..12);
            self.pushes(before).await;
            // One machine in three loses only its PostgreSQL.
            let blow = if self.luck.random_range(0..3) == 0 { Blow::Postgres } else { Blow::Machine };
            self.kills.push((Instant::now(), blow));
            self.cluster.strike(primary, blow).unwrap();
            let next = until("another node leads", async || self.other_than(primary).await).await;
            self.pushes(1).await;
            self.holds_all().await;
            println!("{}: {blow:?} of node {primary}, then node {next} leads", self.kills.len());
            if blow == Blow::Machine {
                self.cluster.switch_on(primary).unwrap();
            }
        }
    }

    /// The primary, once there is another node that has all.
    async fn healthy(&self) -> Node {
        until("the cluster has a primary and who may follow it", async || {
            let (leader, follower) = (self.cluster.leader().await?, self.cluster.follower().await?);
            (leader != follower).then_some(leader)
        })
        .await
    }

    async fn other_than(&self, struck: Node) -> Option<Node> {
        self.cluster.leader().await.filter(|leader| *leader != struck)
    }

    /// Waits for so many more pushes.
    async fn pushes(&self, more: usize) {
        let wanted = self.journal.read().moments.len() + more;
        let came = async || (self.journal.read().moments.len() >= wanted).then_some(());
        until("pushes are acknowledged", came).await;
    }

    /// All that was acknowledged is in the database.
    async fn holds_all(&self) {
        let acknowledged = self.journal.read().acknowledged.clone();
        let looked = async || self.servers.missing(&acknowledged).await.ok();
        let missing = until("the database answers", looked).await;
        assert!(missing.is_empty(), "lost after {} failovers: {missing:?}", self.kills.len());
    }

    /// Nobody writes or dies any more; all devices send what they have.
    async fn settle(&mut self) {
        self.healthy().await;
        self.people.call_it_a_day().await;
        self.report().tell().unwrap();
        // What builds upon a refused change waits for ever.
        self.nothing_was_refused().await;
        for hand in &self.people.hands {
            until("a device has sent everything", async || {
                hand.sync().await;
                let view = hand.sync_view().await.ok()?;
                view.waiting.is_empty().then_some(())
            })
            .await;
        }
        for _ in 0..ROUNDS {
            for hand in &self.people.hands {
                hand.sync().await;
            }
        }
    }

    async fn check(&self) {
        self.holds_all().await;
        assert!(self.servers.sums_hold().await.unwrap(), "sums");
        self.nothing_was_refused().await;
        for hand in &self.people.hands {
            assert_eq!(hand.sync_view().await.unwrap().attention, [], "a device was refused");
        }
        let calls = self.journal.read().calls.clone();
        for (call, _) in calls {
            let mut all = Vec::new();
            for hand in &self.people.hands {
                all.push(hand.sees(call).await.unwrap());
            }
            let saved: Vec<_> =
                self.journal.read().saved.iter().filter(|(of, _)| *of == call).cloned().collect();
            for (_, mark) in saved {
                assert!(all[0].content.notes.contains(&mark), "lost work: {mark}");
            }
            assert!(all.iter().all(|view| view.content == all[0].content), "devices differ");
        }
    }

    /// Everybody is honest here: whatever is refused is the server's fault, and said with what it finds in the change.
    async fn nothing_was_refused(&self) {
        let (wrong, refused) = {
            let pages = self.journal.read();
            (pages.wrong.clone(), pages.refused.clone())
        };
        for item in &refused {
            println!("refused: {}", self.servers.why(item).await);
        }
        assert_eq!(wrong, Vec::<String>::new(), "answers that must not be");
    }

    fn report(&self) -> Report {
        Report::of(&self.journal.read(), &self.kills)
    }
}

/// Looks again and again until there is something.
async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut glances = interval(GLANCE);
    let seen = timeout(PATIENCE, async {
        loop {
            glances.tick().await;
            if let Some(seen) = look().await {
                return seen;
            }
        }
    });
    seen.await.unwrap_or_else(|_| panic!("in vain: {what}"))
}
