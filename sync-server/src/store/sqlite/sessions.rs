//! Tables `session`, `access_token` and `refresh_token`.

use super::Sqlite;
use super::accounts::{COLUMNS, RawAccount};
use super::values::{from_scopes, id, instant, millis};
use crate::store::{Answer, Caller, Live, NewSession, Rotated, Sessions, StoreError, TokenHash, Tokens};
use domain::Instant;
use domain::ids::DeviceId;
use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

impl Sessions for Sqlite {
    fn open_session(&self, session: NewSession) -> Answer<'_, ()> {
        Box::pin(self.write(move |db| open(db, &session)))
    }

    fn caller(&self, access: TokenHash, now: Instant) -> Answer<'_, Option<Caller>> {
        Box::pin(async move {
            let found = self.read(move |db| caller(db, access, now)).await?;
            let Some((caller, unheard)) = found else { return Ok(None) };
            if unheard {
                let session = caller.session;
                self.write(move |db| heard(db, session, access)).await?;
            }
            Ok(Some(caller))
        })
    }

    fn live_among(&self, sessions: Vec<Uuid>) -> Answer<'_, Vec<Live>> {
        Box::pin(self.read(move |db| {
            let found = sessions.into_iter().map(|session| live(db, session));
            found.filter_map(Result::transpose).collect()
        }))
    }

    fn rotate(&self, refresh: TokenHash, next: Tokens, now: Instant) -> Answer<'_, Rotated> {
        Box::pin(self.write(move |db| rotate(db, refresh, &next, now)))
    }

    fn end_session(&self, session: Uuid, now: Instant) -> Answer<'_, ()> {
        Box::pin(self.write(move |db| end(db, session, now)))
    }
}

fn open(db: &Transaction<'_>, session: &NewSession) -> Result<(), StoreError> {
    forget(db, session.at)?;
    db.prepare_cached("INSERT INTO session (id, account, device, since) VALUES (?1, ?2, ?3, ?4)")?.execute(
        params![
            session.id.into_bytes(),
            session.user.0.into_bytes(),
            session.device.0.into_bytes(),
            millis(session.at)
        ],
    )?;
    give(db, session.id, &session.tokens)
}

fn give(db: &Transaction<'_>, session: Uuid, tokens: &Tokens) -> Result<(), StoreError> {
    db.prepare_cached("INSERT INTO access_token (hash, session, until) VALUES (?1, ?2, ?3)")?
        .execute(params![tokens.access.0, session.into_bytes(), millis(tokens.access_until)])?;
    db.prepare_cached("INSERT INTO refresh_token (hash, session, until) VALUES (?1, ?2, ?3)")?
        .execute(params![tokens.refresh.0, session.into_bytes(), millis(tokens.refresh_until)])?;
    Ok(())
}

/// Tokens that are too old say nothing any more.
fn forget(db: &Transaction<'_>, now: Instant) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM access_token WHERE until <= ?1")?.execute([millis(now)])?;
    db.prepare_cached("DELETE FROM refresh_token WHERE until <= ?1")?.execute([millis(now)])?;
    Ok(())
}

/// The caller, and whether nobody has used the session's latest pair yet.
fn caller(
    db: &Transaction<'_>,
    access: TokenHash,
    now: Instant,
) -> Result<Option<(Caller, bool)>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, s.id, s.device, s.unheard IS NOT NULL, t.until, d.told FROM access_token t
         JOIN session s ON s.id = t.session JOIN account a ON a.id = s.account JOIN device d ON d.id = s.device
         WHERE t.hash = ?1 AND t.until > ?2 AND s.ended IS NULL"
    );
    let found = db
        .prepare_cached(&sql)?
        .query_row(params![access.0, millis(now)], |row| {
            let ends: (i64, String) = (row.get(9)?, row.get(10)?);
            Ok((RawAccount::read(row)?, (id(row, 6)?, id(row, 7)?), row.get(8)?, ends))
        })
        .optional()?;
    let Some((raw, (session, device), unheard, (until, told))) = found else { return Ok(None) };
    let (device, until, told) = (DeviceId(device), instant(until)?, from_scopes(&told)?);
    Ok(Some((Caller { session, device, until, account: raw.complete(db)?, told }, unheard)))
}

fn live(db: &Transaction<'_>, session: Uuid) -> Result<Option<Live>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM session s JOIN account a ON a.id = s.account
         WHERE s.id = ?1 AND s.ended IS NULL"
    );
    let found = db.prepare_cached(&sql)?.query_row([session.into_bytes()], RawAccount::read).optional()?;
    found.map(|raw| Ok(Live { session, account: raw.complete(db)? })).transpose()
}

/// The latest pair has arrived: what gave it is good no more. Unless that pair is not this one any more.
fn heard(db: &Transaction<'_>, session: Uuid, access: TokenHash) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE session SET unheard = NULL
         WHERE id = ?1 AND EXISTS (SELECT 1 FROM access_token WHERE hash = ?2)",
    )?
    .execute(params![session.into_bytes(), access.0])?;
    Ok(())
}

fn rotate(
    db: &Transaction<'_>,
    refresh: TokenHash,
    next: &Tokens,
    now: Instant,
) -> Result<Rotated, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, s.id, t.used IS NULL OR t.hash IS s.unheard FROM refresh_token t
         JOIN session s ON s.id = t.session JOIN account a ON a.id = s.account
         WHERE t.hash = ?1 AND t.until > ?2 AND s.ended IS NULL"
    );
    let found = db
        .prepare_cached(&sql)?
        .query_row(params![refresh.0, millis(now)], |row| {
            Ok((RawAccount::read(row)?, id(row, 6)?, row.get::<_, bool>(7)?))
        })
        .optional()?;
    let Some((raw, session, good)) = found else { return Ok(Rotated::Unknown) };
    if !good {
        end(db, session, now)?;
        return Ok(Rotated::Reused);
    }
    supersede(db, session, refresh, now)?;
    give(db, session, next)?;
    Ok(Rotated::Renewed(Box::new(raw.complete(db)?)))
}

/// Makes a session's latest pair worthless, be it the one of this refresh token or one that never arrived, so that
/// only the next pair is good. Whoever holds the worthless one betrays it by using it.
fn supersede(
    db: &Transaction<'_>,
    session: Uuid,
    refresh: TokenHash,
    now: Instant,
) -> Result<(), StoreError> {
    let session = session.into_bytes();
    db.prepare_cached("UPDATE refresh_token SET used = ?2 WHERE session = ?1 AND used IS NULL")?
        .execute(params![session, millis(now)])?;
    db.prepare_cached("DELETE FROM access_token WHERE session = ?1")?.execute([session])?;
    db.prepare_cached("UPDATE session SET unheard = ?2 WHERE id = ?1")?
        .execute(params![session, refresh.0])?;
    Ok(())
}

fn end(db: &Transaction<'_>, session: Uuid, now: Instant) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE session SET ended = ?2 WHERE id = ?1 AND ended IS NULL")?
        .execute(params![session.into_bytes(), millis(now)])?;
    Ok(())
}
