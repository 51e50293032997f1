//! The programs that a demo starts, and their command lines.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::data::Data;
use crate::place::Place;
use crate::process;

/// A rep of the demo company, who is signed in on the first start.
const REP: &str = "jan.reuter";

/// What was built, and whether the app has a window.
pub struct Programs {
    folder: PathBuf,
    bundle: PathBuf,
    window: bool,
}

impl Programs {
    /// Builds the server, the app for browsers and, if wanted, the window.
    pub fn build(place: &Place, window: bool) -> Result<Self> {
        let mut cargo = process::cargo(place);
        cargo.args(["build", "--bins", "-p", "sync-server", "-p", "device"]);
        if window {
            cargo.args(["-p", "rounds"]);
        }
        process::run(&mut cargo)?;
        Ok(Self { folder: place.target.join("debug"), bundle: place.bundle(), window })
    }

    /// `rounds-server SUBCOMMAND`.
    pub fn server_command(&self, subcommand: &str) -> Command {
        let mut command = self.program("rounds-server");
        command.arg(subcommand);
        command
    }

    /// The server on this machine only.
    pub fn server(&self, data: &Data, port: u16) -> Command {
        let mut command = self.server_command("serve");
        command.arg("--data").arg(&data.server).args(["--listen", &format!("127.0.0.1:{port}")]);
        command
    }

    /// The app: its window, or the loopback port for a browser.
    pub fn app(&self, data: &Data, port: u16, server: u16) -> (&'static str, Command) {
        let name = if self.window { "rounds" } else { "rounds-web" };
        let mut command = self.program(name);
        // Both read these; what only a browser needs is on the command line.
        command
            .env("ROUNDS_DEVICE_DATA", &data.device)
            .env("ROUNDS_SERVER", format!("http://127.0.0.1:{server}"));
        if !self.window {
            command.args(["--port", &port.to_string()]).arg("--ui").arg(&self.bundle);
        }
        match data.password() {
            Some(password) if self.window => {
                command.env("ROUNDS_USER", REP).env("ROUNDS_PASSWORD_FILE", password)
            }
            Some(password) => command.args(["--user", REP, "--password-file"]).arg(password),
            None => &mut command,
        };
        (name, command)
    }

    fn program(&self, name: &str) -> Command {
        Command::new(self.folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
    }
}
