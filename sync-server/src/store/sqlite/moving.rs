//! Table `hcp_former`, and what goes with HCPs and people who move: rows, documents, lines of both logs. One transaction
//! each, so that nobody ever sees half of it.

use super::values::{from_word, id, millis, word};
use super::{Sqlite, following, log, placing, rows};
use crate::store::log::Additions;
use crate::store::moving::{Move, Moved, Mover, Moves};
use crate::store::{Answer, RoutedRow, StoreError, golden};
use crate::sync::placement;
use domain::Instant;
use domain::ids::{DocId, HcpId, TerritoryId, UserId};
use domain::people::{Colleague, Hcp, Role};
use domain::reference::{Row as Reference, Table};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::BTreeSet;
use uuid::Uuid;

impl Moves for Sqlite {
    fn realign(&self, moves: Vec<Move>, at: Instant, trial: bool) -> Answer<'_, Moved> {
        Box::pin(self.write(move |db| {
            db.execute_batch("SAVEPOINT moves")?;
            let moved = realign(db, &moves, at)?;
            db.execute_batch(if trial { "ROLLBACK TO moves; RELEASE moves" } else { "RELEASE moves" })?;
            Ok(moved)
        }))
    }
}

fn realign(db: &Transaction<'_>, moves: &[Move], at: Instant) -> Result<Moved, StoreError> {
    let (mut given, mut owners) = (Vec::new(), BTreeSet::new());
    for one in moves {
        match *one {
            Move::Hcp(hcp, territory) => given.push(moved_hcp(db, hcp, territory)?),
            Move::User(user, territory, role) => {
                if let Some(colleague) = move_user(db, user, territory, role)? {
                    given.extend(colleague);
                    owners.insert(user);
                }
            }
        }
    }
    let mut additions = Additions::default();
    let moved = take(db, given, (&owners, at), &mut additions)?;
    log::write(db, &additions)?;
    Ok(Moved { users: owners.len() as u64, ..moved })
}

fn moved_hcp(db: &Connection, hcp: HcpId, territory: Option<TerritoryId>) -> Result<RoutedRow, StoreError> {
    match rows::row(db, Table::Hcp, hcp.0)? {
        Some(Reference::Hcp(kept)) => {
            let row = Reference::Hcp(Hcp { territory, ..kept });
            Ok(RoutedRow { row, scopes: golden::scopes_in(territory) })
        }
        _ => Err(StoreError::Missing("HCP of this id")),
    }
}

/// Moves an account. Answers the row of the colleague, if there is one; none when nothing is another than before.
fn move_user(
    db: &Connection,
    user: UserId,
    territory: Option<TerritoryId>,
    role: Option<Role>,
) -> Result<Option<Option<RoutedRow>>, StoreError> {
    let was = db
        .prepare_cached("SELECT role FROM account WHERE id = ?1")?
        .query_row([user.0.into_bytes()], |row| row.get::<_, String>(0))
        .optional()?
        .ok_or(StoreError::Missing("user of this id"))?;
    let role = role.map(|role| word(&role)).transpose()?.unwrap_or(was);
    let territory = territory.map(|territory| territory.0.into_bytes());
    let changed = db
        .prepare_cached(
            "UPDATE account SET territory = ?2, role = ?3 WHERE id = ?1 AND NOT (territory IS ?2 AND role = ?3)",
        )?
        .execute(params![user.0.into_bytes(), territory, role])?;
    if changed == 0 {
        return Ok(None);
    }
    let Some(Reference::Colleague(kept)) = rows::row(db, Table::Colleague, user.0)? else {
        return Ok(Some(None));
    };
    let (role, territory) = (from_word(role)?, territory.map(|id| TerritoryId(Uuid::from_bytes(id))));
    let row = Reference::Colleague(Colleague { role, territory, ..kept });
    let scopes = rows::scopes_of(db, Table::Colleague, user.0)?.into_iter().collect();
    Ok(Some(Some(RoutedRow { row, scopes })))
}

/// Writes rows with all that goes with the HCPs among them who move, and with owners who moved.
pub fn take(
    db: &Connection,
    given: Vec<RoutedRow>,
    (owners, at): (&BTreeSet<UserId>, Instant),
    additions: &mut Additions,
) -> Result<Moved, StoreError> {
    let mut movers = Vec::new();
    for routed in given.iter().filter(|routed| matches!(routed.row, Reference::Hcp(_))) {
        let (table, key) = routed.row.key();
        movers.extend(Mover::between(rows::row(db, table, key)?.as_ref(), &routed.row));
    }
    let mut moved = Moved { hcps: movers.len() as u64, ..Moved::default() };
    for row in rows::latest(&following::with(db, given, &movers)?).values() {
        moved.rows += u64::from(rows::upsert(db, row, additions)?);
    }
    let mut docs = BTreeSet::new();
    for mover in &movers {
        remember(db, mover, at)?;
        docs.extend(about(db, mover.hcp)?);
    }
    for owner in owners {
        docs.extend(owned(db, *owner)?);
    }
    for doc in docs {
        moved.documents += u64::from(placing::place_again(db, doc, at, additions)?);
    }
    Ok(moved)
}

fn remember(db: &Connection, mover: &Mover, at: Instant) -> Result<(), StoreError> {
    let hcp = mover.hcp.0.into_bytes();
    if let Some(from) = mover.from {
        db.prepare_cached("INSERT OR REPLACE INTO hcp_former (hcp, territory, left_at) VALUES (?1, ?2, ?3)")?
            .execute(params![hcp, from.0.into_bytes(), millis(at)])?;
    }
    db.prepare_cached("DELETE FROM hcp_former WHERE left_at < ?1")?
        .execute([millis(placement::forgotten_before(at))])?;
    Ok(())
}

fn about(db: &Connection, hcp: HcpId) -> Result<Vec<DocId>, StoreError> {
    docs(db, "SELECT doc FROM document_hcp WHERE hcp = ?1", hcp.0)
}

fn owned(db: &Connection, owner: UserId) -> Result<Vec<DocId>, StoreError> {
    docs(db, "SELECT id FROM document WHERE owner = ?1", owner.0)
}

fn docs(db: &Connection, sql: &str, of: Uuid) -> Result<Vec<DocId>, StoreError> {
    let mut select = db.prepare_cached(sql)?;
    let found = select.query_map([of.into_bytes()], |row| Ok(DocId(id(row, 0)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}
