//! A new device, and a server that has copies of its scopes: whatever happens on the way, the device ends with what the
//! log would have brought, and nobody's work is lost.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on has failed")]

mod office;

use domain::calls::CallEdit;
use office::{Office, everything};
use world::PieceFate;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_in_pieces_shows_the_same_as_the_log() {
    let office = Office::busy().await;
    let by_log = office.company.hand("lena", 2).await.unwrap();
    assert_eq!(by_log.network.pieces_fetched().0, 0);
    office.build().await;
    let bytes = office.bytes_for("lena").await;

    let in_pieces = office.company.hand("lena", 3).await.unwrap();

    assert_eq!(in_pieces.network.pieces_fetched().1, bytes);
    assert_eq!(everything(&in_pieces, &office).await, everything(&by_log, &office).await);
    office.agrees(&in_pieces).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_after_the_cut_comes_from_the_log() {
    let mut office = Office::busy().await;
    office.build().await;
    office.jan.edit(office.calls[4], &[CallEdit::Place(Some("after the cut".into()))]).await.unwrap();
    office.plan_more(2).await;

    let lena = office.company.hand("lena", 3).await.unwrap();

    assert_eq!(everything(&lena, &office).await, everything(&office.by_log().await, &office).await);
    assert_eq!(lena.sees(office.calls[4]).await.unwrap().content.place.as_deref(), Some("after the cut"));
    office.agrees(&lena).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_after_each_piece_it_goes_on_where_it_was() {
    let office = Office::busy().await;
    office.build().await;
    let mut lena = office.new_device("lena", 3).await;
    let (mut kills, mut done) = (0, 0);
    while office.first_sync(&lena).await.is_some() || kills == 0 {
        // A piece and its dictionary come, or two pieces; then nothing, however often it is asked for.
        lena.network.pieces_will([PieceFate::Comes; 2].into_iter().chain([PieceFate::Lost; 4]));
        lena.sync().await;
        lena.network.clear();
        let now = office.first_sync(&lena).await.map_or(u64::MAX, |progress| progress.done);
        assert!(now > done, "nothing came between two kills");
        (done, kills) = (now, kills + 1);
        lena = lena.restarted().await.unwrap();
    }

    assert!(kills > 4, "{kills} kills");
    assert_eq!(everything(&lena, &office).await, everything(&office.by_log().await, &office).await);
    office.agrees(&lena).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_piece_that_is_cut_goes_on_after_the_last_byte_that_came() {
    let office = Office::busy().await;
    office.build().await;
    let bytes = office.bytes_for("lena").await;
    let lena = office.new_device("lena", 3).await;
    let cuts = [1, 0, 100, 7, 0, 40, 300, 2].map(PieceFate::Cut);
    lena.network.pieces_will(cuts);

    for _ in 0..=cuts.len() {
        lena.sync().await;
    }

    let (asked, came) = lena.network.pieces_fetched();
    assert_eq!(came, bytes, "no byte twice");
    assert!(asked > cuts.len());
    assert_eq!(everything(&lena, &office).await, everything(&office.by_log().await, &office).await);
    office.agrees(&lena).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spoiled_piece_is_refused_and_the_log_brings_the_same() {
    for spoiled in [0, 1, 5] {
        let office = Office::busy().await;
        office.build().await;
        let lena = office.new_device("lena", 3).await;
        let fates = std::iter::repeat_n(PieceFate::Comes, spoiled);
        // What was fetched ahead is asked for once more, when it is its turn.
        lena.network.pieces_will(fates.chain([PieceFate::Spoiled; 2]));

        lena.sync().await;
        lena.sync().await;

        assert_eq!(office.first_sync(&lena).await, None);
        assert_eq!(everything(&lena, &office).await, everything(&office.by_log().await, &office).await);
        office.agrees(&lena).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_vanished_meanwhile_is_begun_anew() {
    let mut office = Office::busy().await;
    office.build().await;
    let lena = office.new_device("lena", 3).await;
    office.sync_until(&lena, 6).await;
    assert!(office.first_sync(&lena).await.unwrap().done > 0);

    office.plan_more(3).await;
    office.jan.edit(office.calls[1], &[CallEdit::Place(Some("moved".into()))]).await.unwrap();
    office.jan.sync().await;
    office.build().await;
    office.forget_old().await;
    lena.sync().await;

    assert_eq!(office.first_sync(&lena).await, None);
    assert_eq!(everything(&lena, &office).await, everything(&office.by_log().await, &office).await);
    office.agrees(&lena).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_one_reads_an_old_copy_a_newer_one_changes_nothing() {
    let mut office = Office::busy().await;
    office.build().await;
    let lena = office.new_device("lena", 3).await;
    office.sync_until(&lena, 6).await;
    let bytes = office.bytes_for("lena").await;

    office.plan_more(3).await;
    office.build().await;
    lena.sync().await;

    assert_eq!(lena.network.pieces_fetched().1, bytes, "nothing but the old copy");
    assert_eq!(everything(&lena, &office).await, everything(&office.by_log().await, &office).await);
    office.agrees(&lena).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_here_and_not_sent_is_merged_with_the_piece_that_has_the_document() {
    let office = Office::busy().await;
    office.build().await;
    let lena = office.new_device("lena", 3).await;
    let last = office.pieces_of("lena").await;
    office.sync_until(&lena, last - 1).await;
    let call = office.newest_open_call();
    lena.sees(call).await.expect("it came with a piece");

    // Another copy takes the place of this one, so that all pieces come again, and she writes while the first is held.
    office.jan.edit(call, &[CallEdit::Place(Some("ward 9".into()))]).await.unwrap();
    office.jan.sync().await;
    office.build().await;
    office.forget_old().await;
    lena.network.pieces_will([PieceFate::Held]);
    let syncing = lena.device.clone();
    let syncing = tokio::spawn(async move { syncing.exchange(sync::session::Event::Wanted).await });
    lena.network.piece_is_held().await;
    lena.edit(call, &[CallEdit::Notes("written meanwhile".into())]).await.unwrap();
    lena.network.let_piece_go();
    syncing.await.unwrap();

    let seen = lena.sees(call).await.unwrap().content;
    assert_eq!((seen.notes.as_str(), seen.place.as_deref()), ("written meanwhile", Some("ward 9")));
    lena.sync().await;
    office.jan.sync().await;
    assert_eq!(office.jan.sees(call).await.unwrap().content.notes, "written meanwhile");
    assert_eq!(lena.sync_view().await.unwrap().waiting, []);
    office.agrees(&lena).await;
}
