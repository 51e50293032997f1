//! Fetching the pieces of a first copy: the next one comes and is unpacked while this one is written. What came of a
//! piece stays in memory only, so that it is gone on with after a cut and never lies on the disk in plain form.

use super::copies::{Copies, Wanted};
use super::send::Unanswered;
use crate::device::{Device, blocking};
use crate::refusal::OrRefuse;
use crate::transport::TransportError;
use contract::sync::Network;
use contract::{Notice, Refusal};
use std::sync::Arc;
use sync::session::Event;
use sync::wire::segment::{self, BadSegment, Name, Segment};

/// What came before it was asked for.
#[derive(Debug, Default)]
pub struct Ahead {
    /// The last dictionary.
    dictionary: Option<(Name, Arc<Vec<u8>>)>,
    /// A piece of which not all came.
    part: Option<(Name, Vec<u8>)>,
    /// A piece that was unpacked and not yet applied.
    unpacked: Option<(Name, Segment)>,
}

/// Why there is no piece.
enum NoPiece {
    /// It could not be fetched.
    Unanswered(Unanswered),
    /// The bytes are not the piece.
    Bad(BadSegment),
}

impl Device {
    /// Fetches the next piece and applies it.
    pub(super) async fn fetch(&self) -> Event {
        if self.is_offline() {
            self.set_network(Network::SwitchedOff);
            return Event::Halted;
        }
        let (this, next) = match self.wanted().await {
            Ok((Some(this), next)) => (this, next),
            Ok((None, _)) => return Event::Fetched { more: false, waiting: false },
            Err(refusal) => return self.not_written(refusal),
        };
        let mut ahead = self.inner.ahead.lock().await;
        match self.unpacked(&mut ahead, this).await {
            Ok(segment) => self.write_and_go_on(&mut ahead, (this, segment), next).await,
            Err(NoPiece::Unanswered(Unanswered::Transport(error))) if error.is_missing() => {
                tracing::info!(scope = %this.scope, "a piece is not there any more");
                self.changed(move |copies| Ok((copies.without(&this), false))).await
            }
            Err(NoPiece::Unanswered(unanswered)) => self.failed(unanswered).await,
            Err(NoPiece::Bad(error)) => {
                tracing::warn!(scope = %this.scope, %error, "a piece cannot be read; the log is read instead");
                self.changed(move |copies| Ok((copies.by_log(this.scope), true))).await
            }
        }
    }

    /// The next two pieces.
    async fn wanted(&self) -> Result<(Option<Wanted>, Option<Wanted>), Refusal> {
        let device = self.clone();
        blocking(move || {
            let copies = device.store()?.read(Copies::read).or_refuse()?;
            let mut wanted = copies.wanted();
            Ok((wanted.next(), wanted.next()))
        })
        .await
    }

    /// Writes this piece while the next one comes. What becomes of the next one is said when it is its turn.
    async fn write_and_go_on(
        &self,
        ahead: &mut Ahead,
        (this, segment): (Wanted, Segment),
        next: Option<Wanted>,
    ) -> Event {
        let device = self.clone();
        let writing = blocking(move || device.apply_piece(&this, segment));
        let coming = async {
            if let Some(next) = next
                && let Ok(segment) = self.unpacked(ahead, next).await
            {
                ahead.unpacked = Some((next.piece.name, segment));
            }
        };
        let (written, ()) = tokio::join!(writing, coming);
        match written {
            Ok(waiting) => {
                self.set_network(Network::Online);
                self.set_failure(None);
                self.tell(Notice::DataChanged);
                self.tell(Notice::SyncChanged);
                Event::Fetched { more: next.is_some(), waiting }
            }
            Err(refusal) => self.not_written(refusal),
        }
    }

    fn not_written(&self, refusal: Refusal) -> Event {
        tracing::warn!(%refusal, "a piece could not be applied");
        self.set_failure(Some(refusal));
        Event::Failed { retry_after: None }
    }

    /// Keeps what became of the copies; the scope of one that is given up begins anew.
    async fn changed(
        &self,
        change: impl FnOnce(Copies) -> Result<(Copies, bool), Refusal> + Send + 'static,
    ) -> Event {
        let device = self.clone();
        match blocking(move || device.change_copies(change)).await {
            Ok(more) => Event::Fetched { more, waiting: false },
            Err(refusal) => self.not_written(refusal),
        }
    }

    async fn unpacked(&self, ahead: &mut Ahead, wanted: Wanted) -> Result<Segment, NoPiece> {
        let name = wanted.piece.name;
        if let Some((_, segment)) = ahead.unpacked.take().filter(|(ready, _)| *ready == name) {
            return Ok(segment);
        }
        let dictionary = self.dictionary(ahead, &wanted).await?;
        let bytes = self.download(ahead, (name, wanted.piece.size)).await?;
        let unpack = move || {
            let dictionary = dictionary.as_ref().map(|bytes| bytes.as_slice());
            Ok(segment::decode((name, wanted.scope), &bytes, dictionary))
        };
        let unpacked = blocking(unpack).await.map_err(|refusal| Unanswered::Device(refusal).into());
        unpacked.and_then(|unpacked| unpacked.map_err(NoPiece::Bad))
    }

    async fn dictionary(&self, ahead: &mut Ahead, wanted: &Wanted) -> Result<Option<Arc<Vec<u8>>>, NoPiece> {
        let Some(name) = wanted.piece.dictionary else { return Ok(None) };
        if let Some((_, bytes)) = ahead.dictionary.as_ref().filter(|(known, _)| *known == name) {
            return Ok(Some(Arc::clone(bytes)));
        }
        let bytes = Arc::new(self.download(ahead, (name, wanted.dictionary_size)).await?);
        if Name::of(&bytes) != name {
            return Err(NoPiece::Bad(BadSegment::Name));
        }
        ahead.dictionary = Some((name, Arc::clone(&bytes)));
        Ok(Some(bytes))
    }

    /// Goes on with what came before.
    async fn download(&self, ahead: &mut Ahead, (name, size): (Name, u32)) -> Result<Vec<u8>, NoPiece> {
        let part = ahead.part.take().filter(|(of, _)| *of == name);
        let (_, bytes) = ahead.part.insert(part.unwrap_or((name, Vec::new())));
        // All may have come before something went wrong at the end.
        if bytes.len() < size as usize {
            self.go_on(name, bytes).await?;
        }
        let came = bytes.len();
        match came.cmp(&(size as usize)) {
            std::cmp::Ordering::Less => {
                let cut = TransportError::Unreachable(format!("{came} of {size} bytes of a piece came"));
                Err(Unanswered::Transport(cut).into())
            }
            std::cmp::Ordering::Equal => Ok(ahead.part.take().map(|(_, bytes)| bytes).unwrap_or_default()),
            std::cmp::Ordering::Greater => {
                ahead.part = None;
                Err(NoPiece::Bad(BadSegment::TooLarge(size.into())))
            }
        }
    }

    async fn go_on(&self, name: Name, bytes: &mut Vec<u8>) -> Result<(), Unanswered> {
        let session = self.good_session().await?;
        let transport = &self.inner.transport;
        let answer = match transport.segment(session.access.clone(), name, bytes).await {
            Err(error) if error.ends_session() => {
                let renewed = self.renew(session).await?;
                transport.segment(renewed.access, name, bytes).await
            }
            answer => answer,
        };
        answer.map_err(Unanswered::Transport)
    }
}

impl From<Unanswered> for NoPiece {
    fn from(unanswered: Unanswered) -> Self {
        Self::Unanswered(unanswered)
    }
}
