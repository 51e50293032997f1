//! Table `hcp_former`, and what goes with HCPs and people who move: rows, documents, lines of both logs. One transaction
//! each, so that nobody ever sees half of it.
//!
//! A push may begin a document about an HCP while the HCP moves. Who moves an HCP looks for documents once more when it
//! has locked the scopes, and who pushes looks once more where the HCP is when it has (`push`): whoever is second sees
//! the first.

use super::log::{self, Grown, Homes};
use super::placing::place_again;
use super::rows::{self, Key};
use super::values::{from_word, millis, word};
use super::{Postgres, Values, execute, following, query};
use crate::store::log::Additions;
use crate::store::moving::{Move, Moved, Mover, Moves, territories};
use crate::store::{Answer, RoutedRow, StoreError, golden};
use crate::sync::placement;
use deadpool_postgres::GenericClient;
use domain::Instant;
use domain::ids::{HcpId, TerritoryId, UserId};
use domain::people::{Audience, Colleague, Hcp, Role};
use domain::reference::{Row as Reference, Table};
use std::collections::{BTreeMap, BTreeSet};
use sync::ScopeId;
use uuid::Uuid;

/// How often it is tried when others write the same.
const TRIES: usize = 5;
/// HCPs whose documents are looked for at once.
const BATCH: usize = 10_000;

impl Moves for Postgres {
    fn realign(&self, moves: Vec<Move>, at: Instant, trial: bool) -> Answer<'_, Moved> {
        Box::pin(async move {
            for _ in 0..TRIES {
                match self.try_realign(&moves, at, trial).await {
                    Err(StoreError::Conflict) => {}
                    done => return done,
                }
            }
            Err(StoreError::Conflict)
        })
    }
}

impl Postgres {
    async fn try_realign(&self, moves: &[Move], at: Instant, trial: bool) -> Result<Moved, StoreError> {
        let mut client = self.client().await?;
        let db = client.transaction().await?;
        let (moved, grown) = realign(&db, moves, at).await?;
        match trial {
            true => db.rollback().await?,
            false => self.commit(db, grown).await?,
        }
        Ok(moved)
    }
}

async fn realign(db: &impl GenericClient, moves: &[Move], at: Instant) -> Result<(Moved, Grown), StoreError> {
    let mut given = moved_hcps(db, moves).await?;
    let mut crowd = Crowd::default();
    for one in moves {
        if let Move::User(user, territory, role) = *one {
            given.extend(move_user(db, (user, territory, role), &mut crowd).await?);
        }
    }
    let users = crowd.owners.len() as u64;
    let mut news = News::at(at);
    let moved = take(db, given, &mut crowd, &mut news).await?;
    let grown = news.finish(db, &crowd).await?;
    Ok((Moved { users, documents: moved.documents + news.late, ..moved }, grown))
}

async fn moved_hcps(db: &impl GenericClient, moves: &[Move]) -> Result<Vec<RoutedRow>, StoreError> {
    let to: BTreeMap<HcpId, Option<TerritoryId>> = moves
        .iter()
        .filter_map(|one| match one {
            Move::Hcp(hcp, territory) => Some((*hcp, *territory)),
            Move::User(..) => None,
        })
        .collect();
    let kept = rows::kept(db, &to.keys().map(|hcp| (Table::Hcp, hcp.0)).collect()).await?;
    let mut given = Vec::new();
    for (hcp, territory) in to {
        let found = kept.get(&(Table::Hcp, hcp.0)).map(rows::Kept::row).transpose()?.flatten();
        let Some(Reference::Hcp(found)) = found else {
            return Err(StoreError::Missing("HCP of this id"));
        };
        let (row, scopes) = (Reference::Hcp(Hcp { territory, ..found }), golden::scopes_in(territory));
        given.push(RoutedRow { row, scopes });
    }
    Ok(given)
}

/// Moves an account. Answers the row of the colleague, if there is one that says something else now.
async fn move_user(
    db: &impl GenericClient,
    (user, territory, role): (UserId, Option<TerritoryId>, Option<Role>),
    crowd: &mut Crowd,
) -> Result<Option<RoutedRow>, StoreError> {
    let sql = "SELECT role, territory FROM account WHERE id = $1 FOR UPDATE";
    let found = query(db, sql, &[&user.0]).await?;
    let found = found.first().ok_or(StoreError::Missing("user of this id"))?;
    let (was, from): (String, Option<Uuid>) = (found.try_get(0)?, found.try_get(1)?);
    let role = role.map(|role| word(&role)).transpose()?.unwrap_or_else(|| was.clone());
    let to = territory.map(|territory| territory.0);
    if (&was, from) == (&role, to) {
        return Ok(None);
    }
    let values: Values<'_> = &[&user.0, &to, &role];
    execute(db, "UPDATE account SET territory = $2, role = $3 WHERE id = $1", values).await?;
    crowd.owners.insert(user);
    crowd.territories.extend([from, to].into_iter().flatten().map(TerritoryId));
    let key: Key = (Table::Colleague, user.0);
    let kept = rows::kept(db, &[key].into()).await?.remove(&key).unwrap_or_default();
    Ok(match kept.row()? {
        Some(Reference::Colleague(colleague)) => {
            let row = Reference::Colleague(Colleague { role: from_word(role)?, territory, ..colleague });
            Some(RoutedRow { row, scopes: kept.scopes.into_iter().collect() })
        }
        _ => None,
    })
}

/// Who moves in one transaction.
#[derive(Default)]
pub struct Crowd {
    movers: Vec<Mover>,
    owners: BTreeSet<UserId>,
    /// Those that are left or entered.
    territories: BTreeSet<TerritoryId>,
}

impl Crowd {
    /// Nobody moves.
    pub fn is_empty(&self) -> bool {
        self.movers.is_empty() && self.owners.is_empty()
    }

    /// With those who move when these rows are written, of which this is kept.
    pub fn note(
        &mut self,
        rows: &[RoutedRow],
        kept: &BTreeMap<Key, rows::Kept>,
    ) -> Result<Vec<Mover>, StoreError> {
        let mut movers = Vec::new();
        for routed in rows {
            let before = kept.get(&routed.row.key()).map(rows::Kept::row).transpose()?.flatten();
            movers.extend(Mover::between(before.as_ref(), &routed.row));
        }
        self.add(&movers);
        Ok(movers)
    }

    /// With these who move.
    pub fn add(&mut self, movers: &[Mover]) {
        self.territories.extend(territories(movers));
        self.movers.extend(movers);
    }

    /// The documents that may move with them.
    async fn documents(&self, db: &impl GenericClient) -> Result<BTreeSet<Uuid>, StoreError> {
        let owners: Vec<Uuid> = self.owners.iter().map(|owner| owner.0).collect();
        let mut rows = query(db, "SELECT id FROM document WHERE owner = ANY($1)", &[&owners]).await?;
        for movers in self.movers.chunks(BATCH) {
            let hcps: Vec<Uuid> = movers.iter().map(|mover| mover.hcp.0).collect();
            rows.extend(query(db, "SELECT doc FROM document_hcp WHERE hcp = ANY($1)", &[&hcps]).await?);
        }
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}

/// What a transaction has to tell of those who move.
#[derive(Default)]
pub struct News {
    pub additions: Additions,
    pub homes: Homes,
    pub at: Instant,
    seen: BTreeSet<Uuid>,
    /// Documents that others began meanwhile, and that moved too.
    pub late: u64,
}

impl News {
    /// Of what happens at an instant.
    pub fn at(at: Instant) -> Self {
        Self { at, ..Self::default() }
    }

    /// Puts documents where they are to live now. Answers how many moved.
    pub async fn place(&mut self, db: &impl GenericClient, crowd: &Crowd) -> Result<u64, StoreError> {
        if crowd.is_empty() {
            return Ok(0);
        }
        let found = crowd.documents(db).await?;
        let new: BTreeSet<Uuid> = found.difference(&self.seen).copied().collect();
        self.seen.extend(&new);
        place_again(db, &new, self.at, (&mut self.additions, &mut self.homes)).await
    }

    /// Locks the scopes, looks once more, and writes all lines. Answers what is to be announced.
    pub async fn finish(&mut self, db: &impl GenericClient, crowd: &Crowd) -> Result<Grown, StoreError> {
        self.lock(db, crowd, &[]).await?;
        log::write(db, &self.additions, &self.homes).await
    }

    /// Locks the scopes of which lines speak, these, and all of the territories that are left or entered; then looks for
    /// documents that were begun meanwhile.
    pub async fn lock(
        &mut self,
        db: &impl GenericClient,
        crowd: &Crowd,
        more: &[ScopeId],
    ) -> Result<(), StoreError> {
        if crowd.is_empty() {
            return Ok(());
        }
        let audiences = [Audience::All, Audience::Commercial, Audience::Medical];
        let touched = crowd.territories.iter();
        let touched = touched.flat_map(|at| audiences.map(|audience| ScopeId::Territory(*at, audience)));
        let mut scopes: BTreeSet<ScopeId> = touched.chain(more.iter().copied()).collect();
        scopes.extend(self.additions.scopes().map(|(scope, _)| scope));
        log::lock(db, &scopes).await?;
        self.late += self.place(db, crowd).await?;
        Ok(())
    }
}

/// Writes rows with all that goes with the HCPs among them who move, and with owners who moved.
pub async fn take(
    db: &impl GenericClient,
    given: Vec<RoutedRow>,
    crowd: &mut Crowd,
    news: &mut News,
) -> Result<Moved, StoreError> {
    let hcps = given.iter().filter(|routed| matches!(routed.row, Reference::Hcp(_)));
    let kept = rows::kept(db, &hcps.map(|routed| routed.row.key()).collect()).await?;
    let movers = crowd.note(&given, &kept)?;
    let given = following::with(db, given, &movers).await?;
    let rows = rows::upsert(db, &given, &mut news.additions).await?;
    remember(db, &movers, news.at).await?;
    let documents = news.place(db, crowd).await?;
    Ok(Moved { hcps: movers.len() as u64, users: 0, rows, documents })
}

/// Notes where HCPs were.
pub async fn remember(db: &impl GenericClient, movers: &[Mover], at: Instant) -> Result<(), StoreError> {
    let left: Vec<_> = movers.iter().filter_map(|mover| Some((mover.hcp.0, mover.from?.0))).collect();
    if left.is_empty() {
        return Ok(());
    }
    let (hcps, territories): (Vec<Uuid>, Vec<Uuid>) = left.into_iter().unzip();
    let sql = "INSERT INTO hcp_former (hcp, territory, left_at)
               SELECT n.*, $3::bigint FROM unnest($1::uuid[], $2::uuid[]) AS n
               ON CONFLICT (hcp, territory) DO UPDATE SET left_at = excluded.left_at";
    execute(db, sql, &[&hcps, &territories, &millis(at)]).await?;
    let forget = "DELETE FROM hcp_former WHERE left_at < $1";
    execute(db, forget, &[&millis(placement::forgotten_before(at))]).await.map(drop)
}
