//! `rebuild`: projections from documents, and the check of all sums.

use super::{At, say};
use anyhow::{Result, ensure};

pub async fn run(at: At) -> Result<()> {
    let store = sync_server::open(&at.config()?).await?;
    let documents = store.rebuild().await?;
    let sums = store.check_sums().await?;
    store.close().await?;
    let wrong: Vec<_> = sums.iter().filter(|sum| sum.kept != sum.computed).collect();
    for sum in &wrong {
        say(&format!("the sum of {} does not hold", sum.scope))?;
    }
    ensure!(wrong.is_empty(), "{} of {} scopes do not hold", wrong.len(), sums.len());
    say(&format!("{documents} documents read again; the sums of {} scopes hold", sums.len()))
}
