//! The confusion matrix of a page: each cell that is not empty is a button that shows the images behind its number.

use std::fmt::Display;

use tenfold_evaluation::ConfusionMatrix;

use super::html::Html;
use super::table::open_scroll;
use crate::chart::{DARK_SHADE, shades};
use crate::number::Format;
use crate::{DigitImages, Error, Sprite};

/// The most images that a cell shows. All mistakes of a good recogniser, and a sample of what it read right.
pub const MAX_SHOWN_PER_CELL: usize = 40;

/// Digit images and what was read in them.
#[derive(Clone, Copy, Debug)]
pub struct MatrixAnswers<'a> {
    /// The images, `[N, height, width]`.
    pub images: DigitImages<'a>,
    /// What they show, `[N]`.
    pub labels: &'a [u16],
    /// What was read, `[N]`.
    pub predicted: &'a [u16],
    /// The confidence of each answer, `[N]` of 0 to 1, or empty where that is not known.
    pub confidences: &'a [f32],
}

/// A confusion matrix with images.
#[derive(Clone, Debug)]
pub struct Matrix {
    caption: String,
    names: Vec<String>,
    matrix: ConfusionMatrix,
    /// The shown images of all cells, cell after cell.
    sprite: Sprite,
    /// `[classes * classes]`: which images each cell shows, as (index in the set, confidence).
    shown: Vec<Vec<(usize, Option<f32>)>>,
}

impl Matrix {
    /// The confusion matrix of `answers`, whose class `i` is called `names[i]`.
    ///
    /// A cell of more than [`MAX_SHOWN_PER_CELL`] images shows that many of them, evenly spread over the set.
    ///
    /// # Errors
    /// [`Error::Evaluation`] if labels and answers do not fit each other or the classes; [`Error::Length`] if images or
    /// confidences do not fit them; [`Error::LimitExceeded`] if the images are too many or too large for a page.
    pub fn new(caption: impl Into<String>, names: &[&str], answers: MatrixAnswers<'_>) -> Result<Self, Error> {
        let MatrixAnswers { images, labels, predicted, confidences } = answers;
        let matrix = ConfusionMatrix::new(labels, predicted, names.len())?;
        let expected = labels.len();
        if images.len() != expected {
            return Err(Error::Length { what: "images", expected, found: images.len() });
        }
        if !confidences.is_empty() && confidences.len() != expected {
            return Err(Error::Length { what: "confidences", expected, found: confidences.len() });
        }
        let mut cells = vec![Vec::new(); names.len() * names.len()];
        for (index, (&truth, &read)) in labels.iter().zip(predicted).enumerate() {
            cells[usize::from(truth) * names.len() + usize::from(read)].push(index);
        }
        let shown: Vec<Vec<(usize, Option<f32>)>> = cells
            .iter()
            .map(|cell| sample(cell).map(|index| (index, confidences.get(index).copied())).collect())
            .collect();
        let pixels: Vec<u8> = shown.iter().flatten().flat_map(|&(index, _)| images.image(index)).copied().collect();
        let sprite = Sprite::new(DigitImages::new(&pixels, images.height(), images.width())?)?;
        let names = names.iter().map(|&name| name.to_owned()).collect();
        Ok(Self { caption: caption.into(), names, matrix, sprite, shown })
    }

    pub(super) fn write(&self, html: &mut Html) {
        let class = html.sprite(&self.sprite);
        let classes = self.names.len().to_string();
        open_scroll(html, &self.caption);
        html.open("table", &[("class", "confusion")]);
        html.element("caption", &[], &self.caption);
        html.open("thead", &[]);
        html.open("tr", &[]);
        html.cell("td", &[], "");
        html.cell("th", &[("colspan", &classes), ("scope", "colgroup")], "read as");
        html.close("tr");
        html.open("tr", &[]);
        html.cell("th", &[("scope", "col")], "truth");
        for name in &self.names {
            html.cell("th", &[("scope", "col")], name);
        }
        html.close("tr");
        html.close("thead");
        html.open("tbody", &[]);
        let (shades, mut first) = (shades(&self.matrix), 0);
        for (truth, name) in self.names.iter().enumerate() {
            html.open("tr", &[]);
            html.cell("th", &[("scope", "row")], name);
            for predicted in 0..self.names.len() {
                let cell = truth * self.names.len() + predicted;
                self.write_cell(html, (truth, predicted), shades[cell], &class, first);
                first += self.shown[cell].len();
            }
            html.close("tr");
        }
        html.close("tbody");
        html.close("table");
        html.close("div");
    }

    /// Writes a cell, whose images are in the sprite `class` from `first` on.
    fn write_cell(&self, html: &mut Html, (truth, predicted): (usize, usize), shade: f64, class: &str, first: usize) {
        let (count, shown) = (self.matrix.count(truth, predicted), &self.shown[truth * self.names.len() + predicted]);
        if count == 0 {
            html.cell("td", &[("class", "zero")], "\u{b7}");
            return;
        }
        let title = format!("{} read as {}", self.names[truth], self.names[predicted]);
        let counted = Format::Count.write(count as f64, 0);
        let images = if count == 1 { "image" } else { "images" };
        let note = match shown.len() as u64 {
            all if all == count => format!("{counted} {images}"),
            some => format!("{some} of {counted} images shown"),
        };
        let verdict = if truth == predicted { "right" } else { "wrong" };
        let strength = if shade >= DARK_SHADE { "strong" } else { "faint" };
        html.open("td", &[]);
        html.cell(
            "button",
            &[
                ("type", "button"),
                ("class", &format!("{verdict} {strength}")),
                ("style", &format!("--shade: {shade:.3}")),
                ("aria-haspopup", "dialog"),
                ("aria-label", &format!("{title}: {counted} {images}")),
                ("data-title", &title),
                ("data-note", &note),
                ("data-sprite", class),
                ("data-columns", &self.sprite.columns().to_string()),
                ("data-first", &first.to_string()),
                ("data-ids", &list(shown.iter().map(|(index, _)| index.to_string()))),
                ("data-confidences", &list(shown.iter().filter_map(|(_, each)| each.map(|p| format!("{p:.2}"))))),
            ],
            &count.to_string(),
        );
        html.close("td");
    }
}

/// At most [`MAX_SHOWN_PER_CELL`] of `indices`, the first among them, at equal distances.
fn sample(indices: &[usize]) -> impl Iterator<Item = usize> {
    let shown = indices.len().min(MAX_SHOWN_PER_CELL);
    (0..shown).map(move |place| indices[place * indices.len() / shown])
}

/// Numbers with a space between two.
pub(super) fn list(numbers: impl Iterator<Item = impl Display>) -> String {
    numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::sample;

    #[test]
    fn a_sample_is_spread_evenly() {
        let indices = |count: usize| (0..count).map(|index| 10 * index).collect::<Vec<_>>();
        assert_eq!(sample(&[]).count(), 0);
        assert_eq!(sample(&indices(3)).collect::<Vec<_>>(), [0, 10, 20]);
        assert_eq!(sample(&indices(40)).collect::<Vec<_>>(), indices(40));
        let many: Vec<usize> = sample(&indices(1000)).collect();
        assert_eq!((many.len(), many[0], many[1], many[39]), (40, 0, 250, 9750));
    }
}
