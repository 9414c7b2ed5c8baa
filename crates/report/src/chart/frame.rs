//! The frame that most charts are drawn in: a rectangle with two scales, grid lines, ticks and labels.

use super::scale::{Ends, Scale};
use super::svg::{Anchor, Canvas, MARGIN_PX, TEXT_PX, title_height};
use super::{Axis, Colour, text};

/// From an axis to the labels of its ticks.
const TICK_GAP_PX: f64 = 8.0;
/// Between a title or a legend and what is below it.
pub(crate) const HEAD_GAP_PX: f64 = 6.0;
/// Above a frame, for the label of its vertical axis.
pub(crate) const Y_LABEL_PX: f64 = 30.0;
/// Below a frame, for the labels of the ticks.
pub(crate) const X_TICKS_PX: f64 = 24.0;
/// Below the labels of the ticks, for the label of the horizontal axis.
pub(crate) const X_LABEL_PX: f64 = 20.0;
/// How far a mark may reach over the edge of a frame with a given range before it is cut.
const OVERHANG_PX: f64 = 4.0;

/// A rectangle of the canvas, in pixels, and what its two directions mean.
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) x: Scale,
    pub(crate) y: Scale,
}

impl Frame {
    /// That of a chart `width` wide with things side by side, each in the middle of one of `slots`, below its title; the
    /// frame itself is `height` high.
    pub(super) fn of_slots(title: &str, slots: usize, y: Scale, [width, height]: [f64; 2]) -> Self {
        let slots = Axis::value("").over(0.0, slots.max(1) as f64);
        let left = MARGIN_PX + tick_width(&y);
        Self {
            left,
            top: title_height(title, width) + HEAD_GAP_PX + Y_LABEL_PX,
            width: width - left - 2.0 * MARGIN_PX,
            height,
            x: Scale::new(&slots, std::iter::empty(), 1, Ends::Tight),
            y,
        }
    }

    /// The place of a value on the horizontal axis.
    pub(crate) fn x(&self, value: f64) -> f64 {
        self.left + self.width * self.x.fraction(value)
    }

    /// The place of a value on the vertical axis, which points up.
    pub(crate) fn y(&self, value: f64) -> f64 {
        self.bottom() - self.height * self.y.fraction(value)
    }

    pub(crate) fn right(&self) -> f64 {
        self.left + self.width
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.top + self.height
    }

    /// Draws the vertical axis: a grid line and a number for each tick, and `label` above them, where it can be read
    /// without turning the head.
    pub(crate) fn draw_y(&self, canvas: &mut Canvas, label: &str) {
        for (value, number) in &self.y.ticks {
            let y = self.y(*value);
            canvas.line((self.left, y), (self.right(), y), Colour::Rule);
            let at = (self.left - TICK_GAP_PX, y + TEXT_PX * 0.35);
            canvas.label(at, Anchor::End, Colour::Muted, number);
        }
        canvas.label((MARGIN_PX, self.top - 14.0), Anchor::Start, Colour::Ink, label);
    }

    /// Draws the grid lines of the horizontal axis, and its base line.
    pub(crate) fn draw_x(&self, canvas: &mut Canvas) {
        for (value, _) in &self.x.ticks {
            let x = self.x(*value);
            canvas.line((x, self.top), (x, self.bottom()), Colour::Rule);
        }
        canvas.line((self.left, self.bottom()), (self.right(), self.bottom()), Colour::Muted);
    }

    /// Draws the numbers of the horizontal axis, as many as have room, and `label` below them.
    pub(crate) fn draw_x_labels(&self, canvas: &mut Canvas, label: &str) {
        let mut free_from = f64::NEG_INFINITY;
        for (value, number) in &self.x.ticks {
            let (x, half) = (self.x(*value), text::width(number, TEXT_PX) / 2.0);
            if x - half >= free_from {
                canvas.label((x, self.bottom() + 18.0), Anchor::Middle, Colour::Muted, number);
                free_from = x + half + TICK_GAP_PX;
            }
        }
        self.draw_x_title(canvas, label);
    }

    /// Draws `label` below the horizontal axis.
    pub(crate) fn draw_x_title(&self, canvas: &mut Canvas, label: &str) {
        let at = (self.left + self.width / 2.0, self.bottom() + X_TICKS_PX + 14.0);
        canvas.label(at, Anchor::Middle, Colour::Ink, label);
    }

    /// What is drawn from here to [`Canvas::end`] of `svg` is cut at the edge of the frame. A nested `svg` cuts without
    /// the id that a clip path needs, which would have to be unique on a page of many charts.
    pub(crate) fn open_clip(&self, canvas: &mut Canvas) {
        let (x, y) = (self.left - OVERHANG_PX, self.top - OVERHANG_PX);
        let (width, height) = (self.width + 2.0 * OVERHANG_PX, self.height + 2.0 * OVERHANG_PX);
        canvas
            .element("svg")
            .at(&[("x", x), ("y", y), ("width", width), ("height", height)])
            .set("viewBox", &format!("{x:.2} {y:.2} {width:.2} {height:.2}"))
            .open();
    }
}

/// The room that the numbers of a vertical axis take, gap included.
pub(crate) fn tick_width(scale: &Scale) -> f64 {
    let widest = scale.ticks.iter().map(|(_, number)| text::width(number, TEXT_PX)).fold(0.0, f64::max);
    widest + TICK_GAP_PX
}
