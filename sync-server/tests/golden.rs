//! An import into the golden records of a real store: what it keeps, what it shows to whom, and that it is all or
//! nothing. How files are read is told elsewhere.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use domain::ids::{AffiliationId, HcpId, OrgId, TerritoryId};
use domain::people::{
    Affiliation, Audience, Country, Hcp, HcpStatus, Identifier, Organisation, PersonName, Territory, Tier,
};
use domain::reference::{Row, Table};
use rusqlite::Connection;
use std::path::PathBuf;
use sync::ScopeId;
use sync_server::people::import::{Golden, Retired};
use sync_server::store::sqlite::{Sqlite, golden};
use sync_server::store::{Feed, RoutedRow, Rows};
use tempfile::TempDir;
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
async fn company() -> (TempDir, PathBuf, Sqlite) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("store.db");
    let store = Sqlite::open(&file).unwrap();
    let territory = Row::Territory(Territory { id: NORTH, name: "North".into(), country: Country::US });
    let mara = Row::Hcp(Hcp { tier: Some(Tier::A), territory: Some(NORTH), ..hcp("Salem") });
    let country = vec![ScopeId::Country(Country::US)];
    let rows = [(territory, country), (mara, vec![TEAM])].map(|(row, scopes)| RoutedRow { row, scopes });
    store.upsert_rows(rows.to_vec()).await.unwrap();
    (folder, file, store)
}

fn import(connection: &mut Connection, rows: &[Row]) {
    let mut import = golden::Import::begin(connection, None).unwrap();
    import.upsert_batch(rows).unwrap();
    import.publish().unwrap();
}

async fn tables(store: &Sqlite) -> Vec<Table> {
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
    let (_folder, file, store) = company().await;
    import(&mut golden::open(&file).unwrap(), &[link(), clinic(), Row::Hcp(hcp("Portland"))]);

    let kept = store.row(Table::Hcp, MARA.0).await.unwrap().unwrap();
    assert_eq!(kept, Row::Hcp(Hcp { tier: Some(Tier::A), territory: Some(NORTH), ..hcp("Portland") }));
    let mut seen = tables(&store).await;
    seen.sort_unstable();
    assert_eq!(seen, [Table::Hcp, Table::Organisation, Table::Affiliation]);
}

#[tokio::test]
async fn an_import_that_is_given_up_leaves_no_trace() {
    let (_folder, file, store) = company().await;
    let mut connection = golden::open(&file).unwrap();
    let mut given_up = golden::Import::begin(&mut connection, None).unwrap();
    given_up.upsert_batch(&[clinic(), Row::Hcp(hcp("Portland"))]).unwrap();
    drop(given_up);
    assert_eq!(store.row(Table::Organisation, CLINIC.0).await.unwrap(), None);
    assert_eq!(tables(&store).await, [Table::Hcp]);
}

#[tokio::test]
async fn a_number_that_is_taken_back_makes_its_hcp_inactive() {
    let (_folder, file, store) = company().await;
    let mut connection = golden::open(&file).unwrap();
    let mut import = golden::Import::begin(&mut connection, None).unwrap();
    let retired = |hcp| {
        let number = Identifier { system: "npi".into(), value: "1234567893".into() };
        Retired { hcp, organisation: OrgId(Uuid::nil()), number }
    };
    let unknown = HcpId(Uuid::from_u128(9));
    import.retire_batch(&[retired(MARA), retired(unknown)]).unwrap();
    import.publish().unwrap();

    for id in [MARA, unknown] {
        let row = store.row(Table::Hcp, id.0).await.unwrap().unwrap();
        assert!(matches!(row, Row::Hcp(Hcp { status: HcpStatus::Inactive, .. })), "{row:?}");
    }
}

#[tokio::test]
async fn new_people_come_into_the_territory_that_is_named() {
    let (_folder, file, store) = company().await;
    let mut connection = golden::open(&file).unwrap();
    assert!(golden::territory_named(&connection, "South").is_err());
    let territory = golden::territory_named(&connection, "North").unwrap();
    let mut import = golden::Import::begin(&mut connection, Some(territory)).unwrap();
    let new = Hcp { id: HcpId(Uuid::from_u128(8)), ..hcp("Salem") };
    import.upsert_batch(&[Row::Hcp(new)]).unwrap();
    import.publish().unwrap();
    assert_eq!(tables(&store).await.len(), 2);
}
