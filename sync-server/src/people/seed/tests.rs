//! What the demo company promises to those who show it, test with it and load it.

use super::{DemoCompany, DemoUser, company};
use chrono::{DateTime, TimeDelta};
use domain::Instant;
use domain::calls::{Call, CallState};
use domain::people::{Affiliation, Audience, Country, Npi, Role};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

fn monday() -> Instant {
    DateTime::from_timestamp(1_795_435_200, 0).unwrap()
}

static DEMO: LazyLock<DemoCompany> = LazyLock::new(|| company(1, monday()));

fn demo() -> &'static DemoCompany {
    &DEMO
}

fn user<'a>(company: &'a DemoCompany, login: &str) -> &'a DemoUser {
    company.users.iter().find(|u| u.login == login).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_company_and_another_gives_another() {
    assert_eq!(company(1, monday()), *demo());
    assert_ne!(company(2, monday()).hcps, demo().hcps);
}

#[test]
fn another_day_moves_history_and_leaves_people_alone() {
    let later = company(1, monday() + TimeDelta::days(3));
    let demo = demo();
    assert_eq!(
        (&later.hcps, &later.users, &later.affiliations),
        (&demo.hcps, &demo.users, &demo.affiliations)
    );
    assert_ne!(later.activities, demo.activities);
}

#[test]
fn it_has_the_promised_size() {
    let demo = demo();
    let countries: BTreeSet<Country> = demo.territories.iter().map(|t| t.country).collect();
    assert_eq!(countries, BTreeSet::from([Country::DE, Country::GB, Country::US]));
    assert_eq!((demo.territories.len(), demo.organisations.len(), demo.hcps.len()), (12, 400, 5_000));
    assert_eq!(
        demo.products.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(),
        ["Corvalen", "Nefrizan", "Pulmovara"]
    );
    assert!((8_000..16_000).contains(&demo.activities.len()), "{} activities", demo.activities.len());
    assert!((1_000..2_500).contains(&demo.calls.len()), "{} calls", demo.calls.len());
    assert!(demo.follow_ups.len() > 100 && demo.notes.len() > 400 && demo.consents.len() > 4_000);
}

#[test]
fn names_of_organisations_are_unique_and_parents_come_first() {
    let demo = demo();
    let mut built = BTreeSet::new();
    for house in &demo.organisations {
        assert!(
            house.parent.is_none_or(|parent| built.contains(&parent)),
            "{} before its hospital",
            house.name
        );
        built.insert(house.id);
    }
    let tops: Vec<&str> =
        demo.organisations.iter().filter(|o| o.parent.is_none()).map(|o| o.name.as_str()).collect();
    assert_eq!(tops.iter().collect::<BTreeSet<_>>().len(), tops.len());
    assert!(demo.organisations.iter().any(|o| o.parent.is_some()));
}

#[test]
fn every_link_leads_somewhere() {
    let demo = demo();
    let hcps: BTreeMap<_, _> = demo.hcps.iter().map(|h| (h.id, h)).collect();
    let houses: BTreeSet<_> = demo.organisations.iter().map(|o| o.id).collect();
    let territories: BTreeSet<_> = demo.territories.iter().map(|t| t.id).collect();
    let users: BTreeSet<_> = demo.users.iter().map(|u| u.id).collect();
    assert!(demo.affiliations.iter().all(|a| hcps.contains_key(&a.hcp) && houses.contains(&a.organisation)));
    assert!(
        demo.affiliations.iter().all(|a| a.until.is_none_or(|until| a.from.is_none_or(|from| from < until)))
    );
    for hcp in hcps.values() {
        assert!(hcp.territory.is_some_and(|t| territories.contains(&t)));
        let at_work = |a: &&Affiliation| a.hcp == hcp.id && Some(a.organisation) == hcp.workplace;
        assert!(demo.affiliations.iter().any(|a| at_work(&a)), "{} works nowhere", hcp.name);
    }
    assert!(
        demo.activities
            .iter()
            .all(|a| hcps.contains_key(&a.hcp) && a.by.is_none_or(|by| users.contains(&by)))
    );
    assert!(demo.calls.iter().all(|c| users.contains(&c.owner)));
    assert!(demo.calls.iter().flat_map(|c| &c.content.attendees).all(|hcp| hcps.contains_key(hcp)));
    assert!(demo.consents.iter().all(|(hcp, e)| hcps.contains_key(hcp) && users.contains(&e.captured_by)));
}

#[test]
fn ids_are_unique_across_the_company() {
    let demo = demo();
    let mut ids: Vec<uuid::Uuid> = demo.hcps.iter().map(|h| h.id.0).collect();
    ids.extend(demo.organisations.iter().map(|o| o.id.0));
    ids.extend(demo.affiliations.iter().map(|a| a.id.0));
    ids.extend(demo.activities.iter().map(|a| a.id.0));
    ids.extend(demo.calls.iter().map(|c| c.id.0));
    ids.extend(demo.consents.iter().map(|(_, e)| e.id.0));
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
}

#[test]
fn two_reps_share_a_german_territory_and_every_role_can_sign_in() {
    let demo = demo();
    let [jan, lena] = [user(demo, "jan.reuter"), user(demo, "lena.vogt")];
    assert_eq!((jan.role, jan.territory), (Role::Rep, lena.territory));
    assert_eq!(demo.territories.iter().find(|t| Some(t.id) == jan.territory).unwrap().country, Country::DE);
    let roles: BTreeSet<Role> = demo.users.iter().map(|u| u.role).collect();
    assert_eq!(roles.len(), 5);
    let logins: BTreeSet<&str> = demo.users.iter().map(|u| u.login.as_str()).collect();
    assert_eq!(logins.len(), demo.users.len());
    assert!(logins.iter().all(|l| l.bytes().all(|b| b.is_ascii_lowercase() || b == b'.')), "{logins:?}");
}

#[test]
fn a_rep_has_six_calls_today_and_only_past_ones_are_closed() {
    let demo = demo();
    let jan = user(demo, "jan.reuter");
    let today = |c: &&Call| c.owner == jan.id && c.content.starts_at.date_naive() == monday().date_naive();
    assert_eq!(demo.calls.iter().filter(today).count(), 6);
    assert!(
        demo.calls
            .iter()
            .all(|c| c.state.is_open() == (c.content.starts_at.date_naive() >= monday().date_naive()))
    );
    let submitted = demo.calls.iter().filter(|c| matches!(c.state, CallState::Submitted { .. }));
    assert!(submitted.clone().all(|c| !c.content.notes.is_empty() && c.content.side_effect.is_some()));
    assert!(submitted.flat_map(|c| &c.amendments).all(|a| a.at < monday() + TimeDelta::days(1)));
}

#[test]
fn liaisons_calls_stay_on_the_medical_side() {
    let demo = demo();
    let liaisons: BTreeSet<_> = demo.users.iter().filter(|u| u.role == Role::Msl).map(|u| u.id).collect();
    let medical = |c: &Call| c.audience == Audience::Medical;
    assert!(demo.calls.iter().any(medical));
    assert!(demo.calls.iter().all(|c| medical(c) == liaisons.contains(&c.owner)));
}

#[test]
fn a_call_talks_only_about_brands_that_are_sold_there() {
    let demo = demo();
    let hcps: BTreeMap<_, _> = demo.hcps.iter().map(|h| (h.id, h.country)).collect();
    let sold: BTreeMap<_, _> = demo.products.iter().map(|p| (p.id, &p.countries)).collect();
    for call in &demo.calls {
        let country = hcps[call.content.attendees.first().unwrap()];
        assert!(call.content.products.keys().all(|product| sold[product].contains(&country)));
    }
}

#[test]
fn a_consent_event_has_seen_only_what_came_before_it() {
    let mut before: BTreeMap<_, Instant> = BTreeMap::new();
    for (_, event) in &demo().consents {
        assert!(event.seen.iter().all(|id| before[id] < event.at), "seen from the future");
        before.insert(event.id, event.at);
    }
}

#[test]
fn american_hcps_have_valid_numbers_that_nobody_real_has() {
    let demo = demo();
    let numbers = demo.hcps.iter().flat_map(|h| &h.identifiers).filter(|i| i.system == "npi");
    assert!(numbers.clone().count() > 1_000);
    assert!(numbers.clone().all(|i| Npi::new(&i.value).is_ok() && i.value.starts_with('2')));
}
