//! The stories. They share one store and follow one another.

use crate::database::Database;
use chrono::TimeDelta;
use document::{Actor, Author, Content, Document, Kind};
use domain::Instant;
use domain::calls::{Call, CallContent, CallEdit, CallState, Channel};
use domain::ids::{ActivityId, CallId, DeviceId, DocId, HcpId, ProductId, TerritoryId, UserId};
use domain::insight::ActivityKind;
use domain::people::{Audience, Country, Role, Territory};
use domain::reference::{Row, Table};
use sync::ScopeId;
use sync::wire::v1::{News as Line, Rejection};
use sync_server::activity::Effect;
use sync_server::store::{
    Happened, NewAccount, NewSession, NewState, Push, Refused, Rotated, RoutedRow, Store, StoreError,
    TokenHash, Tokens,
};
use uuid::Uuid;

const ANNA: UserId = UserId(Uuid::from_u128(1));
const BEN: UserId = UserId(Uuid::from_u128(2));
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(3));
const NORTH: TerritoryId = TerritoryId(Uuid::from_u128(4));
const COUNTRY: ScopeId = ScopeId::Country(Country::DE);
const FIELD: ScopeId = ScopeId::Territory(NORTH, Audience::Commercial);
const NOON: Instant = Instant::UNIX_EPOCH;

#[tokio::test]
async fn a_store_does_all_of_it() {
    let database = Database::fresh();
    let store = sync_server::open(&database.config()).await.unwrap();
    let store = store.as_ref();
    rows_have_versions_and_move(store).await;
    a_login_name_is_taken_once(store).await;
    a_device_and_a_hand_belong_to_one(store).await;
    a_refresh_token_is_good_until_its_answer_is_used(store).await;
    of_two_who_write_at_once_one_must_read_again(store).await;
    what_happened_is_kept_once_and_leaves_once(store).await;
    a_refusal_is_remembered_until_the_change_is_taken(store).await;
    pages_have_no_gap_and_sums_hold(store).await;
    assert!(store.rebuild().await.unwrap() > 0);
    store.close().await.unwrap();
    let ended = store.end_session(Uuid::nil(), NOON).await;
    assert!(matches!(ended, Err(StoreError::Unavailable(_))), "{ended:?}");
}

fn territory(name: &str, scopes: &[ScopeId]) -> RoutedRow {
    let row = Row::Territory(Territory { id: NORTH, name: name.into(), country: Country::DE });
    RoutedRow { row, scopes: scopes.to_vec() }
}

async fn lines(store: &dyn Store, scope: ScopeId, after: u64) -> Vec<Line> {
    store.news(vec![(scope, after)], 1_000_000).await.unwrap().entries.into_iter().map(|e| e.news).collect()
}

async fn rows_have_versions_and_move(store: &dyn Store) {
    assert_eq!(
        store.upsert_rows(vec![territory("Nord", &[COUNTRY]), territory("North", &[COUNTRY])], NOON).await,
        Ok(1)
    );
    assert_eq!(store.upsert_rows(vec![territory("North", &[COUNTRY])], NOON).await, Ok(0));
    assert_eq!(store.upsert_rows(vec![territory("North", &[COUNTRY, FIELD])], NOON).await, Ok(1));
    assert!(matches!(lines(store, COUNTRY, 0).await[..], [Line::Row { version: 2, .. }]));

    assert_eq!(store.upsert_rows(vec![territory("North", &[COUNTRY])], NOON).await, Ok(1));
    assert!(matches!(
        lines(store, FIELD, 0).await[..],
        [Line::RowGone { table: Table::Territory, version: 2, .. }]
    ));
    assert_eq!(store.row(Table::Territory, NORTH.0).await.unwrap(), Some(territory("North", &[]).row));
    assert_eq!(store.rows_of(Table::Territory).await, Ok(vec![territory("North", &[]).row]));
    assert_eq!(store.rows_of(Table::Hcp).await, Ok(Vec::new()));
    assert_eq!(store.row_counts().await.unwrap(), [("territory".to_owned(), 1)].into());
}

fn account(user: UserId, login: &str) -> NewAccount {
    let (login, name, password) = (login.to_owned(), "Anna".to_owned(), "$argon2id$".to_owned());
    NewAccount { user, login, name, role: Role::Rep, country: Country::DE, territory: Some(NORTH), password }
}

async fn a_login_name_is_taken_once(store: &dyn Store) {
    assert!(store.is_empty().await.unwrap());
    store.add_accounts(vec![account(ANNA, "anna")]).await.unwrap();
    let both = vec![account(BEN, "ben"), account(UserId(Uuid::nil()), "anna")];
    assert_eq!(store.add_accounts(both).await, Err(StoreError::Taken("login name")));
    assert_eq!(store.account("ben".into()).await.unwrap(), None);
    let (anna, password) = store.account("anna".into()).await.unwrap().unwrap();
    assert_eq!((anna.user, anna.territory.unwrap().id, password.as_str()), (ANNA, NORTH, "$argon2id$"));
    store.add_accounts(vec![account(BEN, "ben")]).await.unwrap();
}

async fn a_device_and_a_hand_belong_to_one(store: &dyn Store) {
    assert_eq!(store.bind_device(DEVICE, ANNA, NOON).await, Ok(true));
    assert_eq!(store.bind_device(DEVICE, BEN, NOON).await, Ok(false));
    let other = DeviceId(Uuid::from_u128(30));
    store.bind_device(other, BEN, NOON).await.unwrap();
    assert_eq!(store.register_actor(Actor([1; 16]), DEVICE, NOON).await, Ok(vec![Actor([1; 16])]));
    assert_eq!(store.register_actor(Actor([1; 16]), other, NOON).await, Ok(Vec::new()));
}

fn tokens(n: u8) -> Tokens {
    Tokens {
        access: TokenHash([n; 32]),
        access_until: NOON + TimeDelta::minutes(10),
        refresh: TokenHash([n; 32]),
        refresh_until: NOON + TimeDelta::days(30),
    }
}

async fn a_refresh_token_is_good_until_its_answer_is_used(store: &dyn Store) {
    let session =
        NewSession { id: Uuid::from_u128(9), user: ANNA, device: DEVICE, tokens: tokens(1), at: NOON };
    store.open_session(session).await.unwrap();
    let caller = store.caller(TokenHash([1; 32]), NOON).await.unwrap().unwrap();
    assert_eq!((caller.account.user, caller.device), (ANNA, DEVICE));
    assert!(store.caller(TokenHash([1; 32]), NOON + TimeDelta::minutes(10)).await.unwrap().is_none());

    let rotated = store.rotate(TokenHash([1; 32]), tokens(2), NOON).await.unwrap();
    assert!(matches!(rotated, Rotated::Renewed(account) if account.user == ANNA));
    assert!(store.caller(TokenHash([1; 32]), NOON).await.unwrap().is_none());
    let again = store.rotate(TokenHash([1; 32]), tokens(3), NOON).await.unwrap();
    assert!(matches!(again, Rotated::Renewed(_)), "nobody has used what it gave");
    assert!(store.caller(TokenHash([2; 32]), NOON).await.unwrap().is_none());
    assert!(store.caller(TokenHash([3; 32]), NOON).await.unwrap().is_some());
    assert!(matches!(store.rotate(TokenHash([1; 32]), tokens(4), NOON).await.unwrap(), Rotated::Reused));
    assert!(store.caller(TokenHash([3; 32]), NOON).await.unwrap().is_none());
    assert!(matches!(store.rotate(TokenHash([3; 32]), tokens(5), NOON).await.unwrap(), Rotated::Unknown));
}

fn author() -> Author {
    Author { actor: Actor([1; 16]), user: ANNA, now: NOON }
}

fn planned(id: u128) -> (Document, NewState) {
    let content = CallContent::planned(Channel::Phone, NOON, NOON + TimeDelta::minutes(20));
    let (audience, state) = (Audience::Commercial, CallState::Planned);
    let id = CallId(Uuid::from_u128(id));
    let call = Call { id, owner: ANNA, audience, state, content, amendments: Vec::new() };
    let (mut document, change) = document::call::create(author(), &call).unwrap();
    let state = NewState {
        doc: id.into(),
        kind: Kind::Call,
        revision: None,
        scopes: vec![FIELD],
        saved: document.save(),
        content: Content::Call(Box::new(call)),
        changes: vec![change],
    };
    (document, state)
}

fn edited(document: &mut Document, before: &NewState, revision: u64, text: &str) -> NewState {
    let edit = [CallEdit::Notes(text.into()), CallEdit::AddProduct(ProductId(Uuid::nil()))];
    let change = document::call::edit(document, author(), &edit, None).unwrap().unwrap();
    let content = Content::read(Kind::Call, before.doc, document).unwrap();
    NewState {
        revision: Some(revision),
        saved: document.save(),
        content,
        changes: vec![change],
        ..before.clone()
    }
}

fn push(documents: Vec<NewState>) -> Push {
    let (happened, refused) = (Vec::new(), Vec::new());
    Push { user: ANNA, device: Some(DEVICE), at: NOON, documents, happened, refused }
}

async fn of_two_who_write_at_once_one_must_read_again(store: &dyn Store) {
    let (mut document, first) = planned(100);
    let mut other = document.clone();
    store.push(push(vec![first.clone()])).await.unwrap();
    assert_eq!(store.push(push(vec![first.clone()])).await, Err(StoreError::Conflict));

    store.push(push(vec![edited(&mut document, &first, 1, "one")])).await.unwrap();
    let late = edited(&mut other, &first, 1, "two");
    assert_eq!(store.push(push(vec![planned(101).1, late])).await, Err(StoreError::Conflict));

    let held = store.documents(vec![first.doc, DocId(Uuid::from_u128(101))]).await.unwrap();
    assert_eq!((held.len(), held[&first.doc].revision, held[&first.doc].written.len()), (1, 2, 2));
    assert_eq!(held[&first.doc].scopes, [FIELD]);
}

async fn what_happened_is_kept_once_and_leaves_once(store: &dyn Store) {
    let (mut document, first) = planned(200);
    let happened = Happened {
        id: ActivityId(Uuid::from_u128(7)),
        doc: first.doc,
        effect: Effect::CallSubmitted,
        subject: first.doc.0,
        hcp: Some(HcpId(Uuid::from_u128(5))),
        kind: ActivityKind::Call,
        audience: Audience::Commercial,
        title: "Call by telephone".into(),
        at: NOON,
        by: ANNA,
        data: serde_json::json!({ "call": first.doc }),
        shown: None,
    };
    let with = |state| Push { happened: vec![happened.clone()], ..push(vec![state]) };
    let second = edited(&mut document, &first, 1, "one");
    store.push(with(first)).await.unwrap();
    store.push(with(second)).await.unwrap();
    assert_eq!(store.backlog().await.unwrap().waiting, 1);
    assert_eq!(store.activity_of(vec![happened.doc]).await.unwrap(), [happened.id]);
    let entry = store.claim(NOON, NOON + TimeDelta::minutes(1)).await.unwrap().unwrap();
    assert_eq!((entry.new.event_id, entry.new.key), (happened.id.0, Uuid::from_u128(5).to_string()));
}

async fn a_refusal_is_remembered_until_the_change_is_taken(store: &dyn Store) {
    let (_, state) = planned(300);
    let refused = Refused { doc: state.doc, hash: state.changes[0].hash, why: Rejection::OutsideAudience };
    store.push(Push { refused: vec![refused], ..push(Vec::new()) }).await.unwrap();
    assert_eq!(store.refused(vec![state.doc]).await, Ok(vec![refused]));
    store.push(push(vec![state.clone()])).await.unwrap();
    assert_eq!(store.refused(vec![state.doc]).await, Ok(Vec::new()));
}

async fn pages_have_no_gap_and_sums_hold(store: &dyn Store) {
    let whole = store.news(vec![(FIELD, 0)], 1_000_000).await.unwrap();
    let (mut pieces, mut after) = (Vec::new(), 0);
    loop {
        let page = store.news(vec![(FIELD, after)], 1).await.unwrap();
        assert_eq!(page.sums.is_empty(), page.more);
        after = page.read[&FIELD];
        pieces.extend(page.entries);
        if !page.more {
            break;
        }
    }
    assert!(pieces.len() > 4);
    assert_eq!(pieces, whole.entries);
    let ahead = store.news(vec![(FIELD, after + 1)], 1_000_000).await.unwrap();
    assert_eq!(ahead.entries, whole.entries, "a sequence that was never given");
    assert!(store.check_sums().await.unwrap().iter().all(|sum| sum.kept == sum.computed));
}
