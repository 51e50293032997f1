//! The unit of replication.

use domain::ids::{TerritoryId, UserId};
use domain::people::{Audience, Country};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a device follows: 2 to 15 of them, never one per HCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ScopeId {
    /// Products and other rows of a country: `c:DE`.
    Country(Country),
    /// Documents and rows of a territory for one audience: `t:<uuid>:commercial`.
    Territory(TerritoryId, Audience),
    /// One user's own: `u:<uuid>`.
    User(UserId),
}

/// Why a text is not a scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a scope")]
pub struct BadScope(pub String);

impl fmt::Display for ScopeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country(country) => write!(f, "c:{country}"),
            Self::Territory(territory, audience) => write!(f, "t:{territory}:{}", audience_name(*audience)),
            Self::User(user) => write!(f, "u:{user}"),
        }
    }
}

impl FromStr for ScopeId {
    type Err = BadScope;
    fn from_str(text: &str) -> Result<Self, BadScope> {
        parse(text).ok_or_else(|| BadScope(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<ScopeId> {
    let mut parts = text.split(':');
    let scope = match (parts.next()?, parts.next()?, parts.next()) {
        ("c", country, None) => ScopeId::Country(Country::new(country).ok()?),
        ("t", territory, Some(audience)) => {
            ScopeId::Territory(territory.parse().ok()?, audience_named(audience)?)
        }
        ("u", user, None) => ScopeId::User(user.parse().ok()?),
        _ => return None,
    };
    parts.next().is_none().then_some(scope)
}

fn audience_name(audience: Audience) -> &'static str {
    match audience {
        Audience::Commercial => "commercial",
        Audience::Medical => "medical",
        Audience::All => "all",
    }
}

fn audience_named(name: &str) -> Option<Audience> {
    [Audience::Commercial, Audience::Medical, Audience::All].into_iter().find(|a| audience_name(*a) == name)
}

impl TryFrom<String> for ScopeId {
    type Error = BadScope;
    fn try_from(text: String) -> Result<Self, BadScope> {
        text.parse()
    }
}

impl From<ScopeId> for String {
    fn from(scope: ScopeId) -> Self {
        scope.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_scope_is_read_as_it_is_written() {
        let id = Uuid::from_u128(5);
        for scope in [
            ScopeId::Country(Country::new("DE").unwrap()),
            ScopeId::Territory(TerritoryId(id), Audience::Medical),
            ScopeId::User(UserId(id)),
        ] {
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
        for bad in ["", "x:1", "c:DEU", "t:5:all", "u:zz", "c:DE:all:more"] {
            assert!(bad.parse::<ScopeId>().is_err(), "{bad}");
        }
    }
}
