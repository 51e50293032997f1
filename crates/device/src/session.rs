//! Who works with this device: unlocking, signing in, signing out.

use crate::device::{Device, blocking};
use crate::refusal::OrRefuse;
use crate::settings;
use contract::session::{GetSession, Me, SessionView, SignIn, SignOut, Unlock};
use contract::{Code, Notice, Refusal};
use domain::ids::{DeviceId, UserId};
use std::sync::PoisonError;
use store::{Batch, ReadError, Reader};
use sync::json::{Refresh, Session};

impl Device {
    /// Where the session stands.
    pub async fn get_session(&self, _: GetSession) -> Result<SessionView, Refusal> {
        let device = self.clone();
        blocking(move || device.session_view()).await
    }

    /// Opens the store with a passphrase.
    pub async fn unlock(&self, unlock: Unlock) -> Result<SessionView, Refusal> {
        let device = self.clone();
        let view = blocking(move || {
            device.unlock_with(&unlock.passphrase)?;
            device.session_view()
        })
        .await?;
        self.session_changed();
        Ok(view)
    }

    /// Signs in at the server.
    pub async fn sign_in(&self, sign_in: SignIn) -> Result<SessionView, Refusal> {
        if self.is_offline() {
            return Err(Code::NoNetwork.into());
        }
        let device = self.clone();
        let id: DeviceId = blocking(move || device.setting(settings::DEVICE)).await?.ok_or(Code::Internal)?;
        let body = sync::json::SignIn { user: sign_in.user.clone(), password: sign_in.password, device: id };
        let session = self.inner.transport.sign_in(body).await.or_refuse()?;
        let device = self.clone();
        let view = blocking(move || {
            device.keep_session(&session, &sign_in.user)?;
            device.session_view()
        })
        .await?;
        self.session_changed();
        Ok(view)
    }

    /// Signs a person in as soon as the store is open, if nobody ever was on this device. For demos.
    pub async fn welcome(&self, first: SignIn) {
        let mut news = self.notices();
        loop {
            match self.get_session(GetSession {}).await {
                Ok(SessionView::SignedOut { last_user: None, .. }) => {
                    if let Err(refusal) = self.sign_in(first.clone()).await {
                        tracing::warn!(%refusal, "nobody was signed in at the start");
                    }
                    return;
                }
                Ok(SessionView::Locked { .. }) => {}
                _ => return,
            }
            while !matches!(news.recv().await, Ok(Notice::SessionChanged) | Err(_)) {}
        }
    }

    /// Ends the session on this device. The data stays. The server is told if it can be reached; nobody waits for it.
    pub async fn sign_out(&self, _: SignOut) -> Result<SessionView, Refusal> {
        let device = self.clone();
        let (ended, view) = blocking(move || Ok((device.forget_session()?, device.session_view()?))).await?;
        self.session_changed();
        if let Some(session) = ended.filter(|_| !self.is_offline()) {
            tokio::spawn(self.clone().end_at_server(session));
        }
        Ok(view)
    }

    /// Where this does not succeed, the tokens end by their time.
    async fn end_at_server(self, session: Session) {
        let transport = &self.inner.transport;
        let ended = match transport.sign_out(session.access).await {
            // Only the access token has ended, perhaps: the other one opens the session once more, to be ended.
            Err(error) if error.ends_session() => {
                match transport.refresh(Refresh { refresh: session.refresh }).await {
                    Ok(renewed) => transport.sign_out(renewed.access).await,
                    Err(error) => Err(error),
                }
            }
            answer => answer,
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "the server was not told that somebody signed out");
        }
    }

    fn forget_session(&self) -> Result<Option<Session>, Refusal> {
        let _turn = self.inner.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let session = self.setting(settings::SESSION)?;
        let gone = vec![(settings::SESSION, None)];
        self.store()?.commit(&Batch { settings: gone, ..Batch::default() }).or_refuse()?;
        Ok(session)
    }

    /// Keeps a renewed session, unless somebody has signed out meanwhile: that must not sign them in again.
    pub(crate) fn replace_session(&self, old: &Session, renewed: &Session) -> Result<(), Refusal> {
        let _turn = self.inner.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let current: Option<Session> = self.setting(settings::SESSION)?;
        if current.is_none_or(|session| session.refresh != old.refresh) {
            return Err(Code::SignedOut.into());
        }
        let settings = vec![settings::set(settings::SESSION, renewed)?];
        self.store()?.commit(&Batch { settings, ..Batch::default() }).or_refuse()
    }

    fn session_changed(&self) {
        self.tell(Notice::SessionChanged);
        self.inner.wanted.notify_one();
        self.inner.turned.notify_one();
    }

    fn session_view(&self) -> Result<SessionView, Refusal> {
        let store = match self.store() {
            Err(refusal) if refusal.code == Code::Locked => {
                return Ok(SessionView::Locked { first: self.is_first_unlock() });
            }
            opened => opened?,
        };
        store.read(|r| self.view(r)).or_refuse()
    }

    fn view(&self, r: &Reader<'_>) -> Result<SessionView, ReadError> {
        let Some(session) = settings::session(r)? else {
            let last_user = settings::get(r, settings::LOGIN)?;
            return Ok(SessionView::SignedOut { server: self.inner.transport.server(), last_user });
        };
        Ok(SessionView::SignedIn(Me {
            user: session.who.user,
            name: session.who.name,
            role: session.who.role,
            territory: session.who.territory,
            country: session.who.country,
            ready: settings::get(r, settings::READY)?.unwrap_or(false),
            expired: settings::get(r, settings::EXPIRED)?.unwrap_or(false),
            can_go_offline: self.inner.options.can_go_offline,
        }))
    }

    /// A device keeps one person's data: another one may not sign in over it.
    fn keep_session(&self, session: &Session, login: &str) -> Result<(), Refusal> {
        let owner: Option<UserId> = self.setting(settings::OWNER)?;
        if owner.is_some_and(|owner| owner != session.who.user) {
            return Err(Code::DeviceOfAnother.into());
        }
        let settings = vec![
            settings::set(settings::SESSION, session)?,
            settings::set(settings::OWNER, &session.who.user)?,
            settings::set(settings::LOGIN, &login)?,
            (settings::EXPIRED, None),
        ];
        self.store()?.commit(&Batch { settings, ..Batch::default() }).or_refuse()
    }

    fn setting<T: serde::de::DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Refusal> {
        self.store()?.read(|r| settings::get(r, key)).or_refuse()
    }
}
