//! Tables `account`, `device` and `actor`.

use super::values::{actor, damaged, from_scopes, from_word, millis, scopes, word};
use super::{Postgres, Values, execute, query};
use crate::store::accounts::told;
use crate::store::{Account, Accounts, Answer, NewAccount, StoreError};
use deadpool_postgres::GenericClient;
use document::Actor;
use domain::Instant;
use domain::ids::{DeviceId, UserId};
use domain::people::Territory;
use domain::reference::Row as Reference;
use sync::ScopeId;
use tokio_postgres::Row;
use uuid::Uuid;

/// Columns that [`read`] reads first, of table `a` and of the territory's row `t`.
pub const COLUMNS: &str = "a.id, a.login, a.name, a.role, a.country, a.territory, t.body";
/// How the territory's row is found.
pub const TERRITORY: &str = "LEFT JOIN reference_row t ON t.tab = 'territory' AND t.key = a.territory";

/// An account, from its columns.
pub fn read(row: &Row) -> Result<Account, StoreError> {
    let territory: Option<Uuid> = row.try_get(5)?;
    Ok(Account {
        user: UserId(row.try_get(0)?),
        login: row.try_get(1)?,
        name: row.try_get(2)?,
        role: from_word(row.try_get(3)?)?,
        country: from_word(row.try_get(4)?)?,
        territory: territory.map(|id| read_territory(id, row.try_get(6)?)).transpose()?,
    })
}

fn read_territory(id: Uuid, body: Option<&str>) -> Result<Territory, StoreError> {
    let row = body.map(|body| serde_json::from_str(body).map_err(damaged)).transpose()?;
    match row {
        Some(Reference::Territory(territory)) => Ok(territory),
        _ => Err(StoreError::Damaged(format!("there is no territory {id}"))),
    }
}

impl Accounts for Postgres {
    fn account(&self, login: String) -> Answer<'_, Option<(Account, String)>> {
        Box::pin(async move {
            let sql = format!("SELECT {COLUMNS}, a.password FROM account a {TERRITORY} WHERE a.login = $1");
            let rows = query(&self.client().await?, &sql, &[&login]).await?;
            rows.first().map(|row| Ok((read(row)?, row.try_get(7)?))).transpose()
        })
    }

    fn is_empty(&self) -> Answer<'_, bool> {
        Box::pin(async move {
            let rows = query(&self.client().await?, "SELECT FROM account LIMIT 1", &[]).await?;
            Ok(rows.is_empty())
        })
    }

    fn add_accounts(&self, accounts: Vec<NewAccount>) -> Answer<'_, ()> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let db = client.transaction().await?;
            for account in &accounts {
                add(&db, account).await?;
            }
            Ok(db.commit().await?)
        })
    }

    fn bind_device(&self, device: DeviceId, user: UserId, at: Instant) -> Answer<'_, bool> {
        Box::pin(async move {
            let client = self.client().await?;
            let sql = "INSERT INTO device (id, account, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            execute(&client, sql, &[&device.0, &user.0, &millis(at)]).await?;
            let sql = "SELECT FROM device WHERE id = $1 AND account = $2";
            Ok(!query(&client, sql, &[&device.0, &user.0]).await?.is_empty())
        })
    }

    fn tell(&self, device: DeviceId, followed: Vec<ScopeId>, left: Vec<ScopeId>) -> Answer<'_, ()> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let db = client.transaction().await?;
            let sql = "SELECT told FROM device WHERE id = $1 FOR UPDATE";
            for row in query(&db, sql, &[&device.0]).await? {
                let told = scopes(&told(&from_scopes(row.try_get(0)?)?, &followed, &left));
                execute(&db, "UPDATE device SET told = $2 WHERE id = $1", &[&device.0, &told]).await?;
            }
            Ok(db.commit().await?)
        })
    }

    fn register_actor(&self, actor: Actor, device: DeviceId, at: Instant) -> Answer<'_, Vec<Actor>> {
        Box::pin(async move {
            let client = self.client().await?;
            let known = actors_of(&client, device).await?;
            if known.contains(&actor) {
                return Ok(known);
            }
            let sql = "INSERT INTO actor (id, device, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            execute(&client, sql, &[&actor.0.as_slice(), &device.0, &millis(at)]).await?;
            actors_of(&client, device).await
        })
    }
}

async fn add(db: &impl GenericClient, account: &NewAccount) -> Result<(), StoreError> {
    let sql = "INSERT INTO account (id, login, name, role, country, territory, password)
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    let (role, country) = (word(&account.role)?, account.country.to_string());
    let territory = account.territory.map(|territory| territory.0);
    let values: Values<'_> =
        &[&account.user.0, &account.login, &account.name, &role, &country, &territory, &account.password];
    let added = execute(db, sql, values).await?;
    if added == 1 { Ok(()) } else { Err(StoreError::Taken("login name")) }
}

async fn actors_of(db: &impl GenericClient, device: DeviceId) -> Result<Vec<Actor>, StoreError> {
    let rows = query(db, "SELECT id FROM actor WHERE device = $1", &[&device.0]).await?;
    rows.iter().map(|row| actor(row.try_get(0)?)).collect()
}
