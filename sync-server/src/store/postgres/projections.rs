//! Tables `call` and `document_hcp`: what documents say, as rows. They follow from the documents and hold nothing
//! else.

use super::documents::kind;
use super::values::{millis, word};
use super::{Values, execute, query};
use crate::store::StoreError;
use crate::sync::placement::about;
use deadpool_postgres::{ClientWrapper, Transaction};
use document::Content;
use domain::calls::{Call, CallState};
use domain::ids::DocId;
use futures_util::try_join;
use tokio_postgres::Row;
use uuid::Uuid;

/// Documents that a rebuild reads at once.
const PAGE: usize = 200;

/// Columns of the calls that documents say.
#[derive(Default)]
pub struct Projections {
    homes: Vec<String>,
    ids: Vec<Uuid>,
    owners: Vec<Uuid>,
    audiences: Vec<String>,
    states: Vec<&'static str>,
    channels: Vec<String>,
    starts: Vec<i64>,
    ends: Vec<i64>,
    submitted: Vec<Option<i64>>,
    /// Documents whose rows of HCPs are written: home and id.
    docs: (Vec<String>, Vec<Uuid>),
    hcps: (Vec<String>, Vec<Uuid>, Vec<Uuid>),
}

impl Projections {
    /// With what one more document says.
    pub fn add(&mut self, home: &str, doc: DocId, content: &Content) -> Result<(), StoreError> {
        self.docs.0.push(home.to_owned());
        self.docs.1.push(doc.0);
        for hcp in about(content) {
            self.hcps.0.push(home.to_owned());
            self.hcps.1.push(doc.0);
            self.hcps.2.push(hcp.0);
        }
        match content {
            Content::Call(call) => self.add_call(home, doc, call),
            // Nothing on the server reads these by row yet, but for whom they are about.
            Content::Consent(_) | Content::ProfileNotes(_) | Content::FollowUp(_) => Ok(()),
        }
    }

    fn add_call(&mut self, home: &str, doc: DocId, call: &Call) -> Result<(), StoreError> {
        let current = call.current();
        let (state, submitted_at) = match &call.state {
            CallState::Planned => ("planned", None),
            CallState::InProgress { .. } => ("in_progress", None),
            CallState::Submitted { at, .. } => ("submitted", Some(millis(*at))),
            CallState::Cancelled { .. } => ("cancelled", None),
        };
        self.homes.push(home.to_owned());
        self.ids.push(doc.0);
        self.owners.push(call.owner.0);
        self.audiences.push(word(&call.audience)?);
        self.states.push(state);
        self.channels.push(word(&current.channel)?);
        self.starts.push(millis(current.starts_at));
        self.ends.push(millis(current.ends_at));
        self.submitted.push(submitted_at);
        Ok(())
    }

    /// Writes them all.
    pub async fn write(&self, db: &Transaction<'_>) -> Result<(), StoreError> {
        if self.docs.1.is_empty() {
            return Ok(());
        }
        let gone = "DELETE FROM document_hcp a USING unnest($1::text[], $2::uuid[]) AS n(home, id)
                    WHERE a.home = n.home AND a.doc = n.id";
        let there = "INSERT INTO document_hcp (home, doc, hcp)
                     SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[])";
        let ((homes, docs), (at, of, hcps)) = (&self.docs, &self.hcps);
        let name = async {
            execute(db, gone, &[homes, docs]).await?;
            execute(db, there, &[at, of, hcps]).await
        };
        try_join!(self.write_calls(db), name).map(drop)
    }

    async fn write_calls(&self, db: &Transaction<'_>) -> Result<u64, StoreError> {
        if self.ids.is_empty() {
            return Ok(0);
        }
        let sql =
            "INSERT INTO call (home, id, owner, audience, state, channel, starts_at, ends_at, submitted_at)
            SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[],
                                 $7::bigint[], $8::bigint[], $9::bigint[])
            ON CONFLICT (home, id) DO UPDATE SET owner = excluded.owner, audience = excluded.audience,
                state = excluded.state, channel = excluded.channel, starts_at = excluded.starts_at,
                ends_at = excluded.ends_at, submitted_at = excluded.submitted_at";
        let values: Values<'_> = &[
            &self.homes,
            &self.ids,
            &self.owners,
            &self.audiences,
            &self.states,
            &self.channels,
            &self.starts,
            &self.ends,
            &self.submitted,
        ];
        execute(db, sql, values).await
    }
}

/// Makes all rows again from the documents, a page at a time, each page a transaction: pushes go on meanwhile and wait
/// only for the documents of one page.
pub async fn rebuild(client: &mut ClientWrapper) -> Result<u64, StoreError> {
    let (mut done, mut last) = (0, (String::new(), Uuid::nil()));
    loop {
        let db = client.transaction().await?;
        let sql = format!(
            "SELECT home, id, kind, saved FROM document WHERE (home, id) > ($1, $2)
             ORDER BY home, id LIMIT {PAGE} FOR UPDATE"
        );
        let rows = query(&db, &sql, &[&last.0, &last.1]).await?;
        let Some(end) = rows.last() else { return Ok(done) };
        last = (end.try_get(0)?, end.try_get(1)?);
        let mut projections = Projections::default();
        for row in &rows {
            done += u64::from(read(row, &mut projections)?);
        }
        projections.write(&db).await?;
        db.commit().await?;
    }
}

/// Whether the document could be opened; what cannot be keeps its rows.
fn read(row: &Row, projections: &mut Projections) -> Result<bool, StoreError> {
    let (home, doc): (&str, _) = (row.try_get(0)?, DocId(row.try_get(1)?));
    match document::open(kind(row.try_get(2)?)?, doc, row.try_get(3)?) {
        Ok((_, content)) => projections.add(home, doc, &content).map(|()| true),
        Err(error) => {
            tracing::error!(%doc, %error, "a document cannot be opened; its rows stay as they are");
            Ok(false)
        }
    }
}
