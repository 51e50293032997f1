//! An import into the golden records of a real store: what it keeps, what it shows to whom, and that it is all or
//! nothing. How files are read is told elsewhere.

use crate::database::Database;
use domain::Instant;
use domain::ids::{AffiliationId, HcpId, OrgId, TerritoryId};
use domain::people::{
    Affiliation, Audience, Country, Hcp, HcpStatus, Identifier, Organisation, PersonName, Territory, Tier,
};
use domain::reference::{Row, Table};
use std::sync::Arc;
use sync::ScopeId;
use sync_server::people::import::{Golden, Retired};
use sync_server::store::{RoutedRow, Staging, Store};
use uuid::Uuid;

const NORTH: TerritoryId = TerritoryId(Uuid::from_u128(1));
const MARA: HcpId = HcpId(Uuid::from_u128(2));
const CLINIC: OrgId = OrgId(Uuid::from_u128(3));
const TEAM: ScopeId = ScopeId::Territory(NORTH, Audience::All);

fn hcp(city: &str) -> Hcp {
    Hcp {
        id: MARA,
        name: PersonName { title: "Dr".into(), given: "Mara".into(), family: "Petersen".into() },
        specialty: "Cardiology".into(),
        tier: None,
        status: HcpStatus::Active,
        country: Country::US,
        city: city.into(),
        workplace: None,
        territory: None,
        identifiers: Vec::new(),
    }
}

fn clinic() -> Row {
    let (name, city, identifiers) = ("Clinic".to_owned(), "Salem".to_owned(), Vec::new());
    Row::Organisation(Organisation {
        id: CLINIC,
        name,
        city,
        country: Country::US,
        parent: None,
        identifiers,
    })
}

fn link() -> Row {
    let (id, role) = (AffiliationId(Uuid::from_u128(4)), "Consultant".to_owned());
    Row::Affiliation(Affiliation { id, hcp: MARA, organisation: CLINIC, role, from: None, until: None })
}

/// A store in which the company has given Mara a tier and a territory.
async fn company() -> (Database, Arc<dyn Store>) {
    let database = Database::fresh();
    let store = sync_server::open(&database.config()).await.unwrap();
    let territory = Row::Territory(Territory { id: NORTH, name: "North".into(), country: Country::US });
    let mara = Row::Hcp(Hcp { tier: Some(Tier::A), territory: Some(NORTH), ..hcp("Salem") });
    let country = vec![ScopeId::Country(Country::US)];
    let rows = [(territory, country), (mara, vec![TEAM])].map(|(row, scopes)| RoutedRow { row, scopes });
    store.upsert_rows(rows.to_vec(), Instant::UNIX_EPOCH).await.unwrap();
    (database, store)
}

/// An import, on a thread that may wait.
async fn import(
    store: &Arc<dyn Store>,
    territory: Option<TerritoryId>,
    work: impl FnOnce(Box<dyn Staging>) + Send + 'static,
) {
    let staging = store.begin_import(territory, Instant::UNIX_EPOCH).await.unwrap();
    tokio::task::spawn_blocking(move || work(staging)).await.unwrap();
}

async fn tables(store: &Arc<dyn Store>) -> Vec<Table> {
    let rows = |line| match line {
        sync::wire::v1::News::Row { row, .. } => Some(row.key().0),
        _ => None,
    };
    let news = store.news(vec![(TEAM, 0)], 100_000).await.unwrap();
    assert!(store.check_sums().await.unwrap().iter().all(|sum| sum.kept == sum.computed));
    news.entries.into_iter().filter_map(|entry| rows(entry.news)).collect()
}

#[tokio::test]
async fn what_the_company_has_set_stays_and_the_team_sees_where_its_hcps_work() {
    let (_database, store) = company().await;
    import(&store, None, |mut golden| {
        golden.upsert_batch(&[link(), clinic(), Row::Hcp(hcp("Portland"))]).unwrap();
        Golden::publish(golden).unwrap();
    })
    .await;

    let kept = store.row(Table::Hcp, MARA.0).await.unwrap().unwrap();
    assert_eq!(kept, Row::Hcp(Hcp { tier: Some(Tier::A), territory: Some(NORTH), ..hcp("Portland") }));
    let mut seen = tables(&store).await;
    seen.sort_unstable();
    assert_eq!(seen, [Table::Hcp, Table::Organisation, Table::Affiliation]);
}

#[tokio::test]
async fn an_import_that_is_given_up_leaves_no_trace() {
    let (_database, store) = company().await;
    import(&store, None, |mut golden| {
        golden.upsert_batch(&[clinic(), Row::Hcp(hcp("Portland"))]).unwrap();
    })
    .await;
    assert_eq!(store.row(Table::Organisation, CLINIC.0).await.unwrap(), None);
    assert_eq!(tables(&store).await, [Table::Hcp]);
}

#[tokio::test]
async fn a_number_that_is_taken_back_makes_its_hcp_inactive() {
    let (_database, store) = company().await;
    let retired = |hcp| {
        let number = Identifier { system: "npi".into(), value: "1234567893".into() };
        Retired { hcp, organisation: OrgId(Uuid::nil()), number }
    };
    let unknown = HcpId(Uuid::from_u128(9));
    import(&store, None, move |mut golden| {
        golden.retire_batch(&[retired(MARA), retired(unknown)]).unwrap();
        Golden::publish(golden).unwrap();
    })
    .await;

    for id in [MARA, unknown] {
        let row = store.row(Table::Hcp, id.0).await.unwrap().unwrap();
        assert!(matches!(row, Row::Hcp(Hcp { status: HcpStatus::Inactive, .. })), "{row:?}");
    }
}

#[tokio::test]
async fn new_people_come_into_the_territory_that_is_named() {
    let (_database, store) = company().await;
    assert!(store.territory_named("South".into()).await.is_err());
    let territory = store.territory_named("North".into()).await.unwrap();
    let new = Hcp { id: HcpId(Uuid::from_u128(8)), ..hcp("Salem") };
    import(&store, Some(territory), |mut golden| {
        golden.upsert_batch(&[Row::Hcp(new)]).unwrap();
        Golden::publish(golden).unwrap();
    })
    .await;
    assert_eq!(tables(&store).await.len(), 2);
}
