//! HCPs are given other territories: what goes with them, what is taken that was written before anybody saw it, and what
//! nobody gets any more.

use crate::support::{Company, MARA, NORTH, SOUTH, changes, item, mara, outcomes};
use chrono::TimeDelta;
use document::{Document, Kind};
use domain::ids::{AffiliationId, DocId, HcpId, OrgId, TerritoryId, UserId};
use domain::people::{Affiliation, Audience, Country, Hcp, Organisation};
use domain::reference::{Row, Table};
use std::collections::BTreeSet;
use sync::wire::v1::{News, Order, Outcome, Rejection, Response};
use sync::{Cursor, ScopeId};
use sync_server::store::{Move, Moved, RoutedRow};
use uuid::Uuid;

pub const OUTSIDE: Outcome = Outcome::Rejected(Rejection::OutsideAudience);
const TOMAS: HcpId = HcpId(Uuid::from_u128(0xB2));
const CLINIC: OrgId = OrgId(Uuid::from_u128(0xE1));
pub const JAN: UserId = UserId(Uuid::from_u128(1));

pub fn commercial(territory: TerritoryId) -> ScopeId {
    ScopeId::Territory(territory, Audience::Commercial)
}

pub fn everybody(territory: TerritoryId) -> ScopeId {
    ScopeId::Territory(territory, Audience::All)
}

pub async fn moves(company: &Company, moves: Vec<Move>) -> Moved {
    let moved = company.running.store().realign(moves, company.now(), false).await.unwrap();
    sums_hold(company).await;
    moved
}

pub async fn sums_hold(company: &Company) {
    for sum in company.running.store().check_sums().await.unwrap() {
        assert_eq!(sum.kept, sum.computed, "{}", sum.scope);
    }
}

pub async fn lives(company: &Company, doc: DocId) -> BTreeSet<ScopeId> {
    let held = company.running.store().documents(vec![doc]).await.unwrap();
    held[&doc].scopes.iter().copied().collect()
}

/// A second HCP of the north, who works in a clinic with Mara.
async fn tomas(company: &Company) {
    let north = |row| RoutedRow { row, scopes: vec![everybody(NORTH)] };
    let (name, city, identifiers) = ("Clinic".to_owned(), "Hamburg".to_owned(), Vec::new());
    let clinic = Organisation { id: CLINIC, name, city, country: Country::DE, parent: None, identifiers };
    let (id, role) = (AffiliationId(Uuid::from_u128(0xF1)), "Consultant".to_owned());
    let link = Affiliation { id, hcp: MARA, organisation: CLINIC, role, from: None, until: None };
    let tomas = Hcp { id: TOMAS, workplace: Some(CLINIC), ..mara("Cardiology") };
    let rows = [Row::Organisation(clinic), Row::Affiliation(link), Row::Hcp(tomas)].map(north);
    company.running.store().upsert_rows(rows.to_vec(), company.now()).await.unwrap();
}

fn removed(answer: &Response) -> Vec<DocId> {
    let removed = answer.news.iter().filter_map(|entry| match entry.news {
        News::DocRemoved { doc } => Some(doc),
        _ => None,
    });
    removed.collect()
}

fn tables(answer: &Response) -> (Vec<Table>, Vec<Table>) {
    let (mut come, mut gone) = (Vec::new(), Vec::new());
    for entry in &answer.news {
        match &entry.news {
            News::Row { row, .. } => come.push(row.key().0),
            News::RowGone { table, .. } => gone.push(*table),
            _ => {}
        }
    }
    come.sort_unstable();
    gone.sort_unstable();
    (come, gone)
}

#[tokio::test]
async fn what_was_written_before_an_hcp_s_move_was_seen_is_taken_and_goes_with_them() {
    let company = Company::founded().await;
    let (mut jan, mut lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let mut otto = company.device_of("otto").await;
    let mut call = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;
    company.sync(&mut lena, Vec::new()).await;
    company.sync(&mut otto, Vec::new()).await;

    let moved = moves(&company, vec![Move::Hcp(MARA, Some(SOUTH))]).await;
    assert_eq!(moved, Moved { hcps: 1, users: 0, rows: 1, documents: 1 });
    call.note(jan.writes(company.now()), "asked for data");
    let new = jan.plan(2, company.now(), Audience::Commercial);
    let answer = company.sync(&mut jan, [call.items_from(1), new.items()].concat()).await;

    assert_eq!(outcomes(&answer), [Outcome::Accepted, Outcome::Accepted]);
    assert_eq!(removed(&answer).into_iter().collect::<BTreeSet<_>>(), [call.doc, new.doc].into());
    assert_eq!((changes(&answer), tables(&answer).1), (Vec::new(), vec![Table::Hcp]));
    let all = [&call, &new].map(|draft| draft.changes.iter().map(|change| (draft.doc, change.hash)));
    let told = company.sync(&mut otto, Vec::new()).await;
    let seen: BTreeSet<_> = changes(&told).into_iter().collect();
    assert_eq!(seen, all.into_iter().flatten().collect());
    assert!(
        told.news.iter().any(|entry| matches!(entry.news, News::DocAdded { doc, .. } if doc == call.doc))
    );
    let left = company.sync(&mut lena, Vec::new()).await;
    assert_eq!((changes(&left), removed(&left)), (Vec::new(), vec![call.doc]));
    sums_hold(&company).await;

    // Whoever hears no answer asks again, and is told again what is not theirs.
    let again = company.sync(&mut jan, new.items()).await;
    assert_eq!((outcomes(&again), removed(&again)), (vec![Outcome::Duplicate], vec![new.doc]));
}

#[tokio::test]
async fn pushes_and_a_move_at_once_end_with_everything_where_the_hcp_is() {
    let company = Company::founded().await;
    let jan = company.device_of("jan").await;
    for round in 0..12 {
        let to = if round % 2 == 0 { SOUTH } else { NORTH };
        let call = jan.plan(100 + round, company.now(), Audience::Commercial);
        let store = company.running.store();
        let (pushed, moved) = tokio::join!(
            company.try_sync(&jan, call.items()),
            store.realign(vec![Move::Hcp(MARA, Some(to))], company.now(), false)
        );
        moved.unwrap();
        assert_eq!(outcomes(&pushed.unwrap().1), [Outcome::Accepted], "round {round}");
        assert_eq!(lives(&company, call.doc).await, [commercial(to)].into(), "round {round}");
    }
    sums_hold(&company).await;
}

#[tokio::test]
async fn a_call_with_two_hcps_lives_where_both_are() {
    let company = Company::founded().await;
    tomas(&company).await;
    let (mut jan, mut otto) = (company.device_of("jan").await, company.device_of("otto").await);
    let call = jan.plan_with(&[MARA, TOMAS], 1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;
    company.sync(&mut otto, Vec::new()).await;

    moves(&company, vec![Move::Hcp(MARA, Some(SOUTH))]).await;
    assert_eq!(lives(&company, call.doc).await, [commercial(NORTH), commercial(SOUTH)].into());
    assert_eq!(changes(&company.sync(&mut otto, Vec::new()).await).len(), 1);
    assert_eq!(removed(&company.sync(&mut jan, Vec::new()).await), []);

    moves(&company, vec![Move::Hcp(TOMAS, Some(SOUTH))]).await;
    assert_eq!(removed(&company.sync(&mut jan, Vec::new()).await), [call.doc]);
    assert_eq!(changes(&company.sync(&mut otto, Vec::new()).await), []);
}

#[tokio::test]
async fn a_call_comes_to_a_territory_with_those_who_are_added_to_it_and_leaves_with_them() {
    use domain::calls::CallEdit;
    let company = Company::founded().await;
    tomas(&company).await;
    moves(&company, vec![Move::Hcp(TOMAS, Some(SOUTH))]).await;
    let (mut jan, mut otto) = (company.device_of("jan").await, company.device_of("otto").await);
    let mut call = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;

    call.edit(jan.writes(company.now()), &[CallEdit::AddAttendee(TOMAS)], None);
    company.sync(&mut jan, call.items_from(1)).await;
    sums_hold(&company).await;
    assert_eq!(changes(&company.sync(&mut otto, Vec::new()).await).len(), 2);

    call.edit(jan.writes(company.now()), &[CallEdit::RemoveAttendee(TOMAS)], None);
    company.sync(&mut jan, call.items_from(2)).await;
    sums_hold(&company).await;
    let left = company.sync(&mut otto, Vec::new()).await;
    assert_eq!((changes(&left), removed(&left)), (Vec::new(), vec![call.doc]));
}

#[tokio::test]
async fn organisations_and_links_follow_their_hcps() {
    let company = Company::founded().await;
    tomas(&company).await;
    let (mut jan, mut otto) = (company.device_of("jan").await, company.device_of("otto").await);
    company.sync(&mut jan, Vec::new()).await;
    company.sync(&mut otto, Vec::new()).await;

    moves(&company, vec![Move::Hcp(MARA, Some(SOUTH))]).await;
    let seen = tables(&company.sync(&mut otto, Vec::new()).await);
    assert_eq!(seen, (vec![Table::Hcp, Table::Organisation, Table::Affiliation], Vec::new()));
    let left = tables(&company.sync(&mut jan, Vec::new()).await);
    assert_eq!(left.1, [Table::Hcp, Table::Affiliation]);

    moves(&company, vec![Move::Hcp(TOMAS, Some(SOUTH))]).await;
    assert_eq!(tables(&company.sync(&mut jan, Vec::new()).await).1, [Table::Hcp, Table::Organisation]);
}

#[tokio::test]
async fn what_is_about_an_hcp_of_elsewhere_begins_only_where_they_were_lately() {
    let company = Company::founded().await;
    let mut otto = company.device_of("otto").await;
    let call = otto.plan(1, company.now(), Audience::Commercial);
    assert_eq!(outcomes(&company.sync(&mut otto, call.items()).await), [OUTSIDE]);

    moves(&company, vec![Move::Hcp(MARA, Some(SOUTH))]).await;
    company.pass(TimeDelta::days(91));
    let mut jan = company.device_of("jan").await;
    let late = jan.plan(2, company.now(), Audience::Commercial);
    assert_eq!(outcomes(&company.sync(&mut jan, late.items()).await), [OUTSIDE]);
}

#[tokio::test]
async fn an_hcp_of_no_territory_takes_consent_away_and_brings_it_back() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let call = jan.plan(1, company.now(), Audience::Commercial);
    let mut notes = Document::empty();
    let edit = document::profile_notes::Edit::BestTime(Some("mornings".into()));
    let change =
        document::profile_notes::edit(&mut notes, jan.writes(company.now()), MARA, &edit).unwrap().unwrap();
    let doc = DocId::profile_notes_of(MARA, Audience::Commercial);
    let items = [call.items(), vec![item(doc, Kind::ProfileNotes, &change)]].concat();
    company.sync(&mut jan, items).await;

    moves(&company, vec![Move::Hcp(MARA, None)]).await;
    assert_eq!(lives(&company, doc).await, BTreeSet::new());
    assert_eq!(lives(&company, call.doc).await, [commercial(NORTH)].into(), "it stays with its owner");
    assert_eq!(removed(&company.sync(&mut jan, Vec::new()).await), [doc]);
    moves(&company, vec![Move::Hcp(MARA, Some(NORTH))]).await;
    assert_eq!(changes(&company.sync(&mut jan, Vec::new()).await), [(doc, change.hash)]);
}

#[tokio::test]
async fn lines_of_what_has_left_are_passed_over_however_many_there_are() {
    let company = Company::founded().await;
    let (mut jan, mut lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let mut call = jan.plan(1, company.now(), Audience::Commercial);
    for n in 0..99 {
        call.note(jan.writes(company.now()), &format!("note {n}"));
    }
    company.sync(&mut jan, call.items()).await;
    let store = company.running.store();
    for _ in 0..42 {
        for to in [SOUTH, NORTH] {
            store.realign(vec![Move::Hcp(MARA, Some(to))], company.now(), false).await.unwrap();
        }
    }
    moves(&company, vec![Move::Hcp(MARA, Some(SOUTH))]).await;

    let (mut pages, mut bare) = (0, 0);
    loop {
        let page = company.sync(&mut lena, Vec::new()).await;
        assert_eq!(changes(&page), []);
        pages += 1;
        bare += usize::from(page.news.is_empty() && page.more);
        assert!(pages < 20, "it does not end");
        if !page.more {
            break;
        }
    }
    assert!(pages > 1, "{pages} pages, {bare} of them with nothing");
}

#[tokio::test]
async fn a_log_that_does_not_go_on_where_a_device_stopped_begins_anew() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let call = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;
    company.sync(&mut jan, Vec::new()).await;
    let known = Cursor::decode(jan.cursor.as_ref().unwrap()).unwrap();

    let mut ahead = known.clone();
    ahead.read.insert(commercial(NORTH), 1_000);
    jan.cursor = Some(ahead.encode().unwrap());
    let answer = company.sync(&mut jan, Vec::new()).await;
    assert_eq!(answer.orders, [Order::StartOver(commercial(NORTH))]);
    assert_eq!(changes(&answer), [(call.doc, call.changes[0].hash)]);

    let mut unknown = known.clone();
    unknown.read.insert(ScopeId::User(JAN), 7);
    jan.cursor = Some(unknown.encode().unwrap());
    let answer = company.sync(&mut jan, Vec::new()).await;
    assert_eq!(answer.orders, [Order::StartOver(ScopeId::User(JAN))]);
    assert!(answer.sums.iter().any(|sum| sum.scope == ScopeId::User(JAN) && sum.seq == 0));

    jan.cursor = Some(b"nonsense".to_vec());
    let all = company.sync(&mut jan, Vec::new()).await;
    assert_eq!(all.orders.len(), 4);
    assert!(all.orders.iter().all(|order| matches!(order, Order::StartOver(_))), "{:?}", all.orders);

    let other = Cursor { epoch: Uuid::nil(), ..known };
    jan.cursor = Some(other.encode().unwrap());
    let answer = company.sync(&mut jan, Vec::new()).await;
    assert!(answer.orders.iter().all(|order| matches!(order, Order::PushAgain(_))), "{:?}", answer.orders);
    assert_eq!(changes(&answer), [(call.doc, call.changes[0].hash)]);
}
