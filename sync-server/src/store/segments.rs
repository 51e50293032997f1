//! First copies of scopes: what they are made of, and where they are kept. How they are cut is `segments`' business.

use super::Answer;
use document::Kind;
use domain::Instant;
use domain::ids::DocId;
use sync::ScopeId;
use sync::wire::segment::{Manifest, Name};
use tokio::sync::mpsc::Sender;

/// How far a scope has grown beyond its latest copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Growth {
    /// Which scope.
    pub scope: ScopeId,
    /// The last line of its log.
    pub head: u64,
    /// The cut of its latest copy in this epoch; none without one.
    pub cut: Option<u64>,
}

/// One thing that a scope holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Portion {
    /// A reference row.
    Row {
        /// Its version.
        version: u64,
        /// The row with its table, as JSON.
        body: String,
    },
    /// A document.
    Document {
        /// Which.
        doc: DocId,
        /// Its kind.
        kind: Kind,
        /// The whole document, saved.
        saved: Vec<u8>,
        /// The hashes of its changes, one after the other.
        hashes: Vec<u8>,
    },
}

/// A manifest and when it was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptManifest {
    /// It.
    pub manifest: Manifest,
    /// When.
    pub built_at: Instant,
}

/// Where first copies are kept.
pub trait Segments: Send + Sync {
    /// Every scope that has a log.
    fn growths(&self) -> Answer<'_, Vec<Growth>>;

    /// Takes the turn to build a scope's copy until an instant; false while somebody else has it. Taken until now, it is
    /// given back.
    fn take_turn(&self, scope: ScopeId, now: Instant, until: Instant) -> Answer<'_, bool>;

    /// Sends all that a scope holds, from one consistent state: rows first, organisations and HCPs in this order before
    /// the others; then documents, calls last, the latest first. Answers the last line of the log in that state. Waits
    /// for whoever takes, so no more than the channel holds is in memory.
    fn copy_scope(&self, scope: ScopeId, into: Sender<Portion>) -> Answer<'_, u64>;

    /// Keeps a piece or a dictionary.
    fn keep_piece(&self, scope: ScopeId, piece: (Name, Vec<u8>), now: Instant) -> Answer<'_, ()>;

    /// Keeps a manifest whose pieces are all kept.
    fn keep_manifest(&self, manifest: Manifest, now: Instant) -> Answer<'_, ()>;

    /// The manifests of these scopes in this epoch, those with the latest cut first; of all scopes when none is named.
    fn manifests(&self, scopes: Vec<ScopeId>) -> Answer<'_, Vec<KeptManifest>>;

    /// The bytes of a piece that a manifest of one of these scopes names.
    fn piece(&self, name: Name, scopes: Vec<ScopeId>) -> Answer<'_, Option<Vec<u8>>>;

    /// Forgets manifests of another epoch, those that were built before an instant and are not the latest of their
    /// scope, and pieces that no manifest names and that were kept before it. Answers how many manifests.
    fn forget_segments(&self, before: Instant) -> Answer<'_, u64>;
}
