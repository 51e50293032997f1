//! Tables `scope` and `scope_log`: what each scope saw, in which order, and the sum over it.

use super::values::{count, int, sum};
use super::{Values, query, rows};
use crate::store::{Announcer, StoreError};
use deadpool_postgres::GenericClient;
use document::ChangeHash;
use domain::ids::DocId;
use domain::reference::Table;
use std::collections::{BTreeMap, BTreeSet};
use sync::{Checksum, ScopeId};
use uuid::Uuid;

/// Kinds of lines, as they stand in the column.
pub const CHANGE: i16 = 1;
pub const ROW: i16 = 2;
pub const ROW_GONE: i16 = 3;

/// A line to be written.
#[derive(Debug, Clone)]
enum Line {
    Change { home: String, doc: DocId, hash: ChangeHash },
    Row { table: Table, key: Uuid, version: u64 },
    RowGone { table: Table, key: Uuid, version: u64 },
}

#[derive(Default)]
struct Addition {
    lines: Vec<Line>,
    sum: Checksum,
}

/// What a transaction adds to logs. Gathered first and written LAST, scopes in sorted order: a sequence is allocated
/// just before the commit, under the lock of the scope's row, so that the order of sequences is the order of commits
/// inside a scope, and a reader who sees a line has seen all before it.
#[derive(Default)]
pub struct Additions(BTreeMap<ScopeId, Addition>);

impl Additions {
    /// A change came into a scope. Its payload is kept at home.
    pub fn change(&mut self, scope: ScopeId, home: &str, (doc, hash): (DocId, ChangeHash)) {
        let addition = self.0.entry(scope).or_default();
        addition.sum = addition.sum.plus(Checksum::of_change(&scope, doc, &hash));
        addition.lines.push(Line::Change { home: home.to_owned(), doc, hash });
    }

    /// A row came into a scope, or a newer version of one that was there.
    pub fn row(&mut self, scope: ScopeId, (table, key): (Table, Uuid), version: u64, before: Option<u64>) {
        let of = |version| Checksum::of_row(&scope, table, key, version);
        let addition = self.0.entry(scope).or_default();
        addition.sum = addition.sum.plus(of(version)).minus(before.map(of).unwrap_or_default());
        addition.lines.push(Line::Row { table, key, version });
    }

    /// A row left a scope.
    pub fn row_gone(&mut self, scope: ScopeId, (table, key): (Table, Uuid), version: u64) {
        let addition = self.0.entry(scope).or_default();
        addition.sum = addition.sum.minus(Checksum::of_row(&scope, table, key, version));
        addition.lines.push(Line::RowGone { table, key, version });
    }

    /// What they add to the sum of each scope.
    pub fn sums(&self) -> impl Iterator<Item = (ScopeId, Checksum)> {
        self.0.iter().map(|(scope, addition)| (*scope, addition.sum))
    }

    /// Writes all lines. Answers what is to be announced when they are committed.
    pub async fn write(self, db: &impl GenericClient) -> Result<Grown, StoreError> {
        if self.0.is_empty() {
            return Ok(Grown::default());
        }
        let (heads, lines) = (Heads::of(&self), Lines::of(&self));
        rows::forget_lines(db, &lines.of_rows()).await?;
        let placed = lines.write(db, &heads).await?;
        rows::place(db, &placed, &lines.gone()).await?;
        Ok(Grown(self.0.into_keys().collect()))
    }
}

/// Scopes whose logs grow when the transaction commits. Whoever commits announces them.
#[must_use = "announce it after the commit"]
#[derive(Default)]
pub struct Grown(BTreeSet<ScopeId>);

impl Grown {
    /// By what is kept aside of each scope.
    pub fn by<T>(scopes: &BTreeMap<ScopeId, T>) -> Self {
        Self(scopes.keys().copied().collect())
    }

    /// It is committed.
    pub fn announce(self, announcer: &Announcer) {
        announcer.grew(self.0);
    }
}

/// Takes sequences and adds to the sums, both of `added`: (id, n, delta).
pub const TAKE: &str = "INSERT INTO scope (id, head, sum) SELECT id, n, delta FROM added ORDER BY id
    ON CONFLICT (id) DO UPDATE SET head = scope.head + excluded.head,
        sum = mod(scope.sum + excluded.sum, 340282366920938463463374607431768211456)
    RETURNING id, head";

/// Columns of how far the heads move.
struct Heads {
    scopes: Vec<String>,
    lines: Vec<i64>,
    deltas: Vec<String>,
}

impl Heads {
    fn of(additions: &Additions) -> Self {
        let all = &additions.0;
        Self {
            scopes: all.keys().map(ToString::to_string).collect(),
            lines: all.values().map(|addition| int(addition.lines.len() as u64)).collect(),
            deltas: all.values().map(|addition| sum(addition.sum)).collect(),
        }
    }
}

/// Columns of lines. `behind` says how many lines of the same scope come after a line.
#[derive(Default)]
pub struct Lines {
    pub scopes: Vec<String>,
    behind: Vec<i64>,
    pub kinds: Vec<i16>,
    pub ids: Vec<Uuid>,
    hashes: Vec<Option<Vec<u8>>>,
    homes: Vec<Option<String>>,
    pub tables: Vec<Option<&'static str>>,
    pub versions: Vec<Option<i64>>,
}

impl Lines {
    pub fn of(additions: &Additions) -> Self {
        let mut lines = Self::default();
        for (scope, addition) in &additions.0 {
            for (before, line) in addition.lines.iter().enumerate() {
                lines.scopes.push(scope.to_string());
                lines.behind.push(int((addition.lines.len() - before - 1) as u64));
                lines.add(line);
            }
        }
        lines
    }

    fn add(&mut self, line: &Line) {
        let (kind, id, row) = match line {
            Line::Change { doc, .. } => (CHANGE, doc.0, None),
            Line::Row { table, key, version } => (ROW, *key, Some((table.name(), int(*version)))),
            Line::RowGone { table, key, version } => (ROW_GONE, *key, Some((table.name(), int(*version)))),
        };
        let (home, hash) = match line {
            Line::Change { home, hash, .. } => (Some(home.clone()), Some(hash.0.to_vec())),
            Line::Row { .. } | Line::RowGone { .. } => (None, None),
        };
        self.kinds.push(kind);
        self.ids.push(id);
        self.hashes.push(hash);
        self.homes.push(home);
        self.tables.push(row.map(|(table, _)| table));
        self.versions.push(row.map(|(_, version)| version));
    }

    /// Takes the sequences and writes the lines in one statement, so that the scopes are locked for no longer than it
    /// takes to commit. Answers where the rows among them stand now.
    async fn write(&self, db: &impl GenericClient, heads: &Heads) -> Result<rows::Placed, StoreError> {
        let sql = format!(
            "WITH added AS (SELECT id, n, delta::numeric AS delta
                            FROM unnest($1::text[], $2::bigint[], $3::text[]) AS d(id, n, delta)),
                  taken AS ({TAKE}),
                  written AS (
                      INSERT INTO scope_log (scope, seq, kind, id, hash, home, tab, version)
                      SELECT l.scope, t.head - l.behind, l.kind, l.id, l.hash, l.home, l.tab, l.version
                      FROM unnest($4::text[], $5::bigint[], $6::smallint[], $7::uuid[], $8::bytea[], $9::text[],
                                  $10::text[], $11::bigint[])
                          AS l(scope, behind, kind, id, hash, home, tab, version)
                      JOIN taken t ON t.id = l.scope
                      RETURNING scope, tab, id, seq, kind)
             SELECT scope, tab, id, seq FROM written WHERE kind = 2"
        );
        let values: Values<'_> = &[
            &heads.scopes,
            &heads.lines,
            &heads.deltas,
            &self.scopes,
            &self.behind,
            &self.kinds,
            &self.ids,
            &self.hashes,
            &self.homes,
            &self.tables,
            &self.versions,
        ];
        let mut placed = rows::Placed::default();
        for row in query(db, &sql, values).await? {
            placed.add(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, int(count(&row, 3)?));
        }
        Ok(placed)
    }

    /// The rows that come or go, by scope.
    pub fn of_rows(&self) -> rows::Placed {
        self.rows_of(&[ROW, ROW_GONE])
    }

    /// The rows that go.
    pub fn gone(&self) -> rows::Placed {
        self.rows_of(&[ROW_GONE])
    }

    /// The rows that come, while nobody knows where.
    pub fn unplaced(&self) -> rows::Placed {
        self.rows_of(&[ROW])
    }

    fn rows_of(&self, kinds: &[i16]) -> rows::Placed {
        let mut placed = rows::Placed::default();
        for (line, kind) in self.kinds.iter().enumerate() {
            if let (true, Some(table)) = (kinds.contains(kind), self.tables[line]) {
                placed.add(self.scopes[line].clone(), table.to_owned(), self.ids[line], 0);
            }
        }
        placed
    }
}
