//! Tables `account`, `device` and `actor`.

use super::values::{from_scopes, from_word, id, id_option, millis, scopes, word};
use super::{Sqlite, rows};
use crate::store::accounts::told;
use crate::store::{Account, Accounts, Answer, NewAccount, StoreError};
use document::Actor;
use domain::Instant;
use domain::ids::{DeviceId, UserId};
use domain::people::Territory;
use domain::reference::{Row as Reference, Table};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use sync::ScopeId;
use uuid::Uuid;

/// Columns that [`RawAccount`] is read from, of table `a`.
pub const COLUMNS: &str = "a.id, a.login, a.name, a.role, a.country, a.territory";

/// An account as it stands in its row.
pub struct RawAccount {
    id: Uuid,
    login: String,
    name: String,
    role: String,
    country: String,
    territory: Option<Uuid>,
}

impl RawAccount {
    pub fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: id(row, 0)?,
            login: row.get(1)?,
            name: row.get(2)?,
            role: row.get(3)?,
            country: row.get(4)?,
            territory: id_option(row, 5)?,
        })
    }

    /// With the territory that it names.
    pub fn complete(self, db: &Transaction<'_>) -> Result<Account, StoreError> {
        Ok(Account {
            user: UserId(self.id),
            login: self.login,
            name: self.name,
            role: from_word(self.role)?,
            country: from_word(self.country)?,
            territory: self.territory.map(|id| territory(db, id)).transpose()?,
        })
    }
}

fn territory(db: &Transaction<'_>, id: Uuid) -> Result<Territory, StoreError> {
    match rows::row(db, Table::Territory, id)? {
        Some(Reference::Territory(territory)) => Ok(territory),
        _ => Err(StoreError::Damaged(format!("there is no territory {id}"))),
    }
}

impl Accounts for Sqlite {
    fn account(&self, login: String) -> Answer<'_, Option<(Account, String)>> {
        Box::pin(self.read(move |db| account(db, &login)))
    }

    fn is_empty(&self) -> Answer<'_, bool> {
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM account)";
        Box::pin(self.read(move |db| Ok(db.query_row(sql, [], |row| row.get(0))?)))
    }

    fn add_accounts(&self, accounts: Vec<NewAccount>) -> Answer<'_, ()> {
        Box::pin(self.write(move |db| accounts.iter().try_for_each(|account| add(db, account))))
    }

    fn bind_device(&self, device: DeviceId, user: UserId, at: Instant) -> Answer<'_, bool> {
        Box::pin(self.write(move |db| bind_device(db, device, user, at)))
    }

    fn tell(&self, device: DeviceId, followed: Vec<ScopeId>, left: Vec<ScopeId>) -> Answer<'_, ()> {
        Box::pin(self.write(move |db| tell(db, device, &followed, &left)))
    }

    fn register_actor(&self, actor: Actor, device: DeviceId, at: Instant) -> Answer<'_, Vec<Actor>> {
        Box::pin(async move {
            let known = self.read(move |db| Ok(actors_of(db, device)?)).await?;
            if known.contains(&actor) {
                return Ok(known);
            }
            self.write(move |db| register_actor(db, actor, device, at)).await
        })
    }
}

fn account(db: &Transaction<'_>, login: &str) -> Result<Option<(Account, String)>, StoreError> {
    let sql = format!("SELECT {COLUMNS}, a.password FROM account a WHERE a.login = ?1");
    let found = db
        .prepare_cached(&sql)?
        .query_row([login], |row| Ok((RawAccount::read(row)?, row.get(6)?)))
        .optional()?;
    found.map(|(raw, password)| Ok((raw.complete(db)?, password))).transpose()
}

fn add(db: &Transaction<'_>, account: &NewAccount) -> Result<(), StoreError> {
    let added = db
        .prepare_cached(
            "INSERT INTO account (id, login, name, role, country, territory, password)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            account.user.0.into_bytes(),
            account.login,
            account.name,
            word(&account.role)?,
            account.country.to_string(),
            account.territory.map(|territory| territory.0.into_bytes()),
            account.password,
        ])?;
    if added == 1 { Ok(()) } else { Err(StoreError::Taken("login name")) }
}

fn bind_device(
    db: &Transaction<'_>,
    device: DeviceId,
    user: UserId,
    at: Instant,
) -> Result<bool, StoreError> {
    db.prepare_cached("INSERT INTO device (id, account, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
        .execute(params![device.0.into_bytes(), user.0.into_bytes(), millis(at)])?;
    let owner = db
        .prepare_cached("SELECT account FROM device WHERE id = ?1")?
        .query_row([device.0.into_bytes()], |row| id(row, 0))?;
    Ok(owner == user.0)
}

fn tell(
    db: &Transaction<'_>,
    device: DeviceId,
    followed: &[ScopeId],
    left: &[ScopeId],
) -> Result<(), StoreError> {
    let device = device.0.into_bytes();
    let before: String =
        db.prepare_cached("SELECT told FROM device WHERE id = ?1")?.query_row([device], |row| row.get(0))?;
    let told = scopes(&told(&from_scopes(&before)?, followed, left));
    db.prepare_cached("UPDATE device SET told = ?2 WHERE id = ?1")?.execute(params![device, told])?;
    Ok(())
}

fn register_actor(
    db: &Transaction<'_>,
    actor: Actor,
    device: DeviceId,
    at: Instant,
) -> Result<Vec<Actor>, StoreError> {
    db.prepare_cached("INSERT INTO actor (id, device, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
        .execute(params![actor.0, device.0.into_bytes(), millis(at)])?;
    Ok(actors_of(db, device)?)
}

fn actors_of(db: &Transaction<'_>, device: DeviceId) -> rusqlite::Result<Vec<Actor>> {
    db.prepare_cached("SELECT id FROM actor WHERE device = ?1")?
        .query_map([device.0.into_bytes()], |row| row.get(0).map(Actor))?
        .collect()
}
