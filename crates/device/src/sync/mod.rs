//! The device's conversation with the server: the session machine decides, this carries its effects out.

mod again;
mod apply;
mod copies;
mod fetch;
mod intake;
mod listen;
mod load;
mod piece;
mod send;
mod view;

pub use fetch::Ahead;

use crate::device::{Device, blocking};
use contract::sync::Network;
use contract::{Code, Notice, Refusal};
use domain::Instant;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use sync::ScopeId;
use sync::session::{Effect, Event};
use sync::wire::v1::{Item, Response};
use tokio::sync::mpsc::{self, Receiver};

/// What may be heard before anybody takes note; more of it would say the same.
const HEARD: usize = 4;

/// How an exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchange {
    /// Everything was exchanged, or the attempt failed; the next one is due at this instant.
    NextAt(Instant),
    /// Nobody is signed in, or the network is off: nothing to do until somebody wants a sync.
    Resting,
}

/// What went up, to be held against the answer.
#[derive(Debug, Default)]
struct Sent {
    items: Vec<Item>,
    left: Vec<ScopeId>,
}

impl Device {
    /// Syncs for as long as the device lives: whenever something changed, and every now and then.
    pub async fn keep_in_sync(&self) {
        let (tell, mut told) = mpsc::channel(HEARD);
        tokio::join!(self.keep_exchanging(&mut told), self.keep_listening(&tell));
    }

    async fn keep_exchanging(&self, told: &mut Receiver<Event>) {
        let mut ended = self.exchange(Event::Wanted).await;
        loop {
            let due = async {
                match ended {
                    Exchange::NextAt(at) => self.inner.clock.reached(at).await,
                    Exchange::Resting => std::future::pending().await,
                }
            };
            let event = tokio::select! {
                biased;
                () = self.inner.wanted.notified() => Event::Wanted,
                Some(event) = told.recv() => event,
                () = due => Event::Wanted,
            };
            ended = self.exchange(event).await;
        }
    }

    /// Exchanges with the server until there is nothing more to exchange, or it fails.
    pub async fn exchange(&self, wish: Event) -> Exchange {
        let mut session = self.inner.session.lock().await;
        let mut sent = Sent::default();
        let mut event = wish;
        let ended = loop {
            let now = self.inner.clock.now();
            event = match session.handle(event, now, self.inner.chance.share()) {
                Effect::Load { items, bytes } => {
                    self.set_running(true);
                    self.load(items, bytes).await
                }
                Effect::Send(request) => {
                    sent = Sent { items: request.items.clone(), left: request.left.clone() };
                    self.send(request).await
                }
                Effect::Apply(response) => self.applied(response, std::mem::take(&mut sent)).await,
                Effect::Fetch => self.fetch().await,
                Effect::Sleep(until) => break Exchange::NextAt(until),
                Effect::Rest => break Exchange::Resting,
            };
        };
        self.set_running(false);
        ended
    }

    async fn applied(&self, response: Box<Response>, sent: Sent) -> Event {
        let device = self.clone();
        match blocking(move || device.apply(&response, &sent)).await {
            Ok(waiting) => {
                self.set_network(Network::Online);
                self.set_failure(None);
                self.tell(Notice::DataChanged);
                Event::Applied { waiting }
            }
            Err(refusal) => {
                tracing::warn!(%refusal, "an answer could not be applied");
                self.set_failure(Some(refusal));
                Event::Failed { retry_after: None }
            }
        }
    }

    /// Syncs now, and says how it stands.
    pub async fn sync_now(&self, _: contract::sync::SyncNow) -> Result<contract::sync::SyncView, Refusal> {
        if self.is_offline() {
            return Err(Code::NoNetwork.into());
        }
        self.exchange(Event::Wanted).await;
        match self.failure() {
            Some(failure) => Err(failure),
            None => self.sync_view().await,
        }
    }

    /// Cuts the device off from the network, or connects it again.
    pub async fn set_offline(
        &self,
        set: contract::sync::SetOffline,
    ) -> Result<contract::sync::SyncView, Refusal> {
        self.inner.offline.store(set.offline, Ordering::Relaxed);
        self.set_network(if set.offline { Network::SwitchedOff } else { Network::Unreachable });
        self.inner.wanted.notify_one();
        self.inner.turned.notify_one();
        self.sync_view().await
    }

    fn set_running(&self, running: bool) {
        if self.inner.running.swap(running, Ordering::Relaxed) != running {
            self.tell(Notice::SyncChanged);
        }
    }

    /// Why the last exchange failed, if it did.
    fn failure(&self) -> Option<Refusal> {
        self.inner.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_failure(&self, failure: Option<Refusal>) {
        *self.inner.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    fn set_network(&self, network: Network) {
        *self.inner.network.lock().unwrap_or_else(PoisonError::into_inner) = network;
    }
}
