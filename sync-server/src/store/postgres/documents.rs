//! Tables `document_home`, `document`, `document_scope`, `change` and `refusal`, as they are read. How a push writes
//! them is in `push`.

use super::values::{actor, count, damaged, from_word, hash, instant};
use super::{Postgres, placing, projections, push, query};
use crate::store::{Answer, Documents, Held, Kept, Push, Refused, StoreError, Whereabouts, Written};
use deadpool_postgres::GenericClient;
use document::Kind;
use domain::Instant;
use domain::ids::{ActivityId, DocId, HcpId};
use std::collections::{BTreeMap, HashMap};
use sync::ScopeId;
use tokio_postgres::Row;
use uuid::Uuid;

/// What a document is, whole, at one moment: a statement sees one state of the database.
const HELD: &str = "SELECT d.id, d.kind, d.revision, d.saved,
        ARRAY(SELECT s.scope FROM document_scope s WHERE s.home = d.home AND s.doc = d.id),
        c.hashes, c.actors, c.seqs, c.last_ops, d.audience,
        ARRAY(SELECT f.scope FROM document_former f WHERE f.home = d.home AND f.doc = d.id ORDER BY f.scope),
        ARRAY(SELECT f.left_at FROM document_former f WHERE f.home = d.home AND f.doc = d.id ORDER BY f.scope)
    FROM document d CROSS JOIN LATERAL (
        SELECT array_agg(c.hash) AS hashes, array_agg(c.actor) AS actors, array_agg(c.seq) AS seqs,
               array_agg(c.last_op) AS last_ops
        FROM change c WHERE c.home = d.home AND c.doc = d.id) c
    WHERE d.home = $1 AND d.id = ANY($2)";

impl Documents for Postgres {
    fn documents(&self, docs: Vec<DocId>) -> Answer<'_, HashMap<DocId, Held>> {
        Box::pin(async move {
            let client = self.client().await?;
            let mut found = HashMap::new();
            for (home, docs) in by_home(&homes(&client, &ids(&docs)).await?) {
                for row in query(&client, HELD, &[&home, &docs]).await? {
                    found.insert(DocId(row.try_get(0)?), held(&row)?);
                }
            }
            Ok(found)
        })
    }

    fn refused(&self, docs: Vec<DocId>) -> Answer<'_, Vec<Refused>> {
        Box::pin(async move {
            let sql = "SELECT doc, hash, code FROM refusal WHERE doc = ANY($1)";
            let rows = query(&self.client().await?, sql, &[&ids(&docs)]).await?;
            rows.iter().map(refused).collect()
        })
    }

    fn whereabouts(&self, hcps: Vec<HcpId>) -> Answer<'_, HashMap<HcpId, Whereabouts>> {
        Box::pin(async move {
            if hcps.is_empty() {
                return Ok(HashMap::new());
            }
            placing::whereabouts(&self.client().await?, &hcps).await
        })
    }

    fn push(&self, push: Push) -> Answer<'_, ()> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let db = client.transaction().await?;
            let grown = push::write(&db, &push).await?;
            self.commit(db, grown).await
        })
    }

    fn activity_of(&self, docs: Vec<DocId>) -> Answer<'_, Vec<ActivityId>> {
        Box::pin(async move {
            let docs: Vec<Uuid> = docs.iter().map(|doc| doc.0).collect();
            let sql = "SELECT id FROM activity WHERE doc = ANY($1) ORDER BY doc, id";
            let rows = query(&self.client().await?, sql, &[&docs]).await?;
            rows.iter().map(|row| Ok(ActivityId(row.try_get(0)?))).collect()
        })
    }

    fn kept(&self, after: Option<DocId>, most: u32) -> Answer<'_, Vec<Kept>> {
        Box::pin(async move {
            // Every id of a document is greater than that of none.
            let after = after.map_or(Uuid::nil(), |doc| doc.0);
            let sql = "SELECT d.id, d.kind, d.saved FROM document_home h
                       JOIN document d ON d.home = h.home AND d.id = h.doc
                       WHERE h.doc > $1 ORDER BY h.doc LIMIT $2";
            let rows = query(&self.client().await?, sql, &[&after, &i64::from(most)]).await?;
            rows.iter().map(kept).collect()
        })
    }

    fn rebuild(&self) -> Answer<'_, u64> {
        Box::pin(async move { projections::rebuild(&mut *self.client().await?).await })
    }
}

fn ids(docs: &[DocId]) -> Vec<Uuid> {
    docs.iter().map(|doc| doc.0).collect()
}

/// Where documents are kept, of those that there are.
pub async fn homes(db: &impl GenericClient, docs: &[Uuid]) -> Result<HashMap<Uuid, String>, StoreError> {
    if docs.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = query(db, "SELECT doc, home FROM document_home WHERE doc = ANY($1)", &[&docs]).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// A statement names one home, so that it is one machine's business where the tables are spread.
fn by_home(homes: &HashMap<Uuid, String>) -> BTreeMap<&str, Vec<Uuid>> {
    let mut grouped: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
    for (doc, home) in homes {
        grouped.entry(home).or_default().push(*doc);
    }
    grouped
}

fn held(row: &Row) -> Result<Held, StoreError> {
    let scopes: Vec<&str> = row.try_get(4)?;
    let scopes = scopes.into_iter().map(|scope| scope.parse().map_err(damaged));
    Ok(Held {
        kind: kind(row.try_get(1)?)?,
        scopes: scopes.collect::<Result<_, _>>()?,
        audience: from_word(row.try_get(9)?)?,
        former: former(row)?,
        revision: count(row, 2)?,
        saved: row.try_get(3)?,
        written: written(row)?,
    })
}

fn former(row: &Row) -> Result<Vec<(ScopeId, Instant)>, StoreError> {
    let (scopes, left): (Vec<&str>, Vec<i64>) = (row.try_get(10)?, row.try_get(11)?);
    let pairs = scopes.into_iter().zip(left);
    pairs.map(|(scope, left)| Ok((scope.parse().map_err(damaged)?, instant(left)?))).collect()
}

/// A kind, by its name.
pub fn kind(name: &str) -> Result<Kind, StoreError> {
    Kind::named(name).ok_or_else(|| damaged(format!("unknown kind {name}")))
}

fn written(row: &Row) -> Result<Vec<Written>, StoreError> {
    let hashes: Option<Vec<&[u8]>> = row.try_get(5)?;
    let actors: Option<Vec<&[u8]>> = row.try_get(6)?;
    let seqs: Option<Vec<i64>> = row.try_get(7)?;
    let last_ops: Option<Vec<i64>> = row.try_get(8)?;
    let names = hashes.into_iter().flatten().zip(actors.into_iter().flatten());
    let counts = seqs.into_iter().flatten().zip(last_ops.into_iter().flatten());
    names
        .zip(counts)
        .map(|((name, author), (seq, last_op))| {
            let (seq, last_op) = (seq.cast_unsigned(), last_op.cast_unsigned());
            Ok(Written { hash: hash(name)?, actor: actor(author)?, seq, last_op })
        })
        .collect()
}

fn kept(row: &Row) -> Result<Kept, StoreError> {
    Ok(Kept { doc: DocId(row.try_get(0)?), kind: kind(row.try_get(1)?)?, saved: row.try_get(2)? })
}

fn refused(row: &Row) -> Result<Refused, StoreError> {
    let (doc, why) = (DocId(row.try_get(0)?), from_word(row.try_get(2)?)?);
    Ok(Refused { doc, hash: hash(row.try_get(1)?)?, why })
}
