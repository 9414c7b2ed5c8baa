//! Bars: one number per name, such as the error rate or the number of images of each class.

use super::frame::{Frame, X_LABEL_PX, X_TICKS_PX};
use super::scale::{Ends, Scale, is_drawable};
use super::svg::{Anchor, Canvas, MARGIN_PX, TEXT_PX};
use super::{Axis, Chart, Colour, Svg, Theme, text};

const WIDTH_PX: f64 = 600.0;
const FRAME_PX: f64 = 220.0;
/// The part of its slot that a bar fills.
const BAR_SHARE: f64 = 0.7;
const WIDEST_BAR_PX: f64 = 60.0;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What stands below it, cut short where it has no room.
    pub name: String,
    /// Its height; a value that is NaN or infinite has no bar.
    pub value: f64,
    /// Its colour.
    pub colour: Colour,
}

/// Bars side by side, from 0 up or down.
#[derive(Clone, Debug, PartialEq)]
pub struct BarChart {
    /// Drawn above the chart, and its name for screen readers.
    pub title: String,
    /// What the chart shows, in a sentence, for screen readers.
    pub description: String,
    /// What the names are.
    pub x_label: String,
    /// The vertical axis; without a range of its own it always shows 0.
    pub y: Axis,
    /// The bars, from left to right.
    pub bars: Vec<Bar>,
}

impl Chart for BarChart {
    fn svg(&self, theme: Theme) -> Svg {
        let values = self.bars.iter().map(|bar| bar.value).chain([0.0]);
        let y = Scale::new(&self.y, values, 5, Ends::Round);
        let frame = Frame::of_slots(&self.title, self.bars.len(), y, [WIDTH_PX, FRAME_PX]);
        let height = frame.bottom() + X_TICKS_PX + X_LABEL_PX + MARGIN_PX / 2.0;
        let mut canvas = Canvas::new(theme, WIDTH_PX, height, &self.title, &self.description);
        frame.draw_y(&mut canvas, &self.y.label);
        frame.open_clip(&mut canvas);
        for (index, bar) in self.bars.iter().enumerate().filter(|(_, bar)| is_drawable(bar.value)) {
            draw_bar(&mut canvas, bar, index, &frame, self.y.format.write(bar.value, 4));
        }
        canvas.end("svg");
        let zero = frame.y(0.0).clamp(frame.top, frame.bottom());
        canvas.line((frame.left, zero), (frame.right(), zero), Colour::Muted);
        draw_names(&mut canvas, self.bars.iter().map(|bar| bar.name.as_str()), &frame);
        frame.draw_x_title(&mut canvas, &self.x_label);
        canvas.finish()
    }
}

fn draw_bar(canvas: &mut Canvas, bar: &Bar, index: usize, frame: &Frame, number: String) {
    let slot = frame.x(1.0) - frame.x(0.0);
    let width = (slot * BAR_SHARE).min(WIDEST_BAR_PX);
    let x = frame.x(index as f64 + 0.5) - width / 2.0;
    let (from, to) = (frame.y(0.0), frame.y(bar.value));
    let at = [("x", x), ("y", from.min(to)), ("width", width), ("height", (from - to).abs())];
    canvas.element("rect").at(&at).paint("fill", bar.colour).open();
    canvas.element("title").hold(&format!("{}: {number}", bar.name));
    canvas.end("rect");
}

/// Draws the names in the middle of their slots, the horizontal axis counting slots. Where one has no room for a
/// letter, every second, third or further name only.
pub(super) fn draw_names<'a>(canvas: &mut Canvas, names: impl ExactSizeIterator<Item = &'a str>, frame: &Frame) {
    let slot = frame.x(1.0) - frame.x(0.0);
    let shown = names.len() as f64 * text::width("00 ", TEXT_PX) / frame.width;
    let every = (shown.ceil() as usize).max(1);
    for (index, name) in names.enumerate().step_by(every) {
        let name = text::fit(name, TEXT_PX, slot * every as f64 - 4.0);
        let at = (frame.x(index as f64 + 0.5), frame.bottom() + 18.0);
        canvas.label(at, Anchor::Middle, Colour::Muted, &name);
    }
}
