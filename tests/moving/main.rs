//! HCPs and people move between territories: what was written goes with them, and nothing stays behind.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on has failed, and says where")]

use contract::Code;
use contract::people::{AddNote, GetProfile, SearchHcps};
use domain::calls::{CallEdit, SideEffect};
use domain::ids::{CallId, HcpId};
use sync_server::store::Move;
use world::{Company, Hand, MARA, NORTH, SOUTH, TOMAS};

/// Occurs in what people write about Mara, and nowhere else.
const MARKER: &str = "Zanthoxylum";

fn notes(text: &str) -> CallEdit {
    CallEdit::Notes(format!("{MARKER}: {text}"))
}

async fn finds(hand: &Hand, text: &str) -> usize {
    let search = SearchHcps { text: text.into(), after: None, limit: 20 };
    hand.device.search_hcps(search).await.unwrap().rows.len()
}

/// A call with Mara and a note about her, both with the marker; on the server.
async fn work(hand: &Hand) -> CallId {
    let call = hand.plan(MARA).await.unwrap().call;
    hand.edit(call, &[notes("asked for data")]).await.unwrap();
    hand.device.add_note(AddNote { hcp: MARA, text: format!("{MARKER}, mornings") }).await.unwrap();
    hand.sync().await;
    call
}

/// Nothing of a call, nor of an HCP, is on a device.
async fn nothing_is_left(hand: &Hand, call: CallId, hcp: HcpId, family: &str) {
    assert_eq!(hand.sees(call).await.unwrap_err().code, Code::NotFound);
    assert_eq!(hand.device.get_profile(GetProfile { hcp }).await.unwrap_err().code, Code::NotFound);
    assert_eq!(finds(hand, family).await, 0);
    let bytes = hand.bytes().unwrap();
    assert!(!bytes.windows(MARKER.len()).any(|window| window == MARKER.as_bytes()));
    let sync = hand.sync_view().await.unwrap();
    assert_eq!((sync.waiting_changes, sync.attention), (0, Vec::new()));
}

async fn sums_hold(company: &Company) {
    for sum in company.store().unwrap().check_sums().await.unwrap() {
        assert_eq!(sum.kept, sum.computed, "{}", sum.scope);
    }
}

#[tokio::test]
async fn with_an_hcp_goes_all_that_was_written_about_them_and_nothing_stays() {
    let company = Company::founded().await.unwrap();
    let (jan, otto) = (company.hand("jan", 1).await.unwrap(), company.hand("otto", 2).await.unwrap());
    let call = work(&jan).await;

    company.moves(&[Move::Hcp(MARA, Some(SOUTH))]).await.unwrap();
    jan.edit(call, &[notes("and a paper")]).await.unwrap();
    let unseen = jan.plan(MARA).await.unwrap().call;
    jan.edit(unseen, &[notes("met in the corridor")]).await.unwrap();
    for hand in [&jan, &otto, &jan, &otto] {
        hand.sync().await;
    }

    nothing_is_left(&jan, call, MARA, "Lindqvist").await;
    assert_eq!(jan.sees(unseen).await.unwrap_err().code, Code::NotFound);
    assert_eq!(finds(&jan, "Veil").await, 1, "Tomas stays");
    assert!(otto.sees(call).await.unwrap().content.notes.contains("and a paper"));
    assert!(otto.sees(unseen).await.unwrap().content.notes.contains("met in the corridor"));
    let profile = otto.device.get_profile(GetProfile { hcp: MARA }).await.unwrap();
    assert!(profile.notes.iter().any(|note| note.text.contains(MARKER)));
    sums_hold(&company).await;
}

#[tokio::test]
async fn a_rep_who_moves_leaves_everything_and_loses_nothing() {
    let company = Company::founded().await.unwrap();
    let (jan, lena) = (company.hand("jan", 1).await.unwrap(), company.hand("lena", 2).await.unwrap());
    let call = work(&jan).await;
    jan.edit(call, &[notes("unsent")]).await.unwrap();
    let unsent = jan.plan(TOMAS).await.unwrap().call;

    company.moves(&[Move::User(Company::user("jan"), Some(SOUTH), None)]).await.unwrap();
    for hand in [&jan, &jan, &lena] {
        hand.sync().await;
    }

    nothing_is_left(&jan, call, MARA, "Lindqvist").await;
    assert_eq!(jan.sees(unsent).await.unwrap_err().code, Code::NotFound);
    assert!(lena.sees(call).await.unwrap().content.notes.contains("unsent"));
    assert!(lena.sees(unsent).await.is_ok());

    // Back again, everything is there again.
    company.moves(&[Move::User(Company::user("jan"), Some(NORTH), None)]).await.unwrap();
    jan.sync().await;
    jan.sync().await;
    assert!(jan.sees(call).await.unwrap().content.notes.contains("unsent"));
    jan.edit(call, &[CallEdit::SideEffect(Some(SideEffect::NoneMentioned))]).await.unwrap();
    jan.submit(call).await.unwrap();
    jan.sync().await;
    lena.sync().await;
    assert_eq!(lena.sees(call).await.unwrap().state, jan.sees(call).await.unwrap().state);
    sums_hold(&company).await;
}

#[tokio::test]
async fn a_rep_who_becomes_a_liaison_keeps_nothing_commercial() {
    let company = Company::founded().await.unwrap();
    let (jan, miriam) = (company.hand("jan", 1).await.unwrap(), company.hand("miriam", 2).await.unwrap());
    let call = work(&jan).await;
    let medical = miriam.plan(MARA).await.unwrap().call;
    miriam.sync().await;

    let liaison = Some(domain::people::Role::Msl);
    company.moves(&[Move::User(Company::user("jan"), Some(NORTH), liaison)]).await.unwrap();
    jan.edit(call, &[notes("as a rep")]).await.unwrap();
    jan.sync().await;
    jan.sync().await;

    assert_eq!(jan.sees(call).await.unwrap_err().code, Code::NotFound);
    assert!(jan.sees(medical).await.is_ok());
    let lena = company.hand("lena", 3).await.unwrap();
    assert!(lena.sees(call).await.unwrap().content.notes.contains("as a rep"));
    assert_eq!(lena.sees(medical).await.unwrap_err().code, Code::NotFound);
    sums_hold(&company).await;
}
