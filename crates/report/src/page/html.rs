//! Writing HTML: tags, and text that is always escaped.

use std::fmt::Write;

use crate::Sprite;
use crate::escape::escape;

/// HTML in the making, and the style rules of the sprites in it.
#[derive(Default)]
pub(crate) struct Html {
    text: String,
    rules: String,
    sprites: usize,
}

impl Html {
    /// Starts an element. A void element, such as `meta`, is complete with this.
    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.text.push('<');
        self.text.push_str(name);
        for (attribute, value) in attributes {
            _ = write!(self.text, " {attribute}=\"{}\"", escape(value));
        }
        self.text.push('>');
    }

    /// Ends the element `name`. Blocks end a line, so that the file can be read; text within a line does not.
    pub(crate) fn close(&mut self, name: &str) {
        _ = write!(self.text, "</{name}>");
        if !matches!(name, "span" | "button" | "a" | "th" | "td" | "code" | "dt") {
            self.text.push('\n');
        }
    }

    /// An element with only `text` inside; nothing at all if `text` is empty.
    pub(crate) fn element(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        if !text.is_empty() {
            self.cell(name, attributes, text);
        }
    }

    /// An element with only `text` inside, even if `text` is empty: a cell keeps its place in its row.
    pub(crate) fn cell(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.text.push_str(&escape(text));
        self.close(name);
    }

    /// Markup of this crate's own making.
    pub(crate) fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
    }

    /// Adds a sprite to the page, and returns the class that an element needs to show one of its images.
    pub(crate) fn sprite(&mut self, sprite: &Sprite) -> String {
        self.sprites += 1;
        let class = format!("sprite-{}", self.sprites);
        _ = writeln!(
            self.rules,
            ".{class} {{ --columns: {}; --width: {}; --height: {}; background-image: url(\"{}\"); }}",
            sprite.columns(),
            sprite.width(),
            sprite.height(),
            sprite.data_uri()
        );
        class
    }

    /// An element that shows image `index` of a sprite; `label` says what it shows.
    pub(crate) fn digit(&mut self, class: &str, sprite: &Sprite, index: usize, label: &str) {
        let (x, y) = sprite.position(index);
        let (class, style) = (format!("digit {class}"), format!("--x: {x}; --y: {y}"));
        self.open("span", &[("class", &class), ("style", &style), ("role", "img"), ("aria-label", label)]);
        self.close("span");
    }

    /// The HTML, and the style rules that it needs.
    pub(crate) fn finish(self) -> (String, String) {
        (self.text, self.rules)
    }
}
