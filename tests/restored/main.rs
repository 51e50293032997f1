//! A server that is lost and restored from a backup, while people go on working: nothing that a device called saved is
//! missing in the end, be it acknowledged or not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on has failed, and says where")]

use chrono::TimeDelta;
use contract::calls::CallView;
use domain::calls::{CallEdit, Channel, SideEffect};
use domain::ids::CallId;
use std::collections::BTreeSet;
use world::{Company, Fate, Hand, MARA, TOMAS};

/// Everybody is done within so many rounds.
const ROUNDS: usize = 4;

fn notes(text: &str) -> CallEdit {
    CallEdit::Notes(text.into())
}

/// The server is restored, and everybody finds it, signs in where they must, and syncs.
async fn come_back(company: &mut Company, backup: &std::path::Path, hands: &[&Hand]) {
    company.restored(backup).await.unwrap();
    for hand in hands {
        hand.network.move_to(&company.address());
    }
    for _ in 0..ROUNDS {
        for hand in hands {
            hand.comes_back().await.unwrap();
        }
    }
}

async fn all_see(hands: &[&Hand], call: CallId) -> CallView {
    let first = hands[0].sees(call).await.unwrap();
    for hand in hands {
        let sync = hand.sync_view().await.unwrap();
        assert_eq!((sync.waiting_changes, sync.attention.len()), (0, 0));
        let seen = hand.sees(call).await.unwrap();
        assert_eq!((&seen.content, &seen.state), (&first.content, &first.state));
    }
    first
}

#[tokio::test]
async fn what_people_were_told_is_saved_is_on_the_restored_server_again() {
    let mut company = Company::founded().await.unwrap();
    let (jan, lena) = (company.hand("jan", 1).await.unwrap(), company.hand("lena", 2).await.unwrap());
    let call = jan.plan(MARA).await.unwrap().call;
    jan.edit(call, &[notes("asked about dosing")]).await.unwrap();
    jan.sync().await;
    lena.sync().await;
    let backup = company.backed_up().await.unwrap();

    // Sessions are renewed meanwhile, so that the backup does not know their tokens.
    company.clock.pass(TimeDelta::minutes(20));
    jan.edit(call, &[notes("asked about dosing, and renal data")]).await.unwrap();
    jan.sync().await;
    lena.sync().await;
    let answer = CallEdit::SideEffect(Some(SideEffect::NoneMentioned));
    lena.edit(call, &[CallEdit::Place(Some("ward 4".into())), answer]).await.unwrap();
    lena.submit(call).await.unwrap();
    lena.sync().await;
    let second = jan.plan(TOMAS).await.unwrap().call;
    jan.sync().await;
    let tobias = company.hand("tobias", 3).await.unwrap();
    tobias.edit(second, &[CallEdit::Channel(Channel::Phone)]).await.unwrap();
    tobias.sync().await;
    jan.edit(second, &[notes("never sent before")]).await.unwrap();
    let heard = company.delivered().await.unwrap();

    let hands = [&jan, &lena, &tobias];
    come_back(&mut company, &backup, &hands).await;

    let first = all_see(&hands, call).await;
    assert_eq!(first.content.notes, "asked about dosing, and renal data");
    assert_eq!(first.content.place.as_deref(), Some("ward 4"));
    let planned = all_see(&hands, second).await;
    assert_eq!(
        (planned.content.channel, planned.content.notes.as_str()),
        (Channel::Phone, "never sent before")
    );
    assert!(company.sums_hold().await.unwrap());
    let again = company.delivered().await.unwrap();
    let ids: BTreeSet<_> = again.iter().copied().collect();
    assert_eq!(ids.len(), again.len(), "each effect once");
    assert_eq!(ids, heard.into_iter().collect(), "under the ids that the receiver knows");
    // A device that comes to it first now gets all of it.
    let new = company.hand("jan", 4).await.unwrap();
    assert_eq!(new.sees(call).await.unwrap().content, first.content);
    assert_eq!(new.sees(second).await.unwrap().content, planned.content);
}

#[tokio::test]
async fn an_answer_of_the_restored_server_that_is_lost_costs_nothing() {
    let mut company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let backup = company.backed_up().await.unwrap();
    let call = jan.plan(MARA).await.unwrap().call;
    jan.edit(call, &[notes("renal data")]).await.unwrap();
    jan.sync().await;

    jan.network.will([Fate::AnswerLost, Fate::Doubled, Fate::RequestLost, Fate::AnswerLost]);
    come_back(&mut company, &backup, &[&jan]).await;
    come_on(&jan).await;

    let lena = company.hand("lena", 2).await.unwrap();
    assert_eq!(lena.sees(call).await.unwrap().content.notes, "renal data");
    assert!(company.sums_hold().await.unwrap());
}

async fn come_on(hand: &Hand) {
    for _ in 0..ROUNDS {
        hand.sync().await;
    }
}

#[tokio::test]
async fn a_server_that_is_restored_twice_gets_everything_again() {
    let mut company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let backup = company.backed_up().await.unwrap();
    let call = jan.plan(MARA).await.unwrap().call;
    jan.sync().await;
    for text in ["once", "twice"] {
        jan.edit(call, &[notes(text)]).await.unwrap();
        jan.sync().await;
        come_back(&mut company, &backup, &[&jan]).await;
    }
    let lena = company.hand("lena", 2).await.unwrap();
    assert_eq!(lena.sees(call).await.unwrap().content.notes, "twice");
    assert!(company.sums_hold().await.unwrap());
}
