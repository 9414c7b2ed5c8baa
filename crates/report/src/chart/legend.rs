//! The legend: a sample and a name for each kind of series, in rows.

use super::svg::{Anchor, Canvas, TEXT_PX};
use super::{Colour, text};

const SAMPLE_PX: f64 = 24.0;
const SAMPLE_GAP_PX: f64 = 7.0;
const ENTRY_GAP_PX: f64 = 20.0;
const ROW_PX: f64 = 22.0;
const DASHES: &str = "5 3";

/// How the line of a series looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stroke {
    pub(crate) colour: Colour,
    pub(crate) dashed: bool,
    pub(crate) thin: bool,
}

impl Stroke {
    /// Draws the path `data` with this stroke.
    pub(crate) fn draw(self, canvas: &mut Canvas, data: &str) {
        let element = canvas
            .element("path")
            .set("d", data)
            .set("fill", "none")
            .paint("stroke", self.colour)
            .set("stroke-width", if self.thin { "1.4" } else { "2" })
            .set("stroke-linejoin", "round");
        if self.dashed { element.set("stroke-dasharray", DASHES) } else { element }.close();
    }
}

/// The names that are explained, each once, and where they stand.
pub(crate) struct Legend {
    /// Left, row, stroke and name.
    entries: Vec<(f64, usize, Stroke, String)>,
}

impl Legend {
    /// A legend for `series`, name and stroke, no wider than `width` pixels. Series of the same name and look share an
    /// entry: the folds of a cross-validation are one kind of line. An empty name has none.
    pub(crate) fn new<'a>(series: impl Iterator<Item = (&'a str, Stroke)>, width: f64) -> Self {
        let mut entries: Vec<(f64, usize, Stroke, String)> = Vec::new();
        let (mut left, mut row) = (0.0, 0);
        for (name, stroke) in series {
            if name.is_empty() || entries.iter().any(|(_, _, known, of)| of == name && *known == stroke) {
                continue;
            }
            let name = text::fit(name, TEXT_PX, width - SAMPLE_PX - SAMPLE_GAP_PX);
            let taken = SAMPLE_PX + SAMPLE_GAP_PX + text::width(&name, TEXT_PX);
            if left > 0.0 && left + taken > width {
                (left, row) = (0.0, row + 1);
            }
            entries.push((left, row, stroke, name));
            left += taken + ENTRY_GAP_PX;
        }
        Self { entries }
    }

    /// The height of all rows in pixels; 0 without entries.
    pub(crate) fn height(&self) -> f64 {
        self.entries.last().map_or(0.0, |(_, row, ..)| (*row + 1) as f64 * ROW_PX)
    }

    /// Draws the legend with its upper left corner at (x, y).
    pub(crate) fn draw(&self, canvas: &mut Canvas, x: f64, y: f64) {
        for (left, row, stroke, name) in &self.entries {
            let (x, middle) = (x + left, y + (*row as f64 + 0.5) * ROW_PX);
            stroke.draw(canvas, &format!("M{x:.2} {middle:.2}h{SAMPLE_PX}"));
            let at = (x + SAMPLE_PX + SAMPLE_GAP_PX, middle + TEXT_PX * 0.35);
            canvas.label(at, Anchor::Start, Colour::Ink, name);
        }
    }
}
