//! Tables: a caption, columns, and rows of text that are already written as they shall be read.

use super::html::Html;

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    name: String,
    is_number: bool,
}

impl Column {
    /// A column of words, aligned on the left.
    pub fn text(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_number: false }
    }

    /// A column of numbers, aligned on the right with digits of one width.
    pub fn number(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_number: true }
    }

    fn class(&self) -> &'static [(&'static str, &'static str)] {
        if self.is_number { &[("class", "number")] } else { &[] }
    }
}

/// A table, whose first column names the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub fn new(caption: impl Into<String>, columns: impl IntoIterator<Item = Column>) -> Self {
        Self { caption: caption.into(), columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    /// The same table with one more row.
    ///
    /// # Panics
    /// If `cells` are not one per column.
    pub fn row<T: Into<String>>(mut self, cells: impl IntoIterator<Item = T>) -> Self {
        let cells: Vec<String> = cells.into_iter().map(Into::into).collect();
        assert!(cells.len() == self.columns.len(), "{} cells in {} columns", cells.len(), self.columns.len());
        self.rows.push(cells);
        self
    }

    pub(super) fn write(&self, html: &mut Html) {
        open_scroll(html, &self.caption);
        html.open("table", &[]);
        html.element("caption", &[], &self.caption);
        html.open("thead", &[]);
        html.open("tr", &[]);
        for column in &self.columns {
            html.cell("th", &[&[("scope", "col")], column.class()].concat(), &column.name);
        }
        html.close("tr");
        html.close("thead");
        html.open("tbody", &[]);
        for row in &self.rows {
            html.open("tr", &[]);
            for (index, (cell, column)) in row.iter().zip(&self.columns).enumerate() {
                match index {
                    0 => html.cell("th", &[&[("scope", "row")], column.class()].concat(), cell),
                    _ => html.cell("td", column.class(), cell),
                }
            }
            html.close("tr");
        }
        html.close("tbody");
        html.close("table");
        html.close("div");
    }
}

/// Opens a `div` that scrolls by itself when it is wider than the page, and that the keyboard can reach to do so.
pub(super) fn open_scroll(html: &mut Html, label: &str) {
    html.open("div", &[("class", "scroll"), ("role", "region"), ("aria-label", label), ("tabindex", "0")]);
}
