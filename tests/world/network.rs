//! The network between a device and the server: real HTTP over the loopback, on which the test decides what becomes
//! of each exchange.

use device::{HttpTransport, Pokes, Reply, Transport, TransportError};
use futures_util::StreamExt;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use sync::json::{Refresh, Session, SignIn};
use sync::wire::segment::Name;
use tokio::sync::{Notify, watch};

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

/// Somebody outside of the device who sees each sync that reaches the server, and what came back.
pub trait Witness: Send + Sync {
    /// The request's frame, and the answer's.
    fn saw(&self, request: &[u8], answer: &Result<Vec<u8>, TransportError>);
}

/// What becomes of the fetching of one piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceFate {
    /// It comes.
    Comes,
    /// It is cut after so many bytes.
    Cut(usize),
    /// A byte of it is turned.
    Spoiled,
    /// Nothing comes.
    Lost,
    /// It comes when the test lets it: see [`Network::piece_is_held`].
    Held,
}

/// A network. Exchanges take their fates in order; when none is left, all goes well.
#[derive(Clone)]
pub struct Network {
    fates: Arc<Mutex<VecDeque<Fate>>>,
    pieces: Arc<Mutex<Pieces>>,
    answered: Arc<AtomicUsize>,
    server: Arc<Mutex<HttpTransport>>,
    session: Arc<Mutex<Option<Session>>>,
    loses_renewal: Arc<AtomicBool>,
    signed_out: Arc<Notify>,
    keeps_back: Arc<AtomicBool>,
    listened_to: watch::Sender<usize>,
    witness: Option<Arc<dyn Witness>>,
}

/// What becomes of pieces, and how many were asked for and how many bytes of them came.
#[derive(Debug, Default)]
struct Pieces {
    fates: VecDeque<PieceFate>,
    asked: usize,
    bytes: usize,
    held: Arc<Notify>,
    let_go: Arc<Notify>,
}

impl Network {
    /// A good network to a server.
    pub fn to(address: &str) -> Self {
        let server = HttpTransport::new(address).unwrap_or_else(|error| unreachable!("{error}"));
        let server = Arc::new(Mutex::new(server));
        let (fates, session) = (Arc::default(), Arc::default());
        let (loses_renewal, signed_out, keeps_back) = (Arc::default(), Arc::default(), Arc::default());
        let (pieces, answered, listened_to) = (Arc::default(), Arc::default(), watch::Sender::new(0));
        let witness = None;
        Self {
            fates,
            pieces,
            answered,
            server,
            session,
            loses_renewal,
            signed_out,
            keeps_back,
            listened_to,
            witness,
        }
    }

    /// The same, with a witness.
    #[must_use]
    pub fn seen_by(self, witness: Arc<dyn Witness>) -> Self {
        Self { witness: Some(witness), ..self }
    }

    /// What becomes of the next pieces that are fetched.
    pub fn pieces_will(&self, fates: impl IntoIterator<Item = PieceFate>) {
        self.pieces().fates.extend(fates);
    }

    /// How often pieces were asked for, and how many bytes of them came.
    #[must_use]
    pub fn pieces_fetched(&self) -> (usize, usize) {
        let pieces = self.pieces();
        (pieces.asked, pieces.bytes)
    }

    /// Waits until a piece is held.
    pub async fn piece_is_held(&self) {
        let held = Arc::clone(&self.pieces().held);
        held.notified().await;
    }

    /// Lets the held piece go on.
    pub fn let_piece_go(&self) {
        self.pieces().let_go.notify_one();
    }

    async fn hold_piece(&self) {
        let (held, let_go) = {
            let pieces = self.pieces();
            (Arc::clone(&pieces.held), Arc::clone(&pieces.let_go))
        };
        held.notify_one();
        let_go.notified().await;
    }

    /// Bytes of the last answer of the log.
    #[must_use]
    pub fn last_answer(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }

    fn pieces(&self) -> std::sync::MutexGuard<'_, Pieces> {
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn piece_fate(&self) -> PieceFate {
        let mut pieces = self.pieces();
        pieces.asked += 1;
        pieces.fates.pop_front().unwrap_or(PieceFate::Comes)
    }

    async fn piece(&self, access: String, name: Name, got: &mut Vec<u8>) -> Result<(), TransportError> {
        let (fate, server, before) = (self.piece_fate(), self.server(), got.len());
        match fate {
            PieceFate::Lost => return Err(lost()),
            PieceFate::Held => self.hold_piece().await,
            PieceFate::Comes | PieceFate::Cut(_) | PieceFate::Spoiled => {}
        }
        server.segment(access, name, got).await?;
        let came = match fate {
            PieceFate::Cut(after) => {
                got.truncate(before + after);
                Err(lost())
            }
            PieceFate::Spoiled => {
                got.last_mut().into_iter().for_each(|byte| *byte ^= 1);
                Ok(())
            }
            PieceFate::Comes | PieceFate::Lost | PieceFate::Held => Ok(()),
        };
        self.pieces().bytes += got.len().saturating_sub(before);
        came
    }

    /// What becomes of the next exchanges.
    pub fn will(&self, fates: impl IntoIterator<Item = Fate>) {
        self.fates.lock().unwrap_or_else(PoisonError::into_inner).extend(fates);
    }

    /// The server renews the session, and the device does not hear of it.
    pub fn loses_next_renewal(&self) {
        self.loses_renewal.store(true, Ordering::SeqCst);
    }

    /// The tokens of the last sign-in, as somebody has them who listens.
    #[must_use]
    pub fn session(&self) -> Option<Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the server has heard of a sign-out.
    pub async fn signed_out(&self) {
        self.signed_out.notified().await;
    }

    /// Waits until the device listens for pokes.
    pub async fn is_listened_to(&self) {
        let _ = self.listened_to.subscribe().wait_for(|streams| *streams > 0).await;
    }

    /// Waits until the device listens no more.
    pub async fn is_silent(&self) {
        let _ = self.listened_to.subscribe().wait_for(|streams| *streams == 0).await;
    }

    /// A proxy on the way waits for the end of an answer before it passes it on.
    pub fn keeps_streams_back(&self) {
        self.keeps_back.store(true, Ordering::SeqCst);
    }

    /// Nothing bad happens any more.
    pub fn clear(&self) {
        self.pieces().fates.clear();
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
        let (fate, server) = (self.fate(), self.server());
        if fate == Fate::RequestLost {
            return Err(lost());
        }
        let answer = server.sync(access.clone(), frame.clone()).await;
        self.answered.store(answer.as_ref().map_or(0, Vec::len), Ordering::SeqCst);
        self.witness.iter().for_each(|witness| witness.saw(&frame, &answer));
        match fate {
            Fate::AnswerLost => Err(lost()),
            Fate::Doubled => server.sync(access, frame).await,
            Fate::AnsweredByNewer => answer.map(of_a_newer_version),
            Fate::Delivered | Fate::RequestLost => answer,
        }
    }
}

/// A stream that is open.
struct Counted(watch::Sender<usize>);

impl Counted {
    fn new(streams: watch::Sender<usize>) -> Self {
        streams.send_modify(|streams| *streams += 1);
        Self(streams)
    }

    /// It goes with the stream that it is named in.
    fn keep(&self) {}
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|streams| *streams -= 1);
    }
}

fn lost() -> TransportError {
    TransportError::Unreachable("lost".to_owned())
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
        Box::pin(async move {
            let session = server.sign_in(body).await?;
            *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(session.clone());
            Ok(session)
        })
    }

    fn refresh(&self, body: Refresh) -> Reply<'_, Session> {
        let server = self.server();
        Box::pin(async move {
            let answer = server.refresh(body).await;
            if self.loses_renewal.swap(false, Ordering::SeqCst) { Err(lost()) } else { answer }
        })
    }

    fn sign_out(&self, access: String) -> Reply<'_, ()> {
        let server = self.server();
        Box::pin(async move {
            let answer = server.sign_out(access).await;
            if answer.is_ok() {
                self.signed_out.notify_one();
            }
            answer
        })
    }

    fn sync(&self, access: String, frame: Vec<u8>) -> Reply<'_, Vec<u8>> {
        Box::pin(self.exchange(access, frame))
    }

    fn segment<'a>(&'a self, access: String, piece: Name, got: &'a mut Vec<u8>) -> Reply<'a, ()> {
        Box::pin(self.piece(access, piece, got))
    }

    fn poke(&self, access: String) -> Reply<'_, Pokes> {
        let (server, listened_to) = (self.server(), self.listened_to.clone());
        Box::pin(async move {
            if self.keeps_back.load(Ordering::SeqCst) {
                return std::future::pending().await;
            }
            let stream = server.poke(access).await?;
            let counted = Counted::new(listened_to);
            Ok(Box::pin(stream.inspect(move |_| counted.keep())) as Pokes)
        })
    }
}
