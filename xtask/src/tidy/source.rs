//! The sources as the rules see them: path, text, and for Rust the tokens, so that a comment or a string is never
//! taken for code.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

use crate::process;

/// Kinds of files that the rules read.
const READ: [&str; 8] = ["rs", "toml", "sql", "sh", "css", "html", "js", "mjs"];

/// One file of the checkout.
pub struct Source {
    /// Relative to the checkout, with `/`.
    pub path: String,
    /// The whole file.
    pub text: String,
    /// The code of a Rust file in order, brackets included and doc comments left out; empty for other files.
    pub tokens: Vec<Token>,
}

/// A piece of Rust code.
#[derive(Debug)]
pub struct Token {
    /// Counted from 1.
    pub line: usize,
    /// As written; `::` is one piece.
    pub text: String,
    /// Whether it is a literal.
    pub literal: bool,
}

impl Source {
    /// Reads the code of a file.
    pub fn new(path: &str, text: &str) -> Result<Self> {
        let mut tokens = Vec::new();
        if path.ends_with(".rs") {
            let stream: TokenStream = text.parse().map_err(|error| anyhow!("{path} is not Rust: {error}"))?;
            flatten(stream, &mut tokens);
        }
        Ok(Self { path: path.to_owned(), text: text.to_owned(), tokens })
    }

    /// Whether the path is one of these: a folder (ends in `/`) by its beginning, anything else by the whole path.
    pub fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| {
            if place.ends_with('/') { self.path.starts_with(place) } else { self.path == *place }
        })
    }

    /// Lines on which this sequence of tokens begins.
    pub fn lines_with<'a>(&'a self, sequence: &'a [&str]) -> impl Iterator<Item = usize> + 'a {
        let windows = self.tokens.windows(sequence.len());
        let hits = windows
            .filter(move |window| window.iter().zip(sequence).all(|(token, word)| token.text == *word));
        hits.map(|window| window[0].line)
    }
}

/// Every file that git would take, deleted ones left out.
pub fn read_all(root: &Path) -> Result<Vec<Source>> {
    let mut git = Command::new("git");
    git.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let mut sources = Vec::new();
    for path in process::output(&mut git)?.split('\0') {
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        let is_script = path.starts_with("script/") || path.starts_with(".ci/");
        if (READ.contains(&extension) || is_script) && root.join(path).is_file() {
            sources.push(Source::new(path, &fs::read_to_string(root.join(path))?)?);
        }
    }
    Ok(sources)
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Group(group) if is_doc(&group) => {}
            TokenTree::Group(group) => flatten_group(&group, tokens),
            TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint => {
                let pair = trees.next_if(|next| matches!(next, TokenTree::Punct(p) if p.as_char() == ':'));
                let text = if pair.is_some() { "::" } else { ":" };
                tokens.push(Token { line, text: text.to_owned(), literal: false });
            }
            other => {
                let literal = matches!(other, TokenTree::Literal(_));
                tokens.push(Token { line, text: other.to_string(), literal });
            }
        }
    }
}

fn flatten_group(group: &Group, tokens: &mut Vec<Token>) {
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    };
    tokens.push(Token { line: group.span_open().start().line, text: open.to_owned(), literal: false });
    flatten(group.stream(), tokens);
    tokens.push(Token { line: group.span_close().start().line, text: close.to_owned(), literal: false });
}

/// A doc comment arrives as `#[doc = "..."]`.
fn is_doc(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket && first.is_some_and(|tree| tree.to_string() == "doc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_not_code() {
        let text = "//! automerge::x\n/// automerge::y\nfn a() {\n    \"automerge::z\"; automerge::w\n}\n";
        let source = Source::new("a.rs", text).unwrap();
        assert_eq!(source.lines_with(&["automerge", "::"]).collect::<Vec<_>>(), [4]);
    }

    #[test]
    fn a_folder_is_matched_by_its_beginning_and_a_file_as_a_whole() {
        let source = Source::new("ui/src/backend.rs", "").unwrap();
        assert!(source.is_in(&["ui/"]) && source.is_in(&["ui/src/backend.rs"]));
        assert!(!source.is_in(&["i/src/", "ui/src/back"]));
    }
}
