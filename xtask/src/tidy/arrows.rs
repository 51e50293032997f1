//! Which crate may know which: arrows point down only. Cargo already refuses what is not declared; this refuses the
//! declaration.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::Finding;
use crate::place::Place;
use crate::process;

/// A crate and the crates of the house that its code may use, those below the named ones included.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("packs", &["domain"]),
    ("document", &["domain"]),
    ("contract", &["domain"]),
    ("rules", &["packs", "domain"]),
    ("sync", &["document", "domain"]),
    ("store", &["document", "domain"]),
    ("device", &["contract", "rules", "sync", "store", "document", "packs", "domain"]),
    ("testkit", &["contract", "rules", "sync", "document", "packs", "domain"]),
    ("rounds", &["device", "contract"]),
    ("ui", &["contract", "domain"]),
    ("sync-server", &["rules", "sync", "document", "packs", "domain"]),
    ("rounds-tests", BELOW_THE_SHELLS),
    ("disk", &[]),
    (
        "simulation",
        &[
            "disk",
            "rounds-tests",
            "device",
            "sync-server",
            "contract",
            "testkit",
            "store",
            "sync",
            "document",
            "domain",
        ],
    ),
    ("benches", BELOW_THE_SHELLS),
    ("xtask", &[]),
];

/// What stories and benchmarks are made of: everything but the shells.
const BELOW_THE_SHELLS: &[&str] = &[
    "device",
    "sync-server",
    "contract",
    "testkit",
    "rules",
    "sync",
    "store",
    "document",
    "packs",
    "domain",
];

/// Floors 0 to 2: pure, so that the screens, the device and the server can share them.
const PURE: &[&str] = &["domain", "packs", "document", "contract", "rules", "sync"];

/// What a pure crate must not pull in, by any road.
const IMPURE: &[&str] = &["tokio", "reqwest", "rusqlite", "axum", "tokio-postgres"];

/// What `cargo metadata` says, as far as we ask.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `dev`, `build`, or nothing for the code itself.
    kind: Option<String>,
    path: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
struct EdgeKind {
    kind: Option<String>,
}

/// Asks cargo and compares.
pub fn check(place: &Place) -> Result<Vec<Finding>> {
    let compiler = process::output(std::process::Command::new("rustc").arg("-vV"))?;
    let host =
        compiler.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let mut cargo = process::cargo(place);
    cargo.args(["metadata", "--format-version", "1", "--filter-platform", host]);
    let metadata: Metadata = serde_json::from_str(&process::output(&mut cargo)?)?;
    Ok(findings(&metadata))
}

fn findings(metadata: &Metadata) -> Vec<Finding> {
    let members = metadata.packages.iter().filter(|package| metadata.workspace_members.contains(&package.id));
    members.flat_map(|package| [declared(package), pulled_in(package, metadata)].concat()).collect()
}

/// Arrows that the manifest draws and the house has not.
fn declared(package: &Package) -> Vec<Finding> {
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
        return vec![finding(
            &package.name,
            "a new crate: give it its arrows in xtask/src/tidy/arrows.rs".to_owned(),
        )];
    };
    let of_the_house = package.dependencies.iter().filter(|dependency| dependency.path.is_some());
    let wrong = of_the_house.filter(|dependency| {
        let name = dependency.name.as_str();
        let only_in_tests = dependency.kind.as_deref() == Some("dev") && told(&package.name, name);
        !allowed.contains(&name) && !only_in_tests
    });
    wrong.map(|dependency| finding(&package.name, format!("must not know `{}`", dependency.name))).collect()
}

/// What only tests may use: builders everywhere, and in the window the stories that it must tell like any other door.
fn told(package: &str, by: &str) -> bool {
    by == "testkit" || (package == "rounds" && by == "rounds-tests")
}

/// Crates that a pure floor reaches by any road.
fn pulled_in(package: &Package, metadata: &Metadata) -> Vec<Finding> {
    if !PURE.contains(&package.name.as_str()) {
        return Vec::new();
    }
    let reached = reached(&package.id, &metadata.resolve);
    let names = metadata.packages.iter().filter(|other| reached.contains(&other.id)).map(|other| &other.name);
    let impure = names.filter(|name| IMPURE.contains(&name.as_str()));
    impure
        .map(|name| {
            finding(&package.name, format!("is pure, but reaches `{name}`: see `cargo tree -i {name}`"))
        })
        .collect()
}

fn reached(start: &str, resolve: &Resolve) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next = vec![start.to_owned()];
    while let Some(id) = next.pop() {
        let edges = resolve.nodes.iter().filter(|node| node.id == id).flat_map(|node| &node.deps);
        let in_code = edges.filter(|edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none()));
        next.extend(in_code.filter(|edge| reached.insert(edge.pkg.clone())).map(|edge| edge.pkg.clone()));
    }
    reached
}

fn finding(package: &str, what: String) -> Finding {
    let file = match package {
        "rounds" => "src-tauri".to_owned(),
        "rounds-tests" => "tests".to_owned(),
        "disk" | "simulation" => format!("tests/{package}"),
        "ui" | "sync-server" | "benches" | "xtask" => package.to_owned(),
        _ => format!("crates/{package}"),
    };
    Finding { file: format!("{file}/Cargo.toml"), line: 1, rule: "arrows", what }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A house of one crate, `name`, that depends on `on`; `on` itself depends on tokio.
    fn house(name: &str, on: &str, kind: Option<&str>) -> Vec<String> {
        let edge = |to: &str| serde_json::json!({"pkg": to, "dep_kinds": [{"kind": kind}]});
        let metadata = serde_json::json!({
            "workspace_members": ["it"],
            "packages": [
                {"id": "it", "name": name, "dependencies": [{"name": on, "kind": kind, "path": "/house"}]},
                {"id": "on", "name": on, "dependencies": []},
                {"id": "deep", "name": "tokio", "dependencies": []},
            ],
            "resolve": {"nodes": [
                {"id": "it", "deps": [edge("on")]},
                {"id": "on", "deps": [edge("deep")]},
                {"id": "deep", "deps": []},
            ]},
        });
        findings(&serde_json::from_value(metadata).unwrap())
            .into_iter()
            .map(|finding| finding.to_string())
            .collect()
    }

    #[test]
    fn an_arrow_that_points_up_is_found() {
        assert_eq!(house("ui", "device", None), ["ui/Cargo.toml:1: arrows: must not know `device`"]);
        assert_eq!(
            house("device", "sync-server", None),
            ["crates/device/Cargo.toml:1: arrows: must not know `sync-server`"]
        );
        assert!(house("device", "store", None).is_empty());
    }

    #[test]
    fn a_pure_floor_that_reaches_the_runtime_is_found() {
        let found = house("rules", "domain", None);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("reaches `tokio`"), "{found:?}");
    }

    #[test]
    fn tests_may_use_the_builders_but_the_code_may_not() {
        assert!(house("domain", "testkit", Some("dev")).is_empty());
        assert!(!house("domain", "testkit", None).is_empty());
    }

    #[test]
    fn the_window_tells_the_stories_in_its_tests_only_and_nobody_else_does() {
        assert!(house("rounds", "rounds-tests", Some("dev")).is_empty());
        assert!(!house("rounds", "rounds-tests", None).is_empty());
        assert!(!house("device", "rounds-tests", Some("dev")).is_empty());
    }

    #[test]
    fn a_crate_without_a_place_in_the_house_is_found() {
        assert!(house("helpers", "domain", None)[0].contains("a new crate"));
    }
}
