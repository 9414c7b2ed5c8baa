//! Writing SVG: elements with escaped text and short numbers, in the colours of a theme.

use std::fmt;

use super::{Colour, Theme, text};
use crate::escape::escape;
use crate::number::coordinate;

/// The size of most text in pixels.
pub(crate) const TEXT_PX: f64 = 13.0;
/// The size of a chart's title in pixels.
const TITLE_PX: f64 = 15.0;
/// From one line of a title to the next.
const TITLE_LINE_PX: f64 = 20.0;
/// Around every chart.
pub(crate) const MARGIN_PX: f64 = 12.0;

/// A finished chart: well-formed SVG whose every text is escaped, because only the charts of this crate make one.
#[derive(Clone, Debug, PartialEq)]
pub struct Svg {
    text: String,
    title: String,
    width: f64,
}

impl Svg {
    /// The SVG, from `<svg` to `</svg>`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same, owned.
    pub fn into_text(self) -> String {
        self.text
    }

    /// The chart's title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The chart's width in pixels.
    pub fn width(&self) -> f64 {
        self.width
    }
}

impl fmt::Display for Svg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Which end of a text is at its position.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// An SVG in the making.
pub(crate) struct Canvas {
    svg: Svg,
    theme: Theme,
}

impl Canvas {
    /// A canvas of `width` by `height` pixels, with `title` drawn at the top and both texts for screen readers.
    pub(crate) fn new(theme: Theme, width: f64, height: f64, title: &str, description: &str) -> Self {
        let mut canvas = Self { svg: Svg { text: String::new(), title: title.to_owned(), width }, theme };
        let root = canvas.element("svg").set("role", "img");
        let root = match theme {
            Theme::Page => root.set("class", "chart"),
            Theme::Standalone | Theme::Light => root.set("xmlns", "http://www.w3.org/2000/svg"),
        };
        root.at(&[("width", width), ("height", height)])
            .set("viewBox", &format!("0 0 {} {}", coordinate(width), coordinate(height)))
            .set("font-family", "system-ui, sans-serif")
            .at(&[("font-size", TEXT_PX)])
            .open();
        canvas.element("title").hold(title);
        canvas.element("desc").hold(description);
        if let Some(style) = theme.style() {
            canvas.element("style").hold(&style);
        }
        if theme != Theme::Page {
            canvas.element("rect").at(&[("width", width), ("height", height)]).paint("fill", Colour::Paper).close();
        }
        let lines = text::wrap(title, TITLE_PX, width - 2.0 * MARGIN_PX);
        for (index, line) in lines.iter().enumerate() {
            let y = MARGIN_PX + 13.0 + index as f64 * TITLE_LINE_PX;
            canvas
                .element("text")
                .at(&[("x", MARGIN_PX), ("y", y), ("font-size", TITLE_PX)])
                .set("font-weight", "600")
                .paint("fill", Colour::Ink)
                .hold(line);
        }
        canvas
    }

    /// Starts an element; finish it by `open`, `close` or `hold`.
    pub(crate) fn element<'a>(&'a mut self, name: &'static str) -> Element<'a> {
        self.svg.text.push('<');
        self.svg.text.push_str(name);
        Element { canvas: self, name }
    }

    /// Ends an element that was left open.
    pub(crate) fn end(&mut self, name: &'static str) {
        self.svg.text.push_str("</");
        self.svg.text.push_str(name);
        self.svg.text.push('>');
    }

    /// A straight line of 1 pixel.
    pub(crate) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), colour: Colour) {
        self.element("line").at(&[("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)]).paint("stroke", colour).close();
    }

    /// A text whose baseline is at `y`.
    pub(crate) fn label(&mut self, (x, y): (f64, f64), anchor: Anchor, colour: Colour, text: &str) {
        let element = self.element("text").at(&[("x", x), ("y", y)]).paint("fill", colour);
        match anchor {
            Anchor::Start => element,
            Anchor::Middle => element.set("text-anchor", "middle"),
            Anchor::End => element.set("text-anchor", "end"),
        }
        .hold(text);
    }

    /// Closes the root.
    pub(crate) fn finish(mut self) -> Svg {
        self.end("svg");
        self.svg
    }
}

/// The height that a title takes at the top of a chart of `width` pixels, margin included.
pub(crate) fn title_height(title: &str, width: f64) -> f64 {
    let lines = text::wrap(title, TITLE_PX, width - 2.0 * MARGIN_PX).len();
    MARGIN_PX + lines as f64 * TITLE_LINE_PX
}

/// An element whose tag is not closed yet.
#[must_use]
pub(crate) struct Element<'a> {
    canvas: &'a mut Canvas,
    name: &'static str,
}

impl Element<'_> {
    /// Sets an attribute.
    pub(crate) fn set(self, name: &str, value: &str) -> Self {
        self.canvas.svg.text.push_str(&format!(" {name}=\"{}\"", escape(value)));
        self
    }

    /// Sets attributes that are numbers.
    pub(crate) fn at(self, numbers: &[(&str, f64)]) -> Self {
        numbers.iter().fold(self, |element, &(name, value)| element.set(name, &coordinate(value)))
    }

    /// Sets an attribute that is a colour of the theme.
    pub(crate) fn paint(self, name: &str, colour: Colour) -> Self {
        let value = self.canvas.theme.paint(colour);
        self.set(name, &value)
    }

    /// Ends the tag; what comes next is inside, up to [`Canvas::end`].
    pub(crate) fn open(self) {
        self.canvas.svg.text.push('>');
    }

    /// Ends an element with nothing inside.
    pub(crate) fn close(self) {
        self.canvas.svg.text.push_str("/>");
    }

    /// Ends an element with only `text` inside.
    pub(crate) fn hold(self, text: &str) {
        self.canvas.svg.text.push('>');
        self.canvas.svg.text.push_str(&escape(text));
        self.canvas.end(self.name);
    }
}
