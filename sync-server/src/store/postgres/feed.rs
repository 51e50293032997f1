//! Reading the scopes' logs: pages for devices, and the check of their sums.

use super::documents::kind;
use super::values::{count, damaged, from_sum, from_word, hash, int, scope};
use super::{Postgres, query};
use crate::store::log::{CHANGE, ROW, ROW_GONE};
use crate::store::{Answer, Feed, News, StoreError, SumCheck};
use deadpool_postgres::{GenericClient, Transaction};
use domain::ids::DocId;
use domain::reference::Table;
use futures_util::{TryStreamExt, pin_mut};
use std::collections::{BTreeMap, HashMap};
use sync::wire::v1::{Entry, News as Told, ScopeSum};
use sync::{Checksum, ScopeId};
use tokio_postgres::{IsolationLevel, Row};
use uuid::Uuid;

/// Bytes that an entry has beside its payload, about.
const ENTRY_BYTES: usize = 64;
/// Lines that are read at once.
const LINES: usize = 256;

/// Ends of scopes: (id, head, sum).
const ENDS: &str = "SELECT id, head, sum::text FROM scope WHERE id = ANY($1)";

impl Feed for Postgres {
    fn epoch(&self) -> Answer<'_, Uuid> {
        Box::pin(async move {
            let rows = query(&self.client().await?, "SELECT id FROM epoch", &[]).await?;
            let row = rows.first().ok_or_else(|| damaged("there is no epoch"))?;
            Ok(row.try_get(0)?)
        })
    }

    fn news(&self, scopes: Vec<(ScopeId, u64)>, room: usize) -> Answer<'_, News> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let mut page = Page { news: News::default(), room };
            // Most devices have all there is: that is one statement, and so one state of the database.
            if page.is_idle(&scopes, &ends(&client, &scopes).await?) {
                return Ok(page.news);
            }
            let reading = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead);
            let db = reading.read_only(true).start().await?;
            let ends = ends(&db, &scopes).await?;
            for (scope, after) in scopes {
                if let Some(end) = ends.get(&scope) {
                    page.read_scope(&db, (scope, after), *end).await?;
                }
            }
            db.commit().await?;
            Ok(page.news)
        })
    }

    fn check_sums(&self) -> Answer<'_, Vec<SumCheck>> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let reading = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead);
            let db = reading.read_only(true).start().await?;
            let mut checked = Vec::new();
            for row in query(&db, "SELECT id, sum::text FROM scope ORDER BY id", &[]).await? {
                checked.push(check(&db, scope(&row, 0)?, from_sum(row.try_get(1)?)?).await?);
            }
            db.commit().await?;
            Ok(checked)
        })
    }
}

/// Where a scope's log ends, and the sum there.
type End = (u64, Checksum);

async fn ends(
    db: &impl GenericClient,
    scopes: &[(ScopeId, u64)],
) -> Result<BTreeMap<ScopeId, End>, StoreError> {
    let names: Vec<String> = scopes.iter().map(|(scope, _)| scope.to_string()).collect();
    let rows = query(db, ENDS, &[&names]).await?;
    rows.iter().map(|row| Ok((scope(row, 0)?, (count(row, 1)?, from_sum(row.try_get(2)?)?)))).collect()
}

/// A page that is being filled.
struct Page {
    news: News,
    room: usize,
}

impl Page {
    /// Whether every scope was read to its end already; then the page says so.
    fn is_idle(&mut self, scopes: &[(ScopeId, u64)], ends: &BTreeMap<ScopeId, End>) -> bool {
        let known = scopes.iter().filter_map(|(scope, after)| Some((*scope, *after, *ends.get(scope)?)));
        let known: Vec<_> = known.collect();
        if known.iter().any(|(_, after, (head, _))| after != head) {
            return false;
        }
        known.into_iter().for_each(|(scope, _, end)| self.finish(scope, end));
        true
    }

    fn finish(&mut self, scope: ScopeId, (head, sum): End) {
        self.news.read.insert(scope, head);
        self.news.sums.push(ScopeSum { scope, seq: head, sum });
    }

    async fn read_scope(
        &mut self,
        db: &Transaction<'_>,
        (scope, after): (ScopeId, u64),
        (head, sum): End,
    ) -> Result<(), StoreError> {
        // A sequence that was never given is of a log that was lost: the device gets a fresh copy.
        let after = if after > head { 0 } else { after };
        self.news.read.insert(scope, after);
        // A page that is full asks no more: each further scope would cost a look at its log for nothing.
        if after < head && (self.news.more || !self.fill(db, scope, after).await?) {
            self.news.more = true;
            return Ok(());
        }
        self.finish(scope, (head, sum));
        Ok(())
    }

    /// Takes entries while there is room; whether it came to the end of the scope.
    async fn fill(&mut self, db: &Transaction<'_>, scope: ScopeId, after: u64) -> Result<bool, StoreError> {
        let mut after = after;
        loop {
            let lines = lines(db, scope, after).await?;
            let payloads = Payloads::of(db, &lines).await?;
            for line in &lines {
                let (news, bytes) = payloads.told(line)?;
                if bytes > self.room && !self.news.entries.is_empty() {
                    return Ok(false);
                }
                after = count(line, 0)?;
                self.room = self.room.saturating_sub(bytes);
                self.news.entries.push(Entry { scope, seq: after, news });
                self.news.read.insert(scope, after);
            }
            if lines.len() < LINES {
                return Ok(true);
            }
        }
    }
}

/// Lines of a scope: (seq, kind, id, hash, home, tab, version).
async fn lines(db: &Transaction<'_>, scope: ScopeId, after: u64) -> Result<Vec<Row>, StoreError> {
    let sql = format!(
        "SELECT seq, kind, id, hash, home, tab, version FROM scope_log
         WHERE scope = $1 AND seq > $2 ORDER BY seq LIMIT {LINES}"
    );
    query(db, &sql, &[&scope.to_string(), &int(after)]).await
}

/// What the lines of a page speak of. Read home by home, so that each statement is one machine's business where the
/// tables are spread; nearly always that is one statement, because a document is born where it lives.
struct Payloads {
    /// By document and hash: the document's kind, and the change.
    changes: HashMap<(Uuid, Vec<u8>), (String, Vec<u8>)>,
    /// By table and key.
    bodies: HashMap<(String, Uuid), String>,
}

impl Payloads {
    async fn of(db: &Transaction<'_>, lines: &[Row]) -> Result<Self, StoreError> {
        let mut wanted: BTreeMap<&str, (Vec<Uuid>, Vec<&[u8]>)> = BTreeMap::new();
        let (mut tables, mut keys): (Vec<&str>, Vec<Uuid>) = (Vec::new(), Vec::new());
        for line in lines {
            match line.try_get::<_, i16>(1)? {
                CHANGE => {
                    let (docs, hashes) = wanted.entry(line.try_get(4)?).or_default();
                    docs.push(line.try_get(2)?);
                    hashes.push(line.try_get(3)?);
                }
                ROW => {
                    tables.push(line.try_get(5)?);
                    keys.push(line.try_get(2)?);
                }
                _ => {}
            }
        }
        let mut payloads = Self { changes: HashMap::new(), bodies: HashMap::new() };
        for (home, (docs, hashes)) in wanted {
            payloads.read_changes(db, home, (&docs, &hashes)).await?;
        }
        payloads.read_bodies(db, (&tables, &keys)).await?;
        Ok(payloads)
    }

    async fn read_changes(
        &mut self,
        db: &Transaction<'_>,
        home: &str,
        (docs, hashes): (&[Uuid], &[&[u8]]),
    ) -> Result<(), StoreError> {
        let sql = "SELECT c.doc, c.hash, d.kind, c.bytes FROM unnest($2::uuid[], $3::bytea[]) AS w(doc, hash)
                   JOIN change c ON c.home = $1 AND c.doc = w.doc AND c.hash = w.hash
                   JOIN document d ON d.home = $1 AND d.id = w.doc";
        for row in query(db, sql, &[&home, &docs, &hashes]).await? {
            let (doc, hash) = (row.try_get(0)?, row.try_get(1)?);
            self.changes.insert((doc, hash), (row.try_get(2)?, row.try_get(3)?));
        }
        Ok(())
    }

    async fn read_bodies(
        &mut self,
        db: &Transaction<'_>,
        (tables, keys): (&[&str], &[Uuid]),
    ) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        let sql = "SELECT r.tab, r.key, r.body FROM unnest($1::text[], $2::uuid[]) AS w(tab, key)
                   JOIN reference_row r ON r.tab = w.tab AND r.key = w.key";
        for row in query(db, sql, &[&tables, &keys]).await? {
            self.bodies.insert((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?);
        }
        Ok(())
    }

    /// What a line tells a device, and how many bytes that takes.
    fn told(&self, line: &Row) -> Result<(Told, usize), StoreError> {
        let key: Uuid = line.try_get(2)?;
        let (news, payload) = match line.try_get::<_, i16>(1)? {
            CHANGE => self.change(line, key)?,
            ROW => self.row(line, key)?,
            ROW_GONE => {
                let (table, version) = (from_word(line.try_get(5)?)?, count(line, 6)?);
                (Told::RowGone { table, key, version }, 0)
            }
            other => return Err(damaged(format!("unknown kind of line {other}"))),
        };
        Ok((news, payload + ENTRY_BYTES))
    }

    fn change(&self, line: &Row, doc: Uuid) -> Result<(Told, usize), StoreError> {
        let hash: Vec<u8> = line.try_get(3)?;
        let found = self.changes.get(&(doc, hash));
        let (name, bytes) = found.ok_or_else(|| damaged(format!("a change of {doc} is gone")))?;
        let change = bytes.clone();
        Ok((Told::Change { doc: DocId(doc), kind: kind(name)?, change }, bytes.len()))
    }

    fn row(&self, line: &Row, key: Uuid) -> Result<(Told, usize), StoreError> {
        let table: String = line.try_get(5)?;
        let found = self.bodies.get(&(table, key));
        let body = found.ok_or_else(|| damaged(format!("the row {key} is gone")))?;
        let row = Box::new(serde_json::from_str(body).map_err(damaged)?);
        Ok((Told::Row { version: count(line, 6)?, row }, body.len()))
    }
}

async fn check(db: &Transaction<'_>, scope: ScopeId, kept: Checksum) -> Result<SumCheck, StoreError> {
    let name = scope.to_string();
    let mut computed = Checksum::default();
    let sql = "SELECT c.doc, c.hash FROM document_scope s JOIN change c ON c.home = s.home AND c.doc = s.doc
               WHERE s.scope = $1";
    let changes = db.query_raw(&db.prepare_cached(sql).await?, [&name]).await?;
    pin_mut!(changes);
    while let Some(row) = changes.try_next().await? {
        let (doc, hash) = (DocId(row.try_get(0)?), hash(row.try_get(1)?)?);
        computed = computed.plus(Checksum::of_change(&scope, doc, &hash));
    }
    let sql = "SELECT r.tab, r.key, r.version FROM row_scope s
               JOIN reference_row r ON r.tab = s.tab AND r.key = s.key WHERE s.scope = $1";
    let rows = db.query_raw(&db.prepare_cached(sql).await?, [&name]).await?;
    pin_mut!(rows);
    while let Some(row) = rows.try_next().await? {
        let table: Table = from_word(row.try_get(0)?)?;
        computed = computed.plus(Checksum::of_row(&scope, table, row.try_get(1)?, count(&row, 2)?));
    }
    Ok(SumCheck { scope, kept, computed })
}
