//! Tables `session`, `access_token` and `refresh_token`.

use super::accounts::{COLUMNS, TERRITORY, read};
use super::values::{from_scopes, instant, millis};
use super::{Postgres, Values, execute, query};
use crate::store::{Answer, Caller, Live, NewSession, Rotated, Sessions, StoreError, TokenHash, Tokens};
use deadpool_postgres::{GenericClient, Transaction};
use domain::Instant;
use domain::ids::DeviceId;
use uuid::Uuid;

impl Sessions for Postgres {
    fn open_session(&self, session: NewSession) -> Answer<'_, ()> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let db = client.transaction().await?;
            forget(&db, session.at).await?;
            let sql = "INSERT INTO session (id, account, device, since) VALUES ($1, $2, $3, $4)";
            let at = millis(session.at);
            execute(&db, sql, &[&session.id, &session.user.0, &session.device.0, &at]).await?;
            give(&db, session.id, &session.tokens).await?;
            Ok(db.commit().await?)
        })
    }

    fn caller(&self, access: TokenHash, now: Instant) -> Answer<'_, Option<Caller>> {
        Box::pin(async move {
            let sql = format!(
                "SELECT {COLUMNS}, s.id, s.device, s.unheard IS NOT NULL, k.until, d.told FROM access_token k
                 JOIN session s ON s.id = k.session JOIN account a ON a.id = s.account
                 JOIN device d ON d.id = s.device {TERRITORY}
                 WHERE k.hash = $1 AND k.until > $2 AND s.ended IS NULL"
            );
            let values: Values<'_> = &[&access.0.as_slice(), &millis(now)];
            let client = self.client().await?;
            let rows = query(&client, &sql, values).await?;
            let Some(row) = rows.first() else { return Ok(None) };
            let (session, device) = (row.try_get(7)?, DeviceId(row.try_get(8)?));
            if row.try_get(9)? {
                heard(&client, session, access).await?;
            }
            let (until, told) = (instant(row.try_get(10)?)?, from_scopes(row.try_get(11)?)?);
            Ok(Some(Caller { session, device, until, account: read(row)?, told }))
        })
    }

    fn live_among(&self, sessions: Vec<Uuid>) -> Answer<'_, Vec<Live>> {
        Box::pin(async move {
            let sql = format!(
                "SELECT {COLUMNS}, s.id FROM session s JOIN account a ON a.id = s.account {TERRITORY}
                 WHERE s.id = ANY($1) AND s.ended IS NULL"
            );
            let rows = query(&self.client().await?, &sql, &[&sessions]).await?;
            rows.iter().map(|row| Ok(Live { session: row.try_get(7)?, account: read(row)? })).collect()
        })
    }

    fn rotate(&self, refresh: TokenHash, next: Tokens, now: Instant) -> Answer<'_, Rotated> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let db = client.transaction().await?;
            let rotated = rotate(&db, refresh, &next, now).await?;
            db.commit().await?;
            Ok(rotated)
        })
    }

    fn end_session(&self, session: Uuid, now: Instant) -> Answer<'_, ()> {
        Box::pin(async move { end(&self.client().await?, session, now).await })
    }
}

async fn give(db: &impl GenericClient, session: Uuid, tokens: &Tokens) -> Result<(), StoreError> {
    let sql = "INSERT INTO access_token (hash, session, until) VALUES ($1, $2, $3)";
    execute(db, sql, &[&tokens.access.0.as_slice(), &session, &millis(tokens.access_until)]).await?;
    let sql = "INSERT INTO refresh_token (hash, session, until) VALUES ($1, $2, $3)";
    execute(db, sql, &[&tokens.refresh.0.as_slice(), &session, &millis(tokens.refresh_until)]).await?;
    Ok(())
}

/// Tokens that are too old say nothing any more. What another server forgets at this moment is left to it.
async fn forget(db: &impl GenericClient, now: Instant) -> Result<(), StoreError> {
    for table in ["access_token", "refresh_token"] {
        let sql = format!(
            "DELETE FROM {table} WHERE hash = ANY(ARRAY(
                 SELECT hash FROM {table} WHERE until <= $1 ORDER BY until LIMIT 1000 FOR UPDATE SKIP LOCKED))"
        );
        execute(db, &sql, &[&millis(now)]).await?;
    }
    Ok(())
}

/// The session's row is locked: of two who bring a token at the same moment, the second sees what the first has done.
/// What is judged is read anew under the lock.
async fn rotate(
    db: &Transaction<'_>,
    refresh: TokenHash,
    next: &Tokens,
    now: Instant,
) -> Result<Rotated, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, s.id, k.used IS NULL OR k.hash = coalesce(s.unheard, '') FROM refresh_token k
         JOIN session s ON s.id = k.session JOIN account a ON a.id = s.account {TERRITORY}
         WHERE k.hash = $1 AND k.until > $2 AND s.ended IS NULL FOR UPDATE OF s"
    );
    let hash = refresh.0.as_slice();
    let rows = query(db, &sql, &[&hash, &millis(now)]).await?;
    let Some(row) = rows.first() else { return Ok(Rotated::Unknown) };
    let (session, good): (Uuid, bool) = (row.try_get(7)?, row.try_get(8)?);
    if !good {
        end(db, session, now).await?;
        return Ok(Rotated::Reused);
    }
    supersede(db, session, refresh, now).await?;
    give(db, session, next).await?;
    Ok(Rotated::Renewed(Box::new(read(row)?)))
}

/// The latest pair has arrived: what gave it is good no more. Unless that pair is not this one any more.
async fn heard(db: &impl GenericClient, session: Uuid, access: TokenHash) -> Result<(), StoreError> {
    let sql = "UPDATE session SET unheard = NULL
               WHERE id = $1 AND EXISTS (SELECT FROM access_token WHERE hash = $2)";
    execute(db, sql, &[&session, &access.0.as_slice()]).await.map(drop)
}

/// Makes a session's latest pair worthless, be it the one of this refresh token or one that never arrived, so that
/// only the next pair is good. Whoever holds the worthless one betrays it by using it.
async fn supersede(
    db: &Transaction<'_>,
    session: Uuid,
    refresh: TokenHash,
    now: Instant,
) -> Result<(), StoreError> {
    let sql = "UPDATE refresh_token SET used = $2 WHERE session = $1 AND used IS NULL";
    execute(db, sql, &[&session, &millis(now)]).await?;
    execute(db, "DELETE FROM access_token WHERE session = $1", &[&session]).await?;
    let sql = "UPDATE session SET unheard = $2 WHERE id = $1";
    execute(db, sql, &[&session, &refresh.0.as_slice()]).await.map(drop)
}

async fn end(db: &impl GenericClient, session: Uuid, now: Instant) -> Result<(), StoreError> {
    let sql = "UPDATE session SET ended = $2 WHERE id = $1 AND ended IS NULL";
    execute(db, sql, &[&session, &millis(now)]).await.map(drop)
}
