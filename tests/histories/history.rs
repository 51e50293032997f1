//! One history: what happens next is drawn from the seed.

use crate::journal::Journal;
use crate::places::Places;
use chrono::TimeDelta;
use contract::people::{AddNote, GetProfile};
use domain::calls::{CallEdit, Channel, Reaction, SideEffect};
use domain::ids::CallId;
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha20Rng;
use std::path::PathBuf;
use sync_server::store::Move;
use world::{CORVALEN, Company, Fate, Hand, MARA, TOMAS};

const FATES: [Fate; 4] = [Fate::Delivered, Fate::RequestLost, Fate::AnswerLost, Fate::Doubled];
/// When faults stop, everybody is done within so many rounds.
const ROUNDS: usize = 5;
/// The last two never move, so that each territory has somebody who sees what is there.
const PEOPLE: [&str; 4] = ["jan", "lena", "tobias", "otto"];
/// A restored server gets work back in the order in which people built upon each other's: one more round for each turn.
const ROUNDS_AFTER_RESTORE: usize = 16;

/// One history.
pub struct History {
    seed: u64,
    luck: ChaCha20Rng,
    company: Company,
    hands: Vec<Option<Hand>>,
    journal: Journal,
    places: Places,
    notes: Vec<String>,
    backup: Option<PathBuf>,
    rounds: usize,
}

impl History {
    pub async fn begin(seed: u64) -> Self {
        let company = Company::founded().await.unwrap();
        let mut hands = Vec::new();
        for (number, login) in (1..).zip(PEOPLE) {
            hands.push(Some(company.hand(login, seed * 100 + number).await.unwrap()));
        }
        let (luck, journal, places) = (testkit::luck(seed), Journal::default(), Places::default());
        let (notes, backup, rounds) = (Vec::new(), None, ROUNDS);
        Self { seed, luck, company, hands, journal, places, notes, backup, rounds }
    }

    /// Something happens.
    pub async fn step(&mut self) {
        self.company.clock.pass(TimeDelta::minutes(self.luck.random_range(0..90)));
        let who = self.luck.random_range(0..self.hands.len());
        match self.luck.random_range(0..100) {
            0..10 => self.plan(who).await,
            10..45 => self.edit(who).await,
            45..55 => self.submit(who).await,
            55..62 => self.amend(who).await,
            62..67 => self.note(who).await,
            67..87 => self.sync(who).await,
            87..91 => self.restart(who).await,
            91..97 => self.upheaval().await,
            _ => self.power_cut().await,
        }
    }

    fn hand(&self, who: usize) -> &Hand {
        self.hands[who].as_ref().unwrap()
    }

    fn some_call(&mut self) -> Option<CallId> {
        self.journal.calls.choose(&mut self.luck).copied()
    }

    async fn plan(&mut self, who: usize) {
        let hcp = if self.luck.random() { MARA } else { TOMAS };
        if let Ok(planned) = self.hand(who).plan(hcp).await {
            self.journal.calls.push(planned.call);
        }
    }

    /// In one history people and HCPs move, in the next one the server is lost: what has left a device is not on it any
    /// more, to be sent once more to a server that lost it.
    async fn upheaval(&mut self) {
        match (self.seed % 2, self.luck.random_range(0..6)) {
            (0, 0..4) => self.move_hcp().await,
            (0, _) => self.move_person().await,
            (_, 0..3) => self.back_up().await,
            _ => self.restore().await,
        }
    }

    async fn move_hcp(&mut self) {
        let hcp = if self.luck.random() { MARA } else { TOMAS };
        self.company.moves(&[Move::Hcp(hcp, Some(self.places.move_hcp(hcp)))]).await.unwrap();
    }

    async fn move_person(&mut self) {
        let who = self.luck.random_range(0..2);
        let to = self.places.move_person(who);
        self.company.moves(&[Move::User(Company::user(PEOPLE[who]), Some(to), None)]).await.unwrap();
    }

    /// Edits a call if this device has it and it is open.
    async fn edit(&mut self, who: usize) {
        let Some(call) = self.some_call() else { return };
        let Ok(view) = self.hand(who).sees(call).await else { return };
        let mark = self.journal.mark();
        let channel = *Channel::ALL.choose(&mut self.luck).unwrap();
        let reaction = Reaction::ALL.choose(&mut self.luck).copied();
        let more = match self.luck.random_range(0..3) {
            0 => CallEdit::Channel(channel),
            1 => CallEdit::Reaction { product: CORVALEN, reaction },
            _ => CallEdit::AddAttendee(TOMAS),
        };
        let notes = CallEdit::Notes(format!("{} {mark}", view.content.notes));
        if self.hand(who).edit(call, &[notes, more]).await.is_ok() {
            self.journal.write(call, mark);
        }
    }

    async fn submit(&mut self, who: usize) {
        let Some(call) = self.some_call() else { return };
        let answer = CallEdit::SideEffect(Some(SideEffect::NoneMentioned));
        let answered = self.hand(who).edit(call, &[answer]).await.is_ok();
        if answered && self.hand(who).submit(call).await.is_ok() {
            self.journal.submitted.push(call);
        }
    }

    async fn amend(&mut self, who: usize) {
        let Some(call) = self.some_call() else { return };
        let mark = self.journal.mark();
        if self.hand(who).amend(call, &mark, CallEdit::Place(Some("ward 4".into()))).await.is_ok() {
            self.journal.write(call, mark);
        }
    }

    async fn note(&mut self, who: usize) {
        let text = self.journal.mark();
        let add = AddNote { hcp: MARA, text: text.clone() };
        if self.hand(who).device.add_note(add).await.is_ok() {
            self.notes.push(text);
        }
    }

    async fn sync(&mut self, who: usize) {
        let fate = *FATES.choose(&mut self.luck).unwrap();
        self.hand(who).network.will([fate]);
        self.hand(who).comes_back().await.unwrap();
    }

    /// The app is killed between two commands.
    async fn restart(&mut self, who: usize) {
        let hand = self.hands[who].take().unwrap();
        self.hands[who] = Some(hand.restarted().await.unwrap());
    }

    async fn power_cut(&mut self) {
        self.company.power_cut().await.unwrap();
        let address = self.company.address();
        self.hands.iter().flatten().for_each(|hand| hand.network.move_to(&address));
    }

    async fn back_up(&mut self) {
        self.backup = Some(self.company.backed_up().await.unwrap());
    }

    /// The server is lost, and goes on with the last backup.
    async fn restore(&mut self) {
        let Some(backup) = self.backup.clone() else { return };
        self.company.restored(&backup).await.unwrap();
        let address = self.company.address();
        self.hands.iter().flatten().for_each(|hand| hand.network.move_to(&address));
        self.rounds = ROUNDS_AFTER_RESTORE;
    }

    /// Faults stop.
    pub async fn settle(&mut self) {
        for _ in 0..self.rounds {
            for hand in self.hands.iter().flatten() {
                hand.network.clear();
                hand.comes_back().await.unwrap();
            }
        }
        assert!(self.company.sums_hold().await.unwrap(), "seed {}: sums", self.seed);
    }

    pub async fn check(&self) {
        for who in 0..self.hands.len() {
            let sync = self.hand(who).sync_view().await.unwrap();
            assert_eq!(sync.waiting, [], "seed {}: device {who} is not done", self.seed);
            assert_eq!(sync.attention, [], "seed {}: device {who} was refused", self.seed);
            self.check_notes(who).await;
        }
        for call in &self.journal.calls {
            self.check_call(*call).await;
        }
    }

    /// All who may see a call see the same, and nobody else sees it.
    async fn check_call(&self, call: CallId) {
        let mut seen = Vec::new();
        for (who, hand) in self.hands.iter().flatten().enumerate() {
            seen.extend(hand.sees(call).await.ok().map(|view| (who, view)));
        }
        let Some((_, first)) = seen.first() else { panic!("seed {}: nobody sees a call", self.seed) };
        let may: Vec<_> = self.places.who_sees(&first.content.attendees);
        let does: Vec<_> = seen.iter().map(|(who, _)| *who).collect();
        assert_eq!(does, may, "seed {}: who sees a call", self.seed);
        assert_eq!(self.journal.missing(first), Vec::<&str>::new(), "seed {}: lost work", self.seed);
        for (_, other) in &seen {
            assert_eq!(other.content, first.content, "seed {}: devices differ", self.seed);
            assert_eq!(other.state, first.state, "seed {}: devices differ", self.seed);
            assert_eq!(other.amendments, first.amendments, "seed {}: devices differ", self.seed);
            assert_eq!(other.contested, first.contested, "seed {}: devices differ", self.seed);
        }
    }

    async fn check_notes(&self, who: usize) {
        if !self.places.who_sees(&[MARA].into()).contains(&who) {
            let profile = self.hand(who).device.get_profile(GetProfile { hcp: MARA }).await;
            assert!(profile.is_err(), "seed {}: device {who} still has Mara", self.seed);
            return;
        }
        let profile = self.hand(who).device.get_profile(GetProfile { hcp: MARA }).await.unwrap();
        let seen: Vec<_> = profile.notes.iter().map(|note| note.text.clone()).collect();
        assert!(self.notes.iter().all(|note| seen.contains(note)), "seed {}: lost notes", self.seed);
    }
}
