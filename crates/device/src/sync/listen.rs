//! Listening for pokes: `sync::pokes::Listener` decides, this carries it out and passes on what is heard.

use super::send::Unanswered;
use crate::device::{Device, blocking};
use crate::refusal::OrRefuse;
use crate::settings;
use crate::transport::{Pokes, TransportError};
use domain::Instant;
use futures_util::StreamExt;
use sync::pokes::{Effect, Event as Heard, Listener, Sound};
use sync::session::Event;
use tokio::sync::mpsc::Sender;

/// The stream has ended without a word about when to come back.
const ENDED: Heard = Heard::Ended { retry_after: None };

impl Device {
    /// Listens for as long as the device lives, whenever somebody is signed in and nothing forbids it.
    pub(super) async fn keep_listening(&self, tell: &Sender<Event>) {
        let mut listener = Listener::default();
        let mut stream = None;
        let mut event = self.whether_allowed().await;
        loop {
            let effect = listener.handle(event, self.inner.clock.now(), self.inner.chance.share());
            if effect != Effect::Listen && stream.take().is_some() {
                say(tell, Event::Listening(false)).await;
            }
            event = match effect {
                Effect::Open => match self.open_stream().await {
                    Ok(opened) => {
                        stream = Some(opened);
                        say(tell, Event::Listening(true)).await;
                        Heard::Opened
                    }
                    Err(event) => event,
                },
                Effect::Listen => match &mut stream {
                    Some(open) => self.listen(open, tell).await,
                    None => ENDED,
                },
                Effect::Wait(until) => self.wait(until).await,
                Effect::Rest => {
                    self.inner.turned.notified().await;
                    self.whether_allowed().await
                }
            };
        }
    }

    async fn wait(&self, until: Instant) -> Heard {
        tokio::select! {
            () = self.inner.clock.reached(until) => Heard::Due,
            () = self.inner.turned.notified() => self.whether_allowed().await,
        }
    }

    /// A stream that lives: its first sound has come, so nobody on the way keeps things back.
    async fn open_stream(&self) -> Result<Pokes, Heard> {
        let access = self.access().await?;
        let opening = async {
            let mut stream = self.inner.transport.poke(access).await?;
            match stream.next().await {
                Some(sound) => sound.map(|_| stream),
                None => Err(TransportError::Unreachable("the stream ended at once".to_owned())),
            }
        };
        let opened = tokio::select! {
            opened = opening => opened,
            () = self.inner.turned.notified() => return Err(self.whether_allowed().await),
        };
        opened.map_err(|error| {
            tracing::debug!(%error, "nobody tells of news; asking every minute");
            if error.ends_session() {
                // Whether it can be renewed is found by the next exchange.
                self.inner.wanted.notify_one();
            }
            Heard::Ended { retry_after: error.retry_after() }
        })
    }

    /// A token that is good for a while.
    async fn access(&self) -> Result<String, Heard> {
        // One conversation at a time: two that renew at once would make each other's tokens worthless.
        let _turn = self.inner.session.lock().await;
        match self.good_session().await {
            Ok(session) => Ok(session.access),
            Err(Unanswered::Transport(error)) if error.ends_session() => {
                self.expire().await;
                Err(Heard::Forbidden)
            }
            Err(Unanswered::Transport(error)) => Err(Heard::Ended { retry_after: error.retry_after() }),
            // Whoever signs out says so; whatever else it is may pass.
            Err(Unanswered::Device(_)) => Err(ENDED),
        }
    }

    /// Passes on what is heard until something else happens.
    async fn listen(&self, stream: &mut Pokes, tell: &Sender<Event>) -> Heard {
        loop {
            let sound = tokio::select! {
                sound = stream.next() => sound,
                () = self.inner.turned.notified() => return self.whether_allowed().await,
            };
            match sound {
                Some(Ok(Sound::Alive)) => {}
                // One that nobody has taken yet says the same.
                Some(Ok(Sound::Poke)) => drop(tell.try_send(Event::Poked)),
                Some(Err(error)) => {
                    tracing::debug!(%error, "the stream of news broke off");
                    return ENDED;
                }
                None => return ENDED,
            }
        }
    }

    async fn whether_allowed(&self) -> Heard {
        let device = self.clone();
        match blocking(move || device.may_listen()).await {
            Ok(true) => Heard::Allowed,
            Ok(false) | Err(_) => Heard::Forbidden,
        }
    }

    fn may_listen(&self) -> Result<bool, contract::Refusal> {
        if self.is_offline() || self.is_in_background() {
            return Ok(false);
        }
        let store = self.store()?;
        store
            .read(|r| {
                let expired = settings::get(r, settings::EXPIRED)?.unwrap_or(false);
                Ok(!expired && settings::session(r)?.is_some())
            })
            .or_refuse()
    }
}

async fn say(tell: &Sender<Event>, event: Event) {
    // Nobody listens when the device ends.
    let _ = tell.send(event).await;
}
