//! A request to the server, with a session that is good.

use crate::device::{Device, blocking};
use crate::refusal::{Explain, OrRefuse};
use crate::settings;
use crate::transport::TransportError;
use chrono::TimeDelta;
use contract::sync::Network;
use contract::{Code, Notice, Refusal};
use store::Batch;
use sync::json::{Refresh, Session};
use sync::session::Event;
use sync::wire::{self, v1};

/// A token that ends sooner than this is renewed before it is used.
const MARGIN: TimeDelta = TimeDelta::seconds(30);

/// Why a request got no answer.
pub(super) enum Unanswered {
    Transport(TransportError),
    Device(Refusal),
}

impl Device {
    pub(super) async fn send(&self, request: v1::Request) -> Event {
        match self.ask(&request).await {
            Ok(response) => Event::Answered(Box::new(response)),
            Err(unanswered) => self.failed(unanswered).await,
        }
    }

    async fn ask(&self, request: &v1::Request) -> Result<v1::Response, Unanswered> {
        let frame = wire::encode(v1::VERSION, request).map_err(|error| foreign(&error))?;
        let session = self.good_session().await?;
        let answer = match self.inner.transport.sync(session.access.clone(), frame.clone()).await {
            Err(error) if error.ends_session() => {
                let renewed = self.renew(session).await?;
                self.inner.transport.sync(renewed.access, frame).await
            }
            answer => answer,
        };
        let answer = answer.map_err(Unanswered::Transport)?;
        wire::decode(v1::VERSION, &answer).map_err(|error| foreign(&error))
    }

    /// The session, with a token that is good for a while. Whoever asks has the turn of the conversation.
    pub(super) async fn good_session(&self) -> Result<Session, Unanswered> {
        let session = self.session().await?;
        if session.access_until - MARGIN <= self.inner.clock.now() {
            return self.renew(session).await;
        }
        Ok(session)
    }

    async fn session(&self) -> Result<Session, Unanswered> {
        let device = self.clone();
        let read = move || device.store()?.read(settings::session).or_refuse();
        blocking(read).await.and_then(|s| s.ok_or_else(|| Code::SignedOut.into())).map_err(Unanswered::Device)
    }

    /// The old refresh token is worth nothing once the new one is used, so the new one is kept first.
    pub(super) async fn renew(&self, old: Session) -> Result<Session, Unanswered> {
        let ask = Refresh { refresh: old.refresh.clone() };
        let renewed = self.inner.transport.refresh(ask).await.map_err(Unanswered::Transport)?;
        let (device, kept) = (self.clone(), renewed.clone());
        blocking(move || device.replace_session(&old, &kept)).await.map_err(Unanswered::Device)?;
        Ok(renewed)
    }

    pub(super) async fn failed(&self, unanswered: Unanswered) -> Event {
        match unanswered {
            Unanswered::Transport(error) if error.ends_session() => {
                self.expire().await;
                Event::Halted
            }
            Unanswered::Transport(error) => {
                tracing::debug!(%error, "no answer");
                self.set_network(Network::Unreachable);
                self.set_failure(Some(error.explain()));
                Event::Failed { retry_after: error.retry_after() }
            }
            Unanswered::Device(refusal) => {
                tracing::debug!(%refusal, "nothing can be sent now");
                Event::Halted
            }
        }
    }

    /// The server has ended the session: somebody must sign in again.
    pub(super) async fn expire(&self) {
        self.set_network(Network::SignInNeeded);
        if let Err(refusal) = self.set(|| settings::set(settings::EXPIRED, &true)).await {
            tracing::warn!(%refusal, "the end of the session could not be kept");
        }
        self.tell(Notice::SessionChanged);
        self.inner.turned.notify_one();
    }

    async fn set(
        &self,
        setting: impl FnOnce() -> Result<settings::Setting, Refusal> + Send + 'static,
    ) -> Result<(), Refusal> {
        let device = self.clone();
        blocking(move || {
            let settings = vec![setting()?];
            device.store()?.commit(&Batch { settings, ..Batch::default() }).or_refuse()
        })
        .await
    }
}

fn foreign(error: &wire::BadFrame) -> Unanswered {
    Unanswered::Transport(match error {
        wire::BadFrame::Version(found, known) if found > known => TransportError::NewerWire(*found),
        other => TransportError::Foreign(other.to_string()),
    })
}
