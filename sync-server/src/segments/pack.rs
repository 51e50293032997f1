//! Cutting: portions come in, pieces go out. No more than one piece is in memory. Rows and documents are never in one
//! piece, and each of the two has a dictionary, trained on what comes first.

use super::build::CannotBuild;
use crate::store::Portion;
use document::{Kind, call, guarded};
use domain::ids::DocId;
use sync::ScopeId;
use sync::wire::segment::{self, Dictionary, Name, Packed, PackedDocument, PackedRow, Piece};

/// What packing is taken to win before anything was packed.
const GAIN: usize = 3;
/// The most bytes before packing, well below what a piece may inflate to.
const RAW: usize = 8 * 1024 * 1024;
/// Bytes that a portion has beside its content, about.
const AROUND: usize = 96;
/// Bytes of a dictionary, and the most samples that it learns from.
const DICTIONARY: usize = 32 * 1024;
const SAMPLES: usize = 1_000;
/// A copy is packed once and unpacked often.
const LEVEL: i32 = 7;

/// What a piece holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Rows,
    Documents,
}

/// A piece or a dictionary that is ready to be kept.
pub type Ready = (Name, Vec<u8>);

/// A copy that is being cut.
pub struct Cutter {
    packed: Packed,
    /// Bytes that a piece is to have, about.
    piece: usize,
    raw: usize,
    target: usize,
    sort: Sort,
    dictionary: Option<Ready>,
    /// What the manifest will name.
    pub dictionaries: Vec<Dictionary>,
    /// What the manifest will name, in order.
    pub pieces: Vec<Piece>,
}

impl Cutter {
    /// Begins. A piece is to have about so many bytes.
    pub fn of(scope: ScopeId, piece: usize) -> Self {
        let packed = Packed { scope, rows: Vec::new(), documents: Vec::new() };
        let (dictionaries, pieces, target) = (Vec::new(), Vec::new(), first_target(piece));
        Self { packed, piece, raw: 0, target, sort: Sort::Rows, dictionary: None, dictionaries, pieces }
    }

    /// Takes a portion. Answers what is ready then.
    pub fn take(&mut self, portion: Portion) -> Result<Vec<Ready>, CannotBuild> {
        let mut ready = Vec::new();
        match portion {
            Portion::Row { version, body } => {
                self.raw += body.len() + AROUND;
                self.packed.rows.push(PackedRow { version, row: body });
            }
            Portion::Document { doc, kind, saved, hashes } => {
                if self.sort == Sort::Rows {
                    ready.extend(self.finish()?);
                    (self.sort, self.dictionary, self.target) =
                        (Sort::Documents, None, first_target(self.piece));
                }
                let document = packed((doc, kind), saved, hashes)?;
                self.raw += document.saved.len() + document.hashes.len() + document.content.len() + AROUND;
                self.packed.documents.push(document);
            }
        }
        if self.raw >= self.target {
            ready.extend(self.learn());
            ready.extend(self.finish()?);
        }
        Ok(ready)
    }

    /// Packs what is left; none when nothing is.
    pub fn finish(&mut self) -> Result<Option<Ready>, CannotBuild> {
        if self.packed.rows.is_empty() && self.packed.documents.is_empty() {
            return Ok(None);
        }
        let dictionary = self.dictionary.as_ref();
        let bytes = segment::encode(&self.packed, dictionary.map(|(_, bytes)| bytes.as_slice()), LEVEL)?;
        let (name, size) = (Name::of(&bytes), size(&bytes));
        self.pieces.push(Piece { name, size, dictionary: dictionary.map(|(name, _)| *name) });
        self.target = self.raw.saturating_mul(self.piece) / bytes.len().max(1);
        self.target = self.target.min(RAW);
        self.raw = 0;
        self.packed.rows.clear();
        self.packed.documents.clear();
        Ok(Some((name, bytes)))
    }

    /// A dictionary from the first full piece of a sort: where there is only one piece, it would not pay.
    fn learn(&mut self) -> Option<Ready> {
        if self.dictionary.is_some() {
            return None;
        }
        let bytes = segment::train(&self.samples(), DICTIONARY)?;
        let ready = (Name::of(&bytes), bytes);
        self.dictionaries.push(Dictionary { name: ready.0, size: size(&ready.1) });
        self.dictionary = Some(ready.clone());
        Some(ready)
    }

    fn samples(&self) -> Vec<Vec<u8>> {
        let rows = self.packed.rows.iter().map(|row| row.row.as_bytes());
        let documents = self.packed.documents.iter();
        let documents = documents.flat_map(|document| [document.content.as_bytes(), &document.saved]);
        rows.chain(documents).take(SAMPLES).map(<[u8]>::to_vec).collect()
    }
}

/// A document with what it says, so that no device needs to load it.
fn packed(
    (doc, kind): (DocId, Kind),
    saved: Vec<u8>,
    hashes: Vec<u8>,
) -> Result<PackedDocument, CannotBuild> {
    let unopenable = |why: String| CannotBuild::Document(doc, why);
    let (document, content) =
        document::open(kind, doc, &saved).map_err(|error| unopenable(error.to_string()))?;
    let contested = match kind {
        Kind::Call => guarded(|| call::contested(&document))
            .map_err(|error| unopenable(error.to_string()))?
            .map_err(|error| unopenable(error.to_string()))?,
        Kind::Consent | Kind::ProfileNotes | Kind::FollowUp => Vec::new(),
    };
    let content = serde_json::to_string(&content).map_err(|error| unopenable(error.to_string()))?;
    Ok(PackedDocument { doc, kind, saved, hashes, content, contested: !contested.is_empty() })
}

fn first_target(piece: usize) -> usize {
    piece.saturating_mul(GAIN).min(RAW)
}

fn size(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::people::{Country, Territory};
    use domain::reference::Row;
    use uuid::Uuid;

    fn row(n: u128) -> Portion {
        let id = domain::ids::TerritoryId(Uuid::from_u128(n * 0x9E37_79B9_7F4A_7C15_F39C));
        let territory = Territory { id, name: format!("Territory {n}"), country: Country::DE };
        Portion::Row { version: 1, body: serde_json::to_string(&Row::Territory(territory)).unwrap() }
    }

    #[test]
    fn many_rows_become_pieces_with_one_dictionary_and_all_come_out_again() {
        let scope = ScopeId::Country(Country::DE);
        let mut cutter = Cutter::of(scope, 1024 * 1024);
        let mut ready: Vec<Ready> = (0..60_000).flat_map(|n| cutter.take(row(n)).unwrap()).collect();
        ready.extend(cutter.finish().unwrap());
        assert_eq!((cutter.dictionaries.len(), ready.len()), (1, cutter.pieces.len() + 1));
        assert!(cutter.pieces.len() >= 2 && cutter.pieces.iter().all(|piece| piece.size < 2 * 1024 * 1024));
        let bytes = |name| ready.iter().find(|(n, _)| *n == name).map(|(_, bytes)| bytes.as_slice()).unwrap();
        let rows = cutter.pieces.iter().map(|piece| {
            let read = segment::decode((piece.name, scope), bytes(piece.name), piece.dictionary.map(bytes));
            read.unwrap().rows.len()
        });
        assert_eq!(rows.sum::<usize>(), 60_000);
    }

    #[test]
    fn a_document_that_cannot_be_opened_ends_the_copy() {
        let mut cutter = Cutter::of(ScopeId::Country(Country::DE), 1024);
        let doc = DocId(Uuid::nil());
        let broken = Portion::Document { doc, kind: Kind::Call, saved: vec![1, 2], hashes: vec![0; 32] };
        assert!(matches!(cutter.take(broken), Err(CannotBuild::Document(at, _)) if at == doc));
    }
}
