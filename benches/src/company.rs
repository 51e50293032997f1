//! The server's side of the workload: its people, their devices and all documents in the server's own store, put there
//! before any clock starts. The server runs in a process of its own.

use crate::child::{self, Partner};
use crate::workload::{People, Workload, Written};
use anyhow::{Context, Result};
use domain::Instant;
use domain::people::{Audience, Country, Role};
use std::io::Read;
use std::path::Path;
use sync_server::config::{Database, Limits, PasswordCost};
use sync_server::store::{NewAccount, NewState, Push, RoutedRow, Store};
use sync_server::{Chance, Clock, Config, Passwords};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse";
/// Guessing is not measured here.
const CHEAP: PasswordCost = PasswordCost { memory_kib: 64, passes: 1 };
/// Documents of one push.
const BATCH: usize = 500;
/// The part of a child that is a server.
pub const SERVE: &str = "serve";

/// The settings of a server over a folder, and over another database than the embedded one if there is one.
#[must_use]
pub fn config(data: &Path, database: Option<&str>) -> Config {
    let database = database.map_or_else(Database::default, Database::named);
    Config {
        data: data.to_owned(),
        database,
        listen: ([127, 0, 0, 1], 0).into(),
        passwords: CHEAP,
        limits: unlimited(),
        ..Config::default()
    }
}

/// All devices of a benchmark are at one address, and in a hurry.
fn unlimited() -> Limits {
    Limits { requests_per_address: 0, sign_ins_per_address: 0, syncs_per_device: 0, ..Limits::default() }
}

/// Puts the people and their devices into an empty store.
pub async fn found(store: &dyn Store, people: &People, now: Instant) -> Result<()> {
    let rows: Vec<_> =
        people.rows().into_iter().map(|(row, scope)| RoutedRow { row, scopes: vec![scope] }).collect();
    for some in rows.chunks(1_000) {
        store.upsert_rows(some.to_vec(), now).await?;
    }
    let chance = Chance::seeded(0);
    let password = Passwords::new(CHEAP, &chance)?.hash(PASSWORD, &chance)?;
    let accounts = people.hands.iter().map(|hand| NewAccount {
        user: hand.user,
        login: hand.login.to_owned(),
        name: hand.name.to_owned(),
        role: Role::Rep,
        country: Country::DE,
        territory: Some(people.territory()),
        password: password.clone(),
    });
    store.add_accounts(accounts.collect()).await?;
    for hand in &people.hands {
        store.bind_device(hand.device, hand.user, now).await?;
        store.register_actor(hand.actor, hand.device, now).await?;
    }
    Ok(())
}

/// Puts documents into the store, as pushes of the device on which they were written. They are the past: nothing leaves
/// for other systems.
pub async fn fill(store: &dyn Store, workload: &Workload, now: Instant) -> Result<()> {
    let jan = workload.people.hands[0];
    for some in workload.documents.chunks(BATCH) {
        let documents = some.iter().map(|written| state(&workload.people, written)).collect();
        let (happened, refused) = (Vec::new(), Vec::new());
        let (user, device) = (jan.user, Some(jan.device));
        store.push(Push { user, device, at: now, documents, happened, refused }).await?;
    }
    Ok(())
}

fn state(people: &People, written: &Written) -> NewState {
    let audience = written.kind.audience(Role::Rep);
    debug_assert!(audience != Audience::Medical);
    NewState {
        doc: written.doc,
        kind: written.kind,
        revision: None,
        scopes: vec![people.scope(audience)],
        saved: written.saved.clone(),
        content: written.content.clone(),
        changes: written.changes.clone(),
    }
}

/// A store over a folder with all of it, and the first copies of its scopes, as a server builds them by itself when it
/// has time.
pub async fn filled(config: &Config, workload: &Workload, now: Instant) -> Result<()> {
    let store = sync_server::open(config).await?;
    found(store.as_ref(), &workload.people, now).await?;
    fill(store.as_ref(), workload, now).await?;
    sync_server::segments::build_due(&store, &config.segments, now).await?;
    Ok(store.close().await?)
}

/// A server in a process of its own.
#[derive(Debug)]
pub struct Server {
    /// What can be asked of the process.
    pub process: Partner,
    /// Where it listens.
    pub address: String,
}

impl Server {
    /// Starts it over a folder, and over another database than the embedded one if there is one. The program that calls
    /// this must hand the part [`SERVE`] to [`serve`].
    pub fn start(data: &Path, database: Option<&str>) -> Result<Self> {
        let data = data.to_str().context("the folder's name is not UTF-8")?;
        let mut part = vec![SERVE, data];
        part.extend(database);
        let mut process = Partner::of_this_program(&part)?;
        let address = format!("http://{}", process.hear()?);
        Ok(Self { process, address })
    }
}

/// In the child: serves until nobody listens to it any more.
pub async fn serve(part: &[String]) -> Result<()> {
    let data = part.first().context("no folder")?;
    let config = config(data.as_ref(), part.get(1).map(String::as_str));
    let running = sync_server::start(config, Clock::of_machine(), Chance::of_machine()).await?;
    child::say(&running.addr.to_string());
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(running.stop().await?)
}
