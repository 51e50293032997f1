//! What a stranger who can sign in may send: each item is refused alone and before any document is loaded. The attacks
//! byte by byte are in `tests/hostile`.

use crate::support::{Company, Device, Draft, outcomes};
use document::{Content, Kind};
use domain::ids::DocId;
use domain::people::Audience;
use sync::wire::v1::{Item, Outcome, Rejection};
use sync_server::store::{NewState, Push};
use testkit::forged::{Forged, compressed, unsigned};
use uuid::Uuid;

const OTHER: DocId = DocId(Uuid::from_u128(99));

fn forged(device: &Device) -> Forged {
    Forged::honest(device.actor.0, &device.author.to_string())
}

fn item(doc: DocId, change: Vec<u8>) -> Item {
    Item { doc, kind: Kind::Call, change }
}

/// The body of a plain chunk: what follows magic, checksum, type and length.
fn body(chunk: &[u8]) -> &[u8] {
    let rest = &chunk[9..];
    (1..=4)
        .map(|length| &rest[length..])
        .find(|body| *unsigned(body.len() as u64) == rest[..rest.len() - body.len()])
        .unwrap()
}

#[tokio::test]
async fn a_change_that_stands_for_millions_of_operations_is_refused_alone() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let bomb = Forged { columns: Forged::rows(1 << 40, b"a"), ..forged(&jan) };
    let call = jan.plan(1, company.now(), Audience::Commercial);
    let items =
        vec![item(OTHER, bomb.plain()), item(OTHER, compressed(&bomb.body())), call.items()[0].clone()];

    let answer = company.sync(&mut jan, items).await;

    let large = Outcome::Rejected(Rejection::TooLarge);
    assert_eq!(outcomes(&answer), [large, large, Outcome::Accepted]);
}

#[tokio::test]
async fn a_compressed_change_is_kept_as_the_plain_one_under_the_same_hash() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let call = jan.plan(1, company.now(), Audience::Commercial);
    let squeezed = item(call.doc, compressed(body(&call.changes[0].bytes)));

    let answer = company.sync(&mut jan, vec![squeezed, call.items()[0].clone()]).await;

    assert_eq!(outcomes(&answer), [Outcome::Accepted, Outcome::Duplicate]);
    assert_eq!(answer.acks[0].hash, Some(call.changes[0].hash));
    assert_eq!(crate::support::changes(&answer), [(call.doc, call.changes[0].hash)]);
}

#[tokio::test]
async fn counters_that_do_not_go_on_are_refused_before_the_document_is_read() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let call = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;
    let (last, next) = (call.changes[0].last_op(), call.changes[0].last_op() + 1);
    let after = |start_op| Forged { deps: vec![call.changes[0].hash.0], seq: 2, start_op, ..forged(&jan) };
    let starts = [1, last, next + 1, u64::from(u32::MAX)];
    let items = starts.map(|start_op| item(call.doc, after(start_op).plain())).to_vec();
    let ahead = item(OTHER, Forged { start_op: 2, ..forged(&jan) }.plain());
    // The same with the right counter gets as far as the content, and sets nothing that a call has: it is taken.
    let right = item(call.doc, after(next).plain());

    let answer = company.sync(&mut jan, [items, vec![ahead, right]].concat()).await;

    let broken = Outcome::Rejected(Rejection::Broken);
    assert_eq!(outcomes(&answer), [broken, broken, broken, broken, broken, Outcome::Accepted]);
}

#[tokio::test]
async fn what_builds_upon_the_unknown_waits_and_a_kind_that_is_not_the_document_s_is_refused() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let call = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;
    let unknown = Forged { deps: vec![[9; 32]], start_op: 1, ..forged(&jan) };
    let mut edited = call.clone();
    edited.note(jan.writes(company.now()), "as a consent");
    let other = Item { kind: Kind::Consent, ..edited.items_from(1)[0].clone() };

    let answer = company.sync(&mut jan, vec![item(OTHER, unknown.plain()), other]).await;

    let outside = Outcome::Rejected(Rejection::OutsideAudience);
    assert_eq!(outcomes(&answer), [Outcome::Retry, outside]);
}

#[tokio::test]
async fn a_document_that_cannot_be_opened_is_quarantined_alone_until_it_is_repaired() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let [mut broken, mut sound] = [1, 2].map(|id| jan.plan(id, company.now(), Audience::Commercial));
    company.sync(&mut jan, [broken.items(), sound.items()].concat()).await;
    let good = broken.document.save();
    replace(&company, &jan, &broken, 1, b"torn".to_vec()).await;
    broken.note(jan.writes(company.now()), "first");
    sound.note(jan.writes(company.now()), "second");
    let edits = [broken.items_from(1), sound.items_from(1)].concat();

    for other in [Outcome::Accepted, Outcome::Duplicate] {
        let answer = company.sync(&mut jan, edits.clone()).await;
        assert_eq!(outcomes(&answer), [Outcome::Retry, other]);
    }
    assert_eq!(company.running.store().rebuild().await, Ok(1));

    replace(&company, &jan, &broken, 2, good).await;
    assert_eq!(outcomes(&company.sync(&mut jan, edits).await), [Outcome::Accepted, Outcome::Duplicate]);
}

/// Writes other bytes for a document behind the server's back, as a flipped bit or a restore does.
async fn replace(company: &Company, by: &Device, call: &Draft, revision: u64, saved: Vec<u8>) {
    let content = Content::read(Kind::Call, call.doc, &call.document).unwrap();
    let (doc, kind, revision, at) = (call.doc, Kind::Call, Some(revision), company.now());
    let state = NewState { doc, kind, revision, scopes: Vec::new(), saved, content, changes: Vec::new() };
    let (documents, happened, refused) = (vec![state], Vec::new(), Vec::new());
    let push = Push { user: by.author, device: Some(by.id), at, documents, happened, refused };
    company.running.store().push(push).await.unwrap();
}
