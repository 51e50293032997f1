//! An office in which much has happened, and all that a device shows of it.

use chrono::TimeDelta;
use contract::calls::GetDay;
use contract::people::{AddNote, GetProfile, GetTimeline, RecordConsent, SearchHcps};
use contract::planning::GetFollowUps;
use contract::sync::Progress;
use domain::calls::{CallEdit, NextStep, SideEffect};
use domain::consent::{ConsentAct, ConsentChannel, ConsentEvidence};
use domain::ids::CallId;
use domain::people::{Audience, Country};
use std::iter::repeat_n;
use std::sync::Arc;
use sync::ScopeId;
use sync_server::config::Segments;
use sync_server::store::Store;
use world::{CORVALEN, Company, Hand, MARA, NORTH, Network, PieceFate, TOMAS};

const PASSWORD: &str = "correct horse";
/// Small pieces, so that there are many.
const SETTINGS: Segments = Segments { least: 1, growth: 1, keep_days: 7, piece_bytes: 2_000 };
const CALLS: usize = 24;
/// What an answer without news has at most.
const IDLE: usize = 1_000;

/// An office.
pub struct Office {
    pub company: Company,
    /// Who has written all of it.
    pub jan: Hand,
    pub calls: Vec<CallId>,
}

impl Office {
    /// One in which calls were planned, recorded, submitted and amended, and consents and notes were taken.
    pub async fn busy() -> Self {
        let company = Company::founded().await.unwrap();
        let jan = company.hand("jan", 1).await.unwrap();
        let mut office = Self { company, jan, calls: Vec::new() };
        office.plan_more(CALLS).await;
        for (n, call) in office.calls.iter().enumerate().filter(|(n, _)| n % 3 == 0) {
            office.submit(*call, n).await;
        }
        for hcp in [MARA, TOMAS] {
            let text = "likes to talk about dosing in old age".to_owned();
            office.jan.device.add_note(AddNote { hcp, text }).await.unwrap();
            let (channel, act, evidence) =
                (ConsentChannel::Email, ConsentAct::Granted, ConsentEvidence::Spoken);
            let record = RecordConsent { hcp, channel, act, evidence };
            office.jan.device.record_consent(record).await.unwrap();
        }
        office.jan.sync().await;
        office
    }

    /// More calls, on days of their own.
    pub async fn plan_more(&mut self, count: usize) {
        for n in 0..count {
            self.company.clock.pass(TimeDelta::hours(7));
            let call = self.jan.plan(if n.is_multiple_of(2) { MARA } else { TOMAS }).await.unwrap().call;
            let notes = format!("Call {n}: {}", "asked for renal data, ".repeat(n % 7));
            self.jan.edit(call, &[CallEdit::Notes(notes), CallEdit::AddProduct(CORVALEN)]).await.unwrap();
            self.calls.push(call);
        }
        self.jan.sync().await;
    }

    async fn submit(&self, call: CallId, n: usize) {
        let due = self.company.clock.now().date_naive();
        let next = NextStep { text: format!("send paper {n}"), due };
        let answer = CallEdit::SideEffect(Some(SideEffect::NoneMentioned));
        self.jan.edit(call, &[CallEdit::NextStep(Some(next)), answer]).await.unwrap();
        self.jan.submit(call).await.unwrap();
        if n.is_multiple_of(2) {
            self.jan.amend(call, "a slip", CallEdit::Place(Some("ward 4".into()))).await.unwrap();
        }
    }

    /// A call that is open, and stands in the first pieces of calls.
    pub fn newest_open_call(&self) -> CallId {
        self.calls[CALLS - 1]
    }

    fn store(&self) -> Arc<dyn Store> {
        self.company.store().unwrap()
    }

    /// The server copies every scope.
    pub async fn build(&self) {
        self.company.clock.pass(TimeDelta::minutes(1));
        let built =
            sync_server::segments::build_due(&self.store(), &SETTINGS, self.company.clock.now()).await;
        assert!(!built.unwrap().is_empty());
    }

    /// Copies that are not the latest are forgotten.
    pub async fn forget_old(&self) {
        let later = self.company.clock.now() + TimeDelta::minutes(1);
        assert!(self.store().forget_segments(later).await.unwrap() > 0);
    }

    /// Pieces of the latest copies that a device of this person fetches.
    pub async fn pieces_of(&self, login: &str) -> usize {
        self.fetched_by(login).await.0
    }

    /// Their bytes, with dictionaries.
    pub async fn bytes_for(&self, login: &str) -> usize {
        self.fetched_by(login).await.1
    }

    async fn fetched_by(&self, login: &str) -> (usize, usize) {
        assert_ne!(login, "miriam", "who belongs to another audience");
        let territory = |audience| ScopeId::Territory(NORTH, audience);
        let scopes =
            [ScopeId::Country(Country::DE), territory(Audience::All), territory(Audience::Commercial)];
        let (mut pieces, mut bytes) = (0, 0);
        for scope in scopes {
            let kept = self.store().manifests(vec![scope]).await.unwrap();
            let Some(manifest) = kept.first().map(|kept| &kept.manifest) else { continue };
            let dictionaries = manifest.dictionaries.iter().map(|dictionary| dictionary.size as usize);
            pieces += manifest.names().len();
            bytes += dictionaries.sum::<usize>() + usize::try_from(manifest.bytes()).unwrap();
        }
        (pieces, bytes)
    }

    /// A new device on which this person has signed in, and which has not synced yet.
    pub async fn new_device(&self, login: &str, seed: u64) -> Hand {
        let network = Network::to(&self.company.address());
        let hand = Hand::new(login, seed, network, self.company.clock.clone()).await.unwrap();
        hand.sign_in(PASSWORD).await.unwrap();
        hand
    }

    /// A device syncs until so many pieces and dictionaries came, and no more.
    pub async fn sync_until(&self, hand: &Hand, pieces: usize) {
        hand.network.pieces_will(repeat_n(PieceFate::Comes, pieces).chain([PieceFate::Lost; 3]));
        hand.sync().await;
        hand.network.clear();
    }

    /// How far the first copy of a device is.
    pub async fn first_sync(&self, hand: &Hand) -> Option<Progress> {
        hand.sync_view().await.unwrap().first_sync
    }

    /// What the log alone would bring to a new device of Lena: no piece reaches it.
    pub async fn by_log(&self) -> Hand {
        let hand = self.new_device("lena", 99).await;
        hand.network.pieces_will([PieceFate::Spoiled; 200]);
        for _ in 0..4 {
            hand.sync().await;
        }
        assert_eq!(self.first_sync(&hand).await, None);
        hand
    }

    /// The sums held: nothing comes any more.
    pub async fn agrees(&self, hand: &Hand) {
        let before = hand.network.pieces_fetched();
        hand.sync().await;
        assert!(hand.network.last_answer() < IDLE, "{} bytes came", hand.network.last_answer());
        assert_eq!(hand.network.pieces_fetched(), before);
    }
}

/// All that a device shows, as JSON.
pub async fn everything(hand: &Hand, office: &Office) -> Vec<String> {
    let device = &hand.device;
    let now = office.company.clock.now();
    let day = GetDay { from: now - TimeDelta::days(60), until: now + TimeDelta::days(60) };
    let mut shown = vec![json(&device.get_day(day).await)];
    for text in ["", "lind", "veil", "hamb"] {
        let search = SearchHcps { text: text.to_owned(), after: None, limit: 50 };
        shown.push(json(&device.search_hcps(search).await));
    }
    for hcp in [MARA, TOMAS] {
        shown.push(json(&device.get_profile(GetProfile { hcp }).await));
        shown.push(json(&device.get_timeline(GetTimeline { hcp, after: None }).await));
    }
    shown.push(json(&device.get_follow_ups(GetFollowUps {}).await));
    for call in &office.calls {
        shown.push(json(&hand.sees(*call).await));
    }
    shown
}

fn json<T: serde::Serialize>(answer: &Result<T, contract::Refusal>) -> String {
    serde_json::to_string(answer.as_ref().unwrap()).unwrap()
}
