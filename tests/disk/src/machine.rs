//! One machine: its files, their names, and whether it has power. What SQLite asks comes in here in plain words;
//! `vfs` translates.

use crate::Loss;
use crate::faults::{Fate, Faults};
use crate::file::{File, Piece};
use crate::locks::{NONE, Who};
use rand::Rng;
use std::collections::{BTreeMap, BTreeSet};

/// Names a file for as long as somebody can reach it.
pub type Number = u64;

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There is no power, or the disk failed.
    Failed,
    /// No space left.
    Full,
    /// There is no such file.
    Missing,
}

/// A file as somebody has opened it.
#[derive(Debug, Clone, Copy)]
pub struct Opened {
    pub who: Who,
    pub file: Number,
    /// In which life of the machine.
    life: u64,
    /// The file was made just now and is one whose name is synced with it.
    syncs_names: bool,
}

/// How a file is to be opened.
#[derive(Debug, Clone, Copy)]
pub struct How {
    pub create: bool,
    /// A journal: the first sync makes its name durable too.
    pub journal: bool,
}

/// A machine.
#[derive(Default)]
pub struct Machine {
    life: u64,
    dead: Option<Loss>,
    operations: u64,
    pub faults: Faults,
    files: BTreeMap<Number, File>,
    names: BTreeMap<String, Number>,
    durable: BTreeMap<String, Number>,
    last: u64,
}

impl Machine {
    pub fn operations(&self) -> u64 {
        self.operations
    }

    pub fn is_dead(&self) -> bool {
        self.dead.is_some()
    }

    pub fn cut(&mut self, loss: Loss) {
        self.dead.get_or_insert(loss);
    }

    pub fn restart(&mut self) {
        let loss = self.dead.take().unwrap_or(Loss::Nothing);
        let (life, operations, last) = (self.life + 1, self.operations, self.last);
        *self = Self { life, operations, last, ..self.copy_after(loss, loss == Loss::Nothing) };
    }

    /// Another machine with what is found here after such a loss.
    pub fn copy(&self, loss: Loss) -> Self {
        self.copy_after(loss, false)
    }

    /// Takes over what another one has. What was open here is dead.
    pub fn become_like(&mut self, other: Self) {
        *self = Self { life: self.life + 1, last: self.last.max(other.last), ..other };
    }

    fn copy_after(&self, loss: Loss, goes_on: bool) -> Self {
        let mut luck = loss.luck();
        let mut names = BTreeMap::new();
        for name in self.names.keys().chain(self.durable.keys()).collect::<BTreeSet<_>>() {
            let (seen, durable) = (self.names.get(name), self.durable.get(name));
            let kept = match loss {
                Loss::Nothing => seen,
                Loss::Everything => durable,
                Loss::Some(_) if luck.as_mut().is_some_and(|luck| luck.random()) => seen,
                Loss::Some(_) => durable,
            };
            names.extend(kept.map(|number| (name.clone(), *number)));
        }
        let durable = if goes_on { self.durable.clone() } else { names.clone() };
        let mut files = BTreeMap::new();
        for number in names.values().chain(durable.values()) {
            let file = &self.files[number];
            let kept = if goes_on { file.abandoned() } else { File::of(file.after(loss, luck.as_mut())) };
            files.entry(*number).or_insert(kept);
        }
        Self { names, durable, files, last: self.last, ..Self::default() }
    }

    pub fn flip(&mut self, name: &str, place: f64) {
        if let Some(file) = self.names.get(name).and_then(|number| self.files.get_mut(number)) {
            file.flip(place);
        }
    }

    pub fn pieces(&self) -> Vec<Piece> {
        let all = self.names.iter().chain(&self.durable).collect::<BTreeSet<_>>();
        all.into_iter().flat_map(|(name, number)| self.files[number].pieces(name)).collect()
    }

    pub fn open(&mut self, name: Option<&str>, how: How) -> Result<Opened, Refused> {
        self.power()?;
        let known = name.and_then(|name| self.names.get(name)).copied();
        if known.is_none() && !how.create {
            return Err(Refused::Missing);
        }
        self.last += 1;
        let (who, life) = (self.last, self.life);
        let file = known.unwrap_or(who);
        if known.is_none() {
            self.files.insert(file, File::default());
            self.names.extend(name.map(|name| (name.to_owned(), file)));
        }
        self.files.entry(file).or_default().open += 1;
        Ok(Opened { who, file, life, syncs_names: known.is_none() && how.journal })
    }

    pub fn close(&mut self, opened: Opened) {
        if let Ok(file) = self.file(opened) {
            file.locks.unlock(opened.who, NONE);
            file.shm_locks.leave(opened.who);
            file.open -= 1;
            self.clear();
        }
    }

    pub fn exists(&self, name: &str) -> Result<bool, Refused> {
        self.power()?;
        Ok(self.names.contains_key(name))
    }

    pub fn remove(&mut self, name: &str, sync: bool) -> Result<(), Refused> {
        self.power()?;
        if !self.names.contains_key(name) {
            return Err(Refused::Missing);
        }
        self.operate(|machine| {
            machine.names.remove(name);
        })?;
        if sync {
            self.sync_names();
        }
        self.clear();
        Ok(())
    }

    pub fn write(&mut self, opened: Opened, at: usize, bytes: &[u8]) -> Result<(), Refused> {
        let length = self.file(opened)?.len();
        if !self.faults.take_room((at + bytes.len()).saturating_sub(length)) {
            return Err(Refused::Full);
        }
        self.operate(|machine| {
            machine.files.entry(opened.file).or_default().write(at, bytes);
        })
    }

    pub fn truncate(&mut self, opened: Opened, size: usize) -> Result<(), Refused> {
        self.file(opened)?;
        self.operate(|machine| machine.files.entry(opened.file).or_default().truncate(size))
    }

    pub fn sync(&mut self, opened: &mut Opened) -> Result<(), Refused> {
        self.file(*opened)?;
        // A sync that is cut off has not synced.
        self.operate(|_| {})?;
        self.file(*opened)?.sync();
        if std::mem::take(&mut opened.syncs_names) {
            self.sync_names();
        }
        Ok(())
    }

    /// The file that somebody has opened, if the machine had power ever since.
    pub fn file(&mut self, opened: Opened) -> Result<&mut File, Refused> {
        self.power()?;
        if opened.life != self.life {
            return Err(Refused::Failed);
        }
        self.files.get_mut(&opened.file).ok_or(Refused::Failed)
    }

    fn power(&self) -> Result<(), Refused> {
        if self.is_dead() { Err(Refused::Failed) } else { Ok(()) }
    }

    /// Does something to the disk. A power cut comes in the middle: what was begun counts as not synced.
    fn operate(&mut self, work: impl FnOnce(&mut Self)) -> Result<(), Refused> {
        self.operations += 1;
        match self.faults.next() {
            Fate::Fails => Err(Refused::Failed),
            Fate::Done => {
                work(self);
                Ok(())
            }
            Fate::Cut(loss) => {
                work(self);
                self.cut(loss);
                self.faults = Faults::default();
                Err(Refused::Failed)
            }
        }
    }

    fn sync_names(&mut self) {
        self.durable = self.names.clone();
    }

    /// Lets go of files that nobody can reach.
    fn clear(&mut self) {
        let named: BTreeSet<_> = self.names.values().chain(self.durable.values()).copied().collect();
        self.files.retain(|number, file| file.open > 0 || named.contains(number));
    }
}
