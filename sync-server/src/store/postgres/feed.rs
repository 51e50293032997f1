//! Reading the scopes' logs: pages for devices, and the check of their sums.

use super::documents::kind;
use super::values::{count, damaged, from_sum, from_word, hash, int, scope};
use super::{Postgres, execute, query};
use crate::store::feed::{End, LINES_PER_PAGE};
use crate::store::log::{CHANGE, DOC_ADDED, DOC_REMOVED, ROW, ROW_GONE};
use crate::store::{Answer, Feed, News, StoreError, SumCheck};
use deadpool_postgres::{GenericClient, Transaction};
use document::Kind;
use domain::ids::DocId;
use domain::reference::Table;
use futures_util::{TryStreamExt, pin_mut};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use sync::wire::v1::{Entry, News as Told};
use sync::{Checksum, ScopeId};
use tokio_postgres::{IsolationLevel, Row};
use uuid::Uuid;

/// Bytes that an entry has beside its payload, about.
const ENTRY_BYTES: usize = 64;
/// Lines that are read at once.
const LINES: usize = 256;

/// Ends of scopes: (id, base, head, sum).
const ENDS: &str = "SELECT id, base, head, sum::text FROM scope WHERE id = ANY($1)";

impl Feed for Postgres {
    fn epoch(&self) -> Answer<'_, Uuid> {
        Box::pin(async move {
            let rows = query(&self.client().await?, "SELECT id FROM epoch", &[]).await?;
            let row = rows.first().ok_or_else(|| damaged("there is no epoch"))?;
            Ok(row.try_get(0)?)
        })
    }

    fn renew_epoch(&self, epoch: Uuid) -> Answer<'_, ()> {
        Box::pin(async move {
            execute(&self.client().await?, "UPDATE epoch SET id = $1", &[&epoch]).await.map(drop)
        })
    }

    fn news(&self, scopes: Vec<(ScopeId, u64)>, room: usize) -> Answer<'_, News> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let mut page = Page { news: News::default(), room, lines: LINES_PER_PAGE };
            // Most devices have all there is: that is one statement, and so one state of the database.
            if page.is_idle(&scopes, &ends(&client, &scopes).await?) {
                return Ok(page.news);
            }
            let reading = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead);
            let db = reading.read_only(true).start().await?;
            let ends = ends(&db, &scopes).await?;
            for (scope, after) in scopes {
                match ends.get(&scope) {
                    Some(end) => page.read_scope(&db, (scope, after), end).await?,
                    None if after == 0 => {}
                    // The device has read a log that is not here: there is nothing in it.
                    None => page.read_scope(&db, (scope, after), &End::default()).await?,
                }
            }
            db.commit().await?;
            Ok(page.news)
        })
    }

    fn heads(&self, scopes: Vec<ScopeId>) -> Answer<'_, BTreeMap<ScopeId, u64>> {
        Box::pin(async move {
            let names: Vec<String> = scopes.iter().map(ToString::to_string).collect();
            let sql = "SELECT id, head FROM scope WHERE id = ANY($1)";
            let rows = query(&self.client().await?, sql, &[&names]).await?;
            rows.iter().map(|row| Ok((scope(row, 0)?, count(row, 1)?))).collect()
        })
    }

    fn check_sums(&self) -> Answer<'_, Vec<SumCheck>> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let reading = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead);
            let db = reading.read_only(true).start().await?;
            let checked = sums(&db).await?;
            db.commit().await?;
            Ok(checked)
        })
    }
}

/// The sum of every scope, as it is kept and as its live entries give it.
pub async fn sums(db: &Transaction<'_>) -> Result<Vec<SumCheck>, StoreError> {
    let mut checked = Vec::new();
    for row in query(db, "SELECT id, sum::text FROM scope ORDER BY id", &[]).await? {
        checked.push(check(db, scope(&row, 0)?, from_sum(row.try_get(1)?)?).await?);
    }
    Ok(checked)
}

async fn ends(
    db: &impl GenericClient,
    scopes: &[(ScopeId, u64)],
) -> Result<BTreeMap<ScopeId, End>, StoreError> {
    let names: Vec<String> = scopes.iter().map(|(scope, _)| scope.to_string()).collect();
    let rows = query(db, ENDS, &[&names]).await?;
    let end = |row: &Row| {
        let (base, head, sum) = (count(row, 1)?, count(row, 2)?, from_sum(row.try_get(3)?)?);
        Ok((scope(row, 0)?, End { base, head, sum }))
    };
    rows.iter().map(end).collect()
}

/// A page that is being filled.
struct Page {
    news: News,
    room: usize,
    /// How many more lines may be looked at.
    lines: usize,
}

impl Page {
    /// Whether every scope was read to its end already; then the page says so.
    fn is_idle(&mut self, scopes: &[(ScopeId, u64)], ends: &BTreeMap<ScopeId, End>) -> bool {
        let known = scopes.iter().map(|(scope, after)| (*scope, *after, ends.get(scope)));
        let known: Vec<_> = known.filter(|(_, after, end)| end.is_some() || *after > 0).collect();
        if known.iter().any(|(_, after, end)| end.is_none_or(|end| end.head != *after)) {
            return false;
        }
        known.into_iter().for_each(|(scope, _, end)| self.news.finish(scope, end.unwrap_or(&End::default())));
        true
    }

    async fn read_scope(
        &mut self,
        db: &Transaction<'_>,
        (scope, after): (ScopeId, u64),
        end: &End,
    ) -> Result<(), StoreError> {
        let after = self.news.begin(scope, after, end);
        // A page that is full asks no more: each further scope would cost a look at its log for nothing.
        if after < end.head && (self.news.more || !self.fill(db, scope, after).await?) {
            self.news.more = true;
            return Ok(());
        }
        self.news.finish(scope, end);
        Ok(())
    }

    /// Takes entries while there is room; whether it came to the end of the scope.
    async fn fill(&mut self, db: &Transaction<'_>, scope: ScopeId, after: u64) -> Result<bool, StoreError> {
        let mut after = after;
        while self.lines > 0 {
            let lines = lines(db, scope, after).await?;
            let payloads = Payloads::of(db, scope, &lines).await?;
            for line in &lines {
                let told = payloads.told(line)?;
                let bytes = told.as_ref().map_or(0, |(_, bytes)| *bytes);
                if bytes > self.room && !self.news.entries.is_empty() {
                    return Ok(false);
                }
                after = count(line, 0)?;
                self.room = self.room.saturating_sub(bytes);
                self.news.entries.extend(told.map(|(news, _)| Entry { scope, seq: after, news }));
                self.news.read.insert(scope, after);
            }
            if lines.len() < LINES {
                return Ok(true);
            }
            self.lines = self.lines.saturating_sub(lines.len());
        }
        Ok(false)
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
    /// The kinds of the documents that the scope holds.
    kinds: HashMap<Uuid, String>,
    /// By document and hash: changes of these documents.
    changes: HashMap<(Uuid, Vec<u8>), Vec<u8>>,
    /// By table and key.
    bodies: HashMap<(String, Uuid), String>,
}

/// Documents of one home, and changes of them, that lines speak of.
#[derive(Default)]
struct Wanted<'a> {
    documents: BTreeSet<Uuid>,
    docs: Vec<Uuid>,
    hashes: Vec<&'a [u8]>,
}

impl Payloads {
    async fn of(db: &Transaction<'_>, scope: ScopeId, lines: &[Row]) -> Result<Self, StoreError> {
        let mut wanted: BTreeMap<&str, Wanted<'_>> = BTreeMap::new();
        let (mut tables, mut keys): (Vec<&str>, Vec<Uuid>) = (Vec::new(), Vec::new());
        for line in lines {
            let id: Uuid = line.try_get(2)?;
            match line.try_get::<_, i16>(1)? {
                CHANGE => {
                    let wanted = wanted.entry(line.try_get(4)?).or_default();
                    wanted.documents.insert(id);
                    wanted.docs.push(id);
                    wanted.hashes.push(line.try_get(3)?);
                }
                DOC_ADDED => drop(wanted.entry(line.try_get(4)?).or_default().documents.insert(id)),
                ROW => {
                    tables.push(line.try_get(5)?);
                    keys.push(id);
                }
                _ => {}
            }
        }
        let (kinds, changes, bodies) = (HashMap::new(), HashMap::new(), HashMap::new());
        let mut payloads = Self { kinds, changes, bodies };
        for (home, wanted) in wanted {
            payloads.read_documents(db, (scope, home), wanted).await?;
        }
        payloads.read_bodies(db, (&tables, &keys)).await?;
        Ok(payloads)
    }

    /// Nothing is read of a document that the scope does not hold any more.
    async fn read_documents(
        &mut self,
        db: &Transaction<'_>,
        (scope, home): (ScopeId, &str),
        wanted: Wanted<'_>,
    ) -> Result<(), StoreError> {
        let held = "SELECT d.id, d.kind FROM unnest($2::uuid[]) AS w(doc)
                    JOIN document_scope s ON s.home = $1 AND s.doc = w.doc AND s.scope = $3
                    JOIN document d ON d.home = $1 AND d.id = w.doc";
        let documents: Vec<Uuid> = wanted.documents.into_iter().collect();
        for row in query(db, held, &[&home, &documents, &scope.to_string()]).await? {
            self.kinds.insert(row.try_get(0)?, row.try_get(1)?);
        }
        let here = wanted.docs.into_iter().zip(wanted.hashes).filter(|(doc, _)| self.kinds.contains_key(doc));
        let (docs, hashes): (Vec<Uuid>, Vec<&[u8]>) = here.unzip();
        let sql = "SELECT c.doc, c.hash, c.bytes FROM unnest($2::uuid[], $3::bytea[]) AS w(doc, hash)
                   JOIN change c ON c.home = $1 AND c.doc = w.doc AND c.hash = w.hash";
        for row in query(db, sql, &[&home, &docs, &hashes]).await? {
            self.changes.insert((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?);
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

    /// What a line tells a device, and how many bytes that takes; none when it says nothing any more.
    fn told(&self, line: &Row) -> Result<Option<(Told, usize)>, StoreError> {
        let key: Uuid = line.try_get(2)?;
        let (news, payload) = match line.try_get::<_, i16>(1)? {
            CHANGE | DOC_ADDED if !self.kinds.contains_key(&key) => return Ok(None),
            CHANGE => self.change(line, key)?,
            DOC_ADDED => (Told::DocAdded { doc: DocId(key), kind: self.kind(key)? }, 0),
            DOC_REMOVED => (Told::DocRemoved { doc: DocId(key) }, 0),
            ROW => self.row(line, key)?,
            ROW_GONE => {
                let (table, version) = (from_word(line.try_get(5)?)?, count(line, 6)?);
                (Told::RowGone { table, key, version }, 0)
            }
            other => return Err(damaged(format!("unknown kind of line {other}"))),
        };
        Ok(Some((news, payload + ENTRY_BYTES)))
    }

    fn kind(&self, doc: Uuid) -> Result<Kind, StoreError> {
        let name = self.kinds.get(&doc).ok_or_else(|| damaged(format!("the document {doc} is gone")))?;
        kind(name)
    }

    fn change(&self, line: &Row, doc: Uuid) -> Result<(Told, usize), StoreError> {
        let hash: Vec<u8> = line.try_get(3)?;
        let found = self.changes.get(&(doc, hash));
        let change = found.ok_or_else(|| damaged(format!("a change of {doc} is gone")))?.clone();
        let bytes = change.len();
        Ok((Told::Change { doc: DocId(doc), kind: self.kind(doc)?, change }, bytes))
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
