//! The lines of a file: `hcp,<id>,<territory>` and `user,<login>,<territory>[,<role>]`, under a header. A territory is
//! named by its name or its id; `-` is none.

use super::CannotRealign;
use csv::{ReaderBuilder, StringRecord, Writer};
use std::io::{Read, Write};

const HEADER: [&str; 4] = ["what", "who", "territory", "role"];

/// A line, as it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file, from 1.
    pub number: u64,
    /// `hcp` or `user`.
    pub what: String,
    /// An id or a login name.
    pub who: String,
    /// A name, an id or `-`.
    pub territory: String,
    /// A role, or nothing.
    pub role: String,
}

/// A line that cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Its number.
    pub number: u64,
    /// Why, in words.
    pub reason: String,
}

impl BadLine {
    /// A line and what is wrong with it.
    pub fn new(number: u64, reason: impl Into<String>) -> Self {
        Self { number, reason: reason.into() }
    }
}

/// What a file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// Lines that can be read.
    pub good: Vec<Line>,
    /// Lines that cannot.
    pub bad: Vec<BadLine>,
}

impl Lines {
    /// Reads a file.
    pub fn read(file: impl Read) -> Result<Self, CannotRealign> {
        let mut reader = ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(file);
        let header = reader.headers()?;
        if header.iter().ne(HEADER) && header.iter().ne(HEADER[..3].iter().copied()) {
            return Err(CannotRealign::Header(header.iter().collect::<Vec<_>>().join(",")));
        }
        let mut lines = Self::default();
        for record in reader.records() {
            lines.add(&record?);
        }
        Ok(lines)
    }

    fn add(&mut self, record: &StringRecord) {
        let number = record.position().map_or(0, csv::Position::line);
        if !(3..=4).contains(&record.len()) {
            let reason = format!("a line has 3 or 4 fields, not {}", record.len());
            return self.bad.push(BadLine::new(number, reason));
        }
        let field = |at: usize| record.get(at).unwrap_or_default().to_owned();
        self.good.push(Line { number, what: field(0), who: field(1), territory: field(2), role: field(3) });
    }

    /// How many.
    pub fn count(&self) -> u64 {
        (self.good.len() + self.bad.len()) as u64
    }
}

/// Writes `line,reason`; nothing where nothing is wrong.
pub fn report(bad: &[BadLine], to: impl Write) -> Result<(), CannotRealign> {
    if bad.is_empty() {
        return Ok(());
    }
    let mut lines = Writer::from_writer(to);
    lines.write_record(["line", "reason"])?;
    for line in bad {
        lines.write_record([line.number.to_string().as_str(), &line.reason])?;
    }
    lines.flush().map_err(CannotRealign::Report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_with_and_without_the_column_of_roles() {
        let file = "what,who,territory,role\nhcp, 7 ,North\nuser,jan,-,msl\nuser,jan\n";
        let lines = Lines::read(file.as_bytes()).unwrap();
        assert_eq!(lines.count(), 3);
        assert_eq!((lines.good[0].who.as_str(), lines.good[1].role.as_str()), ("7", "msl"));
        assert_eq!(lines.bad, [BadLine::new(4, "a line has 3 or 4 fields, not 2")]);
        assert!(Lines::read("what,who,territory\n".as_bytes()).is_ok());
    }

    #[test]
    fn another_header_is_refused_and_named() {
        let refused = Lines::read("npi,name\n1,2\n".as_bytes());
        assert!(matches!(refused, Err(CannotRealign::Header(header)) if header == "npi,name"));
    }
}
