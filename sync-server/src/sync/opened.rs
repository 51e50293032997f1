//! A document while a request's changes are put to it. The library is called behind a guard: a change that makes it
//! fail is refused, a kept document that makes it fail is quarantined, and nothing else is harmed.

use crate::store::{Held, NewState, Written};
use document::{CannotApply, Change, Content, Document, Inadmissible, Kind, guarded};
use domain::Instant;
use domain::ids::DocId;
use sync::ScopeId;
use sync::wire::v1::{Outcome, Rejection};

/// A document in memory: loaded only when a change is really new to it.
pub struct Opened {
    pub kind: Kind,
    pub scopes: Vec<ScopeId>,
    /// Scopes that held it before, and when it left each.
    pub former: Vec<(ScopeId, Instant)>,
    doc: DocId,
    revision: Option<u64>,
    saved: Vec<u8>,
    written: Vec<Written>,
    loaded: Option<(Document, Option<Content>)>,
    accepted: Vec<Change>,
    /// It is kept and cannot be opened.
    unopenable: bool,
}

/// What a document said before and after a change.
pub struct Step {
    pub before: Option<Content>,
    pub after: Content,
}

impl Opened {
    /// One that is kept.
    pub fn held(doc: DocId, held: Held) -> Self {
        let Held { kind, scopes, audience: _, former, revision, saved, written } = held;
        let revision = Some(revision);
        Self {
            kind,
            scopes,
            former,
            doc,
            revision,
            saved,
            written,
            loaded: None,
            accepted: Vec::new(),
            unopenable: false,
        }
    }

    /// One that begins.
    pub fn begun(doc: DocId, kind: Kind) -> Self {
        let loaded = Some((Document::empty(), None));
        let (scopes, former, saved) = (Vec::new(), Vec::new(), Vec::new());
        let (written, accepted) = (Vec::new(), Vec::new());
        Self {
            kind,
            scopes,
            former,
            doc,
            revision: None,
            saved,
            written,
            loaded,
            accepted,
            unopenable: false,
        }
    }

    /// Nothing of it is kept yet.
    pub fn is_new(&self) -> bool {
        self.revision.is_none()
    }

    /// Nobody has written it yet.
    pub fn begins(&self) -> bool {
        self.is_new() && self.accepted.is_empty()
    }

    /// What it says, once it was opened.
    pub fn content(&self) -> Option<&Content> {
        self.loaded.as_ref().and_then(|(_, content)| content.as_ref())
    }

    /// Whether a change is here, or may be put here now.
    pub fn expects(&self, change: &Change) -> Result<(), Outcome> {
        if self.has(&change.hash) {
            return Err(Outcome::Duplicate);
        }
        let of_actor = || self.written.iter().filter(|written| written.actor == change.actor);
        let last = of_actor().map(|written| written.seq).max().unwrap_or_default();
        if change.seq <= last {
            return Err(Outcome::Rejected(Rejection::Sequence));
        }
        let whole = change.seq == last + 1 && change.deps.iter().all(|hash| self.has(hash));
        if whole { self.check_counters(change) } else { Err(Outcome::Retry) }
    }

    /// Counters go on: after all that the author had seen, and without a gap after what is known here. Two operations
    /// of one actor with the same counter, or counters at the end of their range, would spoil the document.
    fn check_counters(&self, change: &Change) -> Result<(), Outcome> {
        let seen = |written: &Written| written.actor == change.actor || change.deps.contains(&written.hash);
        let last = |written: &[&Written]| written.iter().map(|w| w.last_op).max().unwrap_or_default();
        let all: Vec<_> = self.written.iter().collect();
        let seen: Vec<_> = all.iter().copied().filter(|written| seen(written)).collect();
        let (lowest, highest) = (last(&seen), last(&all));
        let goes_on = (lowest + 1..=highest + 1).contains(&change.start_op);
        if goes_on { Ok(()) } else { Err(Outcome::Rejected(Rejection::Broken)) }
    }

    fn has(&self, hash: &document::ChangeHash) -> bool {
        self.written.iter().any(|written| written.hash == *hash)
    }

    /// Puts a change to the document, if it takes it. Nothing is kept of one that it does not take.
    pub fn admit(
        &mut self,
        change: &Change,
        agreed: impl FnOnce(&Step) -> Result<(), Outcome>,
    ) -> Result<Step, Outcome> {
        let (kind, doc) = (self.kind, self.doc);
        let (mut document, before) = self.load()?;
        let after = guard(|| {
            document::admit(kind, doc, &mut document, change).map_err(|refused| why(&refused))?;
            document.apply(std::slice::from_ref(change)).map_err(|error| why(&error.into()))?;
            Content::read(kind, doc, &document).map_err(|error| why(&error.into()))
        })?;
        let step = Step { before, after };
        agreed(&step)?;
        self.loaded = Some((document, Some(step.after.clone())));
        let last_op = change.last_op();
        self.written.push(Written { hash: change.hash, actor: change.actor, seq: change.seq, last_op });
        self.accepted.push(change.clone());
        Ok(step)
    }

    /// A copy to try on. What is kept could be opened when it was written: if not now, that is not the change's fault.
    fn load(&mut self) -> Result<(Document, Option<Content>), Outcome> {
        if self.loaded.is_none() && !self.unopenable {
            match document::open(self.kind, self.doc, &self.saved) {
                Ok((document, content)) => self.loaded = Some((document, Some(content))),
                Err(error) => {
                    tracing::error!(doc = %self.doc, %error, "a document is quarantined: it cannot be opened");
                    self.unopenable = true;
                }
            }
        }
        self.loaded.clone().ok_or(Outcome::Retry)
    }

    /// The revision that cannot be opened, if it is so.
    pub fn quarantined(&self) -> Option<(DocId, u64)> {
        self.revision.filter(|_| self.unopenable).map(|revision| (self.doc, revision))
    }

    /// What is to be written; none when nothing is new.
    pub fn into_state(self) -> Option<NewState> {
        let (mut document, content) = self.loaded?;
        if self.accepted.is_empty() {
            return None;
        }
        Some(NewState {
            doc: self.doc,
            kind: self.kind,
            revision: self.revision,
            scopes: self.scopes,
            saved: document.save(),
            content: content?,
            changes: self.accepted,
        })
    }
}

/// Runs a call into the library. One that panics is answered as a damaged change.
pub fn guard<T>(call: impl FnOnce() -> Result<T, Outcome>) -> Result<T, Outcome> {
    guarded(call).unwrap_or(Err(Outcome::Rejected(Rejection::Broken)))
}

fn why(refused: &Inadmissible) -> Outcome {
    Outcome::Rejected(match refused {
        Inadmissible::Cannot(CannotApply::MissingDeps(_)) => return Outcome::Retry,
        Inadmissible::Cannot(CannotApply::Broken(_) | CannotApply::Refused(_)) => Rejection::Broken,
        Inadmissible::Unreadable(_) => Rejection::Unreadable,
        Inadmissible::Frozen => Rejection::Frozen,
        Inadmissible::AppendOnly => Rejection::AppendOnly,
        Inadmissible::Identity => Rejection::Identity,
    })
}
