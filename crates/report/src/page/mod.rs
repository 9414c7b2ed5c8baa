//! One HTML file that holds a whole report: text, tables, charts and digit images, with nothing to load.
//!
//! The page works from a disk without a network, is light or dark as the reader's system is, prints, and can be used by
//! keyboard and screen reader. A content security policy in it forbids whatever is not in the file. Text from outside
//! is escaped wherever it goes.
//!
//! ```
//! use tenfold_report::page::{Block, Column, Page, Table};
//!
//! let table = Table::new("Accuracy", [Column::text("set"), Column::number("right")]).row(["test", "99.05 %"]);
//! let html = Page::new("MNIST").section("accuracy", "Accuracy", vec![Block::Table(table)]).to_html();
//! assert!(html.contains("<td class=\"number\">99.05 %</td>"));
//! ```

mod block;
mod gallery;
mod html;
mod matrix;
mod table;

pub use self::block::Block;
pub use self::gallery::{Gallery, GalleryItem};
pub use self::matrix::{MAX_SHOWN_PER_CELL, Matrix, MatrixAnswers};
pub use self::table::{Column, Table};

use self::html::Html;
use crate::chart::Colour;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// Nothing is fetched; images may be data URIs, styles and scripts may be in the file.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      base-uri 'none'; form-action 'none'";

/// A page in the making.
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    lead: String,
    sections: Vec<Section>,
    footer: String,
}

#[derive(Clone, Debug)]
struct Section {
    id: String,
    heading: String,
    blocks: Vec<Block>,
}

impl Page {
    /// An empty page called `title`.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), lead: String::new(), sections: Vec::new(), footer: String::new() }
    }

    /// The same page with `text` below its title: what it is about, in a sentence or two.
    pub fn lead(self, text: impl Into<String>) -> Self {
        Self { lead: text.into(), ..self }
    }

    /// The same page with one more section, which the contents name by `heading` and links can name by `id`. In an id
    /// all but ASCII letters, digits, `-` and `_` become `-`, and one that is taken gets a number.
    pub fn section(mut self, id: &str, heading: impl Into<String>, blocks: Vec<Block>) -> Self {
        let id = self.free_id(id);
        self.sections.push(Section { id, heading: heading.into(), blocks });
        self
    }

    /// The same page with `text` at its end: who made it, of what, and how to make it again.
    pub fn footer(self, text: impl Into<String>) -> Self {
        Self { footer: text.into(), ..self }
    }

    /// The page as one HTML file.
    pub fn to_html(&self) -> String {
        let mut body = Html::default();
        self.write_body(&mut body);
        let (body, sprites) = body.finish();
        let mut html = Html::default();
        html.raw("<!DOCTYPE html>\n");
        html.open("html", &[("lang", "en")]);
        html.open("head", &[]);
        html.open("meta", &[("charset", "utf-8")]);
        html.open("meta", &[("http-equiv", "Content-Security-Policy"), ("content", POLICY)]);
        html.open("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
        html.cell("title", &[], &self.title);
        html.raw(&format!("<style>\n{}{STYLE}{sprites}</style>\n", colours()));
        html.close("head");
        html.raw(&body);
        html.close("html");
        html.finish().0
    }

    fn write_body(&self, html: &mut Html) {
        html.open("body", &[]);
        html.element("a", &[("class", "skip"), ("href", "#page.main")], "Skip to the content");
        html.open("header", &[]);
        html.cell("h1", &[], &self.title);
        html.element("p", &[("class", "lead")], &self.lead);
        html.element("button", &[("type", "button"), ("class", "theme"), ("hidden", "")], "Dark");
        html.close("header");
        html.open("nav", &[("aria-label", "Contents")]);
        html.open("ul", &[]);
        for section in &self.sections {
            html.open("li", &[]);
            html.element("a", &[("href", &format!("#{}", section.id))], &section.heading);
            html.close("li");
        }
        html.close("ul");
        html.close("nav");
        html.open("main", &[("id", "page.main"), ("tabindex", "-1")]);
        for section in &self.sections {
            let heading = format!("{}.heading", section.id);
            html.open("section", &[("id", &section.id), ("aria-labelledby", &heading)]);
            html.element("h2", &[("id", &heading)], &section.heading);
            section.blocks.iter().for_each(|block| block.write(html));
            html.close("section");
        }
        html.close("main");
        html.element("footer", &[], &self.footer);
        html.raw(VIEWER);
        html.raw(&format!("<script>\n{SCRIPT}</script>\n"));
        html.close("body");
    }

    /// `id` as a name that no section has yet. The page's own ids have a point in them, which these have not.
    fn free_id(&self, id: &str) -> String {
        let kept = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        let id: String = id.chars().map(|character| if kept(character) { character } else { '-' }).collect();
        let id = if id.is_empty() { "section".to_owned() } else { id };
        let is_free = |id: &String| self.sections.iter().all(|section| &section.id != id);
        let numbered = (2..).map(|number| format!("{id}-{number}"));
        std::iter::once(id.clone()).chain(numbered).find(is_free).unwrap_or(id)
    }
}

/// The dialog that shows the images of a cell, or one image enlarged; the script fills it.
const VIEWER: &str = "\
<dialog class=\"viewer\" aria-labelledby=\"page.viewer\">
<header><h2 id=\"page.viewer\" aria-live=\"polite\"></h2>\
<button type=\"button\" class=\"close\" aria-label=\"Close\">\u{d7}</button></header>
<div class=\"content\"></div>
<footer><button type=\"button\" class=\"previous\">\u{2190} Previous</button> \
<button type=\"button\" class=\"next\">Next \u{2192}</button></footer>
</dialog>
";

/// The custom properties that the style sheet and the charts use, each for light and for dark.
fn colours() -> String {
    let properties: Vec<String> = Colour::ALL
        .iter()
        .map(|colour| format!("{}: light-dark({}, {});", colour.property(), colour.light(), colour.dark()))
        .collect();
    format!(":root {{ {} }}\n", properties.join(" "))
}
