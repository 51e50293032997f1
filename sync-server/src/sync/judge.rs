//! Which items of a request are taken, one after another, cheapest check first. Facts come in, a push and the answers
//! come out; nothing is read or written here.

use super::begin::begin;
use super::entitlement::Entitlement;
use super::opened::{Opened, Step, guard};
use super::placement::{about, lingers, place};
use crate::activity;
use crate::store::{Account, Happened, Held, Push, Refused, Whereabouts};
use document::{Actor, BrokenChange, Change, ChangeHash, Content, Document, Kind};
use domain::Instant;
use domain::calls::CallState;
use domain::ids::{DeviceId, DocId, HcpId, UserId};
use domain::people::Audience;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use sync::ScopeId;
use sync::wire::v1::{Ack, Finding, Item, Outcome, Rejection};

/// A parsed item: what it is for, and its change or why it is none.
pub struct Parsed {
    pub doc: DocId,
    pub kind: Kind,
    pub change: Result<Change, Rejection>,
}

/// Reads the items' changes.
pub fn parse(items: &[Item]) -> Vec<Parsed> {
    let change = |item: &Item| {
        Change::from_stranger(&item.change).map_err(|broken| match broken {
            BrokenChange::TooLarge(_) | BrokenChange::Excessive(_) => Rejection::TooLarge,
            _ => Rejection::Broken,
        })
    };
    items.iter().map(|item| Parsed { doc: item.doc, kind: item.kind, change: change(item) }).collect()
}

/// Who sends.
#[derive(Clone)]
pub struct Author {
    /// The person.
    pub user: UserId,
    /// The hands that are registered to the device.
    pub actors: Vec<Actor>,
}

impl Author {
    /// Whether a change says that it is by this person with one of these hands.
    pub fn wrote(&self, change: &Change) -> bool {
        self.actors.contains(&change.actor) && change.by == Some(self.user)
    }
}

/// Whom the documents are about that begin in these items: where they may begin depends on it. What the sender did not
/// write is not looked into.
pub fn subjects(parsed: &[Parsed], held: &HashMap<DocId, Held>, author: &Author) -> Vec<HcpId> {
    let begins = |item: &&Parsed| !held.contains_key(&item.doc);
    let own = |item: &&Parsed| item.change.as_ref().is_ok_and(|change| author.wrote(change));
    let all: BTreeSet<HcpId> = parsed.iter().filter(begins).filter(own).flat_map(subject).collect();
    all.into_iter().collect()
}

fn subject(item: &Parsed) -> BTreeSet<HcpId> {
    beginning(item).as_ref().map(about).unwrap_or_default()
}

fn beginning(item: &Parsed) -> Option<Content> {
    let change = item.change.as_ref().ok().filter(|change| change.deps.is_empty())?;
    let read = guard(|| {
        let mut document = Document::empty();
        document.apply(std::slice::from_ref(change)).map_err(|_| Outcome::Retry)?;
        Content::read(item.kind, item.doc, &document).map_err(|_| Outcome::Retry)
    });
    read.ok()
}

/// What the judge knows.
pub struct Facts {
    pub account: Account,
    pub device: DeviceId,
    pub author: Author,
    pub quarantined: HashSet<DocId>,
    pub entitlement: Entitlement,
    pub held: HashMap<DocId, Held>,
    pub refused: Vec<Refused>,
    pub whereabouts: HashMap<HcpId, Whereabouts>,
    pub now: Instant,
}

/// What the judge says.
pub struct Verdict {
    pub acks: Vec<Ack>,
    pub push: Push,
    pub findings: Vec<Finding>,
    /// The device was copied or restored: it needs a new actor.
    pub cloned: bool,
    /// Kept documents that could not be opened, with their revisions.
    pub quarantined: Vec<(DocId, u64)>,
    /// Documents whose changes are here, and that no scope holds which the sender follows: they are not for the device.
    pub elsewhere: BTreeSet<DocId>,
}

/// Judges all items.
pub fn judge(facts: Facts, parsed: Vec<Parsed>) -> Verdict {
    let refused = facts.refused.iter().map(|refused| (refused.hash, refused.why)).collect();
    let audiences = facts.held.iter().map(|(doc, held)| (*doc, held.audience)).collect();
    let (opened, new, happened, elsewhere) = (BTreeMap::new(), Vec::new(), Vec::new(), BTreeSet::new());
    let mut judge = Judge { facts, opened, audiences, refused, new, happened, elsewhere };
    let acks = parsed.into_iter().map(|item| judge.item(item)).collect();
    judge.verdict(acks)
}

struct Judge {
    facts: Facts,
    /// In the order of their ids: the same request is written the same way each time.
    opened: BTreeMap<DocId, Opened>,
    /// For whom documents are.
    audiences: HashMap<DocId, Audience>,
    /// Refused before or in this request: what builds upon it is refused for the same reason.
    refused: HashMap<ChangeHash, Rejection>,
    new: Vec<Refused>,
    happened: Vec<Happened>,
    elsewhere: BTreeSet<DocId>,
}

impl Judge {
    fn item(&mut self, item: Parsed) -> Ack {
        let change = match item.change {
            Ok(change) => change,
            Err(why) => return Ack { hash: None, outcome: Outcome::Rejected(why) },
        };
        let outcome = match self.take(item.doc, item.kind, &change) {
            Ok(()) => Outcome::Accepted,
            Err(outcome) => outcome,
        };
        // Only the author's own: a stranger who sends somebody's change must not spoil what builds upon it.
        if let Outcome::Rejected(why) = outcome
            && self.check_author(&change).is_ok()
        {
            self.refused.insert(change.hash, why);
            self.new.push(Refused { doc: item.doc, hash: change.hash, why });
        }
        Ack { hash: Some(change.hash), outcome }
    }

    fn take(&mut self, doc: DocId, kind: Kind, change: &Change) -> Result<(), Outcome> {
        self.check_author(change)?;
        if self.facts.quarantined.contains(&doc) {
            return Err(Outcome::Retry);
        }
        let opened =
            self.opened.remove(&doc).or_else(|| Some(Opened::held(doc, self.facts.held.remove(&doc)?)));
        let mut opened = opened.unwrap_or_else(|| Opened::begun(doc, kind));
        let taken = self.put(&mut opened, doc, kind, change);
        if matches!(taken, Ok(()) | Err(Outcome::Duplicate)) && !self.follows(&opened) {
            self.elsewhere.insert(doc);
        }
        self.opened.insert(doc, opened);
        taken
    }

    fn check_author(&self, change: &Change) -> Result<(), Outcome> {
        let own = self.facts.author.wrote(change);
        if own { Ok(()) } else { Err(Outcome::Rejected(Rejection::ForeignAuthor)) }
    }

    fn put(&mut self, opened: &mut Opened, doc: DocId, kind: Kind, change: &Change) -> Result<(), Outcome> {
        if let Err(outcome) = opened.expects(change) {
            let inherited = change.deps.iter().find_map(|hash| self.refused.get(hash));
            return Err(inherited
                .filter(|_| outcome == Outcome::Retry)
                .map_or(outcome, |why| Outcome::Rejected(*why)));
        }
        let begins = opened.begins();
        if opened.kind != kind || !(begins || self.may_write(opened)) {
            return Err(Outcome::Rejected(Rejection::OutsideAudience));
        }
        let (facts, audiences) = (&self.facts, &self.audiences);
        let mut born = BTreeSet::new();
        let step = opened.admit(change, |step| {
            if begins {
                born = begin(facts, audiences, (doc, kind), &step.after)?;
            }
            check_names(facts, step)
        })?;
        self.audiences.extend(born.first().and_then(audience_of).map(|audience| (doc, audience)));
        opened.scopes.extend(born);
        let scene = activity::Scene { doc, scopes: &opened.scopes, change, by: &self.facts.account };
        self.happened.extend(activity::effects(&scene, step.before.as_ref(), &step.after));
        Ok(())
    }

    /// What somebody began in this request they may go on with; and what they wrote before they saw that it left, or that
    /// they are to leave, is taken.
    fn may_write(&self, opened: &Opened) -> bool {
        let entitlement = &self.facts.entitlement;
        let lingering = opened.former.iter().filter(|(_, left)| lingers(*left, self.facts.now));
        opened.is_new()
            || opened.scopes.iter().any(|scope| entitlement.writes(scope))
            || lingering.into_iter().any(|(scope, _)| entitlement.writes(scope))
    }

    /// Whether a scope holds it that the sender follows.
    fn follows(&self, opened: &Opened) -> bool {
        let Some(content) = opened.content().filter(|_| opened.is_new()) else {
            return self.facts.entitlement.follows_any(&opened.scopes);
        };
        let Some(audience) = opened.scopes.first().and_then(audience_of) else { return true };
        let at = about(content).into_iter().map(|hcp| self.facts.whereabouts.get(&hcp).and_then(|at| at.now));
        let owner = self.facts.account.territory.as_ref().map(|territory| territory.id);
        let will = place((opened.kind, audience), at, owner);
        will.is_none_or(|will| self.facts.entitlement.follows_any(&will))
    }

    fn verdict(self, acks: Vec<Ack>) -> Verdict {
        let cloned = |ack: &Ack| ack.outcome == Outcome::Rejected(Rejection::Sequence);
        let quarantined = self.opened.values().filter_map(Opened::quarantined).collect();
        let documents: Vec<_> = self.opened.into_values().filter_map(Opened::into_state).collect();
        let findings = documents.iter().flat_map(|state| findings(state.doc, &state.content, self.facts.now));
        Verdict {
            cloned: acks.iter().any(cloned),
            quarantined,
            elsewhere: self.elsewhere,
            findings: findings.collect(),
            push: Push {
                user: self.facts.account.user,
                device: Some(self.facts.device),
                at: self.facts.now,
                documents,
                happened: self.happened,
                refused: self.new,
            },
            acks,
        }
    }
}

fn audience_of(scope: &ScopeId) -> Option<Audience> {
    match scope {
        ScopeId::Territory(_, audience) => Some(*audience),
        ScopeId::Country(_) | ScopeId::User(_) => None,
    }
}

/// Who is named in what is new must be who wrote it: nobody submits, amends or captures in another's name.
fn check_names(facts: &Facts, step: &Step) -> Result<(), Outcome> {
    let user = facts.account.user;
    let own = match (&step.before, &step.after) {
        (before, Content::Call(after)) => {
            let before = before.as_ref().and_then(|content| match content {
                Content::Call(call) => Some(call),
                _ => None,
            });
            let same_state = before.is_some_and(|before| before.state == after.state);
            let state_is_own = match &after.state {
                CallState::Submitted { by, .. } | CallState::Cancelled { by, .. } => {
                    same_state || *by == user
                }
                CallState::Planned | CallState::InProgress { .. } => true,
            };
            let known = |amendment| before.is_some_and(|before| before.amendments.contains(amendment));
            state_is_own && after.amendments.iter().all(|new| known(new) || new.by == user)
        }
        (before, Content::Consent(after)) => {
            let known =
                |event| matches!(before, Some(Content::Consent(before)) if before.content.contains(event));
            after.content.iter().all(|new| known(new) || new.captured_by == user)
        }
        (before, Content::ProfileNotes(after)) => {
            let known =
                |id| matches!(before, Some(Content::ProfileNotes(b)) if b.content.notes.contains_key(id));
            after.content.notes.iter().all(|(id, new)| known(id) || new.by == user)
        }
        (_, Content::FollowUp(_)) => true,
    };
    if own { Ok(()) } else { Err(Outcome::Rejected(Rejection::ForeignAuthor)) }
}

/// What a rule notices about a submitted call.
fn findings(doc: DocId, content: &Content, now: Instant) -> Vec<Finding> {
    match content {
        Content::Call(call) if matches!(call.state, CallState::Submitted { .. }) => {
            let found = rules::calls::findings(call, &[], now);
            found.into_iter().map(|finding| Finding { doc, code: finding.code().to_owned() }).collect()
        }
        _ => Vec::new(),
    }
}
