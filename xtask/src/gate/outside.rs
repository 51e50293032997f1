//! Steps of the gate that drive the real programs from outside, as a person would: the app in Chromium, its
//! window, and the demo. What is told and seen there belongs to `tests/e2e`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{Outcome, host, screens};
use crate::place::Place;
use crate::process;

/// Older versions lack parts of their test runner that the stories use.
const OLDEST_NODE: u32 = 18;

/// The stories in Chromium on `rounds-web`.
pub fn browser(place: &Place) -> Result<Outcome> {
    with_programs(place, "stories", false)
}

/// The story in the real window, on a display of its own.
pub fn window(place: &Place) -> Result<Outcome> {
    with_programs(place, "window", true)
}

/// The story of `script/run`. It builds for itself, as on the machine of somebody who only wants to see the app.
pub fn demo(place: &Place) -> Result<Outcome> {
    check_node()?;
    tell(place, "run", false)
}

fn with_programs(place: &Place, kind: &str, display: bool) -> Result<Outcome> {
    check_node()?;
    screens::bundle(place)?;
    host::build(place)?;
    let own = place.target.join("e2e");
    let sources = place.root.join("tests/e2e");
    install_packages(&sources, &own.join("node"))?;
    install_counterparts(&sources.join("harness/requirements.txt"), &own.join("python"))?;
    tell(place, kind, display)
}

fn tell(place: &Place, kind: &str, display: bool) -> Result<Outcome> {
    let own = place.target.join("e2e");
    empty(&own.join("work"))?;
    empty(&own.join("failures"))?;
    process::run(&mut stories(place, &place.root.join("tests/e2e").join(kind), display)?)
        .with_context(|| format!("pictures and traces are in {}", own.join("failures").display()))?;
    Ok(Outcome::Held)
}

/// Node's own test runner, one file after the other: two browsers at once only wait for each other. With a display of
/// its own, so that a window is in nobody's way and needs no screen.
fn stories(place: &Place, folder: &Path, display: bool) -> Result<Command> {
    let mut files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    let mut command = if display { Command::new("xvfb-run") } else { Command::new("node") };
    if display {
        command.args(["--auto-servernum", "node"]);
    }
    command.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]).args(files);
    command.current_dir(&place.root).env("ROUNDS_TARGET", &place.target);
    Ok(command)
}

fn check_node() -> Result<()> {
    let version = process::output(Command::new("node").arg("--version"))
        .with_context(|| format!("install Node.js {OLDEST_NODE} or newer"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    ensure!(
        major.is_some_and(|major| major >= OLDEST_NODE),
        "Node.js {} is too old: install {OLDEST_NODE} or newer",
        version.trim()
    );
    Ok(())
}

/// The packages of `package-lock.json`, outside the checkout. Browsers are not downloaded: the system's is used.
fn install_packages(sources: &Path, to: &Path) -> Result<()> {
    const FILES: [&str; 3] = [".npmrc", "package.json", "package-lock.json"];
    once(&sources.join("package-lock.json"), to, || {
        for name in FILES {
            fs::copy(sources.join(name), to.join(name)).with_context(|| format!("cannot copy {name}"))?;
        }
        let mut npm = Command::new("npm");
        npm.arg("ci").current_dir(to).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        process::run(&mut npm)
    })
}

/// Programs by others that stand at the far end of a connection.
fn install_counterparts(list: &Path, to: &Path) -> Result<()> {
    once(list, to, || {
        process::run(Command::new("python3").args(["-m", "venv"]).arg(to))?;
        process::run(Command::new(to.join("bin/pip")).args(["install", "--quiet", "--requirement"]).arg(list))
    })
}

/// Installs into an empty folder, unless it was done with this very list before.
fn once(list: &Path, to: &Path, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let wanted = fs::read_to_string(list).with_context(|| format!("cannot read {}", list.display()))?;
    let stamp = to.join("installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    empty(to)?;
    install()?;
    Ok(fs::write(stamp, wanted)?)
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_list_is_installed_once_and_again_when_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let (list, to) = (folder.path().join("list"), folder.path().join("to"));
        let installs = Cell::new(0);
        let install = || {
            once(&list, &to, || {
                installs.set(installs.get() + 1);
                Ok(())
            })
            .unwrap();
        };
        fs::write(&list, "one").unwrap();
        install();
        install();
        assert_eq!(installs.get(), 1);
        fs::write(&list, "two").unwrap();
        install();
        assert_eq!(installs.get(), 2);
    }
}
