//! A line to a server that lets everybody in and has nothing to say: the benchmarks measure the device alone.

use device::{Pokes, Reply, Transport, TransportError};
use domain::people::{Country, Role};
use sync::json::{Refresh, Session, SignIn, Who};
use sync::wire::segment::Name;

/// The line, with who signs in.
#[derive(Debug, Clone)]
pub struct Line {
    who: Who,
}

impl Line {
    /// For a rep.
    #[must_use]
    pub fn of_rep(user: domain::ids::UserId) -> Self {
        let (name, territory) = ("Bench Rep".to_owned(), Some("Bench Territory".to_owned()));
        Self { who: Who { user, name, role: Role::Rep, territory, country: Country::DE } }
    }
}

impl Transport for Line {
    fn server(&self) -> String {
        "nowhere".to_owned()
    }

    fn sign_in(&self, _: SignIn) -> Reply<'_, Session> {
        let session = Session {
            access: "access".to_owned(),
            access_until: chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(40_000),
            refresh: "refresh".to_owned(),
            who: self.who.clone(),
        };
        Box::pin(async { Ok(session) })
    }

    fn refresh(&self, _: Refresh) -> Reply<'_, Session> {
        Box::pin(async { Err(unreachable()) })
    }

    fn sign_out(&self, _: String) -> Reply<'_, ()> {
        Box::pin(async { Err(unreachable()) })
    }

    fn sync(&self, _: String, _: Vec<u8>) -> Reply<'_, Vec<u8>> {
        Box::pin(async { Err(unreachable()) })
    }

    fn segment<'a>(&'a self, _: String, _: Name, _: &'a mut Vec<u8>) -> Reply<'a, ()> {
        Box::pin(async { Err(unreachable()) })
    }

    fn poke(&self, _: String) -> Reply<'_, Pokes> {
        Box::pin(async { Err(unreachable()) })
    }
}

fn unreachable() -> TransportError {
    TransportError::Unreachable("a benchmark has no network".to_owned())
}
