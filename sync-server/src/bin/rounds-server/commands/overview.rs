//! `overview`: which golden records there are: territories and products by name, all else by number.

use super::{At, say};
use anyhow::Result;
use domain::reference::{Row, Table};
use serde_json::json;

pub async fn run(at: At) -> Result<()> {
    let store = sync_server::open(&at.config()?).await?;
    let (territories, products) =
        (store.rows_of(Table::Territory).await?, store.rows_of(Table::Product).await?);
    let counts = store.row_counts().await?;
    store.close().await?;
    let territories: Vec<_> = territories.into_iter().filter_map(territory).collect();
    let products: Vec<_> = products.into_iter().filter_map(product).collect();
    say(&json!({ "territories": territories, "products": products, "rows": counts }).to_string())
}

fn territory(row: Row) -> Option<serde_json::Value> {
    match row {
        Row::Territory(it) => Some(json!({ "id": it.id, "name": it.name, "country": it.country })),
        _ => None,
    }
}

fn product(row: Row) -> Option<serde_json::Value> {
    match row {
        Row::Product(it) => Some(json!({ "id": it.id, "name": it.name, "countries": it.countries })),
        _ => None,
    }
}
