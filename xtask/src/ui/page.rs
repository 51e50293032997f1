//! The page that starts the screens. It holds no inline script and no inline style, so the content security
//! policy can forbid both.

use anyhow::{Result, bail, ensure};

/// Names of the files that the page loads, relative to the bundle.
pub struct Links<'a> {
    /// The style sheet.
    pub styles: &'a str,
    /// The small module that starts the wasm.
    pub start: &'a str,
    /// The JavaScript side of the wasm.
    pub binding: &'a str,
}

/// Fills the placeholders of the template and refuses what the policy would block at run time.
pub fn fill(template: &str, links: &Links<'_>) -> Result<String> {
    let mut page = template.to_owned();
    let values = [("{{styles}}", links.styles), ("{{start}}", links.start), ("{{binding}}", links.binding)];
    for (placeholder, value) in values {
        ensure!(page.contains(placeholder), "ui/index.html has no {placeholder}");
        page = page.replace(placeholder, value);
    }
    refuse_inline(&page)?;
    Ok(page)
}

fn refuse_inline(page: &str) -> Result<()> {
    let scripts = page.matches("<script").count();
    let sources = page.matches("<script type=\"module\" src=").count();
    if scripts != sources || page.contains("<style") || page.contains(" style=") || page.contains(" onload=")
    {
        bail!("ui/index.html holds an inline script or style: move it to a file, the policy blocks it");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINKS: Links<'_> = Links { styles: "a.css", start: "b.js", binding: "c.js" };

    fn filled(body: &str) -> Result<String> {
        fill(&format!("{{{{styles}}}} {{{{start}}}} {{{{binding}}}} {body}"), &LINKS)
    }

    #[test]
    fn a_page_gets_the_hashed_names() {
        assert_eq!(filled("").unwrap(), "a.css b.js c.js ");
    }

    #[test]
    fn an_inline_script_or_style_is_refused() {
        assert!(filled("<script>start()</script>").is_err());
        assert!(filled("<style>p{}</style>").is_err());
        assert!(filled("<p style=\"color:red\">").is_err());
        assert!(filled("<script type=\"module\" src=\"/b.js\"></script>").is_ok());
    }

    #[test]
    fn a_template_without_a_placeholder_is_refused() {
        assert!(fill("{{styles}} {{start}}", &LINKS).is_err());
    }
}
