//! The parts of FHIR R4 resources that the import reads (hl7.org/fhir/R4). Everything else is passed over.

use crate::people::import::report::{Code, Finding};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A resource with the address under which a Bundle has it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) full_url: Option<String>,
    pub(super) resource: Resource,
}

#[derive(Debug)]
pub(super) enum Resource {
    Practitioner(Practitioner),
    Role(PractitionerRole),
    Organization(Organization),
    Location(Location),
}

#[derive(Debug, Deserialize)]
pub(super) struct Practitioner {
    pub(super) id: Option<String>,
    pub(super) active: Option<bool>,
    #[serde(default)]
    pub(super) identifier: Vec<FhirIdentifier>,
    #[serde(default)]
    pub(super) name: Vec<HumanName>,
    #[serde(default)]
    pub(super) address: Vec<Address>,
    #[serde(default)]
    pub(super) qualification: Vec<Qualification>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PractitionerRole {
    pub(super) id: Option<String>,
    pub(super) active: Option<bool>,
    #[serde(default)]
    pub(super) identifier: Vec<FhirIdentifier>,
    pub(super) period: Option<Period>,
    pub(super) practitioner: Option<Reference>,
    pub(super) organization: Option<Reference>,
    #[serde(default)]
    pub(super) code: Vec<CodeableConcept>,
    #[serde(default)]
    pub(super) specialty: Vec<CodeableConcept>,
    #[serde(default)]
    pub(super) location: Vec<Reference>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Organization {
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) identifier: Vec<FhirIdentifier>,
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) address: Vec<Address>,
    pub(super) part_of: Option<Reference>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) identifier: Vec<FhirIdentifier>,
    pub(super) address: Option<Address>,
    pub(super) managing_organization: Option<Reference>,
}

#[derive(Debug, Deserialize)]
pub(super) struct FhirIdentifier {
    #[serde(rename = "use")]
    pub(super) usage: Option<String>,
    pub(super) system: Option<String>,
    pub(super) value: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct HumanName {
    #[serde(rename = "use")]
    pub(super) usage: Option<String>,
    pub(super) text: Option<String>,
    pub(super) family: Option<String>,
    #[serde(default)]
    pub(super) given: Vec<String>,
    #[serde(default)]
    pub(super) prefix: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Address {
    pub(super) city: Option<String>,
    pub(super) country: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Qualification {
    pub(super) code: CodeableConcept,
}

#[derive(Debug, Deserialize)]
pub(super) struct CodeableConcept {
    #[serde(default)]
    pub(super) coding: Vec<Coding>,
    pub(super) text: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Coding {
    pub(super) code: Option<String>,
    pub(super) display: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Period {
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Reference {
    pub(super) reference: Option<String>,
    pub(super) identifier: Option<FhirIdentifier>,
}

impl Resource {
    pub(super) fn read(json: Value) -> Result<Self, Finding> {
        let kind = json.get("resourceType").and_then(Value::as_str).unwrap_or_default().to_owned();
        match kind.as_str() {
            "Practitioner" => shaped(json).map(Self::Practitioner),
            "PractitionerRole" => shaped(json).map(Self::Role),
            "Organization" => shaped(json).map(Self::Organization),
            "Location" => shaped(json).map(Self::Location),
            "" => Err(Finding::new(Code::Shape, "not a FHIR resource")),
            other => Err(Finding::new(Code::ResourceType, format!("{other} is not imported"))),
        }
    }
}

fn shaped<T: DeserializeOwned>(json: Value) -> Result<T, Finding> {
    serde_json::from_value(json).map_err(|error| Finding::new(Code::Shape, error.to_string()))
}
