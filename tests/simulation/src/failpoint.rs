//! One short story in which everything takes place once, and the power of one machine goes in the middle of one
//! operation of its disk: at every operation, one run after another.

use crate::history::{Ended, History};
use crate::many::runtime;
use crate::steps::{Step, take};
use anyhow::{Context, Result, bail};
use disk::Loss;
use std::fmt;
use std::str::FromStr;

/// The seed that decides what is in the story.
const STORY: u64 = 7;
/// What takes place, and on which device: two people's work on each other's documents, and a liaison's own.
const STEPS: &[(Step, usize)] = &[
    (Step::Plan, 0),
    (Step::Edit, 0),
    (Step::SyncWell, 0),
    (Step::SyncWell, 1),
    (Step::Edit, 1),
    (Step::Note, 1),
    (Step::Consent, 0),
    (Step::SyncWell, 1),
    (Step::Submit, 0),
    (Step::SyncWell, 0),
    (Step::Amend, 1),
    (Step::SyncWell, 1),
    (Step::Plan, 3),
    (Step::Edit, 3),
    (Step::SyncWell, 3),
];

/// Whose power goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The server's.
    Server,
    /// A device's.
    Device(usize),
}

/// Whose power goes, in the middle of which operation, and what is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failpoint {
    /// Whose.
    pub whose: Whose,
    /// How many operations there were before it in the story.
    pub after: u64,
    /// What goes with it.
    pub loss: Loss,
}

impl fmt::Display for Failpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.whose {
            Whose::Server => write!(f, "server:{}:", self.after)?,
            Whose::Device(who) => write!(f, "{who}:{}:", self.after)?,
        }
        match self.loss {
            Loss::Nothing => f.write_str("nothing"),
            Loss::Everything => f.write_str("everything"),
            Loss::Some(seed) => write!(f, "{seed}"),
        }
    }
}

impl FromStr for Failpoint {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut parts = text.split(':');
        let mut part = || parts.next().context("a failpoint is whose:after:loss");
        let whose = match part()? {
            "server" => Whose::Server,
            who => Whose::Device(who.parse()?),
        };
        let after = part()?.parse()?;
        let loss = match part()? {
            "nothing" => Loss::Nothing,
            "everything" => Loss::Everything,
            seed => Loss::Some(seed.parse()?),
        };
        Ok(Self { whose, after, loss })
    }
}

/// Every `stride`-th failpoint of the story, each with another loss, drawn from the seed.
pub fn every_failpoint(seed: u64, stride: usize) -> Result<Vec<Failpoint>> {
    let operations = runtime()?.block_on(operations())?;
    let mut all = Vec::new();
    for (whose, count) in operations {
        for after in (0..count).step_by(stride) {
            let loss = match (after + seed) % 4 {
                0 => Loss::Everything,
                1 => Loss::Nothing,
                _ => Loss::Some(after.wrapping_mul(31).wrapping_add(seed)),
            };
            all.push(Failpoint { whose, after, loss });
        }
    }
    Ok(all)
}

/// How many operations each machine has in the story when nothing goes wrong.
async fn operations() -> Result<Vec<(Whose, u64)>> {
    let mut history = History::begin(STORY).await?;
    let before = history.disks();
    tell(&mut history).await?;
    let after = history.disks();
    let ended = history.end().await?;
    if let Some(wrong) = ended.wrong.first() {
        bail!("the story does not hold without a fault: {wrong}");
    }
    let whose = std::iter::once(Whose::Server).chain((0..).map(Whose::Device));
    Ok(whose.zip(before.iter().zip(after)).map(|(whose, (before, after))| (whose, after - before)).collect())
}

async fn tell(history: &mut History) -> Result<()> {
    for (step, who) in STEPS {
        history.say(format!("{step:?} {who}"));
        take(history, *step, *who).await?;
        // The server comes back by itself; until then nobody reaches it.
        history.serve().await?;
    }
    Ok(())
}

impl Failpoint {
    /// Tells the story with the fault in it.
    pub async fn run(self) -> Result<Ended> {
        let mut history = History::begin(STORY).await?;
        let disk = match self.whose {
            Whose::Server => &history.site.machine().disk,
            Whose::Device(who) => &history.tablets.get(who).context("there is no such device")?.machine.disk,
        };
        disk.cut_after(self.after, self.loss);
        tell(&mut history).await?;
        history.end().await
    }
}
