//! What one commit writes. The caller has judged, merged and read everything; the store only keeps it.

use document::{Change, ChangeHash, Content, Kind};
use domain::Instant;
use domain::ids::DocId;
use domain::reference::{Row, Table};
use uuid::Uuid;

/// What an entry adds to the sum of its scope, modulo 2^128. Opaque here.
pub type Weight = [u8; 16];

/// Everything that becomes durable together, or not at all.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Documents in their new state.
    pub documents: Vec<SavedDocument>,
    /// Changes made here; they wait to be sent.
    pub own: Vec<OwnChange>,
    /// What the feed brought and took back, in its order.
    pub feed: Vec<Arrival>,
    /// A piece of the first copy of a scope.
    pub piece: Option<Piece>,
    /// What becomes of followed scopes beside what the feed brought: before it, those that are left or begin anew.
    pub scopes: Vec<ScopeStep>,
    /// What the server decided about own changes.
    pub decisions: Vec<Decision>,
    /// Documents whose refused changes are to be sent again.
    pub retried: Vec<DocId>,
    /// What the server has had since before this instant is forgotten; none keeps everything.
    pub forget_before: Option<Instant>,
    /// What a rule on the server noticed: document and code.
    pub findings: Vec<(DocId, String)>,
    /// Settings: cursor, session, actor; none removes.
    pub settings: Vec<(&'static str, Option<Vec<u8>>)>,
}

/// A document with what it says.
#[derive(Debug, Clone)]
pub struct SavedDocument {
    /// Which.
    pub doc: DocId,
    /// Its kind.
    pub kind: Kind,
    /// The whole document with its history.
    pub saved: Vec<u8>,
    /// What it says, for the projections.
    pub content: Content,
    /// People wrote one field at once and nobody has settled it.
    pub contested: bool,
}

/// A change made on this device.
#[derive(Debug, Clone)]
pub struct OwnChange {
    /// Of which document.
    pub doc: DocId,
    /// Its kind.
    pub kind: Kind,
    /// The change.
    pub change: Change,
}

/// What a scope held, or a part of it. Documents that the store has already are merged by the caller, and stand among
/// the others of the batch.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The scope.
    pub scope: String,
    /// Reference rows.
    pub rows: Vec<ArrivedRow>,
    /// Documents that the store does not have.
    pub fresh: Vec<SavedDocument>,
    /// All changes of all documents of the piece, with what each adds to the sum of the scope.
    pub changes: Vec<(DocId, ChangeHash, Weight)>,
}

/// One line of the feed of a scope.
#[derive(Debug, Clone)]
pub enum Arrival {
    /// A change of a document.
    Change(Arrived),
    /// A reference row, new or newer.
    Row(ArrivedRow),
    /// A reference row left the scope.
    RowGone(GoneRow),
    /// A document left the scope.
    DocGone(GoneDoc),
}

/// A change that came with the feed of a scope.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// The scope.
    pub scope: String,
    /// The document.
    pub doc: DocId,
    /// The change.
    pub hash: ChangeHash,
    /// What it adds to the sum of the scope.
    pub weight: Weight,
}

/// A reference row that came with the feed of a scope.
#[derive(Debug, Clone)]
pub struct ArrivedRow {
    /// The scope.
    pub scope: String,
    /// Its version; an older one than is held is passed over.
    pub version: u64,
    /// The row.
    pub row: Row,
    /// What it adds to the sum of the scope.
    pub weight: Weight,
}

/// A reference row that left a scope.
#[derive(Debug, Clone)]
pub struct GoneRow {
    /// The scope.
    pub scope: String,
    /// Its table.
    pub table: Table,
    /// Its key.
    pub key: Uuid,
}

/// A document that left a scope.
#[derive(Debug, Clone)]
pub struct GoneDoc {
    /// The scope.
    pub scope: String,
    /// Which.
    pub doc: DocId,
}

/// What becomes of a followed scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeStep {
    /// It is not followed any more: what only it held leaves the device, when nothing of it waits to be sent.
    Left(String),
    /// It comes again from its beginning: what does not come again has left it.
    Renewed(String),
    /// It was read to its end.
    Ended(String),
    /// The server may have lost what it had: own changes of its documents wait again.
    Lost(String),
}

/// What the server decided about an own change.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Of which document.
    pub doc: DocId,
    /// Which change.
    pub hash: ChangeHash,
    /// What.
    pub verdict: Verdict,
    /// When.
    pub at: Instant,
}

/// What the server decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is durable there.
    Taken,
    /// It was refused for good, with a code of the protocol.
    Refused(String),
    /// Another hand made it again: it is kept and never sent.
    Replaced,
}
