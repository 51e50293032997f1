//! The way to the server, with a count of what travels on it. It can also answer once in the server's place.

use device::{HttpTransport, Pokes, Reply, Transport};
use std::ops::Sub;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync::json::{Refresh, Session, SignIn};
use sync::wire::segment::Name;

/// What travelled: requests, and bytes of their bodies. What HTTP adds is not in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Round trips.
    pub requests: u32,
    /// Bytes to the server.
    pub up: usize,
    /// Bytes from it.
    pub down: usize,
}

impl Traffic {
    /// Bytes both ways.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.up + self.down
    }
}

impl Sub for Traffic {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            requests: self.requests - before.requests,
            up: self.up - before.up,
            down: self.down - before.down,
        }
    }
}

/// What was last asked: the access token and the frame.
pub type Asked = (String, Vec<u8>);

#[derive(Debug, Default)]
struct Seen {
    traffic: Traffic,
    asked: Option<Asked>,
    instead: Option<Vec<u8>>,
}

/// A tapped way to a server. Clones are the same.
#[derive(Debug, Clone)]
pub struct Tap {
    server: HttpTransport,
    seen: Arc<Mutex<Seen>>,
}

impl Tap {
    /// To the server at an address.
    pub fn to(address: &str) -> anyhow::Result<Self> {
        Ok(Self { server: HttpTransport::new(address)?, seen: Arc::default() })
    }

    /// What travelled so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.seen().traffic
    }

    /// What was last asked.
    #[must_use]
    pub fn asked(&self) -> Option<Asked> {
        self.seen().asked.clone()
    }

    /// The next answer is this frame, and the server does not hear of the request.
    pub fn answer(&self, frame: Vec<u8>) {
        self.seen().instead = Some(frame);
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, up: usize, down: usize) {
        let traffic = &mut self.seen().traffic;
        *traffic = Traffic { requests: traffic.requests + 1, up: traffic.up + up, down: traffic.down + down };
    }
}

impl Transport for Tap {
    fn server(&self) -> String {
        Transport::server(&self.server)
    }

    fn sign_in(&self, body: SignIn) -> Reply<'_, Session> {
        self.server.sign_in(body)
    }

    fn refresh(&self, body: Refresh) -> Reply<'_, Session> {
        self.server.refresh(body)
    }

    fn sign_out(&self, access: String) -> Reply<'_, ()> {
        self.server.sign_out(access)
    }

    fn sync(&self, access: String, frame: Vec<u8>) -> Reply<'_, Vec<u8>> {
        self.seen().asked = Some((access.clone(), frame.clone()));
        if let Some(answer) = self.seen().instead.take() {
            return Box::pin(async { Ok(answer) });
        }
        Box::pin(async move {
            let up = frame.len();
            let answer = self.server.sync(access, frame).await?;
            self.count(up, answer.len());
            Ok(answer)
        })
    }

    fn segment<'a>(&'a self, access: String, piece: Name, got: &'a mut Vec<u8>) -> Reply<'a, ()> {
        Box::pin(async move {
            let had = got.len();
            self.server.segment(access, piece, &mut *got).await?;
            self.count(0, got.len() - had);
            Ok(())
        })
    }

    fn poke(&self, access: String) -> Reply<'_, Pokes> {
        self.server.poke(access)
    }
}
