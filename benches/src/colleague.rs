//! Somebody else at the same server, without a device around the wire: what is pushed was written before, and as fast as
//! the server takes it.

use crate::company::PASSWORD;
use crate::workload::{Hand, Later, People};
use anyhow::{Context, Result, ensure};
use device::{HttpTransport, Transport};
use document::{Change, Kind};
use domain::ids::DocId;
use sync::json::SignIn;
use sync::wire::v1::{Copying, Item, MAX_ITEMS, Outcome, Request, Response, Stage, VERSION};
use sync::wire::{decode, encode};

/// As little news as the server gives.
const ROOM: u32 = 4_096;

/// Somebody who is signed in.
pub struct Colleague {
    hand: Hand,
    access: String,
    server: HttpTransport,
}

impl Colleague {
    /// Signs in.
    pub async fn signed_in(address: &str, hand: Hand) -> Result<Self> {
        let server = HttpTransport::new(address)?;
        let (user, password) = (hand.login.to_owned(), PASSWORD.to_owned());
        let access = server.sign_in(SignIn { user, password, device: hand.device }).await?.access;
        Ok(Self { hand, access, server })
    }

    /// Pushes all of it. Answers the last cursor, so that the next push reads no news.
    pub async fn push(&self, laters: &[Later]) -> Result<()> {
        for some in laters.chunks(MAX_ITEMS) {
            let items = some.iter().map(|later| item(later.doc, later.kind, &later.change)).collect();
            self.send(items, None).await?;
        }
        Ok(())
    }

    /// One request; every item of it must be taken. Answers the cursor.
    pub async fn send(&self, items: Vec<Item>, cursor: Option<Vec<u8>>) -> Result<Vec<u8>> {
        let count = items.len();
        let (device, actor) = (self.hand.device, self.hand.actor);
        let (left, copying) = (Vec::new(), by_log());
        let request = Request { device, actor, cursor, items, room: ROOM, left, copying };
        let answer = self.server.sync(self.access.clone(), encode(VERSION, &request)?).await?;
        let response: Response = decode(VERSION, &answer)?;
        let taken = response.acks.iter().filter(|ack| ack.outcome == Outcome::Accepted).count();
        let refused = || response.acks.iter().find(|ack| ack.outcome != Outcome::Accepted);
        ensure!(taken == count, "{taken} of {count} changes were taken; the first other is {:?}", refused());
        Ok(response.cursor)
    }

    /// The end of everything that the server has now.
    pub async fn end(&self) -> Result<Vec<u8>> {
        let mut cursor = None;
        loop {
            let (device, actor) = (self.hand.device, self.hand.actor);
            let (items, left, copying) = (Vec::new(), Vec::new(), by_log());
            let request = Request { device, actor, cursor, items, room: 2 << 20, left, copying };
            let answer = self.server.sync(self.access.clone(), encode(VERSION, &request)?).await?;
            let response: Response = decode(VERSION, &answer)?;
            if !response.more {
                return Ok(response.cursor);
            }
            cursor = Some(response.cursor);
        }
    }
}

/// Nobody here wants a first copy: the log says where it ends.
fn by_log() -> Vec<Copying> {
    People::followed().map(|scope| Copying { scope, stage: Stage::ByLog }).to_vec()
}

/// A change as it travels.
#[must_use]
pub fn item(doc: DocId, kind: Kind, change: &Change) -> Item {
    Item { doc, kind, change: change.bytes.clone() }
}

/// The changes that a frame carries up.
pub fn carried(frame: &[u8]) -> Result<Vec<Vec<u8>>> {
    let request: Request = decode(VERSION, frame).context("the frame is no request")?;
    Ok(request.items.into_iter().map(|item| item.change).collect())
}
