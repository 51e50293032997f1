//! Two people, one call.

use chrono::TimeDelta;
use contract::Code;
use contract::calls::{ChangeView, Changed, PartChange, TalkView};
use contract::people::GetTimeline;
use contract::planning::GetFollowUps;
use domain::calls::{CallEdit, CallField, CallState, Channel, NextStep, Reaction, SideEffect};
use world::{CORVALEN, Company, Fate, MARA};

fn interested() -> CallEdit {
    CallEdit::Reaction { product: CORVALEN, reaction: Some(Reaction::Interested) }
}

fn no_side_effect() -> CallEdit {
    CallEdit::SideEffect(Some(SideEffect::NoneMentioned))
}

#[tokio::test]
async fn a_call_captured_offline_reaches_a_colleague_when_the_network_is_back() {
    let company = Company::founded().await.unwrap();
    let (jan, lena) = (company.hand("jan", 1).await.unwrap(), company.hand("lena", 2).await.unwrap());
    jan.network.will([Fate::RequestLost; 3]);
    let call = jan.plan(MARA).await.unwrap().call;
    let due = company.clock.now().date_naive() + TimeDelta::days(3);
    let step = CallEdit::NextStep(Some(NextStep { text: "Send the safety table".into(), due }));
    jan.edit(call, &[interested(), CallEdit::Notes("wants renal data".into()), step]).await.unwrap();
    jan.edit(call, &[no_side_effect()]).await.unwrap();
    let receipt = jan.submit(call).await.unwrap();
    assert_eq!(receipt.waiting, 5, "plan, two edits, the submission, the follow-up");

    jan.sync().await;
    assert_eq!(jan.sync_view().await.unwrap().waiting_changes, 5, "the network was bad");
    jan.network.clear();
    jan.sync().await;
    assert_eq!(jan.sync_view().await.unwrap().waiting_changes, 0);
    lena.sync().await;

    let seen = lena.sees(call).await.unwrap();
    assert!(matches!(seen.state, CallState::Submitted { .. }));
    assert_eq!(seen.closed_by.as_deref(), Some("Jan Reuter"));
    assert_eq!(seen.content.notes, "wants renal data");
    let follow_ups = lena.device.get_follow_ups(GetFollowUps {}).await.unwrap();
    assert_eq!(follow_ups.open[0].colleague.as_deref(), Some("Jan Reuter"));
}

#[tokio::test]
async fn two_who_edit_one_planned_call_offline_end_with_both_people_s_work() {
    let company = Company::founded().await.unwrap();
    let (jan, lena) = (company.hand("jan", 1).await.unwrap(), company.hand("lena", 2).await.unwrap());
    let call = jan.plan(MARA).await.unwrap().call;
    jan.sync().await;
    lena.sync().await;

    jan.edit(call, &[CallEdit::Channel(Channel::Phone), CallEdit::Notes("from Jan".into())]).await.unwrap();
    lena.edit(call, &[CallEdit::Channel(Channel::Remote), interested()]).await.unwrap();
    for hand in [&jan, &lena, &jan] {
        hand.sync().await;
    }

    let (jans, lenas) = (jan.sees(call).await.unwrap(), lena.sees(call).await.unwrap());
    assert_eq!(jans.content, lenas.content);
    assert_eq!(jans.content.notes, "from Jan");
    assert_eq!(jans.content.products[&CORVALEN].reaction, Some(Reaction::Interested));
    let contest = &lenas.contested[0];
    assert_eq!(contest.contested.field, CallField::Channel);
    let mut names = [contest.kept_by.as_str(), contest.lost_by[0].as_str()];
    names.sort_unstable();
    assert_eq!(names, ["Jan Reuter", "Lena Vogt"]);

    lena.edit(call, std::slice::from_ref(&contest.contested.lost[0].value)).await.unwrap();
    lena.sync().await;
    jan.sync().await;
    assert_eq!(jan.sees(call).await.unwrap().contested, []);
}

#[tokio::test]
async fn a_submitted_call_is_frozen_and_an_amendment_says_why() {
    let company = Company::founded().await.unwrap();
    let (jan, lena) = (company.hand("jan", 1).await.unwrap(), company.hand("lena", 2).await.unwrap());
    let call = jan.plan(MARA).await.unwrap().call;
    jan.edit(call, &[no_side_effect()]).await.unwrap();
    jan.submit(call).await.unwrap();

    let refused = jan.edit(call, &[CallEdit::Notes("later".into())]).await.unwrap_err();
    assert_eq!(refused.code, Code::CallFrozen);
    jan.amend(call, "it was by phone", CallEdit::Channel(Channel::Phone)).await.unwrap();
    jan.sync().await;
    lena.sync().await;

    let seen = lena.sees(call).await.unwrap();
    assert_eq!(seen.content.channel, Channel::Phone);
    let amendment = &seen.amendments[0];
    assert_eq!((amendment.by.as_str(), amendment.reason.as_str()), ("Jan Reuter", "it was by phone"));
    let phoned = Changed { before: Channel::InPerson, after: Channel::Phone };
    assert_eq!(amendment.changes, [ChangeView { submitted: true, change: PartChange::Channel(phoned) }]);
}

#[tokio::test]
async fn amendments_name_what_was_submitted_and_what_became_of_it() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let call = jan.plan(MARA).await.unwrap().call;
    jan.edit(call, &[interested(), no_side_effect()]).await.unwrap();
    jan.submit(call).await.unwrap();

    let convinced = CallEdit::Reaction { product: CORVALEN, reaction: Some(Reaction::Convinced) };
    let (not_said, not_there) = (CallEdit::RemoveProduct(CORVALEN), CallEdit::RemoveAttendee(MARA));
    for (reason, edit) in [("misheard", convinced), ("another brand", not_said), ("was ill", not_there)] {
        company.clock.pass(TimeDelta::minutes(1));
        jan.amend(call, reason, edit).await.unwrap();
    }

    let seen = jan.sees(call).await.unwrap();
    let changes: Vec<_> = seen.amendments.into_iter().flat_map(|amendment| amendment.changes).collect();
    let talk = |reaction| Some(TalkView { reaction: Some(reaction), messages: Vec::new() });
    let misheard = Changed { before: talk(Reaction::Interested), after: talk(Reaction::Convinced) };
    let taken_back = Changed { before: talk(Reaction::Convinced), after: None };
    let nobody = Changed { before: vec!["Dr Ines Lindqvist".to_owned()], after: Vec::new() };
    let of_corvalen = |talk| PartChange::Product { name: "Corvalen".into(), talk };
    let expected = [
        (true, of_corvalen(misheard)),
        (false, of_corvalen(taken_back)),
        (true, PartChange::Attendees(nobody)),
    ];
    assert_eq!(changes, expected.map(|(submitted, change)| ChangeView { submitted, change }));
}

#[tokio::test]
async fn two_values_in_a_submitted_call_are_settled_by_an_amendment() {
    let company = Company::founded().await.unwrap();
    let (jan, lena) = (company.hand("jan", 1).await.unwrap(), company.hand("lena", 2).await.unwrap());
    let call = jan.plan(MARA).await.unwrap().call;
    jan.sync().await;
    lena.sync().await;
    lena.edit(call, &[CallEdit::Channel(Channel::Remote)]).await.unwrap();
    jan.edit(call, &[CallEdit::Channel(Channel::Phone), no_side_effect()]).await.unwrap();
    jan.submit(call).await.unwrap();
    for hand in [&jan, &lena, &jan] {
        hand.sync().await;
    }

    let kept = jan.sees(call).await.unwrap().contested[0].contested.kept.value.clone();
    jan.amend(call, "chose what stands", kept).await.unwrap();
    let seen = jan.sees(call).await.unwrap();
    assert_eq!(seen.contested, []);
    let PartChange::Channel(confirmed) = &seen.amendments[0].changes[0].change else { panic!("{seen:?}") };
    assert_eq!(confirmed.before, confirmed.after);
}

#[tokio::test]
async fn work_on_a_call_that_another_submitted_meanwhile_is_merged_not_lost() {
    let company = Company::founded().await.unwrap();
    let (jan, lena) = (company.hand("jan", 1).await.unwrap(), company.hand("lena", 2).await.unwrap());
    let call = jan.plan(MARA).await.unwrap().call;
    jan.sync().await;
    lena.sync().await;

    jan.edit(call, &[no_side_effect()]).await.unwrap();
    jan.submit(call).await.unwrap();
    jan.sync().await;
    lena.edit(call, &[CallEdit::Notes("from the ward".into())]).await.unwrap();
    lena.sync().await;
    jan.sync().await;

    assert_eq!(jan.sees(call).await.unwrap().content.notes, "from the ward");
    assert_eq!(lena.sync_view().await.unwrap().attention, []);
}

#[tokio::test]
async fn a_liaison_s_device_gets_no_call_of_a_rep() {
    let company = Company::founded().await.unwrap();
    let (jan, miriam) = (company.hand("jan", 1).await.unwrap(), company.hand("miriam", 2).await.unwrap());
    let call = jan.plan(MARA).await.unwrap().call;
    jan.sync().await;
    miriam.sync().await;

    assert_eq!(miriam.sees(call).await.unwrap_err().code, Code::NotFound);
    let timeline = miriam.device.get_timeline(GetTimeline { hcp: MARA, after: None }).await.unwrap();
    assert_eq!(timeline.entries, []);
}

#[tokio::test]
async fn a_killed_app_has_everything_that_it_called_saved() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let call = jan.plan(MARA).await.unwrap().call;
    jan.edit(call, &[CallEdit::Notes("half a sentence".into())]).await.unwrap();

    let jan = jan.restarted().await.unwrap();
    assert_eq!(jan.sees(call).await.unwrap().content.notes, "half a sentence");
    jan.sync().await;
    assert_eq!(jan.sync_view().await.unwrap().waiting_changes, 0);
}
