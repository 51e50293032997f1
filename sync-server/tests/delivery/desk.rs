//! Our end: a store into which pushes put what happened, and the delivery that drains its outbox.

use crate::crm::{Crm, SECRET, person};
use crate::database::Database;
use chrono::{DateTime, TimeDelta, Utc};
use document::{Actor, Author, Content, Kind};
use domain::calls::{Call, CallContent, CallState, Channel};
use domain::ids::{ActivityId, CallId, DocId, TerritoryId, UserId};
use domain::insight::ActivityKind;
use domain::people::Audience;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use sync::ScopeId;
use sync_server::activity::Effect;
use sync_server::connectors::delivery::{Bounds, Delivery, Feed, Summary};
use sync_server::connectors::events::EventType;
use sync_server::connectors::outbox::{Backlog, Claim, NewEntry, Settlement};
use sync_server::connectors::schedule::Schedule;
use sync_server::connectors::webhook::{Target, Webhook};
use sync_server::store::{Happened, NewState, Push, Store, StoreError};
use uuid::Uuid;

const ANNA: UserId = UserId(Uuid::from_u128(1));

pub fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_435_200, 0).unwrap()
}

/// The n-th event about a person.
pub fn entry(who: &str, n: u64) -> NewEntry {
    let key = person(who).to_string();
    NewEntry {
        subject: key.clone(),
        key,
        event_id: Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{who}/{n}").as_bytes()),
        event_type: EventType::CallSubmitted,
        time: noon(),
        data: json!({ "n": n }),
    }
}

/// What must have happened for an entry.
fn happened(entry: NewEntry) -> Happened {
    Happened {
        id: ActivityId(entry.event_id),
        doc: DocId(entry.event_id),
        effect: Effect::CallSubmitted,
        subject: entry.event_id,
        hcp: Some(entry.key.parse().unwrap()),
        kind: ActivityKind::Call,
        audience: Audience::Commercial,
        title: "Call".into(),
        at: entry.time,
        by: ANNA,
        data: entry.data,
        shown: None,
    }
}

fn push(entries: impl IntoIterator<Item = NewEntry>) -> Push {
    let happened = entries.into_iter().map(happened).collect();
    let (documents, refused) = (Vec::new(), Vec::new());
    Push { user: ANNA, device: None, at: noon(), documents, happened, refused }
}

/// A new state of a call that builds upon a state which nobody has.
fn out_of_date() -> NewState {
    let content = CallContent::planned(Channel::Phone, noon(), noon() + TimeDelta::minutes(20));
    let (id, audience, state) = (CallId(Uuid::from_u128(9)), Audience::Commercial, CallState::Planned);
    let call = Call { id, owner: ANNA, audience, state, content, amendments: Vec::new() };
    let author = Author { actor: Actor([1; 16]), user: ANNA, now: noon() };
    let (mut document, change) = document::call::create(author, &call).unwrap();
    NewState {
        doc: id.into(),
        kind: Kind::Call,
        revision: Some(7),
        scopes: vec![ScopeId::Territory(TerritoryId(Uuid::nil()), Audience::Commercial)],
        saved: document.save(),
        content: Content::Call(Box::new(call)),
        changes: vec![change],
    }
}

pub struct Desk {
    pub outbox: Arc<dyn Store>,
    delivery: Delivery,
    _database: Database,
}

impl Desk {
    pub async fn for_crm(crm: &Crm) -> Self {
        Self::with(crm, Schedule::default(), Bounds::default()).await
    }

    pub async fn with(crm: &Crm, schedule: Schedule, bounds: Bounds) -> Self {
        Self::make(&crm.url, schedule, bounds).await
    }

    pub async fn at(url: &str, schedule: Schedule) -> Self {
        Self::make(url, schedule, Bounds::default()).await
    }

    async fn make(url: &str, schedule: Schedule, bounds: Bounds) -> Self {
        let database = Database::fresh();
        let outbox = sync_server::open(&database.config()).await.unwrap();
        let timeout = Duration::from_millis(1_500);
        let target = Target { url: url.into(), secret: SECRET.into(), timeout, proxy: None };
        let webhook = Webhook::new(&target).unwrap();
        let source = "/rounds/test".into();
        let (chance, keep) = (Box::new(|| u32::MAX / 2), TimeDelta::days(30));
        let feed = Feed { source, webhook, schedule, bounds, keep, chance };
        let delivery = Delivery::new(Arc::<dyn Store>::clone(&outbox), feed);
        Self { outbox, delivery, _database: database }
    }

    /// Puts entries, all in one push.
    pub async fn put(&self, entries: impl IntoIterator<Item = NewEntry>) {
        self.outbox.push(push(entries)).await.unwrap();
    }

    /// Puts an entry in a push that then fails.
    pub async fn put_and_roll_back(&self, entry: NewEntry) {
        let failing = Push { documents: vec![out_of_date()], ..push([entry]) };
        assert_eq!(self.outbox.push(failing).await, Err(StoreError::Conflict));
    }

    pub async fn run(&self, now: DateTime<Utc>) -> Summary {
        self.delivery.run_due(now).await.unwrap()
    }

    pub async fn backlog(&self) -> Backlog {
        self.outbox.backlog().await.unwrap()
    }

    pub async fn bury(&self, claim: Claim) {
        self.outbox.settle(claim, Settlement::Dead { error: "late".into() }, noon()).await.unwrap();
    }
}
