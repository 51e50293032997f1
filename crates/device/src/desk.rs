//! What a signed-in person works at: the open store, who they are, the clock and chance. All use cases that need no
//! network are functions of the desk, and none of them waits for anything but the disk.

use crate::opened::Recent;
use crate::refusal::OrRefuse;
use crate::{Chance, Clock};
use contract::{Code, Refusal};
use domain::Instant;
use domain::ids::UserId;
use std::sync::{Arc, Mutex};
use store::{ReadError, Reader, Store};
use sync::json::Who;

/// A desk.
#[derive(Clone)]
pub struct Desk {
    pub(crate) store: Arc<Store>,
    pub(crate) who: Who,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<Chance>,
    /// Whoever writes a document loads, changes and commits it in one turn.
    pub(crate) turn: Arc<Mutex<Recent>>,
}

/// The most characters of a text that a person types.
const LONGEST_TEXT: usize = 10_000;

impl Desk {
    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    pub(crate) fn me(&self) -> UserId {
        self.who.user
    }

    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Reader<'_>) -> Result<T, ReadError>,
    ) -> Result<T, Refusal> {
        self.store.read(read).or_refuse()
    }

    pub(crate) fn find<T>(
        &self,
        read: impl FnOnce(&Reader<'_>) -> Result<Option<T>, ReadError>,
    ) -> Result<T, Refusal> {
        self.read(read)?.ok_or_else(|| Code::NotFound.into())
    }
}

/// Checks a text that must say something.
pub fn said(text: &str, otherwise: Code) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(otherwise.into());
    }
    short(text)?;
    Ok(text.to_owned())
}

/// Checks that a text is not longer than a change can carry.
pub fn short(text: &str) -> Result<(), Refusal> {
    if text.chars().count() > LONGEST_TEXT { Err(Code::TextTooLong.into()) } else { Ok(()) }
}

/// Full name of a colleague; the id's beginning where the name has not come yet.
pub fn colleague_name(reader: &Reader<'_>, user: UserId) -> Result<String, ReadError> {
    let known = reader.colleague(user)?;
    Ok(known.map_or_else(|| user.to_string().chars().take(8).collect(), |colleague| colleague.name))
}
