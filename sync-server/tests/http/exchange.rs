//! What goes up on one device comes down on another.

use crate::support::{Company, MARA, NORTH, changes, item, mara, outcomes, rows};
use document::{Change, Document, Kind};
use domain::calls::{CallContent, CallEdit};
use domain::consent::{ConsentAct, ConsentChannel, ConsentEvent, ConsentEvidence};
use domain::ids::{ConsentEventId, DocId};
use domain::people::Audience;
use domain::reference::Row;
use std::collections::BTreeSet;
use sync::ScopeId;
use sync::wire::v1::{News, Outcome, Rejection};
use sync_server::store::RoutedRow;
use uuid::Uuid;

#[tokio::test]
async fn a_first_sync_brings_what_the_territory_has_and_an_idle_one_next_to_nothing() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;

    let first = company.sync(&mut jan, Vec::new()).await;

    let tables: Vec<_> = rows(&first).iter().map(|row| row.key().0.name()).collect();
    assert_eq!(tables, ["territory", "territory", "hcp"]);
    assert!(!first.more);
    let (bytes, idle) = company.try_sync(&jan, Vec::new()).await.unwrap();
    assert!(idle.news.is_empty() && !idle.more && !idle.sums.is_empty());
    assert!(bytes <= 1024, "{bytes} bytes");
}

#[tokio::test]
async fn a_call_that_one_rep_plans_is_on_the_other_reps_device() {
    let company = Company::founded().await;
    let (mut jan, mut lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let mut call = jan.plan(1, company.now(), Audience::Commercial);
    call.note(jan.writes(company.now()), "renal data");

    let pushed = company.sync(&mut jan, call.items()).await;
    let pulled = company.sync(&mut lena, Vec::new()).await;

    assert_eq!(outcomes(&pushed), [Outcome::Accepted, Outcome::Accepted]);
    let hashes: Vec<_> = call.changes.iter().map(|change| (call.doc, change.hash)).collect();
    assert_eq!(changes(&pulled), hashes);
    assert!(pulled.news.iter().any(|entry| matches!(entry.news, News::Change { kind: Kind::Call, .. })));
}

#[tokio::test]
async fn two_reps_who_edit_offline_end_with_both_peoples_work() {
    let company = Company::founded().await;
    let (mut jan, mut lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let mut jans = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, jans.items()).await;
    let mut lenas = jans.clone();
    jans.note(jan.writes(company.now()), "asked for data");
    lenas.edit(lena.writes(company.now()), &[CallEdit::Place(Some("Ward 3".into()))], None);

    company.sync(&mut jan, jans.items_from(1)).await;
    let answer = company.sync(&mut lena, lenas.items_from(1)).await;

    assert_eq!(outcomes(&answer), [Outcome::Accepted]);
    for entry in &company.sync(&mut jan, Vec::new()).await.news {
        if let News::Change { change, .. } = &entry.news {
            jans.document.apply(&[Change::parse(change).unwrap()]).unwrap();
        }
    }
    let merged: CallContent =
        document::call::read(domain::ids::CallId(jans.doc.0), &jans.document).unwrap().content;
    assert_eq!((merged.notes.as_str(), merged.place.as_deref()), ("asked for data", Some("Ward 3")));
}

#[tokio::test]
async fn what_comes_twice_is_a_duplicate_and_no_news() {
    let company = Company::founded().await;
    let (mut jan, mut lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let call = jan.plan(1, company.now(), Audience::Commercial);
    let twice = [call.items(), call.items()].concat();

    assert_eq!(outcomes(&company.sync(&mut jan, twice).await), [Outcome::Accepted, Outcome::Duplicate]);
    company.sync(&mut lena, Vec::new()).await;
    assert_eq!(outcomes(&company.sync(&mut jan, call.items()).await), [Outcome::Duplicate]);
    assert!(company.sync(&mut lena, Vec::new()).await.news.is_empty());
}

#[tokio::test]
async fn a_change_that_comes_before_what_it_builds_upon_waits() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let mut call = jan.plan(1, company.now(), Audience::Commercial);
    call.note(jan.writes(company.now()), "renal data");

    let mut reversed = call.items();
    reversed.reverse();
    assert_eq!(outcomes(&company.sync(&mut jan, reversed).await), [Outcome::Retry, Outcome::Accepted]);
    assert_eq!(outcomes(&company.sync(&mut jan, call.items_from(1)).await), [Outcome::Accepted]);
}

#[tokio::test]
async fn a_page_ends_between_whole_entries_and_the_next_goes_on() {
    let company = Company::founded().await;
    let (mut jan, mut lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let mut call = jan.plan(1, company.now(), Audience::Commercial);
    for n in 0..40 {
        call.note(jan.writes(company.now()), &format!("note {n} {}", "word ".repeat(60)));
    }
    company.sync(&mut jan, call.items()).await;
    lena.room = 4096;

    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let page = company.sync(&mut lena, Vec::new()).await;
        seen.extend(changes(&page));
        pages += 1;
        if !page.more {
            break;
        }
    }

    assert!(pages > 2, "{pages} pages");
    assert_eq!(seen, call.changes.iter().map(|change| (call.doc, change.hash)).collect::<Vec<_>>());
}

#[tokio::test]
async fn only_the_latest_version_of_a_row_comes_down() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    company.sync(&mut jan, Vec::new()).await;
    for specialty in ["Nephrology", "Diabetology"] {
        let scopes = vec![ScopeId::Territory(NORTH, Audience::All)];
        let row = RoutedRow { row: Row::Hcp(mara(specialty)), scopes };
        company.running.store().upsert_rows(vec![row], company.now()).await.unwrap();
    }
    assert_eq!(rows(&company.sync(&mut jan, Vec::new()).await), [Row::Hcp(mara("Diabetology"))]);
}

#[tokio::test]
async fn a_cursor_that_nobody_knows_gets_a_fresh_copy() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let first = company.sync(&mut jan, Vec::new()).await.news;
    jan.cursor = Some(b"nonsense".to_vec());
    assert_eq!(company.sync(&mut jan, Vec::new()).await.news, first);
}

#[tokio::test]
async fn consent_is_seen_by_everyone_of_the_territory_and_its_sums_hold() {
    let company = Company::founded().await;
    let (mut jan, mut miriam) = (company.device_of("jan").await, company.device_of("miriam").await);
    let event = ConsentEvent {
        id: ConsentEventId(Uuid::from_u128(7)),
        channel: ConsentChannel::Email,
        act: ConsentAct::Granted,
        evidence: ConsentEvidence::Spoken,
        captured_by: jan.author,
        at: company.now(),
        until: None,
        seen: BTreeSet::new(),
    };
    let mut document = Document::empty();
    let change =
        document::consent::record(&mut document, jan.writes(company.now()), MARA, &event).unwrap().unwrap();
    let doc = DocId::consent_of(MARA);

    let pushed = company.sync(&mut jan, vec![item(doc, Kind::Consent, &change)]).await;
    let elsewhere =
        company.sync(&mut jan, vec![item(DocId(Uuid::from_u128(3)), Kind::Consent, &change)]).await;

    assert_eq!(outcomes(&pushed), [Outcome::Accepted]);
    assert_eq!(outcomes(&elsewhere), [Outcome::Rejected(Rejection::Identity)]);
    assert_eq!(changes(&company.sync(&mut miriam, Vec::new()).await), [(doc, change.hash)]);
    for sum in company.running.store().check_sums().await.unwrap() {
        assert_eq!(sum.kept, sum.computed, "{}", sum.scope);
    }
}
