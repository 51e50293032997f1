//! FHIR files, good and bad, and the proof that Bundles are read one entry at a time.

use super::*;
use crate::people::import::report::Code;
use domain::people::{Hcp, HcpStatus, Organisation};
use domain::reference::Row;
use serde_json::{Value, json};
use std::cell::Cell;
use std::convert::Infallible;
use std::io::Read;
use std::rc::Rc;

/// Keeps what was published.
struct Kept<'a>(&'a mut Vec<Row>, Vec<Row>);

impl Golden for Kept<'_> {
    type Error = Infallible;
    fn upsert_batch(&mut self, rows: &[Row]) -> Result<(), Infallible> {
        self.1.extend_from_slice(rows);
        Ok(())
    }
    fn retire_batch(&mut self, _: &[crate::people::import::Retired]) -> Result<(), Infallible> {
        Ok(())
    }
    fn publish(self) -> Result<(), Infallible> {
        self.0.extend(self.1);
        Ok(())
    }
}

struct Outcome {
    summary: Result<Summary, ImportError>,
    rows: Vec<Row>,
    report: String,
}

fn run(texts: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let write = |(n, text): (usize, &&str)| {
        let path = folder.path().join(format!("{n}.json"));
        std::fs::write(&path, text).unwrap();
        path
    };
    let files: Vec<_> = texts.iter().enumerate().map(write).collect();
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    let mut report = Report::new(&mut lines).unwrap();
    let summary = import(&files, Assumptions::default(), Kept(&mut rows, Vec::new()), &mut report);
    drop(report);
    Outcome { summary, rows, report: String::from_utf8(lines).unwrap() }
}

impl Outcome {
    fn hcp(&self) -> &Hcp {
        self.rows.iter().find_map(|row| if let Row::Hcp(hcp) = row { Some(hcp) } else { None }).unwrap()
    }
    fn organisation(&self, name: &str) -> &Organisation {
        let mut houses = self.rows.iter().filter_map(|row| match row {
            Row::Organisation(house) => Some(house),
            _ => None,
        });
        houses.find(|house| house.name == name).unwrap()
    }
}

fn ndjson(resources: &[Value]) -> String {
    resources.iter().map(|resource| format!("{resource}\n")).collect()
}

fn bundle(entries: &[Value]) -> String {
    serde_json::to_string_pretty(&json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }))
        .unwrap()
}

fn anna() -> Value {
    json!({ "resourceType": "Practitioner", "id": "p1",
        "identifier": [{ "system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893" }],
        "name": [{ "use": "old", "family": "Old" }, { "family": "Sample", "given": ["Anna", "B."], "prefix": ["Dr."] }] })
}

fn role() -> Value {
    json!({ "resourceType": "PractitionerRole", "id": "r1", "practitioner": { "reference": "Practitioner/p1" },
        "organization": { "reference": "http://server/fhir/Organization/dep/_history/3" },
        "location": [{ "reference": "Location/l1" }], "period": { "start": "2019-05", "end": "2024-01-31T00:00:00Z" },
        "code": [{ "text": "Head of department" }], "specialty": [{ "coding": [{ "code": "207RC0000X" }] }] })
}

fn houses() -> [Value; 3] {
    [
        json!({ "resourceType": "Location", "id": "l1", "address": { "city": "Boston", "country": "USA" },
            "managingOrganization": { "reference": "Organization/dep" } }),
        json!({ "resourceType": "Organization", "id": "dep", "name": "Cardiology", "partOf": { "reference": "Organization/h" } }),
        json!({ "resourceType": "Organization", "id": "h", "name": "Sample Hospital", "address": [{ "city": "Quincy", "country": "us" }] }),
    ]
}

#[test]
fn four_resources_in_any_order_and_over_several_files_become_one_picture() {
    let outcome = run(&[&ndjson(&[role(), anna()]), &ndjson(&houses())]);
    let summary = outcome.summary.as_ref().unwrap();
    assert_eq!((summary.entries, summary.persons, summary.organisations, summary.affiliations), (5, 1, 2, 1));
    assert_eq!((summary.skipped, summary.remarks), (0, 0), "{}", outcome.report);
    let (anna, department) = (outcome.hcp(), outcome.organisation("Cardiology"));
    assert_eq!(
        (anna.name.to_string().as_str(), anna.specialty.as_str()),
        ("Dr. Anna B. Sample", "Cardiology")
    );
    assert_eq!(
        (anna.city.as_str(), anna.workplace, anna.status),
        ("Boston", Some(department.id), HcpStatus::Active)
    );
    assert_eq!(
        (department.city.as_str(), department.parent),
        ("Boston", Some(outcome.organisation("Sample Hospital").id))
    );
    let Some(Row::Affiliation(link)) = outcome.rows.iter().find(|row| matches!(row, Row::Affiliation(_)))
    else {
        panic!("no affiliation")
    };
    assert_eq!(
        (link.hcp, link.organisation, link.role.as_str()),
        (anna.id, department.id, "Head of department")
    );
    assert_eq!(
        (link.from.unwrap().to_string(), link.until.unwrap().to_string()),
        ("2019-05-01".into(), "2024-01-31".into())
    );
}

#[test]
fn a_bundle_says_the_same_as_ndjson() {
    let all: Vec<Value> = [role(), anna()].into_iter().chain(houses()).collect();
    let entries: Vec<Value> = all.iter().map(|resource| json!({ "resource": resource })).collect();
    let marked = format!("\u{feff}{}", bundle(&entries));
    assert_eq!(run(&[&marked]).rows, run(&[&ndjson(&all)]).rows);
}

#[test]
fn a_bundles_own_addresses_and_numbers_resolve_too() {
    let person = json!({ "resourceType": "Practitioner", "name": [{ "text": "Anna Sample" }],
        "address": [{ "city": "Köln", "country": "DE" }] });
    let house = json!({ "resourceType": "Organization", "name": "Praxis", "address": [{ "country": "Germany" }],
        "identifier": [{ "system": "urn:praxis", "value": "7" }] });
    let role = json!({ "resourceType": "PractitionerRole", "id": "r", "practitioner": { "reference": "urn:uuid:1" },
        "organization": { "identifier": { "system": "urn:praxis", "value": "7" } } });
    let outcome = run(&[&bundle(&[
        json!({ "fullUrl": "urn:uuid:1", "resource": person }),
        json!({ "resource": house }),
        json!({ "resource": role }),
    ])]);
    assert_eq!(outcome.rows.len(), 3, "{}", outcome.report);
    assert_eq!(outcome.hcp().workplace, Some(outcome.organisation("Praxis").id));
}

#[test]
fn the_same_npi_is_the_same_person_in_fhir_and_in_nppes() {
    let hcp = run(&[&ndjson(&[anna()])]).hcp().id;
    assert_eq!(hcp, crate::people::import::ids::hcp("npi", "1234567893"));
}

#[test]
fn bad_entries_are_reported_by_line_and_the_others_imported() {
    let wrong_npi = json!({ "resourceType": "Practitioner", "name": [{ "family": "X" }],
        "identifier": [{ "system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567890" }] });
    let lines = [
        anna().to_string(),
        "{\"resourceType\":".into(),
        wrong_npi.to_string(),
        json!({ "resourceType": "Practitioner", "id": "p2", "name": "Anna" }).to_string(),
        json!({ "resourceType": "Practitioner", "id": "p3", "name": [{ "family": "Nowhere" }] }).to_string(),
        json!({ "resourceType": "Patient", "id": "x" }).to_string(),
        role().to_string(),
        json!({ "resourceType": "Organization", "id": "o", "name": "O", "address": [{ "country": "GB" }],
            "partOf": { "reference": "Organization/gone" } })
        .to_string(),
    ];
    let outcome = run(&[&lines.join("\n")]);
    let codes: Vec<String> = outcome
        .report
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.splitn(5, ',').collect();
            fields[1..4].join(" ")
        })
        .collect();
    assert_eq!(
        codes,
        [
            "2 skipped shape",
            "3 skipped npi_check_digit",
            "4 skipped shape",
            "5 skipped country",
            "6 skipped resource_type",
            "7 skipped reference_unknown",
            "8 kept reference_unknown",
        ]
    );
    assert_eq!((outcome.rows.len(), outcome.summary.unwrap().skipped), (2, 6));
}

#[test]
fn an_inactive_role_needs_an_end() {
    let mut ended = role();
    ended["active"] = json!(false);
    let mut open = ended.clone();
    (open["id"], open["period"]) = (json!("r2"), json!({}));
    let outcome = run(&[&ndjson(&[anna(), ended, open]), &ndjson(&houses())]);
    assert!(outcome.report.contains(Code::RoleWithoutEnd.name()));
    assert_eq!((outcome.hcp().workplace, outcome.summary.unwrap().affiliations), (None, 1));
}

#[test]
fn a_bundle_that_breaks_off_imports_nothing() {
    let whole = bundle(&[json!({ "resource": anna() }), json!({ "resource": anna() })]);
    let outcome = run(&[&ndjson(&[anna()]), &whole[..whole.len() - 40]]);
    assert!(matches!(outcome.summary, Err(ImportError::Damaged { after: 1.., .. })), "{:?}", outcome.summary);
    assert_eq!(outcome.rows, []);
}

#[test]
fn another_format_is_refused_by_name() {
    for (text, name) in
        [("NPI,Entity Type Code,x\n", "NPPES"), ("<x/>", "XML"), ("", "empty"), ("[1]", "not FHIR")]
    {
        let error = run(&[text]).summary.unwrap_err();
        assert!(
            matches!(error, ImportError::OtherFormat { .. }) && error.to_string().contains(name),
            "{error}"
        );
    }
}

/// A Bundle of 200,000 entries that is made as it is read.
struct Endless {
    made: u64,
    rest: std::io::Cursor<Vec<u8>>,
    handed_out: Rc<Cell<u64>>,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.rest.position() == self.rest.get_ref().len() as u64 && self.made <= 200_000 {
            let comma = if self.made == 0 { "" } else { "," };
            let entry =
                format!("{comma}{{\"resource\":{{\"resourceType\":\"Location\",\"id\":\"{}\"}}}}", self.made);
            self.rest = std::io::Cursor::new(if self.made < 200_000 { entry.into() } else { b"]}".to_vec() });
            self.made += 1;
        }
        let read = self.rest.read(buffer)?;
        self.handed_out.set(self.handed_out.get() + read as u64);
        Ok(read)
    }
}

#[test]
fn a_bundle_of_two_hundred_thousand_entries_is_read_one_at_a_time() {
    let handed_out = Rc::new(Cell::new(0));
    let rest = std::io::Cursor::new(b"{\"resourceType\":\"Bundle\",\"entry\":[".to_vec());
    let from = Endless { made: 0, rest, handed_out: Rc::clone(&handed_out) };
    let mut visited = 0;
    let read = stream::bundle(from, &mut |place, entry| {
        assert!(entry.is_ok());
        visited = place;
        // An entry takes at least 49 bytes, so this bounds what was read ahead of it.
        assert!(handed_out.get() <= place * 58 + (64 << 10) + 64, "entry {place}");
        Ok(())
    });
    assert!(read.is_ok());
    assert_eq!(visited, 200_000);
}

#[test]
fn an_entry_without_end_does_not_fill_the_memory() {
    let begin = std::io::Cursor::new(b"{\"resourceType\":\"Bundle\",\"entry\":[{\"x\":\"".to_vec());
    let stop = stream::bundle(begin.chain(std::io::repeat(b'x')), &mut |_, _| Ok(())).err().unwrap();
    assert!(matches!(stop, stream::Stop::Damaged(0, what) if what.contains("16 MiB")));
    let line = std::io::repeat(b'x');
    let stop = stream::lines(line, &mut |_, _| Ok(())).err().unwrap();
    assert!(matches!(stop, stream::Stop::Damaged(0, what) if what.contains("16 MiB")));
}
