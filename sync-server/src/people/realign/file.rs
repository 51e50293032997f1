//! From words to moves: territories by name or id, HCPs by id, users by login name. What cannot be found is a bad line.

use super::lines::{BadLine, Line, Lines};
use crate::store::{Account, Move, Store, StoreError};
use domain::ids::{HcpId, TerritoryId};
use domain::people::{Country, Role};
use domain::reference::{Row, Table};
use std::collections::{BTreeSet, HashMap};

/// No territory.
const NONE: &str = "-";

/// The territories that there are.
pub struct Names {
    by_id: HashMap<TerritoryId, Country>,
    by_name: HashMap<String, Vec<TerritoryId>>,
}

impl Names {
    pub async fn of(store: &dyn Store) -> Result<Self, StoreError> {
        let mut names = Self { by_id: HashMap::new(), by_name: HashMap::new() };
        for row in store.rows_of(Table::Territory).await? {
            if let Row::Territory(territory) = row {
                names.by_id.insert(territory.id, territory.country);
                names.by_name.entry(territory.name).or_default().push(territory.id);
            }
        }
        Ok(names)
    }

    /// The moves that lines ask for, and the lines that ask for none.
    pub async fn resolve(
        &self,
        store: &dyn Store,
        lines: Lines,
    ) -> Result<(Vec<Move>, Vec<BadLine>), StoreError> {
        let (mut moves, mut bad, mut named) = (Vec::new(), lines.bad, BTreeSet::new());
        for line in lines.good {
            let found = match self.one(store, &line).await? {
                Ok(_) if !named.insert((line.what.clone(), line.who.clone())) => {
                    Err(format!("{} `{}` was named before", line.what, line.who))
                }
                found => found,
            };
            match found {
                Ok(one) => moves.push(one),
                Err(reason) => bad.push(BadLine::new(line.number, reason)),
            }
        }
        bad.sort_by_key(|line| line.number);
        Ok((moves, bad))
    }

    async fn one(&self, store: &dyn Store, line: &Line) -> Result<Result<Move, String>, StoreError> {
        let territory = match self.territory(&line.territory) {
            Ok(territory) => territory,
            Err(reason) => return Ok(Err(reason)),
        };
        match line.what.as_str() {
            "hcp" => hcp(store, line, territory).await,
            "user" => Ok(match store.account(line.who.clone()).await? {
                Some((account, _)) => self.user(&account, line, territory),
                None => Err(format!("there is no user `{}`", line.who)),
            }),
            other => Ok(Err(format!("`{other}` is neither `hcp` nor `user`"))),
        }
    }

    fn territory(&self, text: &str) -> Result<Option<TerritoryId>, String> {
        if text == NONE {
            return Ok(None);
        }
        if let Some(id) = text.parse().ok().filter(|id| self.by_id.contains_key(id)) {
            return Ok(Some(id));
        }
        match self.by_name.get(text).map(Vec::as_slice) {
            Some([id]) => Ok(Some(*id)),
            Some(_) => Err(format!("several territories are called `{text}`: name one by its id")),
            None => Err(format!("there is no territory `{text}`")),
        }
    }

    fn user(&self, account: &Account, line: &Line, territory: Option<TerritoryId>) -> Result<Move, String> {
        let role: Option<Role> = match line.role.as_str() {
            "" => None,
            role => Some(serde_json::from_value(role.into()).map_err(|_| format!("`{role}` is not a role"))?),
        };
        let country = territory.and_then(|territory| self.by_id.get(&territory));
        match country {
            Some(country) if *country != account.country => {
                Err(format!("the territory is in {country}, and the user in {}", account.country))
            }
            _ => Ok(Move::User(account.user, territory, role)),
        }
    }
}

async fn hcp(
    store: &dyn Store,
    line: &Line,
    territory: Option<TerritoryId>,
) -> Result<Result<Move, String>, StoreError> {
    let Ok(hcp) = line.who.parse::<HcpId>() else {
        return Ok(Err(format!("`{}` is not an id of an HCP", line.who)));
    };
    if !line.role.is_empty() {
        return Ok(Err("an HCP has no role".to_owned()));
    }
    Ok(match store.row(Table::Hcp, hcp.0).await? {
        Some(_) => Ok(Move::Hcp(hcp, territory)),
        None => Err(format!("there is no HCP {hcp}")),
    })
}
