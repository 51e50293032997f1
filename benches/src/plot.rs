//! Bars as an SVG of a few hundred bytes: readable without a mouse, by a screen reader, by day and by night.

use anyhow::Result;
use std::fmt::Write;
use std::path::PathBuf;

/// Where the pictures of the documentation are.
const PICTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/pictures");
const WIDTH: f64 = 720.0;
const LABELS: f64 = 190.0;
const VALUES: f64 = 110.0;
const ROW: f64 = 34.0;
const BAR: f64 = 20.0;
const TOP: f64 = 58.0;
const STYLE: &str = "text{font:14px system-ui,sans-serif;fill:#1f2933}.t{font-size:17px;font-weight:600}\
.n{fill:#52606d}.o{fill:#0b7285}.p{fill:#adb5bd}.g{stroke:#52606d;stroke-dasharray:4 3}\
@media(prefers-color-scheme:dark){text{fill:#e9ecef}.n{fill:#adb5bd}.o{fill:#3bc9db}.p{fill:#5c6770}\
.g{stroke:#adb5bd}}";

/// One bar.
#[derive(Debug, Clone)]
pub struct Bar {
    /// What it is.
    pub label: String,
    /// How long.
    pub value: f64,
    /// Whether it is ours.
    pub ours: bool,
}

/// Bars that are compared with each other, and the bar that must hold if there is one.
#[derive(Debug, Clone)]
pub struct Plot {
    /// What is compared.
    pub title: String,
    /// Under what circumstances.
    pub subtitle: String,
    /// Of the values.
    pub unit: &'static str,
    /// The most that ours may be.
    pub most: Option<f64>,
    /// From the first to the last.
    pub bars: Vec<Bar>,
}

impl Plot {
    /// Writes it among the pictures of the documentation.
    pub fn save(&self, name: &str) -> Result<()> {
        Ok(std::fs::write(PathBuf::from(PICTURES).join(format!("{name}.svg")), self.svg()?)?)
    }

    fn svg(&self) -> Result<String> {
        let height = TOP + ROW * self.bars.len() as f64 + 14.0;
        let said: Vec<_> = self.bars.iter().map(|bar| self.said(bar)).collect();
        let (title, subtitle) = (escaped(&self.title), escaped(&self.subtitle));
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
             aria-labelledby=\"t d\">\n<title id=\"t\">{title}</title>\n<desc id=\"d\">{subtitle}. {}.</desc>\n\
             <style>{STYLE}</style>\n<text class=\"t\" x=\"8\" y=\"22\">{title}</text>\n\
             <text class=\"n\" x=\"8\" y=\"42\">{subtitle}</text>\n",
            escaped(&said.join("; "))
        );
        self.bars.iter().enumerate().try_for_each(|(n, bar)| self.draw(&mut svg, n, bar))?;
        if let Some(most) = self.most {
            let x = LABELS + self.length(most);
            let end = height - 8.0;
            writeln!(
                svg,
                "<line class=\"g\" x1=\"{x:.1}\" y1=\"{}\" x2=\"{x:.1}\" y2=\"{end}\"/>",
                TOP - 6.0
            )?;
        }
        svg.push_str("</svg>\n");
        Ok(svg)
    }

    fn draw(&self, svg: &mut String, n: usize, bar: &Bar) -> Result<()> {
        let (y, length) = (TOP + ROW * n as f64, self.length(bar.value).max(1.0));
        let (kind, text) = (if bar.ours { "o" } else { "p" }, y + BAR * 0.75);
        writeln!(svg, "<text x=\"8\" y=\"{text:.1}\">{}</text>", escaped(&bar.label))?;
        let size = format!("width=\"{length:.1}\" height=\"{BAR}\" rx=\"3\"");
        writeln!(svg, "<rect class=\"{kind}\" x=\"{LABELS}\" y=\"{y:.1}\" {size}/>")?;
        let value = spoken(bar.value, self.unit);
        writeln!(svg, "<text x=\"{:.1}\" y=\"{text:.1}\">{value}</text>", LABELS + length + 8.0)?;
        Ok(())
    }

    fn length(&self, value: f64) -> f64 {
        let values = self.bars.iter().map(|bar| bar.value).chain(self.most);
        let longest = values.fold(f64::MIN_POSITIVE, f64::max);
        (WIDTH - LABELS - VALUES) * value / longest
    }

    fn said(&self, bar: &Bar) -> String {
        format!("{}: {}", bar.label, spoken(bar.value, self.unit))
    }
}

fn spoken(value: f64, unit: &str) -> String {
    let digits = if value < 10.0 { 2 } else { 0 };
    format!("{value:.digits$} {unit}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_says_in_words_what_it_shows() {
        let bar = |label: &str, value, ours| Bar { label: label.to_owned(), value, ours };
        let bars = vec![bar("Rounds", 1.5, true), bar("A & B", 30.0, false)];
        let (title, subtitle) = ("First sync".to_owned(), "20,000 documents".to_owned());
        let svg = Plot { title, subtitle, unit: "s", most: Some(2.0), bars }.svg().unwrap();
        assert!(
            svg.contains("<desc id=\"d\">20,000 documents. Rounds: 1.50 s; A &amp; B: 30 s.</desc>"),
            "{svg}"
        );
        assert!(svg.contains("prefers-color-scheme:dark"));
    }
}
