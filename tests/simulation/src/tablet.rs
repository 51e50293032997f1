//! A person with a device: the real one, on a disk that fails, with a clock of its own.

use crate::glass::Glass;
use crate::line::Line;
use crate::machine::Machine;
use anyhow::{Context, Result, bail};
use chrono::TimeDelta;
use contract::session::{GetSession, SessionView, SignIn, Unlock};
use device::{Chance, Clock, Cost, Device, Options, Vault};
use domain::Instant;
use domain::ids::{TerritoryId, UserId};
use domain::people::Role;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use sync::session::Event;
use testkit::TurnedClock;
use uuid::Uuid;

/// What a store may cost to open, when nobody wants to break in.
pub const CHEAP: Cost = Cost { memory_kib: 64, passes: 1 };
/// The passphrase of every device.
pub const PASSPHRASE: &str = "a passphrase for tests";
/// When the power goes again and again, somebody gives up.
const STARTS: usize = 50;

/// A clock that may be wrong by years.
#[derive(Clone)]
pub struct OwnClock {
    right: TurnedClock,
    wrong_by: Arc<AtomicI64>,
}

impl Clock for OwnClock {
    fn now(&self) -> Instant {
        self.right.now() + TimeDelta::milliseconds(self.wrong_by.load(Ordering::SeqCst))
    }
}

/// Who somebody is.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// The name to sign in with.
    pub login: &'static str,
    /// The person.
    pub user: UserId,
    /// What they do.
    pub role: Role,
}

impl Person {
    /// Somebody of the company.
    pub fn named(login: &str) -> Result<Self> {
        let of = |(number, (name, _, role, _)): (u128, &(&'static str, &str, Role, TerritoryId))| {
            (*name == login).then(|| Self { login: name, user: UserId(Uuid::from_u128(number)), role: *role })
        };
        (1..).zip(&world::PEOPLE).find_map(of).with_context(|| format!("nobody is {login}"))
    }
}

/// A person with a device.
pub struct Tablet {
    /// Who.
    pub person: Person,
    /// The way to the server.
    pub line: Line,
    /// The machine.
    pub machine: Machine,
    /// The clock.
    pub clock: OwnClock,
    /// A fault is under way: commands may fail for reasons of the disk.
    pub troubled: bool,
    device: Option<Device>,
    seed: u64,
    lives: u64,
    glass: Machine,
}

impl Tablet {
    /// A new device on which somebody has signed in and got the first copy.
    pub async fn new(person: Person, line: Line, clock: TurnedClock, seed: u64) -> Result<Self> {
        let clock = OwnClock { right: clock, wrong_by: Arc::default() };
        let mut tablet = Self::on(Machine::new()?, person, (line, clock), seed)?;
        tablet.start().await?;
        tablet.sign_in().await?;
        tablet.sync().await?;
        Ok(tablet)
    }

    fn on(machine: Machine, person: Person, (line, clock): (Line, OwnClock), seed: u64) -> Result<Self> {
        let (device, glass) = (None, Machine::new()?);
        Ok(Self { person, line, machine, clock, troubled: false, device, seed, lives: 0, glass })
    }

    /// Everything is copied to another device, which goes on with it: the same keys, the same writing hand.
    pub async fn copied(&self, line: Line, seed: u64) -> Result<Self> {
        let clock = OwnClock { right: self.clock.right.clone(), wrong_by: Arc::default() };
        let mut copy = Self::on(self.machine.copied()?, self.person, (line, clock), seed)?;
        copy.start().await?;
        Ok(copy)
    }

    /// The app.
    pub fn device(&self) -> Result<&Device> {
        self.device.as_ref().context("the device is off")
    }

    /// It is off, or without power.
    pub fn is_down(&self) -> bool {
        self.device.is_none() || self.machine.disk.is_dead()
    }

    /// From now on its clock is wrong by so much.
    pub fn set_clock_wrong_by(&self, by: TimeDelta) {
        self.clock.wrong_by.store(by.num_milliseconds(), Ordering::SeqCst);
    }

    /// The power comes back, and the app starts on what survived, however often it takes.
    pub async fn start(&mut self) -> Result<()> {
        for _ in 0..STARTS {
            drop(self.device.take());
            self.machine.disk.restart();
            let opened = self.open().await;
            match opened {
                Ok(device) => {
                    self.device = Some(device);
                    return Ok(());
                }
                Err(_) if self.machine.disk.is_dead() || self.troubled => self.machine.disk.heal(),
                Err(error) => return Err(error.context("the device does not start")),
            }
        }
        bail!("the device does not start")
    }

    async fn open(&mut self) -> Result<Device> {
        self.lives += 1;
        let vault = Vault::PassphraseAt(CHEAP);
        let options = Options { data: self.machine.folder().to_owned(), vault, can_go_offline: true };
        let chance = Chance::seeded(self.seed.wrapping_mul(1_000_003).wrapping_add(self.lives));
        let device = Device::new(options, Arc::new(self.line.clone()), Arc::new(self.clock.clone()), chance);
        device.unlock(Unlock { passphrase: PASSPHRASE.to_owned() }).await?;
        Ok(device)
    }

    /// Another machine's content comes onto this one, which starts with it.
    pub async fn restored(&mut self, from: &Machine) -> Result<()> {
        drop(self.device.take());
        from.copy_over(&self.machine)?;
        self.start().await
    }

    async fn sign_in(&self) -> Result<()> {
        let (user, password) = (self.person.login.to_owned(), world::PASSWORD.to_owned());
        self.device()?.sign_in(SignIn { user, password }).await?;
        Ok(())
    }

    /// Signs in again where the session has ended.
    pub async fn stay_signed_in(&self) -> Result<()> {
        match self.device()?.get_session(GetSession {}).await? {
            SessionView::SignedIn(me) if !me.expired => Ok(()),
            _ => self.sign_in().await,
        }
    }

    /// Exchanges with the server until there is nothing more, or it fails.
    pub async fn sync(&self) -> Result<()> {
        self.device()?.exchange(Event::Wanted).await;
        Ok(())
    }

    /// What the programs of the device see on its disk.
    pub fn look(&self) -> Result<Glass> {
        Glass::over(&self.machine, &self.glass, disk::Disk::copy_to)
    }

    /// What would be left on its disk if the power went now and took with it all that it can.
    pub fn look_durable(&self) -> Result<Glass> {
        Glass::over(&self.machine, &self.glass, disk::Disk::copy_durable_to)
    }
}
