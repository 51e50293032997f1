//! Tables `segment_manifest`, `segment_piece`, `segment_part` and `segment_turn`, and reading all that a scope holds.

use super::Sqlite;
use super::values::{count, damaged, id, int, millis};
use crate::store::{Answer, Growth, KeptManifest, Portion, Segments, StoreError};
use document::Kind;
use domain::Instant;
use domain::ids::DocId;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use sync::ScopeId;
use sync::wire::segment::{Manifest, Name};
use tokio::sync::mpsc::Sender;
use uuid::Uuid;

impl Segments for Sqlite {
    fn growths(&self) -> Answer<'_, Vec<Growth>> {
        Box::pin(self.read(growths))
    }

    fn take_turn(&self, scope: ScopeId, now: Instant, until: Instant) -> Answer<'_, bool> {
        Box::pin(self.write(move |db| {
            let sql = "INSERT INTO segment_turn (scope, until) VALUES (?1, ?3)
                       ON CONFLICT (scope) DO UPDATE SET until = ?3 WHERE until <= ?2 OR ?3 <= ?2";
            let values = params![scope.to_string(), millis(now), millis(until)];
            Ok(db.prepare_cached(sql)?.execute(values)? == 1)
        }))
    }

    fn copy_scope(&self, scope: ScopeId, into: Sender<Portion>) -> Answer<'_, u64> {
        Box::pin(self.read(move |db| {
            let name = scope.to_string();
            let mut head = db.prepare_cached("SELECT head FROM scope WHERE id = ?1")?;
            let head = head.query_row([&name], |row| count(row, 0)).optional()?.unwrap_or_default();
            copy_rows(db, &name, &into)?;
            copy_documents(db, &name, &into)?;
            Ok(head)
        }))
    }

    fn keep_piece(&self, scope: ScopeId, (name, bytes): (Name, Vec<u8>), now: Instant) -> Answer<'_, ()> {
        Box::pin(self.write(move |db| {
            let sql = "INSERT INTO segment_piece (scope, name, kept_at, bytes) VALUES (?1, ?2, ?3, ?4)
                       ON CONFLICT (scope, name) DO UPDATE SET kept_at = ?3";
            db.prepare_cached(sql)?.execute(params![scope.to_string(), name.0, millis(now), bytes])?;
            Ok(())
        }))
    }

    fn keep_manifest(&self, manifest: Manifest, now: Instant) -> Answer<'_, ()> {
        Box::pin(self.write(move |db| keep(db, &manifest, now)))
    }

    fn manifests(&self, scopes: Vec<ScopeId>) -> Answer<'_, Vec<KeptManifest>> {
        Box::pin(self.read(move |db| {
            let all = scopes.is_empty().then(|| kept(db, None));
            let named = scopes.iter().map(|scope| kept(db, Some(*scope)));
            Ok(all.into_iter().chain(named).collect::<Result<Vec<_>, _>>()?.concat())
        }))
    }

    fn piece(&self, name: Name, scopes: Vec<ScopeId>) -> Answer<'_, Option<Vec<u8>>> {
        Box::pin(self.read(move |db| {
            let found = scopes.iter().map(|scope| piece(db, name, *scope));
            found.filter_map(Result::transpose).next().transpose()
        }))
    }

    fn forget_segments(&self, before: Instant) -> Answer<'_, u64> {
        Box::pin(self.write(move |db| {
            let gone = db.execute(
                "DELETE FROM segment_manifest WHERE epoch <> (SELECT id FROM epoch) OR (built_at < ?1 AND seq <
                 (SELECT max(seq) FROM segment_manifest AS late WHERE late.scope = segment_manifest.scope
                  AND late.epoch = (SELECT id FROM epoch)))",
                [millis(before)],
            )?;
            db.execute(
                "DELETE FROM segment_piece WHERE kept_at < ?1 AND NOT EXISTS (SELECT 1 FROM segment_part AS part
                 WHERE part.scope = segment_piece.scope AND part.piece = segment_piece.name)",
                [millis(before)],
            )?;
            Ok(gone as u64)
        }))
    }
}

fn growths(db: &Transaction<'_>) -> Result<Vec<Growth>, StoreError> {
    let mut select = db.prepare_cached(
        "SELECT id, head, (SELECT max(seq) FROM segment_manifest WHERE scope = scope.id AND seq >= scope.last_gone
         AND epoch = (SELECT id FROM epoch)) FROM scope ORDER BY id",
    )?;
    let found = select.query_map([], |row| {
        let cut = row.get::<_, Option<i64>>(2)?.map(i64::cast_unsigned);
        Ok((row.get::<_, String>(0)?, count(row, 1)?, cut))
    })?;
    found
        .map(|found| {
            let (scope, head, cut) = found?;
            Ok(Growth { scope: scope.parse().map_err(damaged)?, head, cut })
        })
        .collect()
}

fn copy_rows(db: &Transaction<'_>, scope: &str, into: &Sender<Portion>) -> Result<(), StoreError> {
    let mut keys = db.prepare_cached(
        "SELECT tab, key FROM row_scope WHERE scope = ?1 ORDER BY tab <> 'organisation', tab <> 'hcp', tab, key",
    )?;
    let mut body =
        db.prepare_cached("SELECT version, body FROM reference_row WHERE tab = ?1 AND key = ?2")?;
    let mut found = keys.query([scope])?;
    while let Some(row) = found.next()? {
        let (table, key): (String, [u8; 16]) = (row.get(0)?, row.get(1)?);
        let (version, body) = body.query_row(params![table, key], |row| Ok((count(row, 0)?, row.get(1)?)))?;
        send(into, Portion::Row { version, body })?;
    }
    Ok(())
}

fn copy_documents(db: &Transaction<'_>, scope: &str, into: &Sender<Portion>) -> Result<(), StoreError> {
    let mut docs = db.prepare_cached(
        "SELECT s.doc FROM document_scope s LEFT JOIN call c ON c.id = s.doc WHERE s.scope = ?1
         ORDER BY c.starts_at IS NOT NULL, c.starts_at DESC, s.doc",
    )?;
    let mut found = docs.query([scope])?;
    while let Some(row) = found.next()? {
        send(into, document(db, id(row, 0)?)?)?;
    }
    Ok(())
}

fn document(db: &Transaction<'_>, doc: Uuid) -> Result<Portion, StoreError> {
    let mut select = db.prepare_cached("SELECT kind, saved FROM document WHERE id = ?1")?;
    let (kind, saved): (String, _) =
        select.query_row([doc.into_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let kind = Kind::named(&kind).ok_or_else(|| damaged(format!("unknown kind {kind}")))?;
    let mut select = db.prepare_cached("SELECT hash FROM change WHERE doc = ?1 ORDER BY hash")?;
    let hashes = select.query_map([doc.into_bytes()], |row| row.get::<_, [u8; 32]>(0))?;
    let hashes = hashes.collect::<Result<Vec<_>, _>>()?.concat();
    Ok(Portion::Document { doc: DocId(doc), kind, saved, hashes })
}

fn send(into: &Sender<Portion>, portion: Portion) -> Result<(), StoreError> {
    into.blocking_send(portion).map_err(|_| StoreError::Failed("nobody takes the copy of a scope".into()))
}

fn keep(db: &Transaction<'_>, manifest: &Manifest, now: Instant) -> Result<(), StoreError> {
    let (scope, name) = (manifest.scope.to_string(), manifest.name());
    db.prepare_cached(
        "INSERT INTO segment_manifest (scope, name, epoch, seq, built_at, body)
         SELECT ?1, ?2, id, ?3, ?4, ?5 FROM epoch WHERE true
         ON CONFLICT (scope, name) DO UPDATE SET epoch = excluded.epoch, built_at = ?4, body = ?5",
    )?
    .execute(params![
        scope,
        name.0,
        int(manifest.seq),
        millis(now),
        serde_json::to_string(manifest).map_err(damaged)?
    ])?;
    let sql = "INSERT INTO segment_part (scope, piece, manifest) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    let mut part = db.prepare_cached(sql)?;
    for piece in manifest.names() {
        part.execute(params![scope, piece.0, name.0])?;
    }
    Ok(())
}

/// Of one scope, or of all.
fn kept(db: &Transaction<'_>, scope: Option<ScopeId>) -> Result<Vec<KeptManifest>, StoreError> {
    let scope = scope.map(|scope| scope.to_string());
    let of = if scope.is_some() { "scope = ?1" } else { "?1 IS NULL" };
    let sql = format!(
        "SELECT body, built_at FROM segment_manifest WHERE {of} AND epoch = (SELECT id FROM epoch)
         AND seq >= (SELECT last_gone FROM scope WHERE scope.id = segment_manifest.scope)
         ORDER BY seq DESC, built_at DESC, name"
    );
    let mut select = db.prepare_cached(&sql)?;
    let kept = select.query_map([scope], as_kept)?;
    kept.map(|kept| {
        let (body, built_at) = kept?;
        let manifest = serde_json::from_str(&body).map_err(damaged)?;
        Ok(KeptManifest { manifest, built_at })
    })
    .collect()
}

fn as_kept(row: &Row<'_>) -> rusqlite::Result<(String, Instant)> {
    let built_at = Instant::from_timestamp_millis(row.get(1)?).unwrap_or_default();
    Ok((row.get(0)?, built_at))
}

fn piece(db: &Transaction<'_>, name: Name, scope: ScopeId) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT bytes FROM segment_piece AS piece WHERE scope = ?1 AND name = ?2 AND EXISTS
               (SELECT 1 FROM segment_part AS part JOIN segment_manifest AS whole
                ON whole.scope = part.scope AND whole.name = part.manifest
                AND whole.seq >= (SELECT last_gone FROM scope WHERE id = ?1)
                WHERE part.scope = ?1 AND part.piece = ?2)";
    let mut select = db.prepare_cached(sql)?;
    Ok(select.query_row(params![scope.to_string(), name.0], |row| row.get(0)).optional()?)
}
