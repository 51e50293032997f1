//! The network between a device and the server: real HTTP over the loopback, on which the test decides what becomes
//! of each exchange.

use device::{HttpTransport, Reply, Transport, TransportError};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use sync::json::{Refresh, Session, SignIn};

/// What becomes of one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It goes well.
    Delivered,
    /// The request never arrives.
    RequestLost,
    /// The server does its work, and nobody hears of it.
    AnswerLost,
    /// It goes well, and the answer says that it is of a newer version of the wire.
    AnsweredByNewer,
    /// The request arrives twice; the second answer is heard.
    Doubled,
}

/// A network. Exchanges take their fates in order; when none is left, all goes well.
#[derive(Clone)]
pub struct Network {
    fates: Arc<Mutex<VecDeque<Fate>>>,
    server: Arc<Mutex<HttpTransport>>,
}

impl Network {
    /// A good network to a server.
    pub fn to(address: &str) -> Self {
        let server = HttpTransport::new(address).unwrap_or_else(|error| unreachable!("{error}"));
        Self { fates: Arc::default(), server: Arc::new(Mutex::new(server)) }
    }

    /// What becomes of the next exchanges.
    pub fn will(&self, fates: impl IntoIterator<Item = Fate>) {
        self.fates.lock().unwrap_or_else(PoisonError::into_inner).extend(fates);
    }

    /// Nothing bad happens any more.
    pub fn clear(&self) {
        self.fates.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn fate(&self) -> Fate {
        let next = self.fates.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        next.unwrap_or(Fate::Delivered)
    }

    fn server(&self) -> HttpTransport {
        self.server.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The server is at another address now.
    pub fn move_to(&self, address: &str) {
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) =
            HttpTransport::new(address).unwrap_or_else(|error| unreachable!("{error}"));
    }

    async fn exchange(&self, access: String, frame: Vec<u8>) -> Result<Vec<u8>, TransportError> {
        let lost = || TransportError::Unreachable("lost".to_owned());
        let (fate, server) = (self.fate(), self.server());
        if fate == Fate::RequestLost {
            return Err(lost());
        }
        let answer = server.sync(access.clone(), frame.clone()).await;
        match fate {
            Fate::AnswerLost => Err(lost()),
            Fate::Doubled => server.sync(access, frame).await,
            Fate::AnsweredByNewer => answer.map(of_a_newer_version),
            Fate::Delivered | Fate::RequestLost => answer,
        }
    }
}

/// The version stands behind the three letters of a frame.
fn of_a_newer_version(mut frame: Vec<u8>) -> Vec<u8> {
    if let Some(version) = frame.get_mut(3) {
        *version += 1;
    }
    frame
}

impl Transport for Network {
    fn server(&self) -> String {
        Transport::server(&self.server())
    }

    fn sign_in(&self, body: SignIn) -> Reply<'_, Session> {
        let server = self.server();
        Box::pin(async move { server.sign_in(body).await })
    }

    fn refresh(&self, body: Refresh) -> Reply<'_, Session> {
        let server = self.server();
        Box::pin(async move { server.refresh(body).await })
    }

    fn sync(&self, access: String, frame: Vec<u8>) -> Reply<'_, Vec<u8>> {
        Box::pin(self.exchange(access, frame))
    }
}
