//! One exchange: what waits is judged and committed, then what is new is read.

use super::entitlement::Entitlement;
use super::judge::{self, Author, Facts, Parsed, Verdict};
use super::pull::{Place, pull};
use crate::app::App;
use crate::problem::Refusal;
use crate::store::{Caller, Push, StoreError, accounts};
use axum::http::StatusCode;
use document::Actor;
use domain::Instant;
use domain::ids::DocId;
use std::collections::BTreeSet;
use sync::ScopeId;
use sync::json::ProblemCode;
use sync::wire::v1::{
    Ack, Entry, Finding, Item, MAX_ITEM_BYTES, MAX_ITEMS, News, Order, Outcome, Request, Response,
};

/// How often a push is judged again when somebody else wrote to the same document first.
const TRIES: usize = 5;

/// Answers a device.
pub async fn exchange(app: &App, caller: &Caller, request: Request) -> Result<Response, Refusal> {
    check(caller, &request)?;
    let now = app.clock.now();
    let entitlement = Entitlement::of(&caller.account).told(&caller.told);
    let actors = app.store.register_actor(request.actor, caller.device, now).await?;
    let foreign = !actors.contains(&request.actor);
    let pushed =
        push(app, caller, Pushing { actors, entitlement: &entitlement, items: request.items, now }).await?;
    let told = tell(app, caller, &entitlement, &request.left).await?;
    let (cursor, copying) = (request.cursor.as_deref(), request.copying.as_slice());
    let place = Place { cursor, copying, told: &told, room: request.room };
    let pulled = pull(app, &entitlement, place).await?;
    app.streams.has_read(caller.session, &pulled.news.read);
    count(&pushed.acks);
    // First of all: what comes into a followed scope after all, comes after it.
    let mut news: Vec<Entry> = pushed.elsewhere.into_iter().map(|doc| not_yours(caller, doc)).collect();
    news.extend(pulled.news.entries);
    let mut orders = pulled.orders;
    orders.extend((foreign || pushed.cloned).then_some(Order::NewActor));
    Ok(Response {
        acks: pushed.acks,
        news,
        cursor: pulled.cursor,
        sums: pulled.news.sums,
        findings: pushed.findings,
        orders,
        more: pulled.news.more,
        at: now,
        segments: pulled.segments,
    })
}

/// Notes what the device is told to follow before it hears it, and what it has left: with that, nothing that was written
/// there is taken any more. Answers what it is to have heard.
async fn tell(
    app: &App,
    caller: &Caller,
    entitlement: &Entitlement,
    left: &[ScopeId],
) -> Result<BTreeSet<ScopeId>, StoreError> {
    let gone = left.iter().filter(|scope| !entitlement.followed().contains(scope));
    let gone: Vec<ScopeId> = gone.copied().collect();
    let told = accounts::told(&caller.told, entitlement.followed(), &gone);
    if told != caller.told {
        app.store.tell(caller.device, entitlement.followed().to_vec(), gone).await?;
    }
    Ok(told)
}

/// What was taken and is not for the device is in none of the scopes that it reads, so it is told here.
fn not_yours(caller: &Caller, doc: DocId) -> Entry {
    Entry { scope: ScopeId::User(caller.account.user), seq: 0, news: News::DocRemoved { doc } }
}

fn check(caller: &Caller, request: &Request) -> Result<(), Refusal> {
    if request.device != caller.device {
        return Err(Refusal::device_of_another());
    }
    let bytes: usize = request.items.iter().map(|item| item.change.len()).sum();
    if request.items.len() > MAX_ITEMS || bytes > MAX_ITEM_BYTES {
        return Err(Refusal::too_large());
    }
    Ok(())
}

struct Pushing<'a> {
    actors: Vec<Actor>,
    entitlement: &'a Entitlement,
    items: Vec<Item>,
    now: Instant,
}

#[derive(Default)]
struct Pushed {
    acks: Vec<Ack>,
    findings: Vec<Finding>,
    cloned: bool,
    elsewhere: BTreeSet<DocId>,
}

/// Judges and commits. An answer says `Accepted` only after the commit.
async fn push(app: &App, caller: &Caller, pushing: Pushing<'_>) -> Result<Pushed, Refusal> {
    if pushing.items.is_empty() {
        return Ok(Pushed::default());
    }
    for _ in 0..TRIES {
        let Verdict { acks, push, findings, cloned, quarantined, elsewhere } =
            judge(app, caller, &pushing).await?;
        app.quarantine.add(quarantined);
        match commit(app, push).await {
            Ok(()) => return Ok(Pushed { acks, findings, cloned, elsewhere }),
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Conflict.into())
}

async fn commit(app: &App, push: Push) -> Result<(), StoreError> {
    if !push.is_empty() {
        app.store.push(push).await?;
        app.merged.notify_one();
    }
    Ok(())
}

async fn judge(app: &App, caller: &Caller, pushing: &Pushing<'_>) -> Result<Verdict, Refusal> {
    let items = pushing.items.clone();
    let parsed = blocking(move || judge::parse(&items)).await?;
    let docs: BTreeSet<DocId> = parsed.iter().map(|item: &Parsed| item.doc).collect();
    let docs: Vec<DocId> = docs.into_iter().collect();
    let held = app.store.documents(docs.clone()).await?;
    let refused = app.store.refused(docs).await?;
    let quarantined = app.quarantine.among(&held);
    let author = Author { user: caller.account.user, actors: pushing.actors.clone() };
    let writer = author.clone();
    let (parsed, held, subjects) = blocking(move || {
        let subjects = judge::subjects(&parsed, &held, &writer);
        (parsed, held, subjects)
    })
    .await?;
    let facts = Facts {
        account: caller.account.clone(),
        device: caller.device,
        author,
        quarantined,
        entitlement: pushing.entitlement.clone(),
        whereabouts: app.store.whereabouts(subjects).await?,
        held,
        refused,
        now: pushing.now,
    };
    blocking(move || judge::judge(facts, parsed)).await
}

/// Documents take processor time; requests that wait for nothing else go on meanwhile.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.map_err(|_| {
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, ProblemCode::Internal, "judging the changes failed")
    })
}

fn count(acks: &[Ack]) {
    metrics::counter!("rounds_sync_pages_total").increment(1);
    for ack in acks {
        let outcome = match ack.outcome {
            Outcome::Accepted => "accepted",
            Outcome::Duplicate => "duplicate",
            Outcome::Rejected(why) => why.text(),
            Outcome::Retry => "retry",
        };
        metrics::counter!("rounds_sync_changes_total", "outcome" => outcome).increment(1);
    }
}
