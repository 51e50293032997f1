//! A small company, its server, and devices that speak to it.

use crate::database::Database;
use chrono::TimeDelta;
use document::{Actor, Author, Change, ChangeHash, Document, Kind};
use domain::Instant;
use domain::calls::{Amendment, Call, CallContent, CallEdit, CallState, Channel};
use domain::ids::{AmendmentId, CallId, DeviceId, DocId, HcpId, TerritoryId, UserId};
use domain::people::{Audience, Country, Hcp, HcpStatus, PersonName, Role, Territory};
use domain::reference::Row;
use reqwest::StatusCode;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use sync::ScopeId;
use sync::json::{Problem, ProblemCode, Session, SignIn};
use sync::wire::{self, v1};
use sync_server::config::{PasswordCost, Webhook};
use sync_server::store::{NewAccount, RoutedRow, Store};
use sync_server::{Chance, Clock, Config, Passwords, Running};
use uuid::Uuid;

/// Monday 23 November 2026, 12:00 UTC.
const START: i64 = 1_795_435_200_000;
pub const PASSWORD: &str = "correct horse";
pub const NORTH: TerritoryId = TerritoryId(Uuid::from_u128(0xA1));
pub const SOUTH: TerritoryId = TerritoryId(Uuid::from_u128(0xA2));
pub const MARA: HcpId = HcpId(Uuid::from_u128(0xB1));

/// Login, role, territory; the user's id is 1, 2, ... in this order.
const PEOPLE: [(&str, Role, Option<TerritoryId>); 5] = [
    ("jan", Role::Rep, Some(NORTH)),
    ("lena", Role::Rep, Some(NORTH)),
    ("miriam", Role::Msl, Some(NORTH)),
    ("otto", Role::Rep, Some(SOUTH)),
    ("ines", Role::Administrator, None),
];

/// A company with a server.
pub struct Company {
    pub running: Running,
    pub clock: Arc<AtomicI64>,
    pub database: Database,
}

impl Company {
    pub async fn founded() -> Self {
        Self::with(Webhook::default()).await
    }

    /// One whose server has other settings.
    pub async fn founded_with(settings: impl FnOnce(Config) -> Config) -> Self {
        let (database, clock) = (Database::fresh(), Arc::new(AtomicI64::new(START)));
        let running = start_with(&database, &clock, settings).await;
        found(running.store().as_ref()).await;
        Self { running, clock, database }
    }

    /// One that tells a CRM what happened.
    pub async fn with(webhook: Webhook) -> Self {
        Self::on(Database::fresh(), webhook).await
    }

    /// One whose data is there.
    pub async fn on(database: Database, webhook: Webhook) -> Self {
        let clock = Arc::new(AtomicI64::new(START));
        let running = start(&database, &clock, webhook).await;
        found(running.store().as_ref()).await;
        Self { running, clock, database }
    }

    /// The server is killed and started again on the same data.
    pub async fn after_a_power_cut(self) -> Self {
        self.running.kill();
        let running = start(&self.database, &self.clock, Webhook::default()).await;
        Self { running, ..self }
    }

    /// The server is stopped well and started again.
    pub async fn restarted(self) -> Self {
        self.running.stop().await.unwrap();
        let running = start(&self.database, &self.clock, Webhook::default()).await;
        Self { running, ..self }
    }

    /// The server is stopped, restored from a backup, and started again.
    pub async fn restored(self, backup: &Path) -> Self {
        let (clock, Stopped { next, now, .. }) = (Arc::clone(&self.clock), self.stopped_for_restore().await);
        let epoch = Chance::of_machine().id();
        sync_server::backup::restore(&next.config(), backup, epoch, now).await.unwrap();
        let running = start(&next, &clock, Webhook::default()).await;
        Self { running, clock, database: next }
    }

    /// The server is stopped; a backup may be restored.
    pub async fn stopped_for_restore(self) -> Stopped {
        let now = self.now();
        self.running.stop().await.unwrap();
        Stopped { next: self.database.next(), before: self.database, now }
    }

    pub fn pass(&self, time: TimeDelta) {
        self.clock.fetch_add(time.num_milliseconds(), Ordering::SeqCst);
    }

    pub fn now(&self) -> Instant {
        Instant::from_timestamp_millis(self.clock.load(Ordering::SeqCst)).unwrap()
    }

    pub fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.addr)
    }

    /// A new device on which this person has signed in.
    pub async fn device_of(&self, login: &str) -> Device {
        let number = Chance::seeded(PEOPLE.iter().position(|p| p.0 == login).unwrap() as u64);
        let device = DeviceId(number.id());
        let session = self.sign_in(login, PASSWORD, device).await.unwrap();
        Device {
            id: device,
            actor: Actor(number.bytes()),
            author: session.who.user,
            token: session.access.clone(),
            session,
            cursor: None,
            room: 512 * 1024,
            left: Vec::new(),
        }
    }

    pub async fn sign_in(&self, login: &str, password: &str, device: DeviceId) -> Result<Session, Problem> {
        let ask = SignIn { user: login.into(), password: password.into(), device };
        let sent = reqwest::Client::new().post(self.address("/v1/sign-in")).json(&ask).send().await.unwrap();
        if sent.status() == StatusCode::OK {
            Ok(sent.json().await.unwrap())
        } else {
            Err(sent.json().await.unwrap())
        }
    }

    /// Asks for what is new and sends changes; the device remembers its cursor.
    pub async fn sync(&self, device: &mut Device, items: Vec<v1::Item>) -> v1::Response {
        let (_, answer) = self.try_sync(device, items).await.unwrap();
        device.cursor = Some(answer.cursor.clone());
        answer
    }

    /// The same, and how many bytes the answer had.
    pub async fn try_sync(
        &self,
        device: &Device,
        items: Vec<v1::Item>,
    ) -> Result<(usize, v1::Response), (StatusCode, Problem)> {
        let request = device.request(items);
        let answer = self.post(device, wire::encode(v1::VERSION, &request).unwrap()).await;
        assert_eq!(answer.headers()["rounds-wire"], "1");
        let (status, body) = (answer.status(), answer.bytes().await.unwrap());
        if status == StatusCode::OK {
            return Ok((body.len(), wire::decode(v1::VERSION, &body).unwrap()));
        }
        Err((status, serde_json::from_slice(&body).unwrap()))
    }

    pub async fn post(&self, device: &Device, body: Vec<u8>) -> reqwest::Response {
        let post = reqwest::Client::new().post(self.address("/v1/sync")).bearer_auth(&device.token);
        post.header("content-type", wire::CONTENT_TYPE).body(body).send().await.unwrap()
    }
}

/// A company whose server does not run.
pub struct Stopped {
    pub before: Database,
    /// Where a backup is restored to.
    pub next: Database,
    pub now: Instant,
}

/// A server on this data; for PostgreSQL there may be several.
pub async fn start(database: &Database, clock: &Arc<AtomicI64>, webhook: Webhook) -> Running {
    start_with(database, clock, |config| Config { webhook, ..config }).await
}

/// The same, with other settings.
pub async fn start_with(
    database: &Database,
    clock: &Arc<AtomicI64>,
    settings: impl FnOnce(Config) -> Config,
) -> Running {
    let config = settings(Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        passwords: PasswordCost { memory_kib: 64, passes: 1 },
        ..database.config()
    });
    let told = Arc::clone(clock);
    let clock = Clock::new(move || Instant::from_timestamp_millis(told.load(Ordering::SeqCst)).unwrap());
    sync_server::start(config, clock, Chance::of_machine()).await.unwrap()
}

async fn found(store: &dyn Store) {
    let country = Country::DE;
    let territories = [(NORTH, "North"), (SOUTH, "South")].map(|(id, name)| RoutedRow {
        row: Row::Territory(Territory { id, name: name.into(), country }),
        scopes: vec![ScopeId::Country(country)],
    });
    let mara = RoutedRow {
        row: Row::Hcp(mara("Cardiology")),
        scopes: vec![ScopeId::Territory(NORTH, Audience::All)],
    };
    store.upsert_rows([territories.to_vec(), vec![mara]].concat(), Instant::UNIX_EPOCH).await.unwrap();
    let (chance, cost) = (Chance::seeded(0), PasswordCost { memory_kib: 64, passes: 1 });
    let password = Passwords::new(cost, &chance).unwrap().hash(PASSWORD, &chance).unwrap();
    let account = |(n, (login, role, territory)): (usize, &(&str, Role, Option<TerritoryId>))| NewAccount {
        user: UserId(Uuid::from_u128(n as u128 + 1)),
        login: (*login).into(),
        name: format!("Dr {login}"),
        role: *role,
        country,
        territory: *territory,
        password: password.clone(),
    };
    store.add_accounts(PEOPLE.iter().enumerate().map(account).collect()).await.unwrap();
}

pub fn mara(specialty: &str) -> Hcp {
    Hcp {
        id: MARA,
        name: PersonName { title: "Dr".into(), given: "Mara".into(), family: "Petersen".into() },
        specialty: specialty.into(),
        tier: None,
        status: HcpStatus::Active,
        country: Country::DE,
        city: "Hamburg".into(),
        workplace: None,
        territory: Some(NORTH),
        identifiers: Vec::new(),
    }
}

/// An installation with somebody signed in.
#[derive(Clone)]
pub struct Device {
    pub id: DeviceId,
    pub actor: Actor,
    pub author: UserId,
    pub token: String,
    pub session: Session,
    pub cursor: Option<Vec<u8>>,
    pub room: u32,
    /// Scopes that it was told to leave, and of which it has nothing any more.
    pub left: Vec<ScopeId>,
}

impl Device {
    pub fn request(&self, items: Vec<v1::Item>) -> v1::Request {
        let (cursor, left, copying) = (self.cursor.clone(), self.left.clone(), Vec::new());
        v1::Request { device: self.id, actor: self.actor, cursor, items, room: self.room, left, copying }
    }

    pub fn writes(&self, now: Instant) -> Author {
        Author { actor: self.actor, user: self.author, now }
    }

    /// A planned call with Mara.
    pub fn plan(&self, id: u128, now: Instant, audience: Audience) -> Draft {
        self.plan_with(&[MARA], id, now, audience)
    }

    /// A planned call.
    pub fn plan_with(&self, hcps: &[HcpId], id: u128, now: Instant, audience: Audience) -> Draft {
        let mut content = CallContent::planned(Channel::InPerson, now, now + TimeDelta::minutes(25));
        hcps.iter().for_each(|hcp| content.apply(&CallEdit::AddAttendee(*hcp)));
        let (id, owner, state) = (CallId(Uuid::from_u128(id)), self.author, CallState::Planned);
        let call = Call { id, owner, audience, state, content, amendments: Vec::new() };
        let (document, change) = document::call::create(self.writes(now), &call).unwrap();
        Draft { doc: id.into(), document, changes: vec![change] }
    }
}

/// A call on a device, with the changes that were made there.
#[derive(Clone)]
pub struct Draft {
    pub doc: DocId,
    pub document: Document,
    pub changes: Vec<Change>,
}

impl Draft {
    pub fn edit(&mut self, by: Author, edits: &[CallEdit], state: Option<&CallState>) {
        let change = document::call::edit(&mut self.document, by, edits, state).unwrap();
        self.changes.extend(change);
    }

    pub fn note(&mut self, by: Author, text: &str) {
        self.edit(by, &[CallEdit::Notes(text.into())], None);
    }

    pub fn submit(&mut self, by: Author) {
        self.edit(by, &[], Some(&CallState::Submitted { at: by.now, by: by.user }));
    }

    pub fn amend(&mut self, by: Author, id: u128) {
        let (id, reason) = (AmendmentId(Uuid::from_u128(id)), "it was by video".to_owned());
        let edits = vec![CallEdit::Channel(Channel::Remote)];
        let amendment = Amendment { id, at: by.now, by: by.user, reason, edits };
        self.changes.extend(document::call::amend(&mut self.document, by, &amendment).unwrap());
    }

    /// All changes as items.
    pub fn items(&self) -> Vec<v1::Item> {
        self.items_from(0)
    }

    pub fn items_from(&self, first: usize) -> Vec<v1::Item> {
        self.changes[first..].iter().map(|change| item(self.doc, Kind::Call, change)).collect()
    }
}

pub fn item(doc: DocId, kind: Kind, change: &Change) -> v1::Item {
    v1::Item { doc, kind, change: change.bytes.clone() }
}

pub fn outcomes(answer: &v1::Response) -> Vec<v1::Outcome> {
    answer.acks.iter().map(|ack| ack.outcome).collect()
}

/// The changes in an answer, as (document, hash).
pub fn changes(answer: &v1::Response) -> Vec<(DocId, ChangeHash)> {
    let change = |entry: &v1::Entry| match &entry.news {
        v1::News::Change { doc, change, .. } => Some((*doc, Change::parse(change).unwrap().hash)),
        _ => None,
    };
    answer.news.iter().filter_map(change).collect()
}

/// The rows in an answer.
pub fn rows(answer: &v1::Response) -> Vec<Row> {
    let row = |entry: &v1::Entry| match &entry.news {
        v1::News::Row { row, .. } => Some((**row).clone()),
        _ => None,
    };
    answer.news.iter().filter_map(row).collect()
}

/// Refused whole, for this reason.
pub fn refused<T>(answer: Result<T, (StatusCode, Problem)>) -> (u16, ProblemCode) {
    match answer {
        Ok(_) => panic!("it was not refused"),
        Err((status, problem)) => (status.as_u16(), problem.code),
    }
}
