//! Tables `reference_row` and `row_scope`.

use super::moving::{self, Crowd, News};
use super::values::{count, damaged, from_word, int, scope};
use super::{Postgres, Values, execute, query};
use crate::store::log::Additions;
use crate::store::{Answer, RoutedRow, Rows, StoreError};
use deadpool_postgres::GenericClient;
use domain::Instant;
use domain::reference::{Row as Reference, Table};
use futures_util::try_join;
use std::collections::{BTreeMap, BTreeSet};
use sync::ScopeId;
use uuid::Uuid;

impl Rows for Postgres {
    fn upsert_rows(&self, rows: Vec<RoutedRow>, at: Instant) -> Answer<'_, u64> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let db = client.transaction().await?;
            let (mut crowd, mut news) = (Crowd::default(), News::at(at));
            let moved = moving::take(&db, rows, &mut crowd, &mut news).await?;
            let grown = news.finish(&db, &crowd).await?;
            self.commit(db, grown).await?;
            Ok(moved.rows)
        })
    }

    fn row(&self, table: Table, key: Uuid) -> Answer<'_, Option<Reference>> {
        Box::pin(async move {
            let sql = "SELECT body FROM reference_row WHERE tab = $1 AND key = $2";
            let rows = query(&self.client().await?, sql, &[&table.name(), &key]).await?;
            rows.first().map(|row| serde_json::from_str(row.try_get(0)?).map_err(damaged)).transpose()
        })
    }

    fn rows_of(&self, table: Table) -> Answer<'_, Vec<Reference>> {
        Box::pin(async move {
            let sql = "SELECT body FROM reference_row WHERE tab = $1 ORDER BY key";
            let rows = query(&self.client().await?, sql, &[&table.name()]).await?;
            rows.iter().map(|row| serde_json::from_str(row.try_get(0)?).map_err(damaged)).collect()
        })
    }

    fn row_counts(&self) -> Answer<'_, BTreeMap<String, u64>> {
        Box::pin(async move {
            let sql = "SELECT tab, count(*) FROM reference_row GROUP BY tab";
            let rows = query(&self.client().await?, sql, &[]).await?;
            rows.iter().map(|row| Ok((row.try_get(0)?, count(row, 1)?))).collect()
        })
    }
}

/// A row's name.
pub type Key = (Table, Uuid);

/// A row as it is kept, and where it lives.
#[derive(Default)]
pub struct Kept {
    version: Option<u64>,
    body: String,
    pub scopes: BTreeSet<ScopeId>,
}

impl Kept {
    /// What it says, if it is there.
    pub fn row(&self) -> Result<Option<Reference>, StoreError> {
        self.version.map(|_| serde_json::from_str(&self.body).map_err(damaged)).transpose()
    }
}

/// Reads rows and locks them until the transaction ends: whoever writes one next waits.
pub async fn kept(db: &impl GenericClient, keys: &BTreeSet<Key>) -> Result<BTreeMap<Key, Kept>, StoreError> {
    let tables: Vec<&str> = keys.iter().map(|(table, _)| table.name()).collect();
    let ids: Vec<Uuid> = keys.iter().map(|(_, key)| *key).collect();
    let rows = "SELECT r.tab, r.key, r.version, r.body FROM unnest($1::text[], $2::uuid[]) AS k(tab, key)
                JOIN reference_row r ON r.tab = k.tab AND r.key = k.key
                ORDER BY r.tab, r.key FOR UPDATE OF r";
    let scopes = "SELECT s.tab, s.key, s.scope FROM unnest($1::text[], $2::uuid[]) AS k(tab, key)
                  JOIN row_scope s ON s.tab = k.tab AND s.key = k.key";
    let mut found: BTreeMap<Key, Kept> = BTreeMap::new();
    for row in query(db, rows, &[&tables, &ids]).await? {
        let kept = found.entry((from_word(row.try_get(0)?)?, row.try_get(1)?)).or_default();
        (kept.version, kept.body) = (Some(count(&row, 2)?), row.try_get(3)?);
    }
    for row in query(db, scopes, &[&tables, &ids]).await? {
        let kept = found.entry((from_word(row.try_get(0)?)?, row.try_get(1)?)).or_default();
        kept.scopes.insert(scope(&row, 2)?);
    }
    Ok(found)
}

/// Writes rows and gathers what their scopes must be told. Of one that comes twice, the last word. Answers how many
/// were news.
pub async fn upsert(
    db: &impl GenericClient,
    rows: &[RoutedRow],
    additions: &mut Additions,
) -> Result<u64, StoreError> {
    if rows.is_empty() {
        return Ok(0);
    }
    let latest: BTreeMap<Key, &RoutedRow> = rows.iter().map(|routed| (routed.row.key(), routed)).collect();
    let mut kept = kept(db, &latest.keys().copied().collect()).await?;
    let mut news = Written::default();
    for (key, routed) in latest {
        news.compare(key, &kept.remove(&key).unwrap_or_default(), routed, additions)?;
    }
    news.write(db).await
}

/// Columns of the rows that are news.
#[derive(Default)]
struct Written {
    tables: Vec<&'static str>,
    keys: Vec<Uuid>,
    versions: Vec<i64>,
    bodies: Vec<String>,
}

impl Written {
    fn compare(
        &mut self,
        (table, key): Key,
        kept: &Kept,
        routed: &RoutedRow,
        additions: &mut Additions,
    ) -> Result<(), StoreError> {
        let body = serde_json::to_string(&routed.row).map_err(damaged)?;
        let (was, will) = (&kept.scopes, routed.scopes.iter().copied().collect::<BTreeSet<_>>());
        if *was == will && kept.version.is_some() && kept.body == body {
            return Ok(());
        }
        let version = kept.version.unwrap_or(0) + 1;
        for scope in &will {
            additions.row(*scope, (table, key), version, kept.version.filter(|_| was.contains(scope)));
        }
        for scope in was.difference(&will) {
            additions.row_gone(*scope, (table, key), kept.version.unwrap_or_default());
        }
        self.tables.push(table.name());
        self.keys.push(key);
        self.versions.push(int(version));
        self.bodies.push(body);
        Ok(())
    }

    /// A row that is not at the version before has been written by somebody else.
    async fn write(&self, db: &impl GenericClient) -> Result<u64, StoreError> {
        let sql = "INSERT INTO reference_row (tab, key, version, body)
                   SELECT * FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[])
                   ON CONFLICT (tab, key) DO UPDATE SET version = excluded.version, body = excluded.body
                   WHERE reference_row.version = excluded.version - 1";
        let written = execute(db, sql, &[&self.tables, &self.keys, &self.versions, &self.bodies]).await?;
        if written == self.keys.len() as u64 { Ok(written) } else { Err(StoreError::Conflict) }
    }
}

/// Columns of where rows live.
#[derive(Default)]
pub struct Placed {
    scopes: Vec<String>,
    tables: Vec<String>,
    keys: Vec<Uuid>,
    seqs: Vec<i64>,
}

impl Placed {
    /// One more.
    pub fn add(&mut self, scope: String, table: String, key: Uuid, seq: i64) {
        self.scopes.push(scope);
        self.tables.push(table);
        self.keys.push(key);
        self.seqs.push(seq);
    }
}

/// Removes the lines that spoke of rows before.
pub async fn forget_lines(db: &impl GenericClient, rows: &Placed) -> Result<(), StoreError> {
    if rows.keys.is_empty() {
        return Ok(());
    }
    let sql = "DELETE FROM scope_log l USING unnest($1::text[], $2::text[], $3::uuid[]) AS k(scope, tab, key)
               JOIN row_scope r ON r.scope = k.scope AND r.tab = k.tab AND r.key = k.key
               WHERE l.scope = r.scope AND l.seq = r.seq";
    execute(db, sql, &[&rows.scopes, &rows.tables, &rows.keys]).await.map(drop)
}

/// Notes where rows live now, and where they live no more.
pub async fn place(db: &impl GenericClient, here: &Placed, gone: &Placed) -> Result<(), StoreError> {
    let there = "INSERT INTO row_scope (scope, tab, key, seq)
                 SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::bigint[])
                 ON CONFLICT (scope, tab, key) DO UPDATE SET seq = excluded.seq";
    let away =
        "DELETE FROM row_scope r USING unnest($1::text[], $2::text[], $3::uuid[]) AS k(scope, tab, key)
                WHERE r.scope = k.scope AND r.tab = k.tab AND r.key = k.key";
    let come = async {
        let values: Values<'_> = &[&here.scopes, &here.tables, &here.keys, &here.seqs];
        if here.keys.is_empty() { Ok(0) } else { execute(db, there, values).await }
    };
    let go = async {
        let values: Values<'_> = &[&gone.scopes, &gone.tables, &gone.keys];
        if gone.keys.is_empty() { Ok(0) } else { execute(db, away, values).await }
    };
    try_join!(come, go).map(drop)
}
