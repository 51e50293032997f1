//! People who write all the time, each on a real device that syncs by itself.

use crate::journal::Journal;
use crate::servers::Servers;
use domain::calls::{CallEdit, Channel};
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha20Rng;
use std::sync::Arc;
use std::time::Duration;
use testkit::TurnedClock;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::interval;
use world::{Hand, MARA, Network, PASSWORD, TOMAS};

/// Logins; somebody with several devices stands here several times.
const LOGINS: [&str; 6] = ["jan", "lena", "tobias", "jan", "lena", "tobias"];
/// How often somebody writes something.
const PACE: Duration = Duration::from_millis(300);
/// Calls that are worked on at the same time.
const OPEN: usize = 12;

/// All of them.
pub struct People {
    /// Their devices.
    pub hands: Vec<Arc<Hand>>,
    syncing: Vec<JoinHandle<()>>,
    working: Vec<JoinHandle<()>>,
    until: watch::Sender<bool>,
}

impl People {
    /// They sign in and begin.
    pub async fn begin(servers: &Servers, clock: &TurnedClock, journal: &Arc<Journal>, seed: u64) -> Self {
        let (until, evening) = watch::channel(false);
        let (mut hands, mut syncing, mut working) = (Vec::new(), Vec::new(), Vec::new());
        for (n, login) in LOGINS.iter().enumerate() {
            let seed = seed * 100 + n as u64;
            let network = Network::to(&servers.of_device(n)).seen_by(Arc::clone(journal) as _);
            let hand = Arc::new(Hand::new(login, seed, network, clock.clone()).await.unwrap());
            hand.sign_in(PASSWORD).await.unwrap();
            // Nobody plans a call with an HCP who is not there yet.
            hand.sync().await;
            let device = hand.device.clone();
            syncing.push(tokio::spawn(async move { device.keep_in_sync().await }));
            let day =
                Day { hand: Arc::clone(&hand), journal: Arc::clone(journal), luck: testkit::luck(seed), n };
            working.push(tokio::spawn(day.work(evening.clone())));
            hands.push(hand);
        }
        Self { hands, syncing, working, until }
    }

    /// They stop writing; their devices go on syncing.
    pub async fn call_it_a_day(&mut self) {
        self.until.send_replace(true);
        for work in self.working.drain(..) {
            work.await.unwrap();
        }
    }
}

impl Drop for People {
    fn drop(&mut self) {
        self.syncing.iter().for_each(JoinHandle::abort);
    }
}

/// Somebody's day.
struct Day {
    hand: Arc<Hand>,
    journal: Arc<Journal>,
    luck: ChaCha20Rng,
    n: usize,
}

impl Day {
    async fn work(mut self, evening: watch::Receiver<bool>) {
        let mut pace = interval(PACE);
        for count in 0.. {
            pace.tick().await;
            if *evening.borrow() {
                break;
            }
            if count % 8 == 0 { self.plan().await } else { self.edit(count).await }
        }
    }

    async fn plan(&mut self) {
        let hcp = if self.luck.random() { MARA } else { TOMAS };
        let planned = self.hand.plan(hcp).await.unwrap();
        self.journal.read().calls.push((planned.call, self.n));
    }

    /// Writes into one of the newest calls, if it has come to this device. Notes are written into own calls only: whoever
    /// writes a text again as a whole takes out of it what came while they wrote.
    async fn edit(&mut self, count: usize) {
        let newest: Vec<_> = self.journal.read().calls.iter().rev().take(OPEN).copied().collect();
        let Some((call, by)) = newest.choose(&mut self.luck).copied() else { return };
        let Ok(view) = self.hand.sees(call).await else { return };
        let mark = format!("<{}.{count}>", self.n);
        let mut edits = vec![CallEdit::Channel(*Channel::ALL.choose(&mut self.luck).unwrap())];
        if by == self.n {
            edits.push(CallEdit::Notes(format!("{} {mark}", view.content.notes)));
        }
        if self.hand.edit(call, &edits).await.is_ok() && by == self.n {
            self.journal.read().saved.push((call, mark));
        }
    }
}
