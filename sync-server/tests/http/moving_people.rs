//! People are given other territories or roles: their work is taken until they have left, and they get nothing of where
//! they were. And the file that moves many at once.

use crate::moving::{JAN, OUTSIDE, commercial, everybody, lives, moves, sums_hold};
use crate::support::{Company, Device, MARA, NORTH, SOUTH, changes, item, outcomes};
use document::Kind;
use domain::ids::{DocId, FollowUpId};
use domain::people::{Audience, Role};
use domain::planning::{FollowUp, FollowUpState};
use sync::ScopeId;
use sync::wire::v1::{Item, Order, Outcome};
use sync_server::people::realign::realign;
use sync_server::store::Move;
use uuid::Uuid;

fn promise(device: &Device, company: &Company, id: u128) -> (DocId, Item) {
    let id = FollowUpId(Uuid::from_u128(id));
    let (due, state) = (company.now().date_naive(), FollowUpState::Open);
    let follow_up = FollowUp {
        id,
        owner: device.author,
        hcp: Some(MARA),
        call: None,
        text: "send the paper".into(),
        due,
        state,
    };
    let (_, change) = document::follow_up::create(device.writes(company.now()), &follow_up).unwrap();
    (id.into(), item(id.into(), Kind::FollowUp, &change))
}

#[tokio::test]
async fn a_rep_who_moves_is_taken_at_their_word_until_they_have_left() {
    let company = Company::founded().await;
    let (mut jan, mut lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let mut call = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;

    moves(&company, vec![Move::User(JAN, Some(SOUTH), None)]).await;
    call.note(jan.writes(company.now()), "unsent");
    let new = jan.plan(2, company.now(), Audience::Commercial);
    let answer = company.sync(&mut jan, [call.items_from(1), new.items()].concat()).await;

    assert_eq!(outcomes(&answer), [Outcome::Accepted, Outcome::Accepted]);
    let told = [Order::LeaveScope(commercial(NORTH)), Order::LeaveScope(everybody(NORTH))];
    assert_eq!(answer.orders, told);
    assert_eq!(changes(&answer), []);
    assert_eq!(changes(&company.sync(&mut lena, Vec::new()).await).len(), 3);

    // The answer may have been lost: it is told until it has left, and what it writes is taken.
    call.note(jan.writes(company.now()), "found in a pocket");
    let answer = company.sync(&mut jan, call.items_from(2)).await;
    assert_eq!((outcomes(&answer), answer.orders.as_slice()), (vec![Outcome::Accepted], told.as_slice()));
    jan.left = vec![commercial(NORTH), everybody(NORTH)];
    assert_eq!(company.sync(&mut jan, Vec::new()).await.orders, []);
    jan.left.clear();
    call.note(jan.writes(company.now()), "too late");
    assert_eq!(outcomes(&company.sync(&mut jan, call.items_from(3)).await), [OUTSIDE]);
    sums_hold(&company).await;
}

#[tokio::test]
async fn a_call_about_nobody_goes_with_its_owner() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let call = jan.plan_with(&[], 1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;
    assert_eq!(lives(&company, call.doc).await, [commercial(NORTH)].into());

    let moved = moves(&company, vec![Move::User(JAN, Some(SOUTH), None)]).await;
    assert_eq!((moved.users, moved.documents), (1, 1));
    let answer = company.sync(&mut jan, Vec::new()).await;
    assert_eq!(changes(&answer), [(call.doc, call.changes[0].hash)]);
}

#[tokio::test]
async fn a_rep_who_becomes_a_liaison_gets_nothing_of_commercial_and_their_old_work_stays_there() {
    let company = Company::founded().await;
    let (mut jan, mut miriam) = (company.device_of("jan").await, company.device_of("miriam").await);
    let (mut lena, mut call) =
        (company.device_of("lena").await, jan.plan(1, company.now(), Audience::Commercial));
    let medical = miriam.plan(2, company.now(), Audience::Medical);
    company.sync(&mut jan, call.items()).await;
    company.sync(&mut miriam, medical.items()).await;
    assert_eq!(changes(&company.sync(&mut jan, Vec::new()).await), []);

    moves(&company, vec![Move::User(JAN, Some(NORTH), Some(Role::Msl))]).await;
    let hers = lena.plan(3, company.now(), Audience::Commercial);
    company.sync(&mut lena, hers.items()).await;
    call.note(jan.writes(company.now()), "as a rep");
    let (promised, as_rep) = promise(&jan, &company, 4);
    let answer = company.sync(&mut jan, [call.items_from(1), vec![as_rep]].concat()).await;

    assert_eq!(outcomes(&answer), [Outcome::Accepted, Outcome::Accepted]);
    assert_eq!(lives(&company, promised).await, [commercial(NORTH)].into());
    assert_eq!(answer.orders, [Order::LeaveScope(commercial(NORTH))]);
    assert_eq!(changes(&answer), [(medical.doc, medical.changes[0].hash)]);

    jan.left = vec![commercial(NORTH)];
    company.sync(&mut jan, Vec::new()).await;
    let (promised, as_liaison) = promise(&jan, &company, 5);
    let own = jan.plan(6, company.now(), Audience::Commercial);
    call.note(jan.writes(company.now()), "as a liaison");
    let items = [vec![as_liaison], own.items(), call.items_from(2)].concat();
    assert_eq!(outcomes(&company.sync(&mut jan, items).await), [Outcome::Accepted, OUTSIDE, OUTSIDE]);
    let liaisons = ScopeId::Territory(NORTH, Audience::Medical);
    assert_eq!(lives(&company, promised).await, [liaisons].into());
}

#[tokio::test]
async fn a_file_moves_all_whom_it_names_or_nobody() {
    let company = Company::founded().await;
    let store = company.running.store();
    let run = async |file: &str, trial| {
        let mut report = Vec::new();
        let done = realign(store.as_ref(), (file.as_bytes(), &mut report), company.now(), trial).await;
        (done.unwrap(), String::from_utf8(report).unwrap())
    };
    let at = async || store.whereabouts(vec![MARA]).await.unwrap()[&MARA].now;

    let bad =
        format!("what,who,territory,role\nhcp,{MARA},South\nhcp,7,South\nuser,jan,East\nuser,nobody,South\n");
    let (summary, report) = run(&bad, false).await;
    assert_eq!((summary.lines, summary.refused, at().await), (4, 3, Some(NORTH)));
    assert_eq!(report.lines().count(), 4);
    assert!(report.contains("4,there is no territory `East`"), "{report}");

    let good = format!("what,who,territory,role\nhcp,{MARA},South\nuser,jan,{SOUTH},msl\nuser,lena,North\n");
    let (trial, _) = run(&good, true).await;
    assert_eq!(((trial.moved.hcps, trial.moved.users), at().await), ((1, 1), Some(NORTH)));
    let (done, report) = run(&good, false).await;
    assert_eq!((done, report.as_str(), at().await), (trial, "", Some(SOUTH)));
    let (jan, _) = store.account("jan".into()).await.unwrap().unwrap();
    assert_eq!((jan.role, jan.territory.map(|territory| territory.id)), (Role::Msl, Some(SOUTH)));
    sums_hold(&company).await;
}
