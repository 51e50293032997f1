//! Rows that follow HCPs who move: their links and their timeline, and the organisations in which they work.

use super::rows;
use super::values::{damaged, id};
use crate::people::routing;
use crate::store::moving::{Mover, Workplaces, follow, followed, workplace};
use crate::store::{RoutedRow, StoreError};
use domain::ids::{HcpId, OrgId, TerritoryId};
use domain::reference::{Row, Table};
use rusqlite::{Connection, params};

const LINKS: &str = "SELECT body FROM reference_row WHERE tab = 'affiliation' AND body ->> '$.row.hcp' = ?1";
const TIMELINE: &str = "SELECT body FROM reference_row WHERE tab = 'activity' AND body ->> '$.row.hcp' = ?1";

/// These rows, and those that follow the HCPs who move with them. Of a row that is given and follows, what follows.
pub fn with(
    db: &Connection,
    mut given: Vec<RoutedRow>,
    movers: &[Mover],
) -> Result<Vec<RoutedRow>, StoreError> {
    if movers.is_empty() {
        return Ok(given);
    }
    let known = follow(&mut given, movers);
    let mut workplaces = Workplaces::default();
    for mover in movers {
        let links = bodies(db, LINKS, mover.hcp)?;
        at_work(&links, &mut workplaces);
        for row in links.into_iter().chain(bodies(db, TIMELINE, mover.hcp)?) {
            let scopes = followed(&row, movers).unwrap_or_default();
            given.extend((!known.contains(&row.key())).then_some(RoutedRow { row, scopes }));
        }
    }
    workplaces.at_work.extend(given.iter().filter_map(|routed| workplace(&routed.row, movers)));
    gather(db, &mut workplaces)?;
    for (organisation, at) in workplaces.questions(movers) {
        if somebody_else(db, (organisation, at), (&workplaces, movers))? {
            workplaces.others.insert((organisation, at));
        }
    }
    let routed = workplaces.routed(movers);
    given.extend(routed.into_iter().filter(|routed| !known.contains(&routed.row.key())));
    Ok(given)
}

fn bodies(db: &Connection, sql: &str, hcp: HcpId) -> Result<Vec<Row>, StoreError> {
    db.prepare_cached(sql)?
        .query_map([hcp.0.to_string()], |row| row.get::<_, String>(0))?
        .map(|body| serde_json::from_str(&body?).map_err(damaged))
        .collect()
}

fn at_work(links: &[Row], workplaces: &mut Workplaces) {
    workplaces.at_work.extend(links.iter().filter_map(|row| match row {
        Row::Affiliation(link) => Some((link.organisation, link.hcp)),
        _ => None,
    }));
}

/// The organisations, and those of which they are parts.
fn gather(db: &Connection, workplaces: &mut Workplaces) -> Result<(), StoreError> {
    let mut wanted: Vec<OrgId> = workplaces.at_work.iter().map(|(organisation, _)| *organisation).collect();
    while let Some(id) = wanted.pop() {
        if workplaces.organisations.contains_key(&id) {
            continue;
        }
        if let Some(Row::Organisation(found)) = rows::row(db, Table::Organisation, id.0)? {
            wanted.extend(found.parent);
            let scopes = rows::scopes_of(db, Table::Organisation, id.0)?;
            workplaces.organisations.insert(id, (found, scopes));
        }
    }
    Ok(())
}

/// Whether an organisation lives in a territory without those who move.
fn somebody_else(
    db: &Connection,
    (organisation, at): (OrgId, TerritoryId),
    (workplaces, movers): (&Workplaces, &[Mover]),
) -> Result<bool, StoreError> {
    let (here, scope) = (organisation.0.to_string(), routing::everybody(at).to_string());
    let moves = |hcp: HcpId| movers.iter().any(|mover| mover.hcp == hcp);
    let mut people = db.prepare_cached(
        "SELECT key FROM reference_row WHERE tab = 'hcp' AND body ->> '$.row.workplace' IS NOT NULL
         AND body ->> '$.row.workplace' = ?1 AND body ->> '$.row.territory' = ?2",
    )?;
    let mut found = people.query(params![here, at.0.to_string()])?;
    while let Some(row) = found.next()? {
        if !moves(HcpId(id(row, 0)?)) {
            return Ok(true);
        }
    }
    let mut links = db.prepare_cached(
        "SELECT a.body ->> '$.row.hcp' FROM reference_row a
         JOIN row_scope s ON s.tab = 'affiliation' AND s.key = a.key AND s.scope = ?2
         WHERE a.tab = 'affiliation' AND a.body ->> '$.row.organisation' = ?1",
    )?;
    let mut found = links.query(params![here, scope])?;
    while let Some(row) = found.next()? {
        let hcp: String = row.get(0)?;
        if !moves(hcp.parse().map_err(damaged)?) {
            return Ok(true);
        }
    }
    let mut parts = db.prepare_cached(
        "SELECT o.key FROM reference_row o
         JOIN row_scope s ON s.tab = 'organisation' AND s.key = o.key AND s.scope = ?2
         WHERE o.tab = 'organisation' AND o.body ->> '$.row.parent' IS NOT NULL
         AND o.body ->> '$.row.parent' = ?1",
    )?;
    let mut found = parts.query(params![here, scope])?;
    while let Some(row) = found.next()? {
        if !workplaces.organisations.contains_key(&OrgId(id(row, 0)?)) {
            return Ok(true);
        }
    }
    Ok(false)
}
