//! Who follows what, and what they may write: what they follow, and what their device was told to follow before, until
//! it says that it left it.

use crate::store::Account;
use domain::ids::TerritoryId;
use domain::people::{Audience, Role};
use std::collections::BTreeSet;
use sync::ScopeId;

/// What an account may hold and write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    followed: Vec<ScopeId>,
    told: BTreeSet<ScopeId>,
    territory: Option<TerritoryId>,
    role: Role,
}

impl Entitlement {
    /// As the account stands now.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        let mut followed = vec![ScopeId::Country(account.country)];
        let territory = account.territory.as_ref().map(|territory| territory.id);
        if let Some(territory) = territory.filter(|_| account.role != Role::Administrator) {
            followed.push(ScopeId::Territory(territory, Audience::All));
            followed.push(ScopeId::Territory(territory, account.role.audience()));
            followed.push(ScopeId::User(account.user));
        }
        Self { followed, told: BTreeSet::new(), territory, role: account.role }
    }

    /// On a device that was told to follow these scopes: what was written there before it heard of others is taken.
    #[must_use]
    pub fn told(self, told: &BTreeSet<ScopeId>) -> Self {
        Self { told: told.clone(), ..self }
    }

    /// The scopes, in the order in which a first sync reads them: what others refer to comes first.
    #[must_use]
    pub fn followed(&self) -> &[ScopeId] {
        &self.followed
    }

    /// Follows one of these scopes.
    #[must_use]
    pub fn follows_any<'a>(&self, scopes: impl IntoIterator<Item = &'a ScopeId>) -> bool {
        scopes.into_iter().any(|scope| self.followed.contains(scope))
    }

    /// May write into a scope. To read it is another matter.
    #[must_use]
    pub fn writes(&self, scope: &ScopeId) -> bool {
        self.followed.contains(scope) || self.told.contains(scope)
    }

    /// The territories where this account may write for an audience, its own one first.
    #[must_use]
    pub fn territories(&self, audience: Audience) -> Vec<TerritoryId> {
        let told = self.told.iter().filter_map(|scope| match scope {
            ScopeId::Territory(territory, of) if *of == audience => Some(*territory),
            _ => None,
        });
        let own = self.territory.filter(|own| self.writes(&ScopeId::Territory(*own, audience)));
        own.into_iter().chain(told.filter(|told| Some(*told) != own)).collect()
    }

    /// For whom something was written that does not say it itself: for the audience of the role that the device knew.
    /// Where it may have known two, nothing medical goes to commercial.
    #[must_use]
    pub fn audience(&self) -> Audience {
        let knew = |audience| {
            self.told.iter().any(|scope| matches!(scope, ScopeId::Territory(_, of) if *of == audience))
        };
        match (knew(Audience::Commercial), knew(Audience::Medical)) {
            (_, true) => Audience::Medical,
            (true, false) => Audience::Commercial,
            (false, false) => self.role.audience(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::UserId;
    use domain::people::{Country, Territory};
    use uuid::Uuid;

    const NORTH: TerritoryId = TerritoryId(Uuid::from_u128(1));
    const SOUTH: TerritoryId = TerritoryId(Uuid::from_u128(2));

    fn entitled(role: Role) -> Entitlement {
        let territory = Territory { id: NORTH, name: "North".into(), country: Country::DE };
        let (login, name) = (String::new(), String::new());
        let user = UserId(Uuid::from_u128(9));
        let territory = Some(territory);
        Entitlement::of(&Account { user, login, name, role, country: Country::DE, territory })
    }

    const COMMERCIAL: ScopeId = ScopeId::Territory(NORTH, Audience::Commercial);
    const MEDICAL: ScopeId = ScopeId::Territory(NORTH, Audience::Medical);

    #[test]
    fn the_wall_stands_between_a_rep_and_a_liaison() {
        let (rep, liaison) = (entitled(Role::Rep), entitled(Role::Msl));
        assert!(rep.follows_any(&[COMMERCIAL]) && !rep.follows_any(&[MEDICAL]) && !rep.writes(&MEDICAL));
        assert!(liaison.follows_any(&[MEDICAL]) && !liaison.follows_any(&[COMMERCIAL]));
        assert_eq!(entitled(Role::Administrator).followed(), [ScopeId::Country(Country::DE)]);
        assert_eq!(entitled(Role::Administrator).territories(Audience::Commercial), []);
    }

    #[test]
    fn what_a_device_was_told_before_is_written_and_not_read() {
        let before = ScopeId::Territory(SOUTH, Audience::Commercial);
        let rep = entitled(Role::Rep).told(&[before].into());
        assert!(rep.writes(&before) && rep.writes(&COMMERCIAL) && !rep.follows_any(&[before]));
        assert_eq!(rep.territories(Audience::Commercial), [NORTH, SOUTH]);
    }

    #[test]
    fn what_does_not_say_for_whom_it_is_is_for_those_whom_its_device_knew() {
        let told = |scopes: &[ScopeId]| entitled(Role::Msl).told(&scopes.iter().copied().collect());
        assert_eq!(told(&[]).audience(), Audience::Medical);
        assert_eq!(told(&[COMMERCIAL]).audience(), Audience::Commercial);
        assert_eq!(told(&[COMMERCIAL, MEDICAL]).audience(), Audience::Medical);
    }
}
