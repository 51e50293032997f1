//! Tables `segment_manifest`, `segment_piece`, `segment_part` and `segment_turn`, and reading all that a scope holds.

use super::connection::query_opt;
use super::documents::kind;
use super::values::{count, damaged, int, millis, scope as scope_of};
use super::{Postgres, execute, query};
use crate::store::{Answer, Growth, KeptManifest, Portion, Segments, StoreError};
use deadpool_postgres::Transaction;
use domain::Instant;
use domain::ids::DocId;
use sync::ScopeId;
use sync::wire::segment::{Manifest, Name};
use tokio::sync::mpsc::Sender;
use tokio_postgres::{IsolationLevel, Row};
use uuid::Uuid;

/// Rows or documents that are read at once.
const PAGE: i32 = 128;

/// What a scope's rows are, and which documents it holds, in the order in which they are copied.
const ROWS: &str = "SELECT tab, key FROM row_scope WHERE scope = $1
    ORDER BY tab <> 'organisation', tab <> 'hcp', tab, key";
const DOCUMENTS: &str = "SELECT s.home, s.doc FROM document_scope s
    LEFT JOIN call c ON c.home = s.home AND c.id = s.doc WHERE s.scope = $1
    ORDER BY c.starts_at IS NOT NULL, c.starts_at DESC, s.doc";

impl Segments for Postgres {
    fn growths(&self) -> Answer<'_, Vec<Growth>> {
        Box::pin(async move {
            let sql = "SELECT s.id, s.head, (SELECT max(m.seq) FROM segment_manifest m WHERE m.scope = s.id
                       AND m.seq >= s.last_gone AND m.epoch = (SELECT id FROM epoch)) FROM scope s ORDER BY s.id";
            let rows = query(&self.client().await?, sql, &[]).await?;
            rows.iter().map(growth).collect()
        })
    }

    fn take_turn(&self, scope: ScopeId, now: Instant, until: Instant) -> Answer<'_, bool> {
        Box::pin(async move {
            let sql = "INSERT INTO segment_turn (scope, until) VALUES ($1, $3)
                       ON CONFLICT (scope) DO UPDATE SET until = $3
                       WHERE segment_turn.until <= $2 OR $3 <= $2";
            let (scope, now, until) = (scope.to_string(), millis(now), millis(until));
            Ok(execute(&self.client().await?, sql, &[&scope, &now, &until]).await? == 1)
        })
    }

    fn copy_scope(&self, scope: ScopeId, into: Sender<Portion>) -> Answer<'_, u64> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let reading = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead);
            let db = reading.read_only(true).start().await?;
            let name = scope.to_string();
            let head = query_opt(&db, "SELECT head FROM scope WHERE id = $1", &[&name]).await?;
            let head = head.map(|row| count(&row, 0)).transpose()?.unwrap_or_default();
            copy(&db, (ROWS, BODIES, &name), row, &into).await?;
            copy(&db, (DOCUMENTS, SAVED, &name), document, &into).await?;
            db.commit().await?;
            Ok(head)
        })
    }

    fn keep_piece(&self, scope: ScopeId, (name, bytes): (Name, Vec<u8>), now: Instant) -> Answer<'_, ()> {
        Box::pin(async move {
            let sql = "INSERT INTO segment_piece (scope, name, kept_at, bytes) VALUES ($1, $2, $3, $4)
                       ON CONFLICT (scope, name) DO UPDATE SET kept_at = excluded.kept_at";
            let values: super::Values<'_> = &[&scope.to_string(), &name.0.as_slice(), &millis(now), &bytes];
            execute(&self.client().await?, sql, values).await.map(drop)
        })
    }

    fn keep_manifest(&self, manifest: Manifest, now: Instant) -> Answer<'_, ()> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let db = client.transaction().await?;
            keep(&db, &manifest, now).await?;
            Ok(db.commit().await?)
        })
    }

    fn manifests(&self, scopes: Vec<ScopeId>) -> Answer<'_, Vec<KeptManifest>> {
        Box::pin(async move {
            let names: Vec<String> = scopes.iter().map(ToString::to_string).collect();
            let sql = "SELECT m.body, m.built_at FROM segment_manifest m
                       WHERE m.epoch = (SELECT id FROM epoch)
                       AND (cardinality($1::text[]) = 0 OR m.scope = ANY($1))
                       AND m.seq >= (SELECT s.last_gone FROM scope s WHERE s.id = m.scope)
                       ORDER BY m.seq DESC, m.built_at DESC, m.name";
            let rows = query(&self.client().await?, sql, &[&names]).await?;
            rows.iter().map(kept).collect()
        })
    }

    fn piece(&self, name: Name, scopes: Vec<ScopeId>) -> Answer<'_, Option<Vec<u8>>> {
        Box::pin(async move {
            let names: Vec<String> = scopes.iter().map(ToString::to_string).collect();
            let sql = "SELECT p.bytes FROM segment_piece p WHERE p.scope = ANY($1) AND p.name = $2 AND EXISTS
                       (SELECT FROM segment_part t
                        JOIN segment_manifest m ON m.scope = t.scope AND m.name = t.manifest
                        JOIN scope s ON s.id = m.scope AND m.seq >= s.last_gone
                        WHERE t.scope = p.scope AND t.piece = p.name) LIMIT 1";
            let found = query_opt(&self.client().await?, sql, &[&names, &name.0.as_slice()]).await?;
            Ok(found.map(|row| row.try_get(0)).transpose()?)
        })
    }

    fn forget_segments(&self, before: Instant) -> Answer<'_, u64> {
        Box::pin(async move {
            let client = self.client().await?;
            let sql = "DELETE FROM segment_manifest m USING epoch e WHERE m.epoch <> e.id OR (m.built_at < $1 AND m.seq <
                       (SELECT max(l.seq) FROM segment_manifest l WHERE l.scope = m.scope AND l.epoch = e.id))";
            let gone = execute(&client, sql, &[&millis(before)]).await?;
            let sql = "DELETE FROM segment_piece p WHERE p.kept_at < $1 AND NOT EXISTS
                       (SELECT FROM segment_part t WHERE t.scope = p.scope AND t.piece = p.name)";
            execute(&client, sql, &[&millis(before)]).await?;
            Ok(gone)
        })
    }
}

fn growth(row: &Row) -> Result<Growth, StoreError> {
    let cut = row.try_get::<_, Option<i64>>(2)?.map(i64::cast_unsigned);
    Ok(Growth { scope: scope_of(row, 0)?, head: count(row, 1)?, cut })
}

/// What stands in rows, by table and key, in the order in which they are asked for.
const BODIES: &str =
    "SELECT r.version, r.body FROM unnest($1::text[], $2::uuid[]) WITH ORDINALITY AS w(tab, key, n)
    JOIN reference_row r ON r.tab = w.tab AND r.key = w.key ORDER BY w.n";

/// Documents with the hashes of their changes, by home and id, in the order in which they are asked for.
const SAVED: &str = "SELECT d.id, d.kind, d.saved, c.hashes
    FROM unnest($1::text[], $2::uuid[]) WITH ORDINALITY AS w(home, doc, n)
    JOIN document d ON d.home = w.home AND d.id = w.doc CROSS JOIN LATERAL (
        SELECT string_agg(c.hash, ''::bytea ORDER BY c.hash) AS hashes
        FROM change c WHERE c.home = d.home AND c.doc = d.id) c ORDER BY w.n";

/// Goes through a list of (text, id) bit by bit, reads what stands behind each, and sends it.
async fn copy(
    db: &Transaction<'_>,
    (list, content, scope): (&str, &str, &String),
    portion: fn(&Row) -> Result<Portion, StoreError>,
    into: &Sender<Portion>,
) -> Result<(), StoreError> {
    let portal = db.bind(&db.prepare_cached(list).await?, &[scope]).await?;
    loop {
        let page = db.query_portal(&portal, PAGE).await?;
        if page.is_empty() {
            return Ok(());
        }
        let texts: Vec<&str> = page.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        let ids: Vec<Uuid> = page.iter().map(|row| row.try_get(1)).collect::<Result<_, _>>()?;
        for row in &query(db, content, &[&texts, &ids]).await? {
            let taken = into.send(portion(row)?).await;
            taken.map_err(|_| StoreError::Failed("nobody takes the copy of a scope".into()))?;
        }
    }
}

fn row(row: &Row) -> Result<Portion, StoreError> {
    Ok(Portion::Row { version: count(row, 0)?, body: row.try_get(1)? })
}

fn document(row: &Row) -> Result<Portion, StoreError> {
    Ok(Portion::Document {
        doc: DocId(row.try_get(0)?),
        kind: kind(row.try_get(1)?)?,
        saved: row.try_get(2)?,
        hashes: row.try_get::<_, Option<Vec<u8>>>(3)?.unwrap_or_default(),
    })
}

async fn keep(db: &Transaction<'_>, manifest: &Manifest, now: Instant) -> Result<(), StoreError> {
    let (scope, name, seq, now) =
        (manifest.scope.to_string(), manifest.name(), int(manifest.seq), millis(now));
    let body = serde_json::to_string(manifest).map_err(damaged)?;
    let sql = "INSERT INTO segment_manifest (scope, name, epoch, seq, built_at, body)
               SELECT $1::text, $2::bytea, id, $3::bigint, $4::bigint, $5::text FROM epoch
               ON CONFLICT (scope, name) DO UPDATE
               SET epoch = excluded.epoch, built_at = excluded.built_at, body = excluded.body";
    execute(db, sql, &[&scope, &name.0.as_slice(), &seq, &now, &body]).await?;
    let pieces = manifest.names();
    let pieces: Vec<&[u8]> = pieces.iter().map(|piece| piece.0.as_slice()).collect();
    let sql = "INSERT INTO segment_part (scope, piece, manifest) SELECT $1::text, piece, $3::bytea FROM unnest($2::bytea[]) AS piece
               ON CONFLICT DO NOTHING";
    execute(db, sql, &[&scope, &pieces, &name.0.as_slice()]).await.map(drop)
}

fn kept(row: &Row) -> Result<KeptManifest, StoreError> {
    let manifest = serde_json::from_str(row.try_get(0)?).map_err(damaged)?;
    let built_at = Instant::from_timestamp_millis(row.try_get(1)?).unwrap_or_default();
    Ok(KeptManifest { manifest, built_at })
}
