//! The confusion matrix as a heat map in which a few errors among thousands of right answers can be seen.

use tenfold_evaluation::ConfusionMatrix;

use super::svg::{Anchor, Canvas, MARGIN_PX, TEXT_PX, title_height};
use super::{Chart, Colour, Svg, Theme, text};
use crate::Error;

/// The side of the matrix when it is not full: cells shrink from the widest to fit into it.
const MATRIX_PX: f64 = 440.0;
const WIDEST_CELL_PX: f64 = 44.0;
const NARROWEST_CELL_PX: f64 = 3.0;
/// The faintest shade of a cell that is not empty.
const FAINTEST: f64 = 0.15;
/// From this shade on the paper's colour is more legible on a cell than the ink's.
pub(crate) const DARK_SHADE: f64 = 0.78;
/// The most room that the names of the classes may take.
const NAMES_PX: f64 = 140.0;

/// How strongly each cell is filled, row by row, 0 to 1.
///
/// On the diagonal it is the recall: the part of the class that was read right. Beside it, `sqrt(rate / worst)`, where
/// `rate` is the part of the class that was taken for the other and `worst` the greatest of these in the matrix, so
/// that the worst mistake is full whether it happens in half of the images or in one of a thousand. The root lifts the
/// rare ones; anything that happened is at least 0.15.
pub(crate) fn shades(matrix: &ConfusionMatrix) -> Vec<f64> {
    let supports = matrix.row_sums();
    let rate = |truth: usize, predicted: usize| match supports[truth] {
        0 => 0.0,
        support => matrix.count(truth, predicted) as f64 / support as f64,
    };
    let cells =
        || (0..matrix.classes()).flat_map(|truth| (0..matrix.classes()).map(move |predicted| (truth, predicted)));
    let errors = cells().filter(|(truth, predicted)| truth != predicted);
    let worst = errors.map(|(truth, predicted)| rate(truth, predicted)).fold(0.0, f64::max);
    cells()
        .map(|(truth, predicted)| match rate(truth, predicted) {
            0.0 => 0.0,
            recall if truth == predicted => recall.max(FAINTEST),
            error => (error / worst).sqrt().max(FAINTEST),
        })
        .collect()
}

/// A confusion matrix: rows are the truth, columns the answer, right answers blue, mistakes orange.
///
/// Each cell that is not empty is a group with the attributes `data-truth` and `data-predicted`, the classes' numbers,
/// and a title that reads "4 read as 9: 12".
#[derive(Clone, Debug)]
pub struct MatrixChart<'a> {
    title: String,
    description: String,
    matrix: &'a ConfusionMatrix,
    names: &'a [&'a str],
}

impl<'a> MatrixChart<'a> {
    /// A chart of `matrix`, whose class `i` is called `names[i]`.
    ///
    /// `title` is drawn above the chart; `description` is for screen readers, as in every chart.
    ///
    /// # Errors
    /// [`Error::Length`] unless there is one name per class.
    pub fn new(
        title: impl Into<String>,
        description: impl Into<String>,
        matrix: &'a ConfusionMatrix,
        names: &'a [&'a str],
    ) -> Result<Self, Error> {
        if names.len() != matrix.classes() {
            return Err(Error::Length { what: "class names", expected: matrix.classes(), found: names.len() });
        }
        Ok(Self { title: title.into(), description: description.into(), matrix, names })
    }
}

/// Where the cells are.
struct Grid {
    left: f64,
    top: f64,
    cell: f64,
    side: f64,
    /// Whether every count fits into its cell.
    has_counts: bool,
}

impl Chart for MatrixChart<'_> {
    fn svg(&self, theme: Theme) -> Svg {
        let classes = self.names.len() as f64;
        let cell = (MATRIX_PX / classes).clamp(NARROWEST_CELL_PX, WIDEST_CELL_PX);
        let side = cell * classes;
        let widest = self.names.iter().map(|name| text::width(name, TEXT_PX)).fold(0.0, f64::max).min(NAMES_PX);
        let left = 2.0 * MARGIN_PX + TEXT_PX + widest + 8.0;
        let width = (left + side + 2.0 * MARGIN_PX).max(260.0);
        let top = title_height(&self.title, width) + 44.0;
        let largest = self.matrix.rows().flatten().max().map_or(String::new(), u64::to_string);
        let has_counts = text::width(&largest, TEXT_PX) + 4.0 <= cell;
        let grid = Grid { left, top, cell, side, has_counts };

        let mut canvas = Canvas::new(theme, width, top + side + 2.0 * MARGIN_PX, &self.title, &self.description);
        self.draw_cells(&mut canvas, &grid);
        self.draw_names(&mut canvas, &grid);
        canvas.finish()
    }
}

impl MatrixChart<'_> {
    fn draw_cells(&self, canvas: &mut Canvas, grid: &Grid) {
        let shades = shades(self.matrix);
        for (index, &count) in self.matrix.rows().flatten().enumerate().filter(|(_, count)| **count > 0) {
            let (truth, predicted) = (index / self.names.len(), index % self.names.len());
            let (x, y) = (grid.left + predicted as f64 * grid.cell, grid.top + truth as f64 * grid.cell);
            let colour = if truth == predicted { Colour::Blue } else { Colour::Orange };
            let (row, column) = (truth.to_string(), predicted.to_string());
            canvas.element("g").set("data-truth", &row).set("data-predicted", &column).open();
            canvas.element("title").hold(&format!("{} read as {}: {count}", self.names[truth], self.names[predicted]));
            let at = [("x", x), ("y", y), ("width", grid.cell), ("height", grid.cell)];
            canvas.element("rect").at(&at).paint("fill", colour).at(&[("fill-opacity", shades[index])]).close();
            if grid.has_counts {
                let colour = if shades[index] >= DARK_SHADE { Colour::Paper } else { Colour::Ink };
                let at = (x + grid.cell / 2.0, y + grid.cell / 2.0 + TEXT_PX * 0.35);
                canvas.label(at, Anchor::Middle, colour, &count.to_string());
            }
            canvas.end("g");
        }
        let (right, bottom) = (grid.left + grid.side, grid.top + grid.side);
        // Lines between cells would hide cells that are hardly wider.
        let every = if grid.cell >= 8.0 { 1 } else { self.names.len() };
        for at in (0..=self.names.len()).step_by(every).map(|index| index as f64 * grid.cell) {
            canvas.line((grid.left, grid.top + at), (right, grid.top + at), Colour::Rule);
            canvas.line((grid.left + at, grid.top), (grid.left + at, bottom), Colour::Rule);
        }
    }

    /// Draws the names of the classes at their rows and columns, as many as have room, and what the directions mean.
    fn draw_names(&self, canvas: &mut Canvas, grid: &Grid) {
        let every = ((TEXT_PX + 3.0) / grid.cell).ceil() as usize;
        for (index, name) in self.names.iter().enumerate().step_by(every) {
            let at = (index as f64 + 0.5) * grid.cell;
            let row = (grid.left - 8.0, grid.top + at + TEXT_PX * 0.35);
            canvas.label(row, Anchor::End, Colour::Ink, &text::fit(name, TEXT_PX, NAMES_PX));
            let column = (grid.left + at, grid.top - 8.0);
            let short = text::fit(name, TEXT_PX, grid.cell * every as f64);
            canvas.label(column, Anchor::Middle, Colour::Ink, &short);
        }
        let middle = grid.side / 2.0;
        canvas.label((grid.left + middle, grid.top - 28.0), Anchor::Middle, Colour::Muted, "read as");
        let (x, y) = (MARGIN_PX + TEXT_PX * 0.8, grid.top + middle);
        canvas
            .element("text")
            .set("transform", &format!("translate({x:.2} {y:.2}) rotate(-90)"))
            .set("text-anchor", "middle")
            .paint("fill", Colour::Muted)
            .hold("truth");
    }
}

#[cfg(test)]
mod tests {
    use tenfold_evaluation::ConfusionMatrix;

    use super::shades;

    #[test]
    fn a_rare_mistake_is_seen() {
        // Class 0: 997 right, 2 taken for 1, 1 for 2. Class 1: all right. Class 2: never seen.
        let labels: Vec<u16> = [vec![0; 1000], vec![1; 50]].concat();
        let predicted: Vec<u16> = [vec![0; 997], vec![1; 2], vec![2; 1], vec![1; 50]].concat();
        let shades = shades(&ConfusionMatrix::new(&labels, &predicted, 3).unwrap());
        let expected = [0.997, 1.0, 0.5f64.sqrt(), 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
        for (shade, expected) in shades.iter().zip(expected) {
            assert!((shade - expected).abs() < 1e-12, "{shades:?}");
        }
    }
}
