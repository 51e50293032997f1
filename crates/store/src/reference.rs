//! The other reference rows, and the dispatch of a row to its table.

use crate::row::{bodies, body};
use crate::{CommitError, ReadError, Reader, insight, people, timeline};
use domain::content::Product;
use domain::ids::{HcpId, ProductId, TerritoryId};
use domain::people::{Affiliation, Territory};
use domain::reference::{Row, Table};
use rusqlite::{Transaction, params};
use serde::Serialize;
use uuid::Uuid;

pub fn put(tx: &Transaction<'_>, row: &Row) -> Result<(), CommitError> {
    match row {
        Row::Hcp(hcp) => people::put_hcp(tx, hcp),
        Row::Organisation(organisation) => people::put_organisation(tx, organisation),
        Row::Affiliation(affiliation) => put_affiliation(tx, affiliation),
        Row::Activity(activity) => insight::put(tx, activity),
        Row::Colleague(colleague) => put_body(
            tx,
            "INSERT OR REPLACE INTO colleague (id, body) VALUES (?1, ?2)",
            colleague.id.0,
            colleague,
        ),
        Row::Territory(territory) => put_body(
            tx,
            "INSERT OR REPLACE INTO territory (id, body) VALUES (?1, ?2)",
            territory.id.0,
            territory,
        ),
        Row::Product(product) => {
            put_body(tx, "INSERT OR REPLACE INTO product (id, body) VALUES (?1, ?2)", product.id.0, product)
        }
    }
}

pub fn remove(tx: &Transaction<'_>, table: Table, key: Uuid) -> Result<(), CommitError> {
    let sql = match table {
        Table::Hcp => return people::remove_hcp(tx, HcpId(key)),
        Table::Activity => {
            timeline::remove(tx, key)?;
            "DELETE FROM activity WHERE id = ?1"
        }
        Table::Organisation => "DELETE FROM organisation WHERE id = ?1",
        Table::Affiliation => "DELETE FROM affiliation WHERE id = ?1",
        Table::Colleague => "DELETE FROM colleague WHERE id = ?1",
        Table::Territory => "DELETE FROM territory WHERE id = ?1",
        Table::Product => "DELETE FROM product WHERE id = ?1",
    };
    tx.prepare_cached(sql)?.execute([key.as_bytes()])?;
    Ok(())
}

fn put_affiliation(tx: &Transaction<'_>, affiliation: &Affiliation) -> Result<(), CommitError> {
    tx.prepare_cached("INSERT OR REPLACE INTO affiliation (id, hcp, body) VALUES (?1, ?2, ?3)")?.execute(
        params![
            affiliation.id.0.as_bytes(),
            affiliation.hcp.0.as_bytes(),
            serde_json::to_string(affiliation)?
        ],
    )?;
    Ok(())
}

fn put_body<T: Serialize>(tx: &Transaction<'_>, sql: &str, id: Uuid, row: &T) -> Result<(), CommitError> {
    tx.prepare_cached(sql)?.execute(params![id.as_bytes(), serde_json::to_string(row)?])?;
    Ok(())
}

impl Reader<'_> {
    /// One territory.
    pub fn territory(&self, territory: TerritoryId) -> Result<Option<Territory>, ReadError> {
        body(self.connection, "SELECT body FROM territory WHERE id = ?1", [territory.0.as_bytes()])
    }

    /// One product.
    pub fn product(&self, product: ProductId) -> Result<Option<Product>, ReadError> {
        body(self.connection, "SELECT body FROM product WHERE id = ?1", [product.0.as_bytes()])
    }

    /// All products by name.
    pub fn products(&self) -> Result<Vec<Product>, ReadError> {
        bodies(self.connection, "SELECT body FROM product ORDER BY body ->> 'name', id", [])
    }
}
