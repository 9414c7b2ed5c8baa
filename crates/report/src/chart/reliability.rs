//! The reliability diagram: of the answers given with a confidence of 80 %, are 80 % right?

use super::frame::{Frame, HEAD_GAP_PX, X_LABEL_PX, X_TICKS_PX, Y_LABEL_PX, tick_width};
use super::legend::{Legend, Stroke};
use super::scale::{Ends, Scale, is_drawable};
use super::svg::{Canvas, MARGIN_PX, title_height};
use super::{Axis, Chart, Colour, Format, Svg, Theme};

const WIDTH_PX: f64 = 380.0;
/// The height of the strip that shows how many answers each bin has.
const STRIP_PX: f64 = 70.0;
const STRIP_BAR_PX: f64 = 7.0;

/// Answers of similar confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReliabilityBin {
    /// Their mean confidence, 0 to 1.
    pub confidence: f64,
    /// The part of them that is right, 0 to 1.
    pub accuracy: f64,
    /// The ends of an interval for that part, such as Wilson's.
    pub interval: (f64, f64),
    /// How many there are; a bin of 0 is not drawn.
    pub count: u64,
}

impl From<&tenfold_evaluation::ReliabilityBin> for ReliabilityBin {
    /// A bin of a calibration, with Wilson's 95 % interval.
    fn from(bin: &tenfold_evaluation::ReliabilityBin) -> Self {
        Self {
            confidence: bin.mean_confidence,
            accuracy: bin.accuracy,
            interval: (bin.accuracy_95.low, bin.accuracy_95.high),
            count: bin.images,
        }
    }
}

/// Accuracy against confidence, bin by bin, with the diagonal of a classifier that claims what it keeps, and below it
/// how many answers each bin has.
///
/// Niculescu-Mizil and Caruana, "Predicting good probabilities with supervised learning", ICML 2005. The counts are on
/// a logarithmic axis, because a good recogniser gives nearly all of its answers with a confidence near 1.
#[derive(Clone, Debug, PartialEq)]
pub struct ReliabilityDiagram {
    /// Drawn above the chart, and its name for screen readers.
    pub title: String,
    /// What the chart shows, in a sentence, for screen readers.
    pub description: String,
    /// The bins, in any order.
    pub bins: Vec<ReliabilityBin>,
}

impl ReliabilityDiagram {
    /// The bins that can be drawn.
    fn shown(&self) -> impl Iterator<Item = &ReliabilityBin> {
        self.bins.iter().filter(|bin| {
            let values = [bin.confidence, bin.accuracy, bin.interval.0, bin.interval.1];
            bin.count > 0 && values.into_iter().all(is_drawable)
        })
    }

    /// The square, and the strip below it. `top` is where the square's label begins.
    fn frames(&self, top: f64) -> (Frame, Frame) {
        let scale = |axis: &Axis| Scale::new(axis, std::iter::empty(), 5, Ends::Tight);
        let unit = Axis::percent("").over(0.0, 1.0);
        let decades = self.shown().map(|bin| libm::log10(bin.count as f64)).fold(0.0, f64::max).ceil().max(1.0);
        let mut counts = scale(&Axis::count("").over(0.0, decades));
        for (exponent, label) in &mut counts.ticks {
            *label = Format::Count.write(libm::pow(10.0, *exponent), 0);
        }
        let left = MARGIN_PX + tick_width(&scale(&unit)).max(tick_width(&counts));
        let width = WIDTH_PX - left - 2.0 * MARGIN_PX;
        let square = Frame { left, top: top + Y_LABEL_PX, width, height: width, x: scale(&unit), y: scale(&unit) };
        let strip_top = square.bottom() + MARGIN_PX + Y_LABEL_PX;
        let strip = Frame { left, top: strip_top, width, height: STRIP_PX, x: scale(&unit), y: counts };
        (square, strip)
    }
}

impl Chart for ReliabilityDiagram {
    fn svg(&self, theme: Theme) -> Svg {
        let ideal = Stroke { colour: Colour::Muted, dashed: true, thin: true };
        let measured = Stroke { colour: Colour::Blue, dashed: false, thin: true };
        let entries = [("measured", measured), ("ideal", ideal)].into_iter();
        let legend = Legend::new(entries, WIDTH_PX - 2.0 * MARGIN_PX);
        let legend_top = title_height(&self.title, WIDTH_PX);
        let (square, strip) = self.frames(legend_top + legend.height() + HEAD_GAP_PX);
        let height = strip.bottom() + X_TICKS_PX + X_LABEL_PX + MARGIN_PX / 2.0;

        let mut canvas = Canvas::new(theme, WIDTH_PX, height, &self.title, &self.description);
        legend.draw(&mut canvas, MARGIN_PX, legend_top);
        square.draw_y(&mut canvas, "right answers");
        square.draw_x(&mut canvas);
        let ends = [square.x(0.0), square.y(0.0), square.x(1.0), square.y(1.0)];
        ideal.draw(&mut canvas, &format!("M{:.2} {:.2}L{:.2} {:.2}", ends[0], ends[1], ends[2], ends[3]));
        strip.draw_y(&mut canvas, "answers (logarithmic)");
        strip.draw_x(&mut canvas);
        square.open_clip(&mut canvas);
        for bin in self.shown() {
            draw_point(&mut canvas, bin, &square);
        }
        canvas.end("svg");
        for bin in self.shown().filter(|bin| (0.0..=1.0).contains(&bin.confidence)) {
            draw_count(&mut canvas, bin, &strip);
        }
        strip.draw_x_labels(&mut canvas, "confidence");
        canvas.finish()
    }
}

/// Draws a bin's accuracy with its interval.
fn draw_point(canvas: &mut Canvas, bin: &ReliabilityBin, frame: &Frame) {
    let x = frame.x(bin.confidence);
    canvas
        .element("line")
        .at(&[("x1", x), ("y1", frame.y(bin.interval.0)), ("x2", x), ("y2", frame.y(bin.interval.1))])
        .paint("stroke", Colour::Blue)
        .set("stroke-width", "1.6")
        .close();
    let at = [("cx", x), ("cy", frame.y(bin.accuracy)), ("r", 4.0)];
    canvas.element("circle").at(&at).paint("fill", Colour::Blue).open();
    let [confidence, accuracy] = [bin.confidence, bin.accuracy].map(|value| Format::Percent.write(value, 3));
    canvas.element("title").hold(&format!("confidence {confidence}, right {accuracy}, {} answers", bin.count));
    canvas.end("circle");
}

/// Draws how many answers a bin has. One answer is a line of 2 pixels, which its logarithm, 0, would not show.
fn draw_count(canvas: &mut Canvas, bin: &ReliabilityBin, frame: &Frame) {
    let y = frame.y(libm::log10(bin.count as f64)).min(frame.bottom() - 2.0);
    let x = (frame.x(bin.confidence) - STRIP_BAR_PX / 2.0).clamp(frame.left, frame.right() - STRIP_BAR_PX);
    let at = [("x", x), ("y", y), ("width", STRIP_BAR_PX), ("height", frame.bottom() - y)];
    canvas.element("rect").at(&at).paint("fill", Colour::Blue).close();
}
