//! The streams that are open here: which session listens to which scopes, and how far the logs of these had come when
//! it was last looked.
//!
//! A stream holds a flag and no queue: however much happens while nobody reads, it is one poke.

use crate::store::{Caller, Live};
use crate::sync::Entitlement;
use domain::Instant;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync::ScopeId;
use tokio::sync::Notify;
use uuid::Uuid;

/// All of them.
pub struct Streams {
    most: usize,
    all: Mutex<All>,
}

#[derive(Default)]
struct All {
    closed: bool,
    open: HashMap<Uuid, Open>,
    scopes: HashMap<ScopeId, Followed>,
}

struct Open {
    until: Instant,
    scopes: Vec<ScopeId>,
    /// How far the session has read, as far as this server knows.
    read: BTreeMap<ScopeId, u64>,
    bell: Arc<Bell>,
}

impl Open {
    fn knows(&self, scope: ScopeId, head: u64) -> bool {
        self.read.get(&scope).is_some_and(|read| *read >= head)
    }
}

#[derive(Default)]
struct Followed {
    /// None until somebody has looked.
    head: Option<u64>,
    sessions: HashSet<Uuid>,
}

/// What wakes one stream.
#[derive(Default)]
struct Bell {
    rung: Notify,
    ended: AtomicBool,
}

impl Bell {
    fn end(&self) {
        self.ended.store(true, Ordering::Release);
        self.rung.notify_one();
    }
}

/// No more streams are taken: there are enough, or the server stops.
#[derive(Debug, PartialEq, Eq)]
pub struct Full;

/// A place among the streams. It is given back when this is dropped.
pub struct Listening {
    streams: Arc<Streams>,
    session: Uuid,
    bell: Arc<Bell>,
}

impl Listening {
    /// Answers when there is news; none when the stream has ended.
    pub async fn news(&self) -> Option<()> {
        if !self.bell.ended.load(Ordering::Acquire) {
            self.bell.rung.notified().await;
        }
        (!self.bell.ended.load(Ordering::Acquire)).then_some(())
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.streams.lock().leave(self.session, &self.bell);
    }
}

impl Streams {
    /// So many at most.
    #[must_use]
    pub fn at_most(most: usize) -> Self {
        Self { most, all: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a stream for a caller who follows these scopes; `heads` is how far their logs had come before. A session
    /// has one stream: an older one ends.
    pub fn open(
        self: &Arc<Self>,
        caller: &Caller,
        scopes: Vec<ScopeId>,
        heads: &BTreeMap<ScopeId, u64>,
    ) -> Result<Listening, Full> {
        let (session, until, bell) = (caller.session, caller.until, Arc::<Bell>::default());
        let mut all = self.lock();
        all.end(session);
        if all.closed || all.open.len() >= self.most {
            return Err(Full);
        }
        all.follow(session, &scopes);
        for scope in &scopes {
            if let Some(followed) = all.scopes.get_mut(scope) {
                followed.head.get_or_insert(heads.get(scope).copied().unwrap_or_default());
            }
        }
        all.open.insert(session, Open { until, scopes, read: BTreeMap::new(), bell: Arc::clone(&bell) });
        all.count();
        Ok(Listening { streams: Arc::clone(self), session, bell })
    }

    /// The scopes that somebody listens to.
    #[must_use]
    pub fn scopes(&self) -> Vec<ScopeId> {
        self.lock().scopes.keys().copied().collect()
    }

    /// Those among these that somebody listens to.
    #[must_use]
    pub fn followed_among(&self, scopes: &BTreeSet<ScopeId>) -> Vec<ScopeId> {
        let all = self.lock();
        scopes.iter().filter(|scope| all.scopes.contains_key(scope)).copied().collect()
    }

    /// A session has read so far. It is not poked for what it has read, such as what it has just written.
    pub fn has_read(&self, session: Uuid, read: &BTreeMap<ScopeId, u64>) {
        if let Some(open) = self.lock().open.get_mut(&session) {
            open.read.clone_from(read);
        }
    }

    /// The logs have come so far: pokes the streams of those that have moved.
    pub fn looked(&self, heads: &BTreeMap<ScopeId, u64>) {
        let mut all = self.lock();
        let All { open, scopes, .. } = &mut *all;
        for (scope, head) in heads {
            let Some(followed) = scopes.get_mut(scope) else { continue };
            if followed.head.replace(*head) != Some(*head) {
                let listening = followed.sessions.iter().filter_map(|session| open.get(session));
                let unaware = listening.filter(|open| !open.knows(*scope, *head));
                unaware.for_each(|open| open.bell.rung.notify_one());
            }
        }
    }

    /// The sessions that listen.
    #[must_use]
    pub fn sessions(&self) -> Vec<Uuid> {
        self.lock().open.keys().copied().collect()
    }

    /// Of the sessions that were asked about, these live, with what their accounts follow now. The streams of others end;
    /// one that follows something else than before is poked, because that is news.
    pub fn asked(&self, asked: &[Uuid], live: &[Live]) {
        let follows = live.iter().map(|live| (live.session, Entitlement::of(&live.account)));
        let follows: HashMap<Uuid, Entitlement> = follows.collect();
        let mut all = self.lock();
        for session in asked {
            match follows.get(session) {
                Some(entitlement) => all.follow_now(*session, entitlement.followed()),
                None => all.end(*session),
            }
        }
    }

    /// Ends the streams whose token has ended.
    pub fn end_due(&self, now: Instant) {
        let mut all = self.lock();
        let due: Vec<Uuid> =
            all.open.iter().filter(|(_, open)| open.until <= now).map(|(session, _)| *session).collect();
        due.into_iter().for_each(|session| all.end(session));
    }

    /// Ends a session's stream.
    pub fn end(&self, session: Uuid) {
        self.lock().end(session);
    }

    /// Ends all, and takes no more.
    pub fn close(&self) {
        let mut all = self.lock();
        all.closed = true;
        let open: Vec<Uuid> = all.open.keys().copied().collect();
        open.into_iter().for_each(|session| all.end(session));
    }
}

impl All {
    fn follow(&mut self, session: Uuid, scopes: &[ScopeId]) {
        for scope in scopes {
            self.scopes.entry(*scope).or_default().sessions.insert(session);
        }
    }

    fn unfollow(&mut self, session: Uuid, scopes: &[ScopeId]) {
        for scope in scopes {
            if let Some(followed) = self.scopes.get_mut(scope) {
                followed.sessions.remove(&session);
                if followed.sessions.is_empty() {
                    self.scopes.remove(scope);
                }
            }
        }
    }

    fn follow_now(&mut self, session: Uuid, scopes: &[ScopeId]) {
        let Some(open) = self.open.get_mut(&session).filter(|open| open.scopes != scopes) else { return };
        let before = std::mem::replace(&mut open.scopes, scopes.to_vec());
        open.bell.rung.notify_one();
        self.follow(session, scopes);
        let left: Vec<ScopeId> = before.into_iter().filter(|scope| !scopes.contains(scope)).collect();
        self.unfollow(session, &left);
    }

    fn end(&mut self, session: Uuid) {
        if let Some(open) = self.open.remove(&session) {
            self.unfollow(session, &open.scopes);
            open.bell.end();
            self.count();
        }
    }

    /// The one who listened has gone; unless the session's stream is another one by now.
    fn leave(&mut self, session: Uuid, bell: &Arc<Bell>) {
        if self.open.get(&session).is_some_and(|open| Arc::ptr_eq(&open.bell, bell)) {
            self.end(session);
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "a count of connections")]
    fn count(&self) {
        metrics::gauge!("rounds_poke_streams").set(self.open.len() as f64);
    }
}

#[cfg(test)]
mod tests;
