//! How long a file and a function may be. Most are far shorter; these are the walls.

use super::Finding;
use super::source::{Source, Token};

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;

/// The length of a file written by hand.
pub fn file(source: &Source) -> Vec<Finding> {
    let lines = source.text.lines().count();
    if lines <= FILE_LINES || !source.path.ends_with(".rs") {
        return Vec::new();
    }
    let what = format!("{lines} lines, {FILE_LINES} are the wall: split it by subject");
    vec![Finding { file: source.path.clone(), line: FILE_LINES + 1, rule: "file length", what }]
}

/// The length of every function, from `fn` to its closing brace.
pub fn functions(source: &Source) -> Vec<Finding> {
    let starts = source.tokens.iter().enumerate().filter(|(_, token)| token.text == "fn");
    starts.filter_map(|(index, _)| function(&source.tokens[index..], &source.path)).collect()
}

fn function(tokens: &[Token], path: &str) -> Option<Finding> {
    let [start, name, ..] = tokens else { return None };
    let lines = body_end(tokens)? + 1 - start.line;
    let what = format!("`{}` has {lines} lines, {FUNCTION_LINES} are the wall: name its parts", name.text);
    let finding = Finding { file: path.to_owned(), line: start.line, rule: "function length", what };
    (lines > FUNCTION_LINES).then_some(finding)
}

/// The line of the brace that closes the function; nothing for a declaration or a function type.
fn body_end(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut in_body = false;
    for token in tokens.iter().filter(|token| !token.literal) {
        match token.text.as_str() {
            ";" if depth == 0 => return None,
            "(" | "[" | "{" => {
                in_body |= depth == 0 && token.text == "{";
                depth += 1;
            }
            // One too many: the function type stood inside a bracket that ends here.
            ")" | "]" | "}" => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if in_body && depth == 0 {
            return Some(token.line);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> usize {
        functions(&Source::new("a.rs", text).unwrap()).len()
    }

    #[test]
    fn a_file_behind_the_wall_is_found() {
        assert!(file(&Source::new("a.rs", &"//\n".repeat(400)).unwrap()).is_empty());
        assert_eq!(file(&Source::new("a.rs", &"//\n".repeat(401)).unwrap()).len(), 1);
    }

    #[test]
    fn a_function_behind_the_wall_is_found_wherever_it_stands() {
        let long = format!("impl A {{ fn long(&self) {{\n{}}} }}", "a();\n".repeat(60));
        assert_eq!(found(&long), 1);
        assert_eq!(found(&format!("fn short() {{\n{}}}", "a();\n".repeat(59 - 1))), 0);
    }

    #[test]
    fn declarations_and_function_types_have_no_body() {
        let rest = "a();\n".repeat(61);
        assert_eq!(
            found(&format!("trait A {{ fn b(); }}\nstruct C {{ run: fn(u8) -> u8 }}\nm! {{ {rest} }}")),
            0
        );
    }
}
