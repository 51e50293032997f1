//! A server that is backed up while it serves, lost, and restored: what devices were told is there comes back.

use crate::support::{Company, Device, changes, outcomes};
use chrono::TimeDelta;
use domain::people::Audience;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use sync::ScopeId;
use sync::wire::v1::{Order, Outcome};
use sync_server::connectors::outbox::Settlement;
use sync_server::store::{BackupError, Contents, Store};
use sync_server::{Chance, backup};
use tempfile::TempDir;
use tokio::sync::mpsc::unbounded_channel;
use uuid::Uuid;

async fn back_up(company: &Company, to: &Path) -> Result<Contents, BackupError> {
    let (told, mut news) = unbounded_channel();
    let done = backup::backup(&company.database.config(), to, told).await;
    assert!(done.is_err() || news.recv().await.is_some(), "it says how far it is");
    done
}

async fn restore(company: &Company, from: &Path) -> Result<(), BackupError> {
    let (config, epoch) = (company.database.config(), Chance::of_machine().id());
    backup::restore(&config, from, epoch, company.now()).await.map(drop)
}

async fn check_sums(store: &dyn Store) {
    let sums = store.check_sums().await.unwrap();
    assert!(!sums.is_empty() && sums.iter().all(|sum| sum.kept == sum.computed), "{sums:?}");
}

/// Everything that waits for the CRM is delivered. Answers the events' ids.
async fn delivered(company: &Company) -> Vec<Uuid> {
    let (store, now) = (company.running.store(), company.now());
    let mut ids = Vec::new();
    while let Some(entry) = store.claim(now, now + TimeDelta::minutes(1)).await.unwrap() {
        store.settle(entry.claim(), Settlement::Delivered, now).await.unwrap();
        ids.push(entry.new.event_id);
    }
    ids
}

fn file(folder: &TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

#[tokio::test]
async fn what_was_acknowledged_after_the_backup_is_asked_for_again_and_has_its_effects_once() {
    let (mut company, folder) = (Company::founded().await, TempDir::new().unwrap());
    let mut jan = company.device_of("jan").await;
    let mut call = jan.plan(1, company.now(), Audience::Commercial);
    call.note(jan.writes(company.now()), "before");
    company.sync(&mut jan, call.items()).await;
    let backup = file(&folder, "rounds.backup");
    let held = back_up(&company, &backup).await.unwrap();
    assert_eq!((held.documents, held.changes), (1, 2));
    call.submit(jan.writes(company.now()));
    let mut second = jan.plan(2, company.now(), Audience::Commercial);
    second.submit(jan.writes(company.now()));
    company.sync(&mut jan, [call.items_from(2), second.items()].concat()).await;
    let heard: BTreeSet<Uuid> = delivered(&company).await.into_iter().collect();

    company = company.restored(&backup).await;
    let mut lena = company.device_of("lena").await;
    assert_eq!(changes(&company.sync(&mut lena, Vec::new()).await).len(), 2, "only what the backup has");
    let told = company.sync(&mut jan, Vec::new()).await;
    let calls = ScopeId::Territory(crate::support::NORTH, Audience::Commercial);
    assert!(told.orders.contains(&Order::PushAgain(calls)), "{:?}", told.orders);
    let pushed = company.sync(&mut jan, [call.items(), second.items()].concat()).await;

    let (known, new) = (vec![Outcome::Duplicate; 2], vec![Outcome::Accepted; 3]);
    assert_eq!(outcomes(&pushed), [known, new].concat());
    assert_eq!(changes(&company.sync(&mut lena, Vec::new()).await).len(), 3);
    check_sums(company.running.store().as_ref()).await;
    let again = delivered(&company).await;
    assert_eq!(again.len(), heard.len(), "each effect once");
    assert_eq!(again.into_iter().collect::<BTreeSet<_>>(), heard, "under the ids that the receiver knows");
}

#[tokio::test]
async fn a_device_that_the_backup_does_not_know_signs_in_again_and_has_lost_nothing() {
    let (mut company, folder) = (Company::founded().await, TempDir::new().unwrap());
    let backup = file(&folder, "rounds.backup");
    let held = back_up(&company, &backup).await.unwrap();
    let mut jan = company.device_of("jan").await;
    let call = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;

    company = company.restored(&backup).await;
    assert_ne!(company.running.store().epoch().await.unwrap(), held.epoch);
    let refused = company.try_sync(&jan, Vec::new()).await.unwrap_err();
    assert_eq!(refused.0, 401);
    let mut jan = Device { cursor: jan.cursor, ..company.device_of("jan").await };
    let told = company.sync(&mut jan, call.items()).await;
    assert_eq!(outcomes(&told), [Outcome::Accepted]);
    assert!(told.orders.iter().any(|order| matches!(order, Order::PushAgain(_))));
}

#[tokio::test]
async fn pushes_go_on_while_a_backup_is_taken_and_the_backup_is_one_state_of_the_data() {
    let (company, folder) = (Company::founded().await, TempDir::new().unwrap());
    let mut jan = company.device_of("jan").await;
    let backup = file(&folder, "rounds.backup");
    let pushing = async {
        let mut call = jan.plan(1, company.now(), Audience::Commercial);
        company.sync(&mut jan, call.items()).await;
        for n in 0..20 {
            call.note(jan.writes(company.now()), &format!("note {n}"));
            assert_eq!(outcomes(&company.sync(&mut jan, call.items_from(n + 1)).await), [Outcome::Accepted]);
        }
    };
    let (held, ()) = tokio::join!(back_up(&company, &backup), pushing);
    // Its sums were checked, or it were none.
    assert!(held.unwrap().changes <= 21);
    check_sums(company.running.store().as_ref()).await;
}

#[tokio::test]
async fn what_is_no_whole_backup_is_refused_with_a_code_and_nothing_is_touched() {
    let (company, folder) = (Company::founded().await, TempDir::new().unwrap());
    let (backup, letter, half) = (file(&folder, "good"), file(&folder, "letter"), file(&folder, "half"));
    back_up(&company, &backup).await.unwrap();
    assert_eq!(back_up(&company, &backup).await.unwrap_err().code(), "exists");
    assert_eq!(restore(&company, &backup).await.unwrap_err().code(), company.database.in_the_way());
    let epoch = company.running.store().epoch().await.unwrap();

    let bytes = std::fs::read(&backup).unwrap();
    std::fs::write(&letter, "a letter to the doctor ".repeat(400)).unwrap();
    std::fs::write(&half, &bytes[..bytes.len() / 2]).unwrap();
    let company = company.stopped_for_restore().await;
    for (file, codes) in [
        (&letter, vec!["not_a_backup"]),
        (&half, vec!["damaged", "not_a_backup"]),
        (&folder.path().join("none"), vec!["file"]),
    ] {
        let code = restore_into(&company, file).await.unwrap_err().code();
        assert!(codes.contains(&code), "{}: {code}", file.display());
    }
    let store = sync_server::open(&company.before.config()).await.unwrap();
    assert_eq!(store.epoch().await.unwrap(), epoch);
    check_sums(store.as_ref()).await;
    store.close().await.unwrap();
}

async fn restore_into(stopped: &crate::support::Stopped, from: &Path) -> Result<(), BackupError> {
    let epoch = Chance::of_machine().id();
    backup::restore(&stopped.next.config(), from, epoch, stopped.now).await.map(drop)
}
