//! Tables `scope` and `scope_log`: what each scope saw, in which order, and the sum over it.

use super::values::{count, int, sum};
use super::{Values, execute, query, rows};
use crate::store::log::{Additions, Line, ROW, ROW_GONE};
use crate::store::{Announcer, StoreError};
use deadpool_postgres::GenericClient;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use sync::ScopeId;
use uuid::Uuid;

/// Where the documents are kept of whose changes lines speak.
pub type Homes = HashMap<Uuid, String>;

/// Writes all lines. Answers what is to be announced when they are committed.
pub async fn write(
    db: &impl GenericClient,
    additions: &Additions,
    homes: &Homes,
) -> Result<Grown, StoreError> {
    if additions.is_empty() {
        return Ok(Grown::default());
    }
    let (heads, lines) = (Heads::of(additions), Lines::of(additions, homes));
    rows::forget_lines(db, &lines.of_rows()).await?;
    let placed = lines.write(db, &heads).await?;
    rows::place(db, &placed, &lines.gone()).await?;
    Ok(Grown(additions.scopes().map(|(scope, _)| scope).collect()))
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

    /// Both.
    pub fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// It is committed.
    pub fn announce(self, announcer: &Announcer) {
        announcer.grew(self.0);
    }
}

/// Locks scopes in the order in which all lock them. One that is not there yet begins.
pub async fn lock(db: &impl GenericClient, scopes: &BTreeSet<ScopeId>) -> Result<(), StoreError> {
    let names: Vec<String> = scopes.iter().map(ToString::to_string).collect();
    let sql = "INSERT INTO scope (id, head, sum) SELECT id, 0, 0 FROM unnest($1::text[]) AS n(id) ORDER BY id
               ON CONFLICT (id) DO UPDATE SET head = scope.head";
    execute(db, sql, &[&names]).await.map(drop)
}

/// Takes sequences and adds to the sums, both of `added`: (id, n, delta, and whether it takes something away).
pub const TAKE: &str = "INSERT INTO scope (id, head, sum, last_gone)
    SELECT id, n, delta, CASE WHEN takes_away THEN n ELSE 0 END FROM added ORDER BY id
    ON CONFLICT (id) DO UPDATE SET head = scope.head + excluded.head,
        last_gone = CASE WHEN excluded.last_gone > 0 THEN scope.head + excluded.head ELSE scope.last_gone END,
        sum = mod(scope.sum + excluded.sum, 340282366920938463463374607431768211456)
    RETURNING id, head";

/// Columns of how far the heads move.
struct Heads {
    scopes: Vec<String>,
    lines: Vec<i64>,
    deltas: Vec<String>,
    takes_away: Vec<bool>,
}

impl Heads {
    fn of(additions: &Additions) -> Self {
        let all: Vec<_> = additions.scopes().collect();
        Self {
            scopes: all.iter().map(|(scope, _)| scope.to_string()).collect(),
            lines: all.iter().map(|(_, addition)| int(addition.lines.len() as u64)).collect(),
            deltas: all.iter().map(|(_, addition)| sum(addition.sum)).collect(),
            takes_away: all.iter().map(|(_, addition)| addition.takes_away()).collect(),
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
    pub fn of(additions: &Additions, homes: &Homes) -> Self {
        let mut lines = Self::default();
        for (scope, addition) in additions.scopes() {
            for (before, line) in addition.lines.iter().enumerate() {
                lines.scopes.push(scope.to_string());
                lines.behind.push(int((addition.lines.len() - before - 1) as u64));
                lines.add(line, homes);
            }
        }
        lines
    }

    fn add(&mut self, line: &Line, homes: &Homes) {
        let row = line.row();
        self.kinds.push(line.kind());
        self.ids.push(line.id());
        self.hashes.push(line.hash().map(|hash| hash.0.to_vec()));
        self.homes.push(homes.get(&line.id()).filter(|_| row.is_none()).cloned());
        self.tables.push(row.map(|(table, _)| table.name()));
        self.versions.push(row.map(|(_, version)| int(version)));
    }

    /// Takes the sequences and writes the lines in one statement, so that the scopes are locked for no longer than it
    /// takes to commit. Answers where the rows among them stand now.
    async fn write(&self, db: &impl GenericClient, heads: &Heads) -> Result<rows::Placed, StoreError> {
        let sql = format!(
            "WITH added AS (SELECT id, n, delta::numeric AS delta, takes_away
                            FROM unnest($1::text[], $2::bigint[], $3::text[], $12::boolean[])
                                AS d(id, n, delta, takes_away)),
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
            &heads.takes_away,
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
