//! Rows that follow HCPs who move: their links and their timeline, and the organisations in which they work.

use super::values::damaged;
use super::{Values, query, rows};
use crate::people::routing;
use crate::store::moving::{Mover, Workplaces, follow, followed, workplace};
use crate::store::{RoutedRow, StoreError};
use deadpool_postgres::GenericClient;
use domain::ids::{OrgId, TerritoryId};
use domain::reference::{Row as Reference, Table};
use std::collections::BTreeSet;
use uuid::Uuid;

const LINKS: &str = "SELECT body FROM reference_row
    WHERE tab = 'affiliation' AND body::jsonb #>> '{row,hcp}' = ANY($1) ORDER BY key";
const TIMELINE: &str = "SELECT body FROM reference_row
    WHERE tab = 'activity' AND body::jsonb #>> '{row,hcp}' = ANY($1) ORDER BY key";

/// Of pairs of an organisation and a territory (with its scope) those where somebody else works, or a part lives.
const OTHERS: &str = "SELECT q.org, q.at FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS q(org, at, scope)
    WHERE EXISTS (
        SELECT FROM reference_row h WHERE h.tab = 'hcp' AND h.body::jsonb #>> '{row,workplace}' IS NOT NULL
        AND h.body::jsonb #>> '{row,workplace}' = q.org::text AND h.body::jsonb #>> '{row,territory}' = q.at::text
        AND h.key <> ALL($4::uuid[]))
    OR EXISTS (
        SELECT FROM reference_row a JOIN row_scope s ON s.scope = q.scope AND s.tab = 'affiliation' AND s.key = a.key
        WHERE a.tab = 'affiliation' AND a.body::jsonb #>> '{row,organisation}' = q.org::text
        AND a.body::jsonb #>> '{row,hcp}' <> ALL($4::uuid[]::text[]))
    OR EXISTS (
        SELECT FROM reference_row o JOIN row_scope s ON s.scope = q.scope AND s.tab = 'organisation' AND s.key = o.key
        WHERE o.tab = 'organisation' AND o.body::jsonb #>> '{row,parent}' IS NOT NULL
        AND o.body::jsonb #>> '{row,parent}' = q.org::text AND o.key <> ALL($5::uuid[]))";

/// These rows, and those that follow the HCPs who move with them. Of a row that is given and follows, what follows.
pub async fn with(
    db: &impl GenericClient,
    mut given: Vec<RoutedRow>,
    movers: &[Mover],
) -> Result<Vec<RoutedRow>, StoreError> {
    if movers.is_empty() {
        return Ok(given);
    }
    let known = follow(&mut given, movers);
    let (links, timeline) = (bodies(db, LINKS, movers).await?, bodies(db, TIMELINE, movers).await?);
    let mut workplaces = Workplaces::default();
    workplaces.at_work.extend(given.iter().filter_map(|routed| workplace(&routed.row, movers)));
    workplaces.at_work.extend(links.iter().filter_map(|row| match row {
        Reference::Affiliation(link) => Some((link.organisation, link.hcp)),
        _ => None,
    }));
    for row in links.into_iter().chain(timeline).filter(|row| !known.contains(&row.key())) {
        let scopes = followed(&row, movers).unwrap_or_default();
        given.push(RoutedRow { row, scopes });
    }
    gather(db, &mut workplaces).await?;
    ask(db, &mut workplaces, movers).await?;
    let routed = workplaces.routed(movers);
    given.extend(routed.into_iter().filter(|routed| !known.contains(&routed.row.key())));
    Ok(given)
}

async fn bodies(db: &impl GenericClient, sql: &str, movers: &[Mover]) -> Result<Vec<Reference>, StoreError> {
    let hcps: Vec<String> = movers.iter().map(|mover| mover.hcp.to_string()).collect();
    let rows = query(db, sql, &[&hcps]).await?;
    rows.iter().map(|row| serde_json::from_str(row.try_get(0)?).map_err(damaged)).collect()
}

/// The organisations, and those of which they are parts. They are locked: two who move people of one organisation wait
/// for each other.
async fn gather(db: &impl GenericClient, workplaces: &mut Workplaces) -> Result<(), StoreError> {
    let mut wanted: BTreeSet<OrgId> =
        workplaces.at_work.iter().map(|(organisation, _)| *organisation).collect();
    while !wanted.is_empty() {
        let keys = wanted.iter().map(|id| (Table::Organisation, id.0)).collect();
        let found = rows::kept(db, &keys).await?;
        wanted.clear();
        for kept in found.into_values() {
            if let Some(Reference::Organisation(organisation)) = kept.row()? {
                wanted.extend(organisation.parent);
                workplaces.organisations.insert(organisation.id, (organisation, kept.scopes));
            }
        }
        wanted.retain(|id| !workplaces.organisations.contains_key(id));
    }
    Ok(())
}

async fn ask(
    db: &impl GenericClient,
    workplaces: &mut Workplaces,
    movers: &[Mover],
) -> Result<(), StoreError> {
    let questions = workplaces.questions(movers);
    if questions.is_empty() {
        return Ok(());
    }
    let organisations: Vec<Uuid> = questions.iter().map(|(organisation, _)| organisation.0).collect();
    let territories: Vec<Uuid> = questions.iter().map(|(_, at)| at.0).collect();
    let scopes: Vec<String> = questions.iter().map(|(_, at)| routing::everybody(*at).to_string()).collect();
    let moving: Vec<Uuid> = movers.iter().map(|mover| mover.hcp.0).collect();
    let known: Vec<Uuid> = workplaces.organisations.keys().map(|organisation| organisation.0).collect();
    let values: Values<'_> = &[&organisations, &territories, &scopes, &moving, &known];
    for row in query(db, OTHERS, values).await? {
        workplaces.others.insert((OrgId(row.try_get(0)?), TerritoryId(row.try_get(1)?)));
    }
    Ok(())
}
