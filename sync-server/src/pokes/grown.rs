//! What is said to have grown: noted by those who commit and by other servers, taken by those who have time.

use crate::store::Follower;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use sync::ScopeId;
use tokio::sync::Notify;

/// Two notes of scopes: what to look at here, and what to tell the other servers. Each scope stands once in a note,
/// however often it grows meanwhile.
#[derive(Default)]
pub struct Grown {
    here: Note,
    elsewhere: Note,
}

#[derive(Default)]
struct Note {
    scopes: Mutex<BTreeSet<ScopeId>>,
    written: Notify,
}

impl Note {
    fn write(&self, scopes: BTreeSet<ScopeId>) {
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner).extend(scopes);
        self.written.notify_one();
    }

    async fn read(&self) -> BTreeSet<ScopeId> {
        loop {
            self.written.notified().await;
            let scopes = std::mem::take(&mut *self.scopes.lock().unwrap_or_else(PoisonError::into_inner));
            if !scopes.is_empty() {
                return scopes;
            }
        }
    }
}

impl Grown {
    /// What is to be looked at, as soon as there is something.
    pub async fn here(&self) -> BTreeSet<ScopeId> {
        self.here.read().await
    }

    /// What other servers are to be told, as soon as there is something.
    pub async fn elsewhere(&self) -> BTreeSet<ScopeId> {
        self.elsewhere.read().await
    }

    /// Another server says so.
    pub fn heard(&self, scopes: BTreeSet<ScopeId>) {
        self.here.write(scopes);
    }
}

impl Follower for Grown {
    fn grew(&self, scopes: BTreeSet<ScopeId>) {
        self.elsewhere.write(scopes.clone());
        self.here.write(scopes);
    }
}
