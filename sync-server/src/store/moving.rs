//! What moves when HCPs and people are given other territories: as a trait, and what every store decides in the same
//! way. Which documents and rows there are each store finds by itself.

use super::{Answer, RoutedRow};
use crate::people::routing;
use crate::sync::placement;
use document::{ChangeHash, Kind};
use domain::Instant;
use domain::ids::{DocId, HcpId, OrgId, TerritoryId, UserId};
use domain::people::{Audience, Hcp, Organisation, Role};
use domain::reference::{Row, Table};
use std::collections::{BTreeMap, BTreeSet};
use sync::ScopeId;
use uuid::Uuid;

/// Somebody is given another territory; none takes it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// An HCP.
    Hcp(HcpId, Option<TerritoryId>),
    /// A user, perhaps with another role.
    User(UserId, Option<TerritoryId>, Option<Role>),
}

/// How much moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Moved {
    /// HCPs whose territory is another now.
    pub hcps: u64,
    /// Users whose territory or role is another now.
    pub users: u64,
    /// Reference rows that are news: those of HCPs, and what follows them.
    pub rows: u64,
    /// Documents that are in other scopes now.
    pub documents: u64,
}

impl std::ops::AddAssign for Moved {
    fn add_assign(&mut self, more: Self) {
        self.hcps += more.hcps;
        self.users += more.users;
        self.rows += more.rows;
        self.documents += more.documents;
    }
}

/// Who moves people and HCPs between territories.
pub trait Moves: Send + Sync {
    /// Moves them with all that follows them, in one transaction; `Missing` when there is no such HCP or user, and
    /// nothing moves. As a `trial` it only says what would move.
    fn realign(&self, moves: Vec<Move>, at: Instant, trial: bool) -> Answer<'_, Moved>;
}

/// An HCP whose territory is another one than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mover {
    /// Who.
    pub hcp: HcpId,
    /// From where.
    pub from: Option<TerritoryId>,
    /// Where to.
    pub to: Option<TerritoryId>,
}

impl Mover {
    /// The one who moves between what is kept and what is to be written, if it is one.
    pub fn between(kept: Option<&Row>, row: &Row) -> Option<Self> {
        match (kept, row) {
            (Some(Row::Hcp(kept)), Row::Hcp(hcp)) => Self::of(kept, hcp),
            _ => None,
        }
    }

    /// The same of HCPs.
    pub fn of(kept: &Hcp, hcp: &Hcp) -> Option<Self> {
        let (from, to) = (kept.territory, hcp.territory);
        (from != to).then_some(Self { hcp: hcp.id, from, to })
    }
}

/// A document and what its place follows from.
#[derive(Debug, Clone)]
pub struct Placed {
    /// Which.
    pub doc: DocId,
    /// Its kind and audience.
    pub of: (Kind, Audience),
    /// Where it lives.
    pub was: BTreeSet<ScopeId>,
    /// Where those are whom it is about.
    pub at: Vec<Option<TerritoryId>>,
    /// Where its owner works.
    pub owner: Option<TerritoryId>,
}

/// A document that changes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Which.
    pub doc: DocId,
    /// Scopes that hold it from now on.
    pub gains: Vec<ScopeId>,
    /// Scopes that hold it no more.
    pub losses: Vec<ScopeId>,
}

impl Placed {
    /// Where it is to live.
    pub fn will(&self) -> BTreeSet<ScopeId> {
        let will = placement::place(self.of, self.at.iter().copied(), self.owner);
        will.unwrap_or_else(|| self.was.clone())
    }

    /// What changes, if anything does.
    pub fn shift(&self) -> Option<Shift> {
        let will = self.will();
        let (gains, losses) = (&will - &self.was, &self.was - &will);
        let moves = !(gains.is_empty() && losses.is_empty());
        let (gains, losses) = (gains.into_iter().collect(), losses.into_iter().collect());
        moves.then_some(Shift { doc: self.doc, gains, losses })
    }
}

/// The changes of a document, those that it had before and those that come with this transaction.
#[derive(Debug, Default)]
pub struct Changes {
    /// In the order in which they were taken.
    pub before: Vec<ChangeHash>,
    /// The same.
    pub new: Vec<ChangeHash>,
}

impl Changes {
    /// All of them.
    pub fn all(&self) -> Vec<ChangeHash> {
        [self.before.as_slice(), self.new.as_slice()].concat()
    }
}

/// Whose territories are left or entered.
pub fn territories(movers: &[Mover]) -> BTreeSet<TerritoryId> {
    movers.iter().flat_map(|mover| [mover.from, mover.to]).flatten().collect()
}

/// Where a row is that speaks of somebody who moves; none when it is of another kind.
pub fn followed(row: &Row, movers: &[Mover]) -> Option<Vec<ScopeId>> {
    let to = |hcp: HcpId| movers.iter().find(|mover| mover.hcp == hcp).map(|mover| mover.to);
    match row {
        Row::Affiliation(link) => Some(to(link.hcp)?.into_iter().map(routing::everybody).collect()),
        Row::Activity(activity) => {
            Some(to(activity.hcp)?.into_iter().map(|at| routing::of_activity(activity, at)).collect())
        }
        _ => None,
    }
}

/// Rows that are given go where those go whom they speak of. Answers which rows they are.
pub fn follow(given: &mut [RoutedRow], movers: &[Mover]) -> BTreeSet<(Table, Uuid)> {
    for routed in &mut *given {
        routed.scopes = followed(&routed.row, movers).unwrap_or_else(|| std::mem::take(&mut routed.scopes));
    }
    given.iter().map(|routed| routed.row.key()).collect()
}

/// Where somebody works who moves, as their row says it.
pub fn workplace(row: &Row, movers: &[Mover]) -> Option<(OrgId, HcpId)> {
    match row {
        Row::Hcp(hcp) if movers.iter().any(|mover| mover.hcp == hcp.id) => Some((hcp.workplace?, hcp.id)),
        _ => None,
    }
}

/// The organisations in which movers work, and those of which they are parts.
#[derive(Debug, Default)]
pub struct Workplaces {
    /// Each as it is, and where it lives.
    pub organisations: BTreeMap<OrgId, (Organisation, BTreeSet<ScopeId>)>,
    /// Who of the movers works where.
    pub at_work: BTreeSet<(OrgId, HcpId)>,
    /// In which territories somebody else works there, or a part lives that is not among these.
    pub others: BTreeSet<(OrgId, TerritoryId)>,
}

impl Workplaces {
    /// Pairs of which [`Self::others`] must be asked: a territory that somebody left or entered, and an organisation
    /// that lives there.
    pub fn questions(&self, movers: &[Mover]) -> Vec<(OrgId, TerritoryId)> {
        let territories = territories(movers);
        let lives = |was: &BTreeSet<ScopeId>, at: TerritoryId| was.contains(&routing::everybody(at));
        let of = |(id, (_, was)): (&OrgId, &(Organisation, BTreeSet<ScopeId>))| {
            let here: Vec<_> =
                territories.iter().filter(|at| lives(was, **at)).map(|at| (*id, *at)).collect();
            here
        };
        self.organisations.iter().flat_map(of).collect()
    }

    /// The organisations whose place is another one now.
    pub fn routed(&self, movers: &[Mover]) -> Vec<RoutedRow> {
        let (touched, lives) = (territories(movers), self.lives(movers));
        let mut routed = Vec::new();
        for (id, (organisation, was)) in &self.organisations {
            let stays = |scope: &&ScopeId| matches!(scope, ScopeId::Territory(at, Audience::All) if !touched.contains(at));
            let mut will: BTreeSet<ScopeId> = was.iter().filter(stays).copied().collect();
            let here = touched.iter().filter(|at| lives.contains(&(*id, **at)));
            will.extend(here.map(|at| routing::everybody(*at)));
            if will.is_empty() {
                will.extend(routing::of_organisation(organisation.country, std::iter::empty()));
            }
            if will != *was {
                let (row, scopes) = (Row::Organisation(organisation.clone()), will.into_iter().collect());
                routed.push(RoutedRow { row, scopes });
            }
        }
        routed
    }

    /// Where organisations live: where somebody works in them, or in a part of them.
    fn lives(&self, movers: &[Mover]) -> BTreeSet<(OrgId, TerritoryId)> {
        let mut lives = self.others.clone();
        for mover in movers {
            let here = self.at_work.iter().filter(|(_, hcp)| *hcp == mover.hcp);
            lives.extend(here.filter_map(|(organisation, _)| Some((*organisation, mover.to?))));
        }
        let mut new: Vec<_> = lives.iter().copied().collect();
        while let Some((part, at)) = new.pop() {
            let whole = self.organisations.get(&part).and_then(|(part, _)| part.parent);
            let whole = whole.filter(|whole| self.organisations.contains_key(whole));
            new.extend(whole.map(|whole| (whole, at)).filter(|pair| lives.insert(*pair)));
        }
        lives
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::people::Country;
    use uuid::Uuid;

    const NORTH: TerritoryId = TerritoryId(Uuid::from_u128(1));
    const SOUTH: TerritoryId = TerritoryId(Uuid::from_u128(2));
    const MARA: HcpId = HcpId(Uuid::from_u128(3));
    const WARD: OrgId = OrgId(Uuid::from_u128(4));
    const CLINIC: OrgId = OrgId(Uuid::from_u128(5));
    const MOVERS: [Mover; 1] = [Mover { hcp: MARA, from: Some(NORTH), to: Some(SOUTH) }];

    fn organisation(id: OrgId, parent: Option<OrgId>) -> (OrgId, (Organisation, BTreeSet<ScopeId>)) {
        let (name, city, country, identifiers) = (String::new(), String::new(), Country::DE, Vec::new());
        let organisation = Organisation { id, name, city, country, parent, identifiers };
        (id, (organisation, [routing::everybody(NORTH)].into()))
    }

    fn workplaces(others: &[(OrgId, TerritoryId)]) -> Workplaces {
        Workplaces {
            organisations: [organisation(WARD, Some(CLINIC)), organisation(CLINIC, None)].into(),
            at_work: [(WARD, MARA)].into(),
            others: others.iter().copied().collect(),
        }
    }

    fn scopes(routed: &[RoutedRow]) -> Vec<Vec<ScopeId>> {
        routed.iter().map(|routed| routed.scopes.clone()).collect()
    }

    #[test]
    fn a_ward_goes_with_its_only_hcp_and_so_does_its_clinic() {
        let south = vec![routing::everybody(SOUTH)];
        assert_eq!(scopes(&workplaces(&[]).routed(&MOVERS)), [south.clone(), south]);
    }

    #[test]
    fn an_organisation_stays_where_somebody_else_works_and_is_shown_where_the_hcp_goes() {
        let (both, south) =
            (vec![routing::everybody(NORTH), routing::everybody(SOUTH)], vec![routing::everybody(SOUTH)]);
        assert_eq!(scopes(&workplaces(&[(CLINIC, NORTH)]).routed(&MOVERS)), [south, both.clone()]);
        assert_eq!(scopes(&workplaces(&[(WARD, NORTH)]).routed(&MOVERS)), [both.clone(), both]);
    }

    #[test]
    fn where_nobody_works_any_more_the_country_sees_it() {
        let leaves = [Mover { to: None, ..MOVERS[0] }];
        let country = vec![ScopeId::Country(Country::DE)];
        assert_eq!(scopes(&workplaces(&[]).routed(&leaves)), [country.clone(), country]);
        assert_eq!(workplaces(&[]).questions(&leaves), [(WARD, NORTH), (CLINIC, NORTH)]);
    }
}
