//! Box plots: how a score spreads over folds, seeds or settings.

use super::bar::draw_names;
use super::frame::{Frame, X_LABEL_PX, X_TICKS_PX};
use super::scale::{Ends, Scale, is_drawable};
use super::svg::{Canvas, MARGIN_PX};
use super::{Axis, Chart, Colour, Svg, Theme};

const WIDTH_PX: f64 = 600.0;
const FRAME_PX: f64 = 240.0;
/// The part of its slot that a box fills.
const BOX_SHARE: f64 = 0.5;
const WIDEST_BOX_PX: f64 = 90.0;
/// The part of its box that a whisker's end fills.
const CAP_SHARE: f64 = 0.5;

/// The values behind one box.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// What stands below the box.
    pub name: String,
    /// Lower whisker, lower quartile, median, upper quartile and upper whisker, in rising order. None draws the points
    /// alone, as is honest for two or three of them.
    pub five_numbers: Option<[f64; 5]>,
    /// Values drawn as points: outliers beyond the whiskers, or all the values where there are few.
    pub points: Vec<f64>,
}

impl Distribution {
    /// A box by `summary` with all the `values` that it is of as points.
    ///
    /// ```
    /// use tenfold_evaluation::BoxPlot;
    /// use tenfold_report::chart::Distribution;
    ///
    /// let values = [1.0, 2.0, 3.0, 4.0, 5.0];
    /// let distribution = Distribution::with_points("5 folds", &values, &BoxPlot::new(&values)?);
    /// assert_eq!(distribution.five_numbers, Some(values));
    /// # Ok::<(), tenfold_evaluation::Error>(())
    /// ```
    pub fn with_points(name: impl Into<String>, values: &[f64], summary: &tenfold_evaluation::BoxPlot) -> Self {
        let tenfold_evaluation::BoxPlot { whisker_low, lower_quartile, median, upper_quartile, whisker_high, .. } =
            *summary;
        Self {
            name: name.into(),
            five_numbers: Some([whisker_low, lower_quartile, median, upper_quartile, whisker_high]),
            points: values.to_vec(),
        }
    }
}

/// Box plots side by side over one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxPlot {
    /// Drawn above the chart, and its name for screen readers.
    pub title: String,
    /// What the chart shows, in a sentence, for screen readers.
    pub description: String,
    /// What the names are.
    pub x_label: String,
    /// The vertical axis.
    pub y: Axis,
    /// The boxes, from left to right.
    pub distributions: Vec<Distribution>,
}

impl Chart for BoxPlot {
    fn svg(&self, theme: Theme) -> Svg {
        let values =
            self.distributions.iter().flat_map(|each| each.five_numbers.iter().flatten().chain(&each.points)).copied();
        let y = Scale::new(&self.y, values, 6, Ends::Round);
        let frame = Frame::of_slots(&self.title, self.distributions.len(), y, [WIDTH_PX, FRAME_PX]);
        let height = frame.bottom() + X_TICKS_PX + X_LABEL_PX + MARGIN_PX / 2.0;
        let mut canvas = Canvas::new(theme, WIDTH_PX, height, &self.title, &self.description);
        frame.draw_y(&mut canvas, &self.y.label);
        canvas.line((frame.left, frame.bottom()), (frame.right(), frame.bottom()), Colour::Muted);
        frame.open_clip(&mut canvas);
        for (index, distribution) in self.distributions.iter().enumerate() {
            draw_distribution(&mut canvas, distribution, index, &frame);
        }
        canvas.end("svg");
        draw_names(&mut canvas, self.distributions.iter().map(|each| each.name.as_str()), &frame);
        frame.draw_x_title(&mut canvas, &self.x_label);
        canvas.finish()
    }
}

fn draw_distribution(canvas: &mut Canvas, distribution: &Distribution, index: usize, frame: &Frame) {
    let centre = frame.x(index as f64 + 0.5);
    let width = ((frame.x(1.0) - frame.x(0.0)) * BOX_SHARE).min(WIDEST_BOX_PX);
    if let Some(five) = distribution.five_numbers.filter(|five| five.iter().all(|&value| is_drawable(value))) {
        draw_box(canvas, five.map(|value| frame.y(value)), centre, width);
    }
    // Points stand on the middle line without jitter: where they are is where they were measured.
    for &value in distribution.points.iter().filter(|&&value| is_drawable(value)) {
        canvas
            .element("circle")
            .at(&[("cx", centre), ("cy", frame.y(value)), ("r", 3.5)])
            .paint("fill", Colour::Paper)
            .set("fill-opacity", "0.6")
            .paint("stroke", Colour::Orange)
            .set("stroke-width", "1.6")
            .close();
    }
}

/// Draws box, whiskers and median from the places of the five numbers, lowest number first.
fn draw_box(canvas: &mut Canvas, [low, lower, median, upper, high]: [f64; 5], centre: f64, width: f64) {
    let (left, right) = (centre - width / 2.0, centre + width / 2.0);
    let cap = width * CAP_SHARE / 2.0;
    for (from, to) in [(lower, low), (upper, high)] {
        canvas.line((centre, from), (centre, to), Colour::Blue);
        canvas.line((centre - cap, to), (centre + cap, to), Colour::Blue);
    }
    canvas
        .element("rect")
        .at(&[("x", left), ("y", upper), ("width", width), ("height", (lower - upper).max(0.0))])
        .paint("fill", Colour::Blue)
        .set("fill-opacity", "0.18")
        .paint("stroke", Colour::Blue)
        .close();
    canvas
        .element("line")
        .at(&[("x1", left), ("y1", median), ("x2", right), ("y2", median)])
        .paint("stroke", Colour::Blue)
        .set("stroke-width", "2.5")
        .close();
}
