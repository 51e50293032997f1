//! The server's settings: defaults, then a TOML file, then the environment. What is not known is refused, so that a
//! mistyped name never passes for a setting.

use crate::rates::TrustedProxies;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// `ROUNDS_LISTEN` sets `listen`; `ROUNDS_SESSION__ACCESS_MINUTES` sets `access_minutes` in `[session]`.
const PREFIX: &str = "ROUNDS_";

/// All settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The folder of the embedded database.
    pub data: PathBuf,
    /// Which database.
    pub database: Database,
    /// Where to listen.
    pub listen: SocketAddr,
    /// What is logged: `info`, or by module as `tracing` has it.
    pub log: String,
    /// One JSON object per line instead of text.
    pub log_json: bool,
    /// How long sessions last.
    pub session: SessionLengths,
    /// What a password's hash costs.
    pub passwords: PasswordCost,
    /// How much at once, and how often.
    pub limits: Limits,
    /// How servers on the same data tell each other that something is new.
    pub nats: Nats,
    /// How devices hear that something is new.
    pub pokes: Pokes,
    /// Where events go.
    pub webhook: Webhook,
    /// When first copies are built.
    pub segments: Segments,
}

/// Which database: `sqlite` in the folder of the data, or the address of a PostgreSQL. That has a password in it, so
/// nothing prints it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Database(String);

impl Database {
    /// The embedded one.
    pub const EMBEDDED: &'static str = "sqlite";

    /// As settings have it.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The address, unless it is the embedded one.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|name| *name != Self::EMBEDDED)
    }
}

impl Default for Database {
    fn default() -> Self {
        Self::named(Self::EMBEDDED)
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.address().is_some() { "postgres" } else { Self::EMBEDDED })
    }
}

/// Addresses of NATS: `nats://host`, several with commas. They may have passwords in them, so nothing prints them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nats(String);

impl Nats {
    /// As settings have it.
    #[must_use]
    pub fn at(address: impl Into<String>) -> Self {
        Self(address.into())
    }

    /// The addresses, if there are any.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|address| !address.is_empty())
    }
}

impl std::fmt::Debug for Nats {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.address().is_some() { "nats" } else { "none" })
    }
}

/// How devices hear that something is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pokes {
    /// How often the database is asked whether something is new that this server was not told.
    pub look_seconds: u32,
}

/// Where events go: the CRM's end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Webhook {
    /// Its address; while it is empty, events wait.
    pub url: String,
    /// The secret shared with it: `whsec_...`.
    pub secret: String,
    /// The longest wait for an answer.
    pub timeout_seconds: u32,
    /// A proxy, if there is one.
    pub proxy: String,
    /// Names this installation in events: a URI reference.
    pub source: String,
    /// How long what was delivered stays in the outbox.
    pub keep_days: u32,
}

/// When the first copies of scopes are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Segments {
    /// Lines of its log from which on a scope has a copy.
    pub least: u64,
    /// Lines by which the log grows until there is a new copy.
    pub growth: u64,
    /// How long a copy stays that is not the latest any more: a device may be reading it.
    pub keep_days: u32,
    /// Bytes that a piece of a copy has, about.
    pub piece_bytes: usize,
}

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionLengths {
    /// An access token.
    pub access_minutes: u32,
    /// A refresh token.
    pub refresh_days: u32,
}

/// The cost of argon2id. The default is what OWASP's Password Storage Cheat Sheet asks for at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

/// How much at once, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The most bytes of a request's body.
    pub body_bytes: usize,
    /// The most syncs at once; more are asked to come back.
    pub syncs: usize,
    /// The most failed sign-ins of one login name from one address in five minutes.
    pub failed_sign_ins: u32,
    /// The most connections of this server to a PostgreSQL.
    pub connections: usize,
    /// The most open streams of pokes.
    pub pokes: usize,
    /// The most requests of one address in a minute; 0 limits nothing.
    pub requests_per_address: u32,
    /// The most sign-ins and renewals of one address in a minute; 0 limits nothing.
    pub sign_ins_per_address: u32,
    /// The most syncs of one device in a minute; 0 limits nothing.
    pub syncs_per_device: u32,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: TrustedProxies,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            database: Database::default(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8420)),
            log: "info,refinery_core=warn".to_owned(),
            log_json: false,
            session: SessionLengths::default(),
            passwords: PasswordCost::default(),
            limits: Limits::default(),
            nats: Nats::default(),
            pokes: Pokes::default(),
            webhook: Webhook::default(),
            segments: Segments::default(),
        }
    }
}

impl Default for Segments {
    fn default() -> Self {
        Self { least: 1_000, growth: 10_000, keep_days: 7, piece_bytes: 1024 * 1024 }
    }
}

impl Default for Webhook {
    fn default() -> Self {
        let (url, secret, proxy) = (String::new(), String::new(), String::new());
        Self { url, secret, timeout_seconds: 20, proxy, source: "/rounds".to_owned(), keep_days: 30 }
    }
}

impl Default for SessionLengths {
    fn default() -> Self {
        Self { access_minutes: 10, refresh_days: 30 }
    }
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 6 * 1024 * 1024,
            syncs: 256,
            failed_sign_ins: 10,
            connections: 16,
            pokes: 20_000,
            requests_per_address: 6_000,
            sign_ins_per_address: 120,
            syncs_per_device: 600,
            trusted_proxies: TrustedProxies::default(),
        }
    }
}

impl Default for Pokes {
    fn default() -> Self {
        Self { look_seconds: 1 }
    }
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum BadConfig {
    /// The file cannot be read.
    #[error("the settings file {0} cannot be read: {1}")]
    File(PathBuf, std::io::Error),
    /// The file is not TOML.
    #[error("the settings file is not TOML: {0}")]
    Toml(Box<toml::de::Error>),
    /// A setting is not known, or has a wrong value.
    #[error("a setting is wrong: {}", .0.message())]
    Setting(Box<toml::de::Error>),
}

impl Config {
    /// Reads the file, if one, and the environment.
    pub fn read(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, BadConfig> {
        let text = match file {
            Some(file) => {
                std::fs::read_to_string(file).map_err(|error| BadConfig::File(file.to_owned(), error))?
            }
            None => String::new(),
        };
        Self::parse(&text, environment)
    }

    fn parse(text: &str, environment: impl Iterator<Item = (String, String)>) -> Result<Self, BadConfig> {
        let mut table: Table = text.parse().map_err(|error| BadConfig::Toml(Box::new(error)))?;
        let known = Table::try_from(Self::default()).unwrap_or_default();
        for (name, value) in environment {
            if let Some(path) = name.strip_prefix(PREFIX) {
                set(&mut table, &known, &path.to_lowercase(), value);
            }
        }
        table.try_into().map_err(|error| BadConfig::Setting(Box::new(error)))
    }
}

/// Sets what the environment names. Names that are no settings are other programs' business.
fn set(table: &mut Table, known: &Table, path: &str, value: String) {
    match path.split_once("__") {
        Some((section, rest)) => {
            if let Some(Value::Table(known)) = known.get(section) {
                let inner = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
                if let Value::Table(inner) = inner {
                    set(inner, known, rest, value);
                }
            }
        }
        None if known.contains_key(path) => drop(table.insert(path.to_owned(), literal(value))),
        None => {}
    }
}

/// `5` and `true` as TOML has them, everything else as text.
fn literal(value: String) -> Value {
    match (value.parse::<i64>(), value.parse::<bool>()) {
        (Ok(number), _) => Value::Integer(number),
        (_, Ok(truth)) => Value::Boolean(truth),
        _ => Value::String(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn the_environment_beats_the_file_and_the_file_beats_the_default() {
        let file = "listen = '127.0.0.1:1'\n[session]\naccess_minutes = 3\nrefresh_days = 4";
        let said = [("ROUNDS_SESSION__ACCESS_MINUTES", "5"), ("ROUNDS_LOG_JSON", "true"), ("PATH", "/bin")];
        let config = Config::parse(file, environment(&said)).unwrap();
        assert_eq!(config.session, SessionLengths { access_minutes: 5, refresh_days: 4 });
        assert_eq!((config.listen.port(), config.log_json), (1, true));
        assert_eq!(config.limits, Limits::default());
    }

    #[test]
    fn the_address_of_a_database_is_a_secret_that_nothing_prints() {
        let address = "postgres://rounds:s3cret@db/rounds";
        let config = Config::parse("", environment(&[("ROUNDS_DATABASE", address)])).unwrap();
        assert_eq!(config.database.address(), Some(address));
        assert!(!format!("{config:?}").contains("s3cret"));
        assert_eq!(Config::default().database.address(), None);
    }

    #[test]
    fn a_mistyped_setting_is_refused_by_its_name() {
        let said = Config::parse("lisen = '127.0.0.1:1'", environment(&[])).unwrap_err().to_string();
        assert!(said.contains("unknown field `lisen`"), "{said}");
        let wrong = Config::parse("", environment(&[("ROUNDS_LISTEN", "here")]));
        assert!(matches!(wrong, Err(BadConfig::Setting(_))), "{wrong:?}");
    }
}
