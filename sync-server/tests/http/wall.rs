//! Who may hold and write what.

use crate::support::{Company, MARA, changes, outcomes, rows};
use chrono::TimeDelta;
use document::Actor;
use domain::calls::{CallEdit, CallState};
use domain::insight::ActivityKind;
use domain::people::Audience;
use domain::reference::Row;
use sync::json::ProblemCode;
use sync::wire::v1::{Order, Outcome, Rejection};

const OUTSIDE: Outcome = Outcome::Rejected(Rejection::OutsideAudience);

#[tokio::test]
async fn a_liaison_never_sees_a_reps_call_and_a_rep_of_another_territory_neither() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let call = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;
    for other in ["miriam", "otto", "ines"] {
        let mut device = company.device_of(other).await;
        assert_eq!(changes(&company.sync(&mut device, Vec::new()).await), [], "{other}");
    }
}

#[tokio::test]
async fn commercial_sees_that_medical_met_an_hcp_and_nothing_more() {
    let company = Company::founded().await;
    let (mut jan, mut miriam) = (company.device_of("jan").await, company.device_of("miriam").await);
    let mut call = miriam.plan(1, company.now(), Audience::Medical);
    call.note(miriam.writes(company.now()), "asked about use in pregnancy");
    call.submit(miriam.writes(company.now()));
    company.sync(&mut miriam, call.items()).await;

    let seen = company.sync(&mut jan, Vec::new()).await;

    assert_eq!(changes(&seen), []);
    let Some(Row::Activity(activity)) = rows(&seen).into_iter().next_back() else {
        panic!("nothing is seen")
    };
    assert_eq!((activity.hcp, activity.kind, activity.at), (MARA, ActivityKind::Medical, company.now()));
    assert_eq!((activity.title.as_str(), activity.detail.as_str()), ("Met Dr miriam, medical", ""));
}

#[tokio::test]
async fn a_rep_writes_into_no_medical_call_even_when_knowing_all_of_it() {
    let company = Company::founded().await;
    let (mut jan, mut miriam) = (company.device_of("jan").await, company.device_of("miriam").await);
    let mut call = miriam.plan(1, company.now(), Audience::Medical);
    company.sync(&mut miriam, call.items()).await;
    call.note(jan.writes(company.now()), "let me in");
    assert_eq!(outcomes(&company.sync(&mut jan, call.items_from(1)).await), [OUTSIDE]);

    let own = jan.plan(2, company.now(), Audience::Medical);
    assert_eq!(outcomes(&company.sync(&mut jan, own.items()).await), [OUTSIDE]);
}

#[tokio::test]
async fn what_builds_upon_a_refused_change_is_refused_too_and_the_rest_is_taken() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let mut wrong = jan.plan(1, company.now(), Audience::Medical);
    wrong.note(jan.writes(company.now()), "more");
    let right = jan.plan(2, company.now(), Audience::Commercial);

    let answer = company.sync(&mut jan, [wrong.items(), right.items()].concat()).await;
    assert_eq!(outcomes(&answer), [OUTSIDE, OUTSIDE, Outcome::Accepted]);
    assert_eq!(outcomes(&company.sync(&mut jan, wrong.items_from(1)).await), [OUTSIDE]);
}

#[tokio::test]
async fn an_administrator_writes_nothing() {
    let company = Company::founded().await;
    let mut ines = company.device_of("ines").await;
    let call = ines.plan(1, company.now(), Audience::Commercial);
    assert_eq!(outcomes(&company.sync(&mut ines, call.items()).await), [OUTSIDE]);
}

#[tokio::test]
async fn nobody_writes_with_anothers_hand_or_in_anothers_name() {
    let company = Company::founded().await;
    let (mut jan, mut lena) = (company.device_of("jan").await, company.device_of("lena").await);
    company.sync(&mut jan, Vec::new()).await;
    let foreign = [Outcome::Rejected(Rejection::ForeignAuthor)];

    let jans = jan.plan(1, company.now(), Audience::Commercial);
    assert_eq!(outcomes(&company.sync(&mut lena, jans.items()).await), foreign);

    let mut named_jan = lena.clone();
    named_jan.author = jan.author;
    let call = named_jan.plan(2, company.now(), Audience::Commercial);
    assert_eq!(outcomes(&company.sync(&mut lena, call.items()).await), foreign);

    let mut call = lena.plan(3, company.now(), Audience::Commercial);
    call.edit(
        lena.writes(company.now()),
        &[],
        Some(&CallState::Submitted { at: company.now(), by: jan.author }),
    );
    let outcomes = outcomes(&company.sync(&mut lena, call.items()).await);
    assert_eq!(outcomes, [Outcome::Accepted, Outcome::Rejected(Rejection::ForeignAuthor)]);
}

#[tokio::test]
async fn a_hand_that_is_another_devices_is_refused_and_a_new_one_is_asked_for() {
    let company = Company::founded().await;
    let (mut jan, mut lena) = (company.device_of("jan").await, company.device_of("lena").await);
    company.sync(&mut jan, Vec::new()).await;
    lena.actor = jan.actor;
    let call = lena.plan(1, company.now(), Audience::Commercial);
    let answer = company.sync(&mut lena, call.items()).await;
    assert_eq!(outcomes(&answer), [Outcome::Rejected(Rejection::ForeignAuthor)]);
    assert_eq!(answer.orders, [Order::NewActor]);

    lena.id = jan.id;
    assert_eq!(
        crate::support::refused(company.try_sync(&lena, Vec::new()).await),
        (403, ProblemCode::DeviceOfAnother)
    );
}

#[tokio::test]
async fn a_copied_device_is_noticed_and_asked_to_take_a_new_hand() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let mut call = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;
    let mut copy = call.clone();
    call.note(jan.writes(company.now()), "on the first");
    copy.note(jan.writes(company.now()), "on the copy");
    company.sync(&mut jan, call.items_from(1)).await;

    let answer = company.sync(&mut jan, copy.items_from(1)).await;
    assert_eq!(outcomes(&answer), [Outcome::Rejected(Rejection::Sequence)]);
    assert_eq!(answer.orders, [Order::NewActor]);

    jan.actor = Actor([9; 16]);
    let mut again = call.clone();
    again.note(jan.writes(company.now()), "on the copy, again");
    assert_eq!(outcomes(&company.sync(&mut jan, again.items_from(2)).await), [Outcome::Accepted]);
}

#[tokio::test]
async fn a_submitted_call_is_frozen_and_takes_an_amendment() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let mut call = jan.plan(1, company.now(), Audience::Commercial);
    call.submit(jan.writes(company.now()));
    company.sync(&mut jan, call.items()).await;

    let mut edited = call.clone();
    edited.edit(jan.writes(company.now()), &[CallEdit::Place(Some("elsewhere".into()))], None);
    let frozen = company.sync(&mut jan, edited.items_from(2)).await;
    assert_eq!(outcomes(&frozen), [Outcome::Rejected(Rejection::Frozen)]);

    call.amend(jan.writes(company.now()), 8);
    assert_eq!(outcomes(&company.sync(&mut jan, call.items_from(2)).await), [Outcome::Accepted]);
}

#[tokio::test]
async fn a_call_that_is_logged_late_is_taken_with_a_finding() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let mut call = jan.plan(1, company.now() - TimeDelta::days(3), Audience::Commercial);
    call.submit(jan.writes(company.now()));
    let answer = company.sync(&mut jan, call.items()).await;
    assert_eq!(outcomes(&answer), [Outcome::Accepted, Outcome::Accepted]);
    let codes: Vec<_> = answer.findings.iter().map(|finding| (finding.doc, finding.code.as_str())).collect();
    assert_eq!(codes, [(call.doc, "logged_late")]);
}
