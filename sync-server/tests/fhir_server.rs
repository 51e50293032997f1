//! A FHIR R4 server that others wrote (PyPI `sekmet-fhir`): fed over its REST interface, bulk-exported, and the
//! export imported. Skipped, saying so, where there is no Python 3.12 or the package cannot be installed.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot set up its story has failed"
)]

use domain::reference::Row;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use sync_server::people::import::fhir::{self, Assumptions};
use sync_server::people::import::{Golden, Report, Retired};

const PACKAGE: &str = "sekmet-fhir==0.1.1";
const TYPES: &str = "Practitioner,PractitionerRole,Organization,Location";

/// A virtual environment with the server, made once and kept beside the build.
fn environment() -> Result<PathBuf, &'static str> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fhir-server-0.1.1");
    let server = folder.join("bin/sekmet");
    if runs(Command::new(&server).arg("--version")) {
        return Ok(server);
    }
    // Where pyenv keeps several Pythons, its shim needs to be told which one is meant.
    let made = ["3.12", ""].iter().any(|version| {
        let mut python = Command::new("python3.12");
        if !version.is_empty() {
            python.env("PYENV_VERSION", version);
        }
        runs(python.args(["-m", "venv", "--clear"]).arg(&folder))
    });
    if !made {
        return Err("no Python 3.12 with venv");
    }
    let installed = runs(Command::new(folder.join("bin/pip")).args(["install", "--quiet", PACKAGE]));
    installed.then_some(server).ok_or("pip cannot install the FHIR server")
}

fn runs(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The running server. Ends with the test.
struct Server {
    process: Child,
    base: String,
    http: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    async fn start(program: &Path) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let base = format!("http://127.0.0.1:{port}/fhir");
        let folder = tempfile::tempdir().unwrap();
        let process = Command::new(program)
            .args(["serve", "--host", "127.0.0.1", "--port", &port.to_string()])
            .env("SEKMET_BASE_URL", &base)
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let server = Self { process, base, http, _folder: folder };
        server.wait_for(&format!("{}/metadata", server.base)).await;
        server
    }

    /// Asks until the answer is 200; gives up after a minute.
    async fn wait_for(&self, url: &str) -> Value {
        let mut pause = tokio::time::interval(Duration::from_millis(100));
        for _ in 0..600 {
            pause.tick().await;
            match self.http.get(url).send().await {
                Ok(answer) if answer.status() == 200 => return answer.json().await.unwrap(),
                _ => {}
            }
        }
        unreachable!("{url} does not answer");
    }

    async fn put(&self, resource: &Value) {
        let url = format!(
            "{}/{}/{}",
            self.base,
            resource["resourceType"].as_str().unwrap(),
            resource["id"].as_str().unwrap()
        );
        let answer = self.http.put(url).json(resource).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// Bulk `$export`, saved as one file per type.
    async fn export(&self, to: &Path) -> Vec<PathBuf> {
        let kick_off =
            self.http.get(format!("{}/$export?_type={TYPES}", self.base)).header("Prefer", "respond-async");
        let accepted = kick_off.send().await.unwrap();
        assert_eq!(accepted.status(), 202);
        let status = accepted.headers()["content-location"].to_str().unwrap();
        let manifest = self.wait_for(status).await;
        let mut files = Vec::new();
        for output in manifest["output"].as_array().unwrap() {
            let ndjson =
                self.http.get(output["url"].as_str().unwrap()).send().await.unwrap().bytes().await.unwrap();
            let file = to.join(format!("{}.ndjson", output["type"].as_str().unwrap()));
            std::fs::write(&file, ndjson).unwrap();
            files.push(file);
        }
        files
    }
}

fn practice() -> [Value; 5] {
    [
        json!({ "resourceType": "Organization", "id": "hospital", "active": true, "name": "Sample Hospital",
            "address": [{ "city": "Boston", "country": "US" }] }),
        json!({ "resourceType": "Organization", "id": "cardiology", "active": true, "name": "Department of Cardiology",
            "partOf": { "reference": "Organization/hospital" } }),
        json!({ "resourceType": "Location", "id": "ward", "status": "active", "name": "Ward 4",
            "address": { "city": "Boston", "country": "US" },
            "managingOrganization": { "reference": "Organization/cardiology" } }),
        json!({ "resourceType": "Practitioner", "id": "anna", "active": true,
            "identifier": [{ "system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893" }],
            "name": [{ "use": "official", "family": "Sample", "given": ["Anna"], "prefix": ["Dr."] }] }),
        json!({ "resourceType": "PractitionerRole", "id": "role", "active": true,
            "practitioner": { "reference": "Practitioner/anna" },
            "organization": { "reference": "Organization/cardiology" },
            "location": [{ "reference": "Location/ward" }],
            "code": [{ "text": "Head of department" }],
            "specialty": [{ "coding": [{ "system": "http://nucc.org/provider-taxonomy", "code": "207RC0000X" }] }] }),
    ]
}

struct Kept<'a>(&'a mut Vec<Row>);

impl Golden for Kept<'_> {
    type Error = Infallible;
    fn upsert_batch(&mut self, rows: &[Row]) -> Result<(), Infallible> {
        self.0.extend_from_slice(rows);
        Ok(())
    }
    fn retire_batch(&mut self, _: &[Retired]) -> Result<(), Infallible> {
        Ok(())
    }
    fn publish(self) -> Result<(), Infallible> {
        Ok(())
    }
}

#[tokio::test]
async fn what_a_real_fhir_server_exports_is_imported() {
    let program = match environment() {
        Ok(program) => program,
        Err(why) => return eprintln!("SKIPPED: {why}"),
    };
    let server = Server::start(&program).await;
    for resource in practice() {
        server.put(&resource).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let files = server.export(folder.path()).await;
    assert_eq!(files.len(), 4);
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    let mut report = Report::new(&mut lines).unwrap();
    let summary = fhir::import(&files, Assumptions::default(), Kept(&mut rows), &mut report).unwrap();
    drop(report);
    assert_eq!(summary.skipped + summary.remarks, 0, "{}", String::from_utf8_lossy(&lines));
    assert_eq!((summary.persons, summary.organisations, summary.affiliations), (1, 2, 1));
    let anna = rows.iter().find_map(|row| if let Row::Hcp(hcp) = row { Some(hcp) } else { None }).unwrap();
    assert_eq!((anna.name.to_string().as_str(), anna.city.as_str()), ("Dr. Anna Sample", "Boston"));
    assert_eq!(anna.specialty, "Cardiology");
    let works_there = |row: &&Row| matches!(row, Row::Organisation(o) if Some(o.id) == anna.workplace);
    assert!(rows.iter().any(|row| works_there(&row)));
}
