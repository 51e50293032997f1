//! A colleague's work shows without touching anything: real devices that keep in sync, a real server, and a clock that
//! is turned. What makes the devices ask is the poke: the pauses between their own questions are a minute and more.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed, and says where")]

use chrono::TimeDelta;
use contract::Notice;
use contract::session::SignOut;
use contract::sync::{Network as Way, SetOffline};
use domain::calls::CallEdit;
use domain::ids::CallId;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::task::JoinHandle;
use world::{Company, Hand, MARA};

/// More than a device waits after a poke, and less than it waits for anything else.
const A_LITTLE: TimeDelta = TimeDelta::seconds(3);
/// More than a device ever waits before it tries to listen again for the first time.
const A_WHILE: TimeDelta = TimeDelta::seconds(12);

/// What takes as long by the machine's own time does not come.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), what).await.unwrap()
}

/// A device that keeps in sync, until the story ends.
struct Kept {
    hand: Hand,
    going: JoinHandle<()>,
    notices: Receiver<Notice>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.going.abort();
    }
}

impl Kept {
    /// Listens, and has fetched what came before it did.
    async fn new(company: &Company, login: &str, seed: u64) -> Self {
        let hand = company.hand(login, seed).await.unwrap();
        let (device, notices) = (hand.device.clone(), hand.device.notices());
        let going = tokio::spawn(async move { device.keep_in_sync().await });
        let mut kept = Self { hand, going, notices };
        soon(kept.hand.network.is_listened_to()).await;
        kept.asks(company, A_LITTLE).await;
        kept
    }

    /// Waits until the device sleeps for no longer than this, turns the clock so far, and waits until it has asked.
    async fn asks(&mut self, company: &Company, within: TimeDelta) {
        let pause = soon(company.clock.next_within(within)).await;
        // What was told before it slept is of an earlier question.
        self.notices = self.hand.device.notices();
        company.clock.pass(pause);
        self.hears_of_data().await;
    }

    async fn hears_of_data(&mut self) {
        while soon(self.notices.recv()).await.unwrap() != Notice::DataChanged {}
    }

    /// What the call says in this device's reader; nothing when it is not there.
    async fn reads(&self, call: CallId) -> Option<String> {
        self.hand.sees(call).await.ok().map(|seen| seen.content.notes)
    }
}

/// The next moment for which somebody waits comes, if it is not far away.
async fn a_while_passes(company: &Company) {
    let pause = soon(company.clock.next_within(A_WHILE)).await;
    company.clock.pass(pause);
}

/// Jan saves a call and sends it.
async fn saved(jan: &Hand, notes: &str) -> CallId {
    let call = jan.plan(MARA).await.unwrap().call;
    jan.edit(call, &[CallEdit::Notes(notes.into())]).await.unwrap();
    jan.sync().await;
    call
}

#[tokio::test]
async fn what_a_colleague_saves_is_in_the_reader_after_a_poke_and_a_few_seconds() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let mut lena = Kept::new(&company, "lena", 2).await;
    let before = company.clock.now();

    let call = saved(&jan, "wants renal data").await;
    lena.asks(&company, A_LITTLE).await;

    assert_eq!(lena.reads(call).await.as_deref(), Some("wants renal data"));
    assert!(company.clock.now() - before <= A_LITTLE, "no pause of a minute has ended");
}

#[tokio::test]
async fn after_a_power_cut_of_the_server_devices_listen_again_and_miss_nothing() {
    let mut company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let mut lena = Kept::new(&company, "lena", 2).await;

    company.power_cut().await.unwrap();
    for hand in [&jan, &lena.hand] {
        hand.network.move_to(&company.address());
    }
    let call = saved(&jan, "while nobody listened").await;
    a_while_passes(&company).await;
    soon(lena.hand.network.is_listened_to()).await;

    lena.asks(&company, A_LITTLE).await;
    assert_eq!(lena.reads(call).await.as_deref(), Some("while nobody listened"));
}

#[tokio::test]
async fn a_token_that_ends_is_renewed_and_the_device_listens_on() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let mut lena = Kept::new(&company, "lena", 2).await;

    company.clock.pass(TimeDelta::minutes(11));
    soon(lena.hand.network.is_silent()).await;
    a_while_passes(&company).await;
    soon(lena.hand.network.is_listened_to()).await;

    lena.asks(&company, A_LITTLE).await;
    let call = saved(&jan, "with another token").await;
    lena.asks(&company, A_LITTLE).await;
    assert_eq!(lena.reads(call).await.as_deref(), Some("with another token"));
}

#[tokio::test]
async fn nobody_listens_who_is_switched_off_in_the_background_or_signed_out() {
    let company = Company::founded().await.unwrap();
    let lena = Kept::new(&company, "lena", 2).await;
    let device = &lena.hand.device;

    device.set_offline(SetOffline { offline: true }).await.unwrap();
    soon(lena.hand.network.is_silent()).await;
    device.set_offline(SetOffline { offline: false }).await.unwrap();
    soon(lena.hand.network.is_listened_to()).await;

    device.set_in_background(true);
    soon(lena.hand.network.is_silent()).await;
    device.set_in_background(false);
    soon(lena.hand.network.is_listened_to()).await;

    device.sign_out(SignOut {}).await.unwrap();
    soon(lena.hand.network.is_silent()).await;
}

#[tokio::test]
async fn where_a_proxy_keeps_streams_back_the_device_asks_every_minute_and_says_nothing() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let lena = company.hand("lena", 2).await.unwrap();
    lena.network.keeps_streams_back();
    let (device, notices) = (lena.device.clone(), lena.device.notices());
    let going = tokio::spawn(async move { device.keep_in_sync().await });
    let mut lena = Kept { hand: lena, going, notices };
    lena.hears_of_data().await;

    let call = saved(&jan, "heard of by asking").await;
    lena.asks(&company, TimeDelta::seconds(60)).await;
    assert_eq!(lena.reads(call).await.as_deref(), Some("heard of by asking"));
    assert_eq!(lena.hand.sync_view().await.unwrap().network, Way::Online);
}
