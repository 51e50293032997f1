//! Reference rows: what the server is the authority of and devices only read. Each has a table, a key and a
//! version that only grows.

use crate::content::Product;
use crate::insight::Activity;
use crate::people::{Affiliation, Colleague, Hcp, Organisation, Territory};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A reference row, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "table", content = "row", rename_all = "snake_case")]
pub enum Row {
    /// A golden HCP.
    Hcp(Hcp),
    /// An organisation.
    Organisation(Organisation),
    /// A link between the two.
    Affiliation(Affiliation),
    /// A colleague.
    Colleague(Colleague),
    /// A territory.
    Territory(Territory),
    /// A product.
    Product(Product),
    /// A line of the activity log.
    Activity(Activity),
}

/// The table of a reference row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// Golden HCPs.
    Hcp,
    /// Organisations.
    Organisation,
    /// Links.
    Affiliation,
    /// Colleagues.
    Colleague,
    /// Territories.
    Territory,
    /// Products.
    Product,
    /// The activity log.
    Activity,
}

impl Row {
    /// Its table and its key in it.
    #[must_use]
    pub fn key(&self) -> (Table, Uuid) {
        match self {
            Self::Hcp(row) => (Table::Hcp, row.id.0),
            Self::Organisation(row) => (Table::Organisation, row.id.0),
            Self::Affiliation(row) => (Table::Affiliation, row.id.0),
            Self::Colleague(row) => (Table::Colleague, row.id.0),
            Self::Territory(row) => (Table::Territory, row.id.0),
            Self::Product(row) => (Table::Product, row.id.0),
            Self::Activity(row) => (Table::Activity, row.id.0),
        }
    }
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Hcp,
        Self::Organisation,
        Self::Affiliation,
        Self::Colleague,
        Self::Territory,
        Self::Product,
        Self::Activity,
    ];

    /// Its name in the store and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hcp => "hcp",
            Self::Organisation => "organisation",
            Self::Affiliation => "affiliation",
            Self::Colleague => "colleague",
            Self::Territory => "territory",
            Self::Product => "product",
            Self::Activity => "activity",
        }
    }

    /// The table of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }
}
