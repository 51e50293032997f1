//! One device, twice: its folder was copied, or restored from a backup. Both copies write with the same hand under the
//! same numbers, and nothing of either may be lost.

use domain::calls::{CallEdit, Channel};
use world::{Company, MARA, TOMAS};

fn notes(text: &str) -> CallEdit {
    CallEdit::Notes(text.into())
}

#[tokio::test]
async fn what_two_copies_of_a_device_wrote_is_kept_and_merged() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let call = jan.plan(MARA).await.unwrap().call;
    jan.edit(call, &[notes("asked about dosing")]).await.unwrap();
    jan.sync().await;
    let copy = jan.copied(2).await.unwrap();

    jan.edit(call, &[notes("asked about dosing, twice")]).await.unwrap();
    copy.edit(call, &[notes("asked about the dosing")]).await.unwrap();
    copy.edit(call, &[CallEdit::Channel(Channel::Phone), CallEdit::AddAttendee(TOMAS)]).await.unwrap();
    let planned_by_copy = copy.plan(TOMAS).await.unwrap().call;
    jan.sync().await;
    copy.sync().await;
    jan.sync().await;

    for hand in [&jan, &copy] {
        let sync = hand.sync_view().await.unwrap();
        assert_eq!((sync.waiting_changes, sync.attention.len()), (0, 0));
        let seen = hand.sees(call).await.unwrap().content;
        assert_eq!(seen.notes, "asked about the dosing, twice");
        assert_eq!((seen.channel, seen.attendees.len()), (Channel::Phone, 2));
        assert!(hand.sees(planned_by_copy).await.is_ok());
    }
    // Both go on, each with a hand of its own.
    jan.edit(call, &[notes("asked about the dosing, three times")]).await.unwrap();
    copy.edit(call, &[CallEdit::Place(Some("ward 4".into()))]).await.unwrap();
    jan.sync().await;
    copy.sync().await;
    jan.sync().await;
    let seen = jan.sees(call).await.unwrap().content;
    assert_eq!(seen, copy.sees(call).await.unwrap().content);
    assert_eq!(seen.place.as_deref(), Some("ward 4"));
}

#[tokio::test]
async fn a_device_restored_from_an_old_backup_takes_back_what_it_once_sent_and_goes_on() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let call = jan.plan(MARA).await.unwrap().call;
    jan.sync().await;
    let backup = jan.copied(2).await.unwrap();
    jan.edit(call, &[notes("renal data")]).await.unwrap();
    jan.sync().await;
    drop(jan);

    backup.sync().await;
    assert_eq!(backup.sees(call).await.unwrap().content.notes, "renal data");
    backup.edit(call, &[notes("renal data, by mail")]).await.unwrap();
    backup.sync().await;
    let sync = backup.sync_view().await.unwrap();
    assert_eq!((sync.waiting_changes, sync.attention.len()), (0, 0));
    assert_eq!(backup.sees(call).await.unwrap().content.notes, "renal data, by mail");
}
