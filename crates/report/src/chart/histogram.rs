//! A histogram: how many values fall into each of many bins of one width.

use super::frame::{Frame, HEAD_GAP_PX, X_LABEL_PX, X_TICKS_PX, Y_LABEL_PX, tick_width};
use super::scale::{Ends, Scale};
use super::svg::{Canvas, MARGIN_PX, title_height};
use super::{Axis, Chart, Colour, Format, Svg, Theme};

const WIDTH_PX: f64 = 600.0;
const FRAME_PX: f64 = 220.0;
/// Between two bars.
const GAP_PX: f64 = 1.0;

/// Counts of values in bins of one width.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Drawn above the chart, and its name for screen readers.
    pub title: String,
    /// What the chart shows, in a sentence, for screen readers.
    pub description: String,
    /// The horizontal axis, whose range, or 0 to 1, the bins divide.
    pub x: Axis,
    /// What is counted.
    pub y_label: String,
    /// `[bins]`: how many values each bin holds, from the low end of the axis to the high.
    pub counts: Vec<u64>,
}

impl Chart for Histogram {
    fn svg(&self, theme: Theme) -> Svg {
        let tallest = self.counts.iter().copied().max().unwrap_or(0) as f64;
        let y = Scale::new(&Axis::count(""), [0.0, tallest.max(1.0)].into_iter(), 5, Ends::Round);
        let left = MARGIN_PX + tick_width(&y);
        let frame = Frame {
            left,
            top: title_height(&self.title, WIDTH_PX) + HEAD_GAP_PX + Y_LABEL_PX,
            width: WIDTH_PX - left - 2.0 * MARGIN_PX,
            height: FRAME_PX,
            x: Scale::new(&self.x, std::iter::empty(), 10, Ends::Tight),
            y,
        };
        let height = frame.bottom() + X_TICKS_PX + X_LABEL_PX + MARGIN_PX / 2.0;
        let mut canvas = Canvas::new(theme, WIDTH_PX, height, &self.title, &self.description);
        frame.draw_y(&mut canvas, &self.y_label);
        let slot = frame.width / self.counts.len().max(1) as f64;
        for (index, &count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let (x, y) = (frame.left + index as f64 * slot, frame.y(count as f64));
            // Bins thinner than two gaps touch each other instead of vanishing.
            let width = if slot > 2.0 * GAP_PX { slot - GAP_PX } else { slot };
            let at = [("x", x), ("y", y), ("width", width), ("height", frame.bottom() - y)];
            canvas.element("rect").at(&at).paint("fill", Colour::Blue).open();
            canvas.element("title").hold(&Format::Count.write(count as f64, 0));
            canvas.end("rect");
        }
        canvas.line((frame.left, frame.bottom()), (frame.right(), frame.bottom()), Colour::Muted);
        frame.draw_x_labels(&mut canvas, &self.x.label);
        canvas.finish()
    }
}
