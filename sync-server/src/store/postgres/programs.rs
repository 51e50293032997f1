//! PostgreSQL's own programs. They are told where the database is by the environment, which other users of the machine
//! cannot read, never by an argument.

use super::connection::Settings;
use crate::store::{BackupError, StoreError};
use std::ffi::OsString;
use std::io;
use std::process::{Command, Stdio};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// The most of what a program says that is repeated.
const WORDS: usize = 600;

/// One of the programs, to be given its arguments.
pub struct Program {
    name: &'static str,
    command: Command,
}

impl Program {
    /// One that reads a file and knows no database.
    pub fn of_files(name: &'static str) -> Self {
        let mut command = Command::new(name);
        command.stdin(Stdio::null());
        Self { name, command }
    }

    /// One that works with the database.
    pub fn of_database(name: &'static str, settings: &Settings) -> Result<Self, StoreError> {
        let mut program = Self::of_files(name);
        program.command.arg("--no-password").envs(environment(&address(settings)?));
        Ok(program)
    }

    /// With an argument.
    pub fn with(mut self, argument: impl Into<OsString>) -> Self {
        self.command.arg(argument.into());
        self
    }

    /// Runs to its end. What it printed, or what it said why it failed.
    pub async fn run(self) -> Result<Result<String, String>, BackupError> {
        let Self { name, mut command } = self;
        let ran = tokio::task::spawn_blocking(move || command.output()).await;
        let output = ran.map_err(|error| StoreError::Failed(error.to_string()))?;
        let output = output.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => BackupError::NoProgram(name),
            _ => BackupError::File(name.into(), error),
        })?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let said = || text(&output.stderr).trim().chars().take(WORDS).collect();
        Ok(if output.status.success() { Ok(text(&output.stdout)) } else { Err(said()) })
    }
}

/// The database's address, read.
pub fn address(settings: &Settings) -> Result<Config, StoreError> {
    settings.url.parse().map_err(|_| StoreError::Failed("the database's address cannot be read".into()))
}

/// The name of the database.
pub fn database(config: &Config) -> String {
    config.get_dbname().or(config.get_user()).unwrap_or_default().to_owned()
}

/// The names by which PostgreSQL's library has what an address says.
fn environment(config: &Config) -> Vec<(&'static str, OsString)> {
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => OsString::from(name),
        Host::Unix(folder) => folder.clone().into_os_string(),
    });
    let ports = config.get_ports().iter().map(|port| port.to_string().into());
    let tls = match config.get_ssl_mode() {
        SslMode::Disable => "disable",
        SslMode::Require => "require",
        _ => "prefer",
    };
    let mut said = vec![
        ("PGHOST", list(hosts)),
        ("PGPORT", list(ports)),
        ("PGDATABASE", database(config).into()),
        ("PGSSLMODE", tls.into()),
        ("PGTARGETSESSIONATTRS", "read-write".into()),
        ("PGAPPNAME", "rounds-server".into()),
    ];
    said.extend(config.get_user().map(|user| ("PGUSER", user.into())));
    let password = config.get_password().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    said.extend(password.map(|password| ("PGPASSWORD", password.into())));
    said.extend(config.get_options().map(|options| ("PGOPTIONS", options.into())));
    said.retain(|(_, value)| !value.is_empty());
    said
}

fn list(parts: impl Iterator<Item = OsString>) -> OsString {
    parts.collect::<Vec<_>>().join(&OsString::from(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_told_by_the_environment_and_never_by_an_argument() {
        let settings = Settings::of("postgres://rounds:s3cret@a:5433,b/field?sslmode=require", 1);
        let program = Program::of_database("pg_dump", &settings).unwrap().with("--format=custom");
        assert!(program.command.get_args().all(|argument| !argument.to_string_lossy().contains("s3cret")));
        let told: Vec<_> =
            program.command.get_envs().filter_map(|(name, value)| Some((name, value?))).collect();
        for (name, value) in [
            ("PGHOST", "a,b"),
            ("PGPORT", "5433,5432"),
            ("PGUSER", "rounds"),
            ("PGPASSWORD", "s3cret"),
            ("PGDATABASE", "field"),
            ("PGSSLMODE", "require"),
        ] {
            assert!(told.contains(&(name.as_ref(), value.as_ref())), "{name}: {told:?}");
        }
    }

    #[tokio::test]
    async fn a_program_that_is_not_installed_is_said_to_be() {
        let missing = Program::of_files("pg_no_such_program").run().await;
        assert!(matches!(missing, Err(BackupError::NoProgram("pg_no_such_program"))));
    }
}
