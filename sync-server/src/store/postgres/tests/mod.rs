//! What only a database that many servers share can get wrong: order, waiting, lost connections.

mod backups;
mod faults;
mod order;

use super::{Postgres, Settings};
use crate::store::{NewState, Push};
use document::{Actor, Author, Content, Kind};
use domain::Instant;
use domain::ids::{DocId, FollowUpId, HcpId, TerritoryId, UserId};
use domain::people::Audience;
use domain::planning::{FollowUp, FollowUpState};
use sync::ScopeId;
use uuid::Uuid;

const ANNA: UserId = UserId(Uuid::from_u128(1));

/// A store on a new database.
async fn store(connections: usize) -> Postgres {
    let url = testkit::postgres::database().unwrap();
    Postgres::open(&Settings::of(url, connections)).await.unwrap()
}

/// The n-th territory.
fn territory(n: u128) -> ScopeId {
    ScopeId::Territory(TerritoryId(Uuid::from_u128(n)), Audience::Commercial)
}

/// A new follow-up in these scopes.
fn follow_up(id: u128, scopes: Vec<ScopeId>) -> NewState {
    let follow_up = FollowUp {
        id: FollowUpId(Uuid::from_u128(id)),
        owner: ANNA,
        hcp: Some(HcpId(Uuid::from_u128(2))),
        call: None,
        text: format!("Promise {id}"),
        due: Instant::UNIX_EPOCH.date_naive(),
        state: FollowUpState::Open,
    };
    let author = Author { actor: Actor(id.to_be_bytes()), user: ANNA, now: Instant::UNIX_EPOCH };
    let (mut document, change) = document::follow_up::create(author, &follow_up).unwrap();
    NewState {
        doc: DocId(Uuid::from_u128(id)),
        kind: Kind::FollowUp,
        revision: None,
        scopes,
        saved: document.save(),
        content: Content::FollowUp(follow_up),
        changes: vec![change],
    }
}

fn push(documents: Vec<NewState>) -> Push {
    let (happened, refused) = (Vec::new(), Vec::new());
    Push { user: ANNA, device: None, at: Instant::UNIX_EPOCH, documents, happened, refused }
}
