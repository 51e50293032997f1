//! First copies: built from what a scope holds, fetched in pieces by those who follow it, and by nobody else.

use crate::support::{Company, Device, MARA, NORTH, SOUTH, mara};
use chrono::TimeDelta;
use document::{ChangeHash, Document};
use domain::ids::{DocId, TerritoryId};
use domain::people::{Audience, Country};
use domain::reference::Row;
use reqwest::header::{CONTENT_RANGE, ETAG, HeaderMap, RANGE};
use reqwest::{Response, StatusCode};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use sync::wire::segment::{Manifest, Name, Segment, decode};
use sync::wire::v1::{Copying, News, Order, Stage};
use sync::wire::{self, v1};
use sync::{Cursor, ScopeId};
use sync_server::config::Segments;
use sync_server::segments::{build, build_due};
use sync_server::store::{Move, RoutedRow, Store};
use sync_server::{Chance, Clock, Config};
use uuid::Uuid;

const SETTINGS: Segments = Segments { least: 1, growth: 5, keep_days: 7, piece_bytes: 1_000 };
const COMMERCIAL: ScopeId = ScopeId::Territory(NORTH, Audience::Commercial);
const ALL: ScopeId = ScopeId::Territory(NORTH, Audience::All);

impl Company {
    fn store(&self) -> Arc<dyn Store> {
        self.running.store()
    }

    async fn build(&self) -> Vec<Manifest> {
        build_due(&self.store(), &SETTINGS, self.now()).await.unwrap()
    }

    /// What a device is told that copies scopes, or does not want to.
    async fn tells(&self, device: &Device, copying: &[Copying]) -> v1::Response {
        let request = v1::Request { copying: copying.to_vec(), ..device.request(Vec::new()) };
        let answer = self.post(device, wire::encode(v1::VERSION, &request).unwrap()).await;
        wire::decode(v1::VERSION, &answer.bytes().await.unwrap()).unwrap()
    }

    async fn get(&self, device: &Device, name: &str, headers: HeaderMap) -> Response {
        let get = reqwest::Client::new().get(self.address(&format!("/v1/segment/{name}")));
        get.bearer_auth(&device.token).headers(headers).send().await.unwrap()
    }

    async fn piece(&self, device: &Device, name: Name) -> Vec<u8> {
        let answer = self.get(device, &name.to_string(), HeaderMap::new()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.bytes().await.unwrap().to_vec()
    }

    /// All that a manifest stands for.
    async fn copied(&self, device: &Device, manifest: &Manifest) -> Vec<Segment> {
        let mut segments = Vec::new();
        for piece in &manifest.pieces {
            let dictionary = match piece.dictionary {
                Some(name) => Some(self.piece(device, name).await),
                None => None,
            };
            let bytes = self.piece(device, piece.name).await;
            assert_eq!(bytes.len(), piece.size as usize);
            segments.push(decode((piece.name, manifest.scope), &bytes, dictionary.as_deref()).unwrap());
        }
        segments
    }

    /// A rep writes so many calls of two changes each.
    async fn calls(&self, device: &mut Device, numbers: std::ops::Range<u128>) {
        for n in numbers {
            self.pass(TimeDelta::seconds(1));
            let mut call = device.plan(n, self.now(), Audience::Commercial);
            call.note(device.writes(self.now()), &format!("call {n}: asked for data on renal dosing"));
            self.sync(device, call.items()).await;
        }
    }
}

fn header(name: reqwest::header::HeaderName, value: &str) -> HeaderMap {
    [(name, value.parse().unwrap())].into_iter().collect()
}

fn of_scope(manifests: &[Manifest], scope: ScopeId) -> &Manifest {
    manifests.iter().find(|manifest| manifest.scope == scope).unwrap()
}

fn reading(manifest: &Manifest, stage: fn(Name) -> Stage) -> Copying {
    Copying { scope: manifest.scope, stage: stage(manifest.name()) }
}

fn hashes(segments: &[Segment]) -> BTreeMap<DocId, BTreeSet<ChangeHash>> {
    let documents = segments.iter().flat_map(|segment| &segment.documents);
    documents.map(|document| (document.doc, document.hashes.iter().copied().collect())).collect()
}

#[tokio::test]
async fn a_new_device_is_given_copies_that_hold_what_the_log_does() {
    let company = Company::founded().await;
    let (mut jan, lena) = (company.device_of("jan").await, company.device_of("lena").await);
    company.calls(&mut jan, 1..20).await;
    let by_log = company.tells(&lena, &[]).await;
    assert_eq!(by_log.segments, []);
    let built = company.build().await;
    assert_eq!(company.build().await, [], "nothing has grown since");

    let offered = company.tells(&lena, &[]).await;

    let scopes: Vec<_> = offered.segments.iter().map(|manifest| manifest.scope).collect();
    assert_eq!(scopes, [ScopeId::Country(Country::DE), ALL, COMMERCIAL]);
    assert_eq!(of_scope(&offered.segments, COMMERCIAL), of_scope(&built, COMMERCIAL));
    assert_eq!(offered.news, []);
    let read = Cursor::decode(&offered.cursor).unwrap().read;
    assert!(scopes.iter().all(|scope| !read.contains_key(scope)), "not before all pieces were applied");

    let commercial = company.copied(&lena, of_scope(&offered.segments, COMMERCIAL)).await;
    assert!(commercial.len() > 1 && commercial.iter().all(|segment| segment.rows.is_empty()));
    let mut logged: BTreeMap<DocId, BTreeSet<ChangeHash>> = BTreeMap::new();
    for (doc, hash) in crate::support::changes(&by_log) {
        logged.entry(doc).or_default().insert(hash);
    }
    assert_eq!(hashes(&commercial), logged);
    for document in commercial.iter().flat_map(|segment| &segment.documents) {
        let mut loaded = Document::load(&document.saved).unwrap();
        let found: BTreeSet<_> = loaded.changes().unwrap().iter().map(|change| change.hash).collect();
        assert_eq!(found, document.hashes.iter().copied().collect());
        let said = document::Content::read(document.kind, document.doc, &loaded).unwrap();
        assert_eq!(said, document.content);
    }
    let all = company.copied(&lena, of_scope(&offered.segments, ALL)).await;
    assert_eq!(all[0].rows, [(1, Row::Hcp(mara("Cardiology")))]);
}

#[tokio::test]
async fn documents_come_with_the_latest_first() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    company.calls(&mut jan, 1..20).await;
    let built = company.build().await;
    let segments = company.copied(&jan, of_scope(&built, COMMERCIAL)).await;
    let order: Vec<u128> =
        segments.iter().flat_map(|segment| &segment.documents).map(|d| d.doc.0.as_u128()).collect();
    assert_eq!(order, (1..20).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn when_all_pieces_were_applied_the_log_goes_on_after_the_cut() {
    let company = Company::founded().await;
    let (mut jan, lena) = (company.device_of("jan").await, company.device_of("lena").await);
    company.calls(&mut jan, 1..10).await;
    let built = company.build().await;
    company.calls(&mut jan, 10..12).await;
    let commercial = of_scope(&built, COMMERCIAL);

    let still = company.tells(&lena, &[reading(commercial, Stage::Reading)]).await;
    assert_eq!(of_scope(&still.segments, COMMERCIAL), commercial);

    let applied: Vec<_> = built.iter().map(|manifest| reading(manifest, Stage::Applied)).collect();
    let tail = company.tells(&lena, &applied).await;
    assert!(tail.segments.is_empty() && !tail.more);
    let docs: BTreeSet<u128> =
        crate::support::changes(&tail).iter().map(|(doc, _)| doc.0.as_u128()).collect();
    assert_eq!(docs, [10, 11].into());
    let scopes: BTreeSet<_> = tail.sums.iter().map(|sum| sum.scope).collect();
    assert!(scopes.contains(&COMMERCIAL) && scopes.contains(&ALL));
    for sum in company.store().check_sums().await.unwrap() {
        assert_eq!(sum.kept, sum.computed);
    }
}

#[tokio::test]
async fn what_a_device_says_of_a_copy_that_nobody_knows_is_not_believed() {
    let company = Company::founded().await;
    let (mut jan, lena) = (company.device_of("jan").await, company.device_of("lena").await);
    company.calls(&mut jan, 1..4).await;
    let built = company.build().await;
    let lie = Copying { scope: COMMERCIAL, stage: Stage::Applied(Name([7; 32])) };
    let told = company.tells(&lena, &[lie]).await;
    assert_eq!(of_scope(&told.segments, COMMERCIAL), of_scope(&built, COMMERCIAL));

    let by_log = company.tells(&lena, &[Copying { scope: COMMERCIAL, stage: Stage::ByLog }]).await;
    assert!(by_log.segments.iter().all(|manifest| manifest.scope != COMMERCIAL));
    assert!(by_log.news.iter().any(|entry| matches!(entry.news, News::Change { .. })));

    let south = ScopeId::Territory(TerritoryId(Uuid::from_u128(0xA2)), Audience::Commercial);
    let elsewhere =
        company.tells(&lena, &[Copying { scope: south, stage: Stage::Applied(Name([7; 32])) }]).await;
    assert_eq!(elsewhere.orders, [Order::LeaveScope(south)]);
}

#[tokio::test]
async fn a_piece_is_given_in_ranges_and_never_changes() {
    let company = Company::founded().await;
    let jan = company.device_of("jan").await;
    let built = company.build().await;
    let piece = of_scope(&built, ALL).pieces[0];
    let (name, whole) = (piece.name.to_string(), company.piece(&jan, piece.name).await);

    let answer = company.get(&jan, &name, header(RANGE, "bytes=10-")).await;
    assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
    let place = format!("bytes 10-{}/{}", whole.len() - 1, whole.len());
    assert_eq!(answer.headers()[CONTENT_RANGE], place.as_str());
    assert_eq!(answer.headers()[ETAG], format!("\"{name}\"").as_str());
    assert_eq!(answer.bytes().await.unwrap(), whole[10..]);
    let some = company.get(&jan, &name, header(RANGE, "bytes=3-5")).await;
    assert_eq!(some.bytes().await.unwrap(), whole[3..6]);
    let beyond = company.get(&jan, &name, header(RANGE, &format!("bytes={}-", whole.len()))).await;
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.headers()[CONTENT_RANGE], format!("bytes */{}", whole.len()).as_str());

    let known = header(reqwest::header::IF_NONE_MATCH, &format!("\"{name}\""));
    assert_eq!(company.get(&jan, &name, known).await.status(), StatusCode::NOT_MODIFIED);
    let mut of_another = header(RANGE, "bytes=10-");
    of_another.extend(header(reqwest::header::IF_RANGE, "\"another\""));
    assert_eq!(company.get(&jan, &name, of_another).await.bytes().await.unwrap(), whole);
}

#[tokio::test]
async fn a_piece_is_for_those_who_follow_its_scope() {
    let company = Company::founded().await;
    let (mut jan, miriam, otto) =
        (company.device_of("jan").await, company.device_of("miriam").await, company.device_of("otto").await);
    company.calls(&mut jan, 1..4).await;
    let built = company.build().await;
    let status =
        async |device: &Device, name: &str| company.get(device, name, HeaderMap::new()).await.status();
    let commercial = of_scope(&built, COMMERCIAL).pieces[0].name.to_string();
    let all = of_scope(&built, ALL).pieces[0].name.to_string();

    assert_eq!(status(&jan, &commercial).await, StatusCode::OK);
    assert_eq!(status(&miriam, &commercial).await, StatusCode::NOT_FOUND, "another audience");
    assert_eq!(status(&miriam, &all).await, StatusCode::OK);
    for of_north in [&commercial, &all] {
        assert_eq!(status(&otto, of_north).await, StatusCode::NOT_FOUND, "another territory");
    }
    for nothing in [Name([0; 32]).to_string(), "..".to_owned(), "ABC".to_owned()] {
        assert_eq!(status(&jan, &nothing).await, StatusCode::NOT_FOUND);
    }
    let stranger = Device { token: "nobody".into(), ..jan };
    assert_eq!(status(&stranger, &commercial).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_log_that_has_grown_is_copied_again_and_the_old_copy_stays_for_those_who_read_it() {
    let company = Company::founded().await;
    let (mut jan, lena) = (company.device_of("jan").await, company.device_of("lena").await);
    company.calls(&mut jan, 1..4).await;
    let old = of_scope(&company.build().await, COMMERCIAL).clone();
    company.calls(&mut jan, 4..6).await;
    assert_eq!(company.build().await, [], "it has grown by four lines only");
    company.calls(&mut jan, 6..7).await;
    let new = of_scope(&company.build().await, COMMERCIAL).clone();
    assert_ne!(old.name(), new.name());

    assert_eq!(of_scope(&company.tells(&lena, &[]).await.segments, COMMERCIAL), &new);
    let old_reader = [reading(&old, Stage::Reading)];
    assert_eq!(of_scope(&company.tells(&lena, &old_reader).await.segments, COMMERCIAL), &old);
    company.copied(&lena, &old).await;

    company.pass(TimeDelta::days(8));
    assert_eq!(company.build().await, []);
    let lena = company.device_of("lena").await;
    assert_eq!(of_scope(&company.tells(&lena, &old_reader).await.segments, COMMERCIAL), &new);
    company.copied(&lena, &new).await;
    let forgotten: Vec<_> = old.names().into_iter().filter(|name| !new.names().contains(name)).collect();
    for name in forgotten {
        let answer = company.get(&lena, &name.to_string(), HeaderMap::new()).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn two_who_build_at_once_do_no_harm_and_one_who_died_is_waited_for() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    company.calls(&mut jan, 1..6).await;
    let (store, now) = (company.store(), company.now());
    let (one, other) = tokio::join!(
        build(&store, COMMERCIAL, (&SETTINGS, now)),
        build(&store, COMMERCIAL, (&SETTINGS, now))
    );
    let built: Vec<_> = [one.unwrap(), other.unwrap()].into_iter().flatten().collect();
    assert!(!built.is_empty() && built.iter().all(|manifest| *manifest == built[0]));
    company.copied(&jan, &built[0]).await;

    assert!(store.take_turn(ALL, now, now + TimeDelta::hours(1)).await.unwrap());
    assert_eq!(build(&store, ALL, (&SETTINGS, now)).await.unwrap(), None);
    let later = now + TimeDelta::hours(1);
    assert!(build(&store, ALL, (&SETTINGS, later)).await.unwrap().is_some());
}

#[tokio::test]
async fn what_is_written_while_a_copy_is_built_is_in_it_whole_or_comes_after_it() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    company.calls(&mut jan, 1..30).await;
    let store = company.store();
    let (settings, now) = (SETTINGS, company.now());
    let builder = Arc::clone(&store);
    let building = tokio::spawn(async move { build(&builder, COMMERCIAL, (&settings, now)).await });
    company.calls(&mut jan, 30..40).await;
    let manifest = building.await.unwrap().unwrap().unwrap();

    let copied = hashes(&company.copied(&jan, &manifest).await);
    let changes: usize = copied.values().map(BTreeSet::len).sum();
    assert_eq!(changes as u64, manifest.seq, "as many changes as lines of the log");
    let lena = company.device_of("lena").await;
    let tail = company.tells(&lena, &[reading(&manifest, Stage::Applied)]).await;
    assert_eq!(changes + crate::support::changes(&tail).len(), 78);
}

#[tokio::test]
async fn rows_that_left_are_in_no_copy() {
    let company = Company::founded().await;
    let jan = company.device_of("jan").await;
    let nowhere = RoutedRow { row: Row::Hcp(mara("Cardiology")), scopes: Vec::new() };
    company.store().upsert_rows(vec![nowhere], company.now()).await.unwrap();
    let built = company.build().await;
    let segments = company.copied(&jan, of_scope(&built, ALL)).await;
    assert!(segments.iter().all(|segment| segment.rows.iter().all(|(_, row)| row.key().1 != MARA.0)));
}

#[tokio::test]
async fn a_copy_that_holds_what_has_left_is_given_to_nobody_any_more() {
    let company = Company::founded().await;
    let (mut jan, lena) = (company.device_of("jan").await, company.device_of("lena").await);
    company.calls(&mut jan, 1..4).await;
    let built = company.build().await;
    let old = of_scope(&built, COMMERCIAL);
    company.copied(&lena, old).await;

    let away = vec![Move::Hcp(MARA, Some(SOUTH))];
    company.store().realign(away, company.now(), false).await.unwrap();
    let told = company.tells(&lena, &[reading(old, Stage::Reading)]).await;
    assert!(told.segments.iter().all(|manifest| ![COMMERCIAL, ALL].contains(&manifest.scope)));
    for piece in built.iter().filter(|manifest| [COMMERCIAL, ALL].contains(&manifest.scope)) {
        for name in piece.names() {
            let answer = company.get(&lena, &name.to_string(), HeaderMap::new()).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        }
    }
    let rebuilt = company.build().await;
    let copied = company.copied(&lena, of_scope(&rebuilt, COMMERCIAL)).await;
    assert_eq!(hashes(&copied), BTreeMap::new());
}

#[tokio::test]
async fn a_server_builds_by_itself_when_it_starts() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    company.calls(&mut jan, 1..3).await;
    assert_eq!(company.store().manifests(Vec::new()).await.unwrap(), []);
    let listen = "127.0.0.1:0".parse().unwrap();
    let config = Config { listen, segments: SETTINGS, ..company.database.config() };
    let now = company.now();
    let other = sync_server::start(config, Clock::new(move || now), Chance::of_machine()).await.unwrap();
    while company.store().manifests(vec![COMMERCIAL]).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    other.stop().await.unwrap();
}
