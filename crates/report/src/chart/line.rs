//! Lines over a common axis, in one panel or several stacked: curves of loss and accuracy, ROC, risk and coverage.

use super::frame::{Frame, HEAD_GAP_PX, X_LABEL_PX, X_TICKS_PX, Y_LABEL_PX, tick_width};
use super::legend::{Legend, Stroke};
use super::scale::{Ends, Scale, is_drawable};
use super::svg::{Anchor, Canvas, MARGIN_PX, title_height};
use super::{Axis, Chart, Colour, Svg, Theme};

/// The width of a chart of curves.
const WIDTH_PX: f64 = 600.0;
/// The height of the only panel, and of each of several.
const PANEL_PX: [f64; 2] = [240.0, 180.0];
/// The width of a chart whose two axes are both given.
const SQUARE_WIDTH_PX: f64 = 380.0;
/// More lines than this in a panel are drawn thin.
const THICK_LINES: usize = 4;

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What the legend calls it; series with the same name, colour and dashes share an entry. Empty: no entry.
    pub name: String,
    /// Its colour.
    pub colour: Colour,
    /// Whether the line is dashed, as for references that were not measured.
    pub dashed: bool,
    /// (x, y) in drawing order. A point with NaN or an infinity is a gap.
    pub points: Vec<(f64, f64)>,
}

impl Series {
    /// A solid line through `points`.
    pub fn new(name: impl Into<String>, colour: Colour, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self { name: name.into(), colour, dashed: false, points: points.into_iter().collect() }
    }

    /// The same line through at most `most` of its points, evenly chosen from the first on, and the last.
    ///
    /// ```
    /// use tenfold_report::chart::{Colour, Series};
    ///
    /// let line = Series::new("", Colour::Blue, (0..9).map(|x| (f64::from(x), 0.5))).thinned(4);
    /// assert_eq!(line.points.iter().map(|point| point.0).collect::<Vec<_>>(), [0.0, 3.0, 6.0, 8.0]);
    /// ```
    pub fn thinned(mut self, most: usize) -> Self {
        let step = self.points.len().div_ceil(most.max(1)).max(1);
        let last = self.points.last().copied();
        self.points = self.points.into_iter().step_by(step).chain(last).collect();
        self
    }

    /// The same line, dashed.
    pub fn dashed(self) -> Self {
        Self { dashed: true, ..self }
    }
}

/// A vertical axis and what is drawn against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// The vertical axis.
    pub y: Axis,
    /// The lines, in drawing order: the last is on top.
    pub series: Vec<Series>,
}

impl Panel {
    /// A panel with these lines.
    pub fn new(y: Axis, series: impl IntoIterator<Item = Series>) -> Self {
        Self { y, series: series.into_iter().collect() }
    }
}

/// Lines in one panel, or in several above each other that share their horizontal axis and their legend.
///
/// For the curves of a cross-validation, give a panel of loss and a panel of accuracy, and in each a blue series
/// "train" and an orange series "validation" per fold. A chart of one panel whose axes both have a range is a square.
#[derive(Clone, Debug, PartialEq)]
pub struct LineChart {
    /// Drawn above the chart, and its name for screen readers.
    pub title: String,
    /// What the chart shows, in a sentence, for screen readers.
    pub description: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The panels, from top to bottom.
    pub panels: Vec<Panel>,
}

impl LineChart {
    /// Whether the chart is one square: both of its axes have a given range.
    fn is_square(&self) -> bool {
        self.x.range.is_some() && self.panels.len() == 1 && self.panels[0].y.range.is_some()
    }

    /// The frames of the panels, below `top`, in a chart of `width` pixels.
    fn frames(&self, top: f64, width: f64) -> Vec<Frame> {
        let scales: Vec<Scale> = self
            .panels
            .iter()
            .map(|panel| Scale::new(&panel.y, points(std::slice::from_ref(panel)).map(|(_, y)| y), 5, Ends::Round))
            .collect();
        let left = MARGIN_PX + scales.iter().map(tick_width).fold(0.0, f64::max);
        let frame_width = width - left - 2.0 * MARGIN_PX;
        let height = match scales.len() {
            _ if self.is_square() => frame_width,
            1 => PANEL_PX[0],
            _ => PANEL_PX[1],
        };
        let frame = |(index, y)| Frame {
            left,
            top: top + Y_LABEL_PX + index as f64 * (height + Y_LABEL_PX + MARGIN_PX),
            width: frame_width,
            height,
            x: Scale::new(&self.x, points(&self.panels).map(|(x, _)| x), 10, Ends::Tight),
            y,
        };
        scales.into_iter().enumerate().map(frame).collect()
    }
}

impl Chart for LineChart {
    fn svg(&self, theme: Theme) -> Svg {
        let width = if self.is_square() { SQUARE_WIDTH_PX } else { WIDTH_PX };
        let entries = self.panels.iter().flat_map(|panel| {
            panel.series.iter().map(|series| (series.name.as_str(), stroke(series, panel.series.len())))
        });
        let legend = Legend::new(entries, width - 2.0 * MARGIN_PX);
        let legend_top = title_height(&self.title, width);
        let frames = self.frames(legend_top + legend.height() + HEAD_GAP_PX, width);
        let bottom = frames.last().map_or(legend_top + legend.height(), Frame::bottom);

        let height = bottom + X_TICKS_PX + X_LABEL_PX + MARGIN_PX / 2.0;
        let mut canvas = Canvas::new(theme, width, height, &self.title, &self.description);
        legend.draw(&mut canvas, MARGIN_PX, legend_top);
        for (panel, frame) in self.panels.iter().zip(&frames) {
            draw_panel(&mut canvas, panel, frame);
        }
        if let Some(frame) = frames.last() {
            frame.draw_x_labels(&mut canvas, &self.x.label);
        }
        canvas.finish()
    }
}

/// Every point of `panels` that can be drawn.
fn points(panels: &[Panel]) -> impl Iterator<Item = (f64, f64)> {
    let all = panels.iter().flat_map(|panel| &panel.series).flat_map(|series| &series.points);
    all.copied().filter(|&(x, y)| is_drawable(x) && is_drawable(y))
}

fn stroke(series: &Series, lines: usize) -> Stroke {
    Stroke { colour: series.colour, dashed: series.dashed, thin: lines > THICK_LINES }
}

fn draw_panel(canvas: &mut Canvas, panel: &Panel, frame: &Frame) {
    frame.draw_y(canvas, &panel.y.label);
    frame.draw_x(canvas);
    if points(std::slice::from_ref(panel)).next().is_none() {
        let middle = (frame.left + frame.width / 2.0, frame.top + frame.height / 2.0);
        canvas.label(middle, Anchor::Middle, Colour::Muted, "no data");
        return;
    }
    frame.open_clip(canvas);
    for series in &panel.series {
        draw_series(canvas, series, stroke(series, panel.series.len()), frame);
    }
    canvas.end("svg");
}

/// Draws each run of points without a gap as a path, and a point with a gap on both sides as a dot.
fn draw_series(canvas: &mut Canvas, series: &Series, stroke: Stroke, frame: &Frame) {
    for run in series.points.split(|&(x, y)| !is_drawable(x) || !is_drawable(y)) {
        match run {
            [] => {}
            &[(x, y)] => {
                let at = [("cx", frame.x(x)), ("cy", frame.y(y)), ("r", 3.0)];
                canvas.element("circle").at(&at).paint("fill", series.colour).close();
            }
            _ => {
                let data: Vec<String> =
                    run.iter().map(|&(x, y)| format!("{:.2} {:.2}", frame.x(x), frame.y(y))).collect();
                stroke.draw(canvas, &format!("M{}", data.join("L")));
            }
        }
    }
}
