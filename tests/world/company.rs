//! The company: two territories, five people, two HCPs, one brand; and its server on a free port of the loopback.

use crate::{Hand, Network};
use anyhow::{Context, Result};
use chrono::TimeDelta;
use domain::content::{KeyMessage, Product};
use domain::ids::{HcpId, MessageId, ProductId, TerritoryId, UserId};
use domain::people::{Audience, Colleague, Country, Hcp, Role, Territory};
use domain::reference::Row;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use sync::ScopeId;
use sync_server::config::{Limits, PasswordCost};
use sync_server::connectors::outbox::Settlement;
use sync_server::store::{Move, Moved, NewAccount, RoutedRow, Store};
use sync_server::{Chance, Clock, Config, Passwords, Running};
use tempfile::TempDir;
use testkit::TurnedClock;
use tokio::sync::mpsc::unbounded_channel;
use uuid::Uuid;

/// An HCP of the north.
pub const MARA: HcpId = HcpId(Uuid::from_u128(0xB1));
/// Another one.
pub const TOMAS: HcpId = HcpId(Uuid::from_u128(0xB2));
/// The brand.
pub const CORVALEN: ProductId = ProductId(Uuid::from_u128(0xC1));

/// The password of everybody.
pub const PASSWORD: &str = "correct horse";
/// Where nearly everybody works.
pub const NORTH: TerritoryId = TerritoryId(Uuid::from_u128(0xA1));
/// Where Otto works.
pub const SOUTH: TerritoryId = TerritoryId(Uuid::from_u128(0xA2));
const COUNTRY: Country = Country::DE;
/// Passwords of tests need not be expensive to guess.
pub const CHEAP: PasswordCost = PasswordCost { memory_kib: 64, passes: 1 };

/// Login, name, role, territory; the user's id is 1, 2, ... in this order.
pub const PEOPLE: [(&str, &str, Role, TerritoryId); 5] = [
    ("jan", "Jan Reuter", Role::Rep, NORTH),
    ("lena", "Lena Vogt", Role::Rep, NORTH),
    ("tobias", "Tobias Wendt", Role::Kam, NORTH),
    ("miriam", "Miriam Falk", Role::Msl, NORTH),
    ("otto", "Otto Brandt", Role::Rep, SOUTH),
];

/// A company with its server.
pub struct Company {
    /// The time, for the server and all devices.
    pub clock: TurnedClock,
    running: Option<Running>,
    folder: TempDir,
    limits: Limits,
    backups: TempDir,
    starts: u64,
}

impl Company {
    /// A new one.
    pub async fn founded() -> Result<Self> {
        Self::with(unpaced()).await
    }

    /// One whose server has these limits.
    pub async fn with(limits: Limits) -> Result<Self> {
        let (clock, folder) = (TurnedClock::default(), TempDir::new()?);
        let running = start(config(&folder, &limits), &clock, 1).await?;
        found(running.store().as_ref()).await?;
        Ok(Self { clock, running: Some(running), folder, limits, backups: TempDir::new()?, starts: 1 })
    }

    /// A new device on which this person has signed in and got the first copy.
    pub async fn hand(&self, login: &str, seed: u64) -> Result<Hand> {
        let hand = Hand::new(login, seed, Network::to(&self.address()), self.clock.clone()).await?;
        hand.sign_in(PASSWORD).await?;
        hand.sync().await;
        Ok(hand)
    }

    /// Where the server is.
    #[must_use]
    pub fn address(&self) -> String {
        self.running.as_ref().map(|running| format!("http://{}", running.addr)).unwrap_or_default()
    }

    /// HCPs and people are given other territories.
    pub async fn moves(&self, moves: &[Move]) -> Result<Moved> {
        Ok(self.store()?.realign(moves.to_vec(), self.clock.now(), false).await?)
    }

    /// The user of a login name.
    #[must_use]
    pub fn user(login: &str) -> UserId {
        let number = PEOPLE.iter().take_while(|person| person.0 != login).count() as u128 + 1;
        UserId(Uuid::from_u128(number))
    }

    /// What the server keeps.
    pub fn store(&self) -> Result<Arc<dyn Store>> {
        Ok(self.running.as_ref().context("the server does not run")?.store())
    }

    /// The server is killed, as by a power cut, and started again on the same data.
    pub async fn power_cut(&mut self) -> Result<()> {
        if let Some(running) = self.running.take() {
            running.kill();
        }
        self.start().await
    }

    async fn start(&mut self) -> Result<()> {
        self.starts += 1;
        self.running = Some(start(self.config(), &self.clock, self.starts).await?);
        Ok(())
    }

    fn config(&self) -> Config {
        config(&self.folder, &self.limits)
    }

    /// A backup of the server, taken while it serves.
    pub async fn backed_up(&self) -> Result<PathBuf> {
        let file =
            self.backups.path().join(format!("{}.backup", std::fs::read_dir(self.backups.path())?.count()));
        let (told, _nobody) = unbounded_channel();
        sync_server::backup::backup(&self.config(), &file, told).await?;
        Ok(file)
    }

    /// The server's machine is lost, and a new one goes on with a backup.
    pub async fn restored(&mut self, backup: &Path) -> Result<()> {
        if let Some(running) = self.running.take() {
            running.stop().await?;
        }
        self.folder = TempDir::new()?;
        let epoch = Chance::of_machine().id();
        sync_server::backup::restore(&self.config(), backup, epoch, self.clock.now()).await?;
        self.start().await
    }

    /// Whether the sums of all scopes hold on the server.
    pub async fn sums_hold(&self) -> Result<bool> {
        let sums = self.store()?.check_sums().await?;
        Ok(sums.iter().all(|sum| sum.kept == sum.computed))
    }

    /// Everything that waits for the CRM is delivered. Answers the events' ids.
    pub async fn delivered(&self) -> Result<Vec<Uuid>> {
        let (store, now) = (self.store()?, self.clock.now());
        let mut ids = Vec::new();
        while let Some(entry) = store.claim(now, now + TimeDelta::minutes(1)).await? {
            store.settle(entry.claim(), Settlement::Delivered, now).await?;
            ids.push(entry.new.event_id);
        }
        Ok(ids)
    }
}

fn config(folder: &TempDir, limits: &Limits) -> Config {
    Config {
        data: folder.path().to_owned(),
        listen: ([127, 0, 0, 1], 0).into(),
        passwords: CHEAP,
        limits: limits.clone(),
        ..Config::default()
    }
}

/// Each start has luck of its own: a server that repeats its tokens would refuse them as taken.
async fn start(config: Config, clock: &TurnedClock, number: u64) -> Result<Running> {
    let clock = clock.clone();
    Ok(sync_server::start(config, Clock::new(move || clock.now()), Chance::seeded(number)).await?)
}

/// While the clock stands still, so does every allowance.
pub fn unpaced() -> Limits {
    Limits { requests_per_address: 0, sign_ins_per_address: 0, syncs_per_device: 0, ..Limits::default() }
}

/// Puts the company into a server's store.
pub async fn found(store: &dyn Store) -> Result<()> {
    store.upsert_rows(rows(), domain::Instant::UNIX_EPOCH).await?;
    let chance = Chance::seeded(0);
    let password = Passwords::new(CHEAP, &chance)?.hash(PASSWORD, &chance)?;
    let account =
        |(user, (login, name, role, territory)): (UserId, &(&str, &str, Role, TerritoryId))| NewAccount {
            user,
            login: (*login).to_owned(),
            name: (*name).to_owned(),
            role: *role,
            country: COUNTRY,
            territory: Some(*territory),
            password: password.clone(),
        };
    Ok(store.add_accounts(users().zip(&PEOPLE).map(account).collect()).await?)
}

fn users() -> impl Iterator<Item = UserId> {
    (1..).map(|number| UserId(Uuid::from_u128(number)))
}

fn rows() -> Vec<RoutedRow> {
    let everywhere = [(NORTH, "North"), (SOUTH, "South")]
        .map(|(id, name)| Row::Territory(Territory { id, name: name.into(), country: COUNTRY }))
        .into_iter()
        .chain([Row::Product(corvalen())])
        .chain(users().zip(&PEOPLE).map(|(id, (_, name, role, territory))| {
            Row::Colleague(Colleague { id, name: (*name).into(), role: *role, territory: Some(*territory) })
        }));
    let country = |row| RoutedRow { row, scopes: vec![ScopeId::Country(COUNTRY)] };
    let north = |row| RoutedRow { row, scopes: vec![ScopeId::Territory(NORTH, Audience::All)] };
    let people = [(MARA, "Lindqvist"), (TOMAS, "Veil")]
        .map(|(id, family)| Hcp { territory: Some(NORTH), ..testkit::hcp(id.0.as_u128(), family) });
    everywhere.map(country).chain(people.into_iter().map(Row::Hcp).map(north)).collect()
}

fn corvalen() -> Product {
    Product {
        id: CORVALEN,
        name: "Corvalen".into(),
        indication: "Heart failure".into(),
        countries: vec![COUNTRY],
        messages: vec![KeyMessage { id: MessageId(Uuid::from_u128(0xD1)), text: "Renal dosing".into() }],
    }
}
