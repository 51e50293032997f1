//! What a folder of PostgreSQL migrations amounts to: applied to a throwaway database and read back by PostgreSQL's own
//! means. Knows no SQL.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::place::Place;
use crate::process;

/// A database server that ends when its standard input is closed.
struct Server {
    child: Child,
    input: Option<ChildStdin>,
    port: String,
    programs: String,
}

impl Server {
    fn start(place: &Place) -> Result<Self> {
        let script = place.root.join("script/postgres.sh");
        let mut command = Command::new(&script);
        let mut child =
            command.args(["-c", "fsync=off"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("the script has no output")?;
        let mut told = String::new();
        BufReader::new(output).read_line(&mut told)?;
        let mut words = told.split_whitespace().map(ToOwned::to_owned);
        ensure!(words.next().as_deref() == Some("ready"), "{} did not start a PostgreSQL", script.display());
        let (port, programs) = words.next().zip(words.next()).context("the script says where it listens")?;
        Ok(Self { input: child.stdin.take(), child, port, programs })
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(Path::new(&self.programs).join(name));
        command.args(["--host=127.0.0.1", "--username=rounds", "--dbname=postgres", "--port", &self.port]);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.input.take());
        // It has ended when this answers, or never started.
        let _ = self.child.wait();
    }
}

/// Applies migrations in order and reads the schema back.
pub fn schema<'a>(place: &Place, migrations: impl Iterator<Item = &'a Path>) -> Result<String> {
    let server = Server::start(place)?;
    for path in migrations {
        let mut apply = server.program("psql");
        apply.args(["--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file"]);
        process::output(apply.arg(path)).with_context(|| format!("{} does not apply", path.display()))?;
    }
    let mut dump = server.program("pg_dump");
    // The parts of a table that is split are as many as its migration says, and all the same.
    dump.args(["--schema-only", "--no-owner", "--no-privileges", "--exclude-table=*_[0-9][0-9]"]);
    Ok(tidied(&process::output(&mut dump)?))
}

/// Without what differs between versions and runs of the programs.
fn tidied(dump: &str) -> String {
    let noise = ["--", "SET ", "SELECT pg_catalog.set_config", "\\restrict", "\\unrestrict"];
    let kept = dump.lines().filter(|line| !noise.iter().any(|noise| line.starts_with(noise)));
    let text =
        kept.collect::<Vec<_>>().join("\n").replace("public.", "").replace("pg_catalog.\"C\"", "\"C\"");
    let paragraphs = text.split("\n\n").map(|part| part.trim_matches('\n')).filter(|part| !part.is_empty());
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_version_of_the_program_says_about_itself_is_left_out() {
        let dump = "--\n-- Dumped by 15.1\n\n\\restrict abc\nSET x = 1;\n\nTABLE public.a (\n    b pg_catalog.\"C\"\n);\n\n\n-- c\n\nINDEX d;\n";
        assert_eq!(tidied(dump), "TABLE a (\n    b \"C\"\n);\n\nINDEX d;");
    }
}
