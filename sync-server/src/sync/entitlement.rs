//! Who follows what, and where a document that somebody begins has its home.

use crate::store::Account;
use document::Kind;
use domain::ids::TerritoryId;
use domain::people::{Audience, Role};
use sync::ScopeId;

/// What an account may hold and write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    followed: Vec<ScopeId>,
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
        Self { followed, territory, role: account.role }
    }

    /// The scopes, in the order in which a first sync reads them: what others refer to comes first.
    #[must_use]
    pub fn followed(&self) -> &[ScopeId] {
        &self.followed
    }

    /// Follows one of these scopes.
    #[must_use]
    pub fn follows_any(&self, scopes: &[ScopeId]) -> bool {
        scopes.iter().any(|scope| self.followed.contains(scope))
    }

    /// The audience of what this account begins.
    #[must_use]
    pub fn audience(&self, kind: Kind) -> Audience {
        kind.audience(self.role)
    }

    /// The home of a document that this account begins: in the territory of the HCP that it is about, or in the
    /// account's own when it is about the account's work. None when the account may not begin it there.
    #[must_use]
    pub fn home(&self, kind: Kind, about: Option<TerritoryId>) -> Option<ScopeId> {
        let territory = match kind {
            Kind::Consent | Kind::ProfileNotes => about?,
            Kind::Call | Kind::FollowUp => self.territory?,
        };
        let home = ScopeId::Territory(territory, self.audience(kind));
        self.followed.contains(&home).then_some(home)
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

    #[test]
    fn the_wall_stands_between_a_rep_and_a_liaison() {
        let [commercial, medical] =
            [Audience::Commercial, Audience::Medical].map(|audience| ScopeId::Territory(NORTH, audience));
        assert!(
            entitled(Role::Rep).follows_any(&[commercial]) && !entitled(Role::Rep).follows_any(&[medical])
        );
        assert!(
            entitled(Role::Msl).follows_any(&[medical]) && !entitled(Role::Msl).follows_any(&[commercial])
        );
        assert_eq!(entitled(Role::Administrator).followed(), [ScopeId::Country(Country::DE)]);
    }

    #[test]
    fn a_document_about_an_hcp_lives_where_the_hcp_does_and_a_call_where_its_author_works() {
        let rep = entitled(Role::Rep);
        let all = |territory| Some(ScopeId::Territory(territory, Audience::All));
        assert_eq!(rep.home(Kind::Consent, Some(NORTH)), all(NORTH));
        assert_eq!(rep.home(Kind::Consent, Some(SOUTH)), None);
        assert_eq!(rep.home(Kind::Consent, None), None);
        let call = entitled(Role::Msl).home(Kind::Call, None);
        assert_eq!(call, Some(ScopeId::Territory(NORTH, Audience::Medical)));
        assert_eq!(entitled(Role::Administrator).home(Kind::Call, None), None);
    }
}
