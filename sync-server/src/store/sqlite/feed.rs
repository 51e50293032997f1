//! Reading the scopes' logs: pages for devices, and the check of their sums.

use super::Sqlite;
use super::values::{count, damaged, from_word, id, int};
use crate::store::feed::{End, LINES_PER_PAGE};
use crate::store::log::{CHANGE, DOC_ADDED, DOC_REMOVED, ROW, ROW_GONE};
use crate::store::{Answer, Feed, News, StoreError, SumCheck};
use document::{ChangeHash, Kind};
use domain::ids::DocId;
use domain::reference::Table;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use std::collections::BTreeMap;
use sync::wire::v1::{Entry, News as Line};
use sync::{Checksum, ScopeId};
use uuid::Uuid;

/// Bytes that an entry has beside its payload, about.
const ENTRY_BYTES: usize = 64;

impl Feed for Sqlite {
    fn epoch(&self) -> Answer<'_, Uuid> {
        Box::pin(self.read(|db| Ok(db.query_row("SELECT id FROM epoch", [], |row| id(row, 0))?)))
    }

    fn renew_epoch(&self, epoch: Uuid) -> Answer<'_, ()> {
        Box::pin(self.write(move |db| {
            Ok(db.execute("UPDATE epoch SET id = ?1", params![epoch.into_bytes()]).map(drop)?)
        }))
    }

    fn news(&self, scopes: Vec<(ScopeId, u64)>, room: usize) -> Answer<'_, News> {
        Box::pin(self.read(move |db| {
            let mut page = Page { news: News::default(), room, lines: LINES_PER_PAGE };
            scopes.into_iter().try_for_each(|(scope, after)| page.read_scope(db, scope, after))?;
            Ok(page.news)
        }))
    }

    fn heads(&self, scopes: Vec<ScopeId>) -> Answer<'_, BTreeMap<ScopeId, u64>> {
        Box::pin(self.read(move |db| {
            let found = scopes.iter().map(|scope| Ok(end_of(db, *scope)?.map(|end| (*scope, end.head))));
            found.filter_map(Result::transpose).collect()
        }))
    }

    fn check_sums(&self) -> Answer<'_, Vec<SumCheck>> {
        Box::pin(self.read(sums))
    }
}

/// The sum of every scope, as it is kept and as its live entries give it.
pub fn sums(db: &Transaction<'_>) -> Result<Vec<SumCheck>, StoreError> {
    let scopes = scopes(db)?;
    scopes.into_iter().map(|(scope, kept)| check(db, scope, kept)).collect()
}

/// A page that is being filled.
struct Page {
    news: News,
    room: usize,
    /// How many more lines may be looked at.
    lines: usize,
}

impl Page {
    fn read_scope(&mut self, db: &Transaction<'_>, scope: ScopeId, after: u64) -> Result<(), StoreError> {
        let end = match end_of(db, scope)? {
            Some(end) => end,
            None if after == 0 => return Ok(()),
            // The device has read a log that is not here: there is nothing in it.
            None => End::default(),
        };
        let after = self.news.begin(scope, after, &end);
        // A page that is full asks no more.
        if after < end.head && (self.news.more || !self.fill(db, scope, after)?) {
            self.news.more = true;
            return Ok(());
        }
        self.news.finish(scope, &end);
        Ok(())
    }

    /// Takes entries while there is room; whether it came to the end of the scope.
    fn fill(&mut self, db: &Transaction<'_>, scope: ScopeId, after: u64) -> Result<bool, StoreError> {
        let mut select = db.prepare_cached(
            "SELECT l.seq, l.kind, l.id, c.bytes, d.kind, l.tab, l.version, r.body,
                    l.kind IN (1, 4) AND s.doc IS NULL FROM scope_log l
             LEFT JOIN document_scope s ON l.kind IN (1, 4) AND s.doc = l.id AND s.scope = l.scope
             LEFT JOIN change c ON l.kind = 1 AND c.doc = s.doc AND c.hash = l.hash
             LEFT JOIN document d ON l.kind IN (1, 4) AND d.id = s.doc
             LEFT JOIN reference_row r ON l.kind = 2 AND r.tab = l.tab AND r.key = l.id
             WHERE l.scope = ?1 AND l.seq > ?2 ORDER BY l.seq",
        )?;
        let mut rows = select.query(params![scope.to_string(), int(after)])?;
        while let Some(row) = rows.next()? {
            if self.lines == 0 {
                return Ok(false);
            }
            self.lines -= 1;
            let seq = count(row, 0)?;
            // The scope holds the document no more: the line says nothing to anybody.
            if !row.get::<_, bool>(8)? {
                let (news, bytes) = line(row)?;
                if bytes > self.room && !self.news.entries.is_empty() {
                    return Ok(false);
                }
                self.room = self.room.saturating_sub(bytes);
                self.news.entries.push(Entry { scope, seq, news });
            }
            self.news.read.insert(scope, seq);
        }
        Ok(true)
    }
}

fn line(row: &Row<'_>) -> Result<(Line, usize), StoreError> {
    let key = id(row, 2)?;
    let (news, payload) = match row.get::<_, i16>(1)? {
        CHANGE => {
            let change: Vec<u8> = row.get(3)?;
            let bytes = change.len();
            (Line::Change { doc: DocId(key), kind: kind(row)?, change }, bytes)
        }
        DOC_ADDED => (Line::DocAdded { doc: DocId(key), kind: kind(row)? }, 0),
        DOC_REMOVED => (Line::DocRemoved { doc: DocId(key) }, 0),
        ROW => {
            let body: String = row.get(7)?;
            let read = Box::new(serde_json::from_str(&body).map_err(damaged)?);
            (Line::Row { version: count(row, 6)?, row: read }, body.len())
        }
        ROW_GONE => (Line::RowGone { table: from_word(row.get(5)?)?, key, version: count(row, 6)? }, 0),
        other => return Err(damaged(format!("unknown kind of line {other}"))),
    };
    Ok((news, payload + ENTRY_BYTES))
}

fn kind(row: &Row<'_>) -> Result<Kind, StoreError> {
    let kind: String = row.get(4)?;
    Kind::named(&kind).ok_or_else(|| damaged(format!("unknown kind {kind}")))
}

fn end_of(db: &Transaction<'_>, scope: ScopeId) -> Result<Option<End>, StoreError> {
    Ok(db
        .prepare_cached("SELECT base, head, sum FROM scope WHERE id = ?1")?
        .query_row([scope.to_string()], |row| {
            Ok(End { base: count(row, 0)?, head: count(row, 1)?, sum: row.get(2).map(Checksum)? })
        })
        .optional()?)
}

fn scopes(db: &Transaction<'_>) -> Result<Vec<(ScopeId, Checksum)>, StoreError> {
    db.prepare("SELECT id, sum FROM scope ORDER BY id")?
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1).map(Checksum)?)))?
        .map(|row| {
            let (scope, sum) = row?;
            Ok((scope.parse().map_err(damaged)?, sum))
        })
        .collect()
}

fn check(db: &Transaction<'_>, scope: ScopeId, kept: Checksum) -> Result<SumCheck, StoreError> {
    let name = scope.to_string();
    let mut computed = Checksum::default();
    let mut changes = db.prepare_cached(
        "SELECT c.doc, c.hash FROM document_scope s JOIN change c ON c.doc = s.doc WHERE s.scope = ?1",
    )?;
    let mut found = changes.query([&name])?;
    while let Some(row) = found.next()? {
        let hash = ChangeHash(row.get(1)?);
        computed = computed.plus(Checksum::of_change(&scope, DocId(id(row, 0)?), &hash));
    }
    let mut rows = db.prepare_cached(
        "SELECT r.tab, r.key, r.version FROM row_scope s
         JOIN reference_row r ON r.tab = s.tab AND r.key = s.key WHERE s.scope = ?1",
    )?;
    let mut found = rows.query([&name])?;
    while let Some(row) = found.next()? {
        let table: Table = from_word(row.get(0)?)?;
        computed = computed.plus(Checksum::of_row(&scope, table, id(row, 1)?, count(row, 2)?));
    }
    Ok(SumCheck { scope, kept, computed })
}
