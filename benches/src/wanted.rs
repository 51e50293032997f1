//! What somebody wants of a benchmark: all of it as published, or less of it for a try.

use anyhow::Result;

/// What stands on the command line.
#[derive(Debug, Clone)]
pub struct Wanted {
    bench: Option<String>,
    parts: Vec<String>,
    arguments: Vec<String>,
}

impl Wanted {
    /// Reads it. The first word without dashes is the benchmark, every other one a part, and `--name N` a number.
    #[must_use]
    pub fn read() -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let mut parts = Vec::new();
        let mut takes = false;
        for argument in &arguments {
            let is_name = argument.starts_with("--");
            if !takes && !is_name {
                parts.push(argument.clone());
            }
            takes = is_name && argument != "--json";
        }
        let bench = (!parts.is_empty()).then(|| parts.remove(0));
        Self { bench, parts, arguments }
    }

    /// Which benchmark.
    #[must_use]
    pub fn bench(&self) -> Option<&str> {
        self.bench.as_deref()
    }

    /// Whether a part is wanted: all are when none is named.
    #[must_use]
    pub fn has(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }

    /// Whether any of these is.
    #[must_use]
    pub fn has_any(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.has(part))
    }

    /// A number, as published unless another is named.
    pub fn number(&self, name: &str, published: usize) -> Result<usize> {
        let given = self.arguments.iter().skip_while(|argument| *argument != name).nth(1);
        given.map_or(Ok(published), |number| Ok(number.parse()?))
    }
}
