//! `user`: who may sign in.

use super::{At, say};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use domain::ids::{TerritoryId, UserId};
use domain::people::{Colleague, Country, Role};
use domain::reference::{Row, Table};
use std::io::BufRead;
use sync::ScopeId;
use sync_server::store::{NewAccount, RoutedRow, Store};
use sync_server::{Chance, Clock, Passwords};

/// What it can be told.
#[derive(Subcommand)]
pub enum User {
    /// Add somebody. The password is read from standard input, one line.
    Add(Add),
}

#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    at: At,
    /// Login name.
    #[arg(long)]
    login: String,
    /// Full name.
    #[arg(long)]
    name: String,
    /// `rep`, `msl`, `kam`, `manager` or `administrator`.
    #[arg(long, value_parser = role)]
    role: Role,
    /// The country whose rules hold: `DE`.
    #[arg(long)]
    country: String,
    /// The territory's id.
    #[arg(long)]
    territory: Option<TerritoryId>,
}

fn role(name: &str) -> Result<Role, String> {
    serde_json::from_value(name.into()).map_err(|_| format!("`{name}` is not a role"))
}

pub async fn run(User::Add(add): User) -> Result<()> {
    let config = add.at.config()?;
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password).context("cannot read the password")?;
    let chance = Chance::of_machine();
    let password =
        Passwords::new(config.passwords, &chance)?.hash(password.trim_end_matches(['\r', '\n']), &chance)?;
    let store = sync_server::open(&config).await?;
    let added = insert(store.as_ref(), add, (UserId(chance.id()), password)).await;
    store.close().await?;
    say(&format!("{} may sign in", added?))
}

async fn insert(store: &dyn Store, add: Add, (user, password): (UserId, String)) -> Result<String> {
    if let Some(territory) = add.territory {
        let found = store.row(Table::Territory, territory.0).await?;
        found.with_context(|| format!("there is no territory {territory}"))?;
    }
    let (login, name, role, territory) = (add.login, add.name, add.role, add.territory);
    let country = Country::new(&add.country)?;
    let colleague = Colleague { id: user, name: name.clone(), role, territory };
    let account = NewAccount { user, login: login.clone(), name, role, country, territory, password };
    store.add_accounts(vec![account]).await?;
    let row = RoutedRow { row: Row::Colleague(colleague), scopes: vec![ScopeId::Country(country)] };
    store.upsert_rows(vec![row], Clock::of_machine().now()).await?;
    Ok(login)
}
