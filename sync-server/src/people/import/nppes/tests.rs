//! NPPES rows, good and bad, and the proof that they are read one at a time.

use super::*;
use domain::people::{Country, HcpStatus};
use domain::reference::Row;
use std::cell::Cell;
use std::rc::Rc;

const HEADER: &str = "NPI,Entity Type Code,Provider Organization Name (Legal Business Name),\
Provider Last Name (Legal Name),Provider First Name,Provider Middle Name,Provider Name Prefix Text,\
Provider Business Practice Location Address City Name,Provider Business Practice Location Address State Name,\
Provider Business Practice Location Address Country Code (If outside U.S.),NPI Deactivation Date,\
NPI Reactivation Date,Healthcare Provider Taxonomy Code_1,Healthcare Provider Primary Taxonomy Switch_1,\
Healthcare Provider Taxonomy Code_2,Healthcare Provider Primary Taxonomy Switch_2\n";

/// What a row says.
fn read(row: &str) -> Result<Imported, Code> {
    let mut rows = Rows::open(std::io::Cursor::new(format!("{HEADER}{row}\n"))).ok().unwrap();
    let (line, row) = rows.next().ok().unwrap().unwrap();
    assert_eq!(line, 2);
    row.map_err(|finding| finding.code)
}

fn hcp(row: &str) -> domain::people::Hcp {
    match read(row).unwrap() {
        Imported::Row(Row::Hcp(hcp)) => hcp,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_person_is_read_with_name_place_and_primary_specialty() {
    let hcp = hcp("1234567893,1,,DOE,JANE,Q,DR.,BOSTON,MA,,,,207R00000X,N,207RC0000X,Y");
    assert_eq!(hcp.name.to_string(), "DR. JANE Q DOE");
    assert_eq!(
        (hcp.city.as_str(), hcp.country, hcp.specialty.as_str()),
        ("BOSTON, MA", Country::US, "Cardiology")
    );
    assert_eq!((hcp.status, hcp.identifiers[0].value.as_str()), (HcpStatus::Active, "1234567893"));
}

#[test]
fn the_same_number_is_the_same_person_in_the_next_months_file() {
    let [before, after] = ["DOE", "ROE"].map(|name| hcp(&format!("1234567893,1,,{name},,,,,,,,,,,,")));
    assert_eq!(before.id, after.id);
    assert_ne!(before.name, after.name);
}

#[test]
fn an_organisation_is_read() {
    let Imported::Row(Row::Organisation(clinic)) =
        read("1234567893,2,SAMPLE CLINIC,,,,,,TX,CA,,,111N00000X,Y,,").unwrap()
    else {
        panic!("not an organisation")
    };
    assert_eq!(
        (clinic.name.as_str(), clinic.city.as_str(), clinic.country.to_string()),
        ("SAMPLE CLINIC", "TX", "CA".into())
    );
}

#[test]
fn a_deactivated_number_is_kept_and_a_reactivated_one_is_active() {
    assert!(matches!(read("1234567893,,,,,,,,,,05/01/2020,,,,,"), Ok(Imported::Retired(_))));
    assert_eq!(hcp("1234567893,1,,DOE,,,,,,,05/01/2020,,,,,").status, HcpStatus::Inactive);
    assert_eq!(hcp("1234567893,1,,DOE,,,,,,,05/01/2020,06/01/2020,,,,").status, HcpStatus::Active);
    assert_eq!(hcp("1234567893,1,,DOE,,,,,,,05/01/2020,04/01/2019,,,,").status, HcpStatus::Inactive);
}

#[test]
fn a_bad_row_says_what_is_wrong_with_it() {
    let cases = [
        ("1234567890,1,,DOE,,,,,,,,,,,,", Code::NpiCheckDigit),
        ("123,1,,DOE,,,,,,,,,,,,", Code::NpiShape),
        ("1234567893,3,,DOE,,,,,,,,,,,,", Code::EntityType),
        ("1234567893,1,,,JANE,,,,,,,,,,,", Code::NameMissing),
        ("1234567893,2,,,,,,,,,,,,,,", Code::NameMissing),
        ("1234567893,1,,DOE,,,,,,USA,,,,,,", Code::Country),
        ("1234567893,1,,DOE", Code::Columns),
    ];
    for (row, code) in cases {
        assert_eq!(read(row), Err(code), "{row}");
    }
}

#[test]
fn a_missing_column_is_named() {
    let problem = Rows::open("NPI,Entity Type Code,x\n".as_bytes()).err().unwrap();
    let Problem::Columns(missing) = problem else { panic!("not about columns") };
    assert!(missing.contains(&"Provider Last Name (Legal Name)") && !missing.contains(&"NPI"));
}

/// Makes rows as they are asked for, and knows how many bytes it has handed out.
struct Generated {
    row: u64,
    rest: std::io::Cursor<Vec<u8>>,
    handed_out: Rc<Cell<u64>>,
}

impl Read for Generated {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.rest.position() == self.rest.get_ref().len() as u64 && self.row < 200_000 {
            let npi = domain::people::Npi::from_stem(self.row);
            self.rest = std::io::Cursor::new(format!("{npi},1,,DOE,JANE,,,BOSTON,MA,,,,,,,\n").into_bytes());
            self.row += 1;
        }
        let read = self.rest.read(buffer)?;
        self.handed_out.set(self.handed_out.get() + read as u64);
        Ok(read)
    }
}

#[test]
fn two_hundred_thousand_rows_are_read_one_at_a_time() {
    let handed_out = Rc::new(Cell::new(0));
    let rest = std::io::Cursor::new(HEADER.as_bytes().to_vec());
    let mut rows = Rows::open(Generated { row: 0, rest, handed_out: Rc::clone(&handed_out) }).ok().unwrap();
    let mut consumed = 0;
    while let Some((_, row)) = rows.next().ok().unwrap() {
        assert!(row.is_ok());
        consumed += 1;
        let read_ahead = handed_out.get() - rows.reader.position().byte().min(handed_out.get());
        assert!(read_ahead <= 64 << 10, "row {consumed}: {read_ahead} bytes read ahead");
    }
    assert_eq!(consumed, 200_000);
}

#[test]
fn an_open_quote_does_not_swallow_the_file() {
    let endless = std::io::Cursor::new(format!("{HEADER}\"1234567893,1,")).chain(std::io::repeat(b'x'));
    let problem = Rows::open(endless).ok().unwrap().next().err().unwrap();
    assert!(problem.about(Path::new("f"), 1).to_string().contains("longer than 16 MiB"));
}

/// Counts what is published; nothing else is of interest here.
struct Counted<'a>(&'a Cell<usize>, usize);

impl Golden for Counted<'_> {
    type Error = std::convert::Infallible;
    fn upsert_batch(&mut self, rows: &[Row]) -> Result<(), Self::Error> {
        self.1 += rows.len();
        Ok(())
    }
    fn retire_batch(&mut self, retired: &[crate::people::import::Retired]) -> Result<(), Self::Error> {
        self.1 += retired.len();
        Ok(())
    }
    fn publish(self) -> Result<(), Self::Error> {
        self.0.set(self.1);
        Ok(())
    }
}

/// Imports a file of these bytes: the summary, what was published, and the report.
fn import_bytes(bytes: &[u8]) -> (Result<Summary, ImportError>, usize, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, bytes).unwrap();
    let (published, mut lines) = (Cell::new(0), Vec::new());
    let mut report = Report::new(&mut lines).unwrap();
    let summary = import(&file, Counted(&published, 0), &mut report);
    drop(report);
    (summary, published.get(), String::from_utf8(lines).unwrap())
}

fn zipped(name: &str, text: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(text.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}

fn three_rows() -> String {
    let good = |stem| format!("{},1,,DOE,JANE,,,,,,,,,,,\n", domain::people::Npi::from_stem(stem));
    format!("{HEADER}{}1234567890,1,,DOE,JANE,,,,,,,,,,,\n{}", good(1), good(2))
}

#[test]
fn a_bad_row_is_reported_with_its_line_and_the_others_are_imported_from_csv_and_zip() {
    for bytes in [three_rows().into_bytes(), zipped("x/npidata_pfile_20050523-20261108.csv", &three_rows())] {
        let (summary, published, report) = import_bytes(&bytes);
        let summary = summary.unwrap();
        assert_eq!((summary.entries, summary.persons, summary.skipped, published), (3, 2, 1, 2));
        assert!(report.contains("file,3,skipped,npi_check_digit,"), "{report}");
    }
}

#[test]
fn a_file_of_another_format_is_refused_and_named() {
    let header_only = zipped("npidata_pfile_fileheader.csv", HEADER);
    let cases: [(&[u8], &str); 5] = [
        (b"{\"resourceType\":\"Practitioner\"}\n", "FHIR in NDJSON"),
        (b"name;city\n", "another layout"),
        (b"\x1f\x8b\x08", "unpack it first"),
        (&header_only, "without an npidata_pfile"),
        (b"", "empty"),
    ];
    for (bytes, name) in cases {
        let (summary, published, _) = import_bytes(bytes);
        let error = summary.unwrap_err();
        assert!(
            matches!(error, ImportError::OtherFormat { .. }) && error.to_string().contains(name),
            "{error}"
        );
        assert_eq!(published, 0);
    }
}

#[test]
fn a_damaged_archive_imports_nothing() {
    let many: String = (0..5_000)
        .map(|n| format!("{},1,,DOE,,,,,,,,,,,,\n", domain::people::Npi::from_stem(n * 7)))
        .collect();
    let mut bytes = zipped("npidata_pfile_1.csv", &format!("{HEADER}{many}"));
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0);
    let (summary, published, _) = import_bytes(&bytes);
    assert!(matches!(summary, Err(ImportError::Damaged { .. })), "{summary:?}");
    assert_eq!(published, 0);
}
