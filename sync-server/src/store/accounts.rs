//! Accounts, devices and writing hands.

use super::Answer;
use document::Actor;
use domain::Instant;
use domain::ids::{DeviceId, TerritoryId, UserId};
use domain::people::{Country, Role, Territory};
use std::collections::BTreeSet;
use sync::ScopeId;

/// A person who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub user: UserId,
    /// Login name.
    pub login: String,
    /// Full name.
    pub name: String,
    /// What they do.
    pub role: Role,
    /// Whose rules hold.
    pub country: Country,
    /// Where they do it.
    pub territory: Option<Territory>,
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Who.
    pub user: UserId,
    /// Login name, unique.
    pub login: String,
    /// Full name.
    pub name: String,
    /// What they do.
    pub role: Role,
    /// Whose rules hold.
    pub country: Country,
    /// Where they do it.
    pub territory: Option<TerritoryId>,
    /// The password's hash in PHC form.
    pub password: String,
}

/// Who may use the server, from what.
pub trait Accounts: Send + Sync {
    /// The account of a login name, and its password's hash.
    fn account(&self, login: String) -> Answer<'_, Option<(Account, String)>>;

    /// Whether nobody may sign in yet.
    fn is_empty(&self) -> Answer<'_, bool>;

    /// Makes accounts, all or none; `Taken` when a login name or an id is.
    fn add_accounts(&self, accounts: Vec<NewAccount>) -> Answer<'_, ()>;

    /// Gives the device to the user unless it is another's. Answers whether it is the user's.
    fn bind_device(&self, device: DeviceId, user: UserId, at: Instant) -> Answer<'_, bool>;

    /// Notes that the device is told to follow these scopes, and that it has left those. What it was told before and is
    /// in neither stays noted.
    fn tell(&self, device: DeviceId, followed: Vec<ScopeId>, left: Vec<ScopeId>) -> Answer<'_, ()>;

    /// Registers the actor to the device unless it is another's. Answers all actors of the device.
    fn register_actor(&self, actor: Actor, device: DeviceId, at: Instant) -> Answer<'_, Vec<Actor>>;
}

/// What a device has been told, when it is told more and has left some.
pub fn told(before: &BTreeSet<ScopeId>, followed: &[ScopeId], left: &[ScopeId]) -> BTreeSet<ScopeId> {
    let stays = before.iter().filter(|scope| !left.contains(scope));
    stays.chain(followed).copied().collect()
}
