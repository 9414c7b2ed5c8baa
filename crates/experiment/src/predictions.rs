//! Predictions for every image of a data set, as a table.

use serde_json::json;
use tenfold_dataset::Dataset;
use tenfold_evaluation::predictions;

use crate::assessment::Assessment;
use crate::error::Result;

/// The probabilities of each class for each image, and the fold whose model gave them.
///
/// ```
/// use tenfold_dataset::{Part, Source};
/// use tenfold_experiment::Predictions;
///
/// let images = Source::Embedded.load(Part::Test)?.subset(&[0, 1])?; // a 7 and a 2
/// let mut predictions = Predictions::new(&images);
/// predictions.enter(1, &[1], &[0.0, 0.0, 0.75, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
/// predictions.enter(2, &[0], &[0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0]);
/// assert_eq!(
///     predictions.to_csv()?,
///     "index,label,predicted,fold,p0,p1,p2,p3,p4,p5,p6,p7,p8,p9\n\
///      0,7,1,2,0,0.5,0,0,0,0,0,0.5,0,0\n\
///      1,2,2,1,0,0,0.75,0.25,0,0,0,0,0,0\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Predictions<'a> {
    images: &'a Dataset,
    /// `[images, classes]`.
    probabilities: Vec<f32>,
    /// The fold that held an image out; 0 without folds.
    folds: Vec<usize>,
}

impl<'a> Predictions<'a> {
    /// Of no model yet: probabilities of 0.
    pub fn new(images: &'a Dataset) -> Self {
        Self { images, probabilities: vec![0.0; images.len() * images.classes()], folds: vec![0; images.len()] }
    }

    /// Of one model on all images.
    pub fn of_one_model(assessment: &Assessment<'a>) -> Self {
        let images = assessment.images;
        Self { images, probabilities: assessment.probabilities.clone(), folds: vec![0; images.len()] }
    }

    /// Enters the probabilities by the model of a fold, `[indices, classes]`, for the images at `indices`.
    ///
    /// # Panics
    /// If one of `indices` is not an image.
    pub fn enter(&mut self, fold: usize, indices: &[u32], probabilities: &[f32]) {
        let classes = self.images.classes();
        for (&index, row) in indices.iter().zip(probabilities.chunks_exact(classes)) {
            let index = index as usize;
            self.probabilities[index * classes..][..classes].copy_from_slice(row);
            self.folds[index] = fold;
        }
    }

    /// Of a table as [`Self::to_csv`] writes it with folds, of these images.
    ///
    /// # Errors
    /// What is wrong with the table, and in which line.
    pub(crate) fn from_csv(images: &'a Dataset, table: &[u8]) -> std::result::Result<Self, String> {
        let text = std::str::from_utf8(table).map_err(|_| "expected a table as text")?;
        let mut lines = text.lines();
        let head = Self::new(images).head(true);
        let found = lines.next().unwrap_or_default();
        if found != head {
            return Err(format!("line 1: expected {head}, found {found}"));
        }
        let rows = lines.clone().count();
        if rows != images.len() {
            return Err(format!("expected {} images, found {rows}", images.len()));
        }
        let mut all = Self::new(images);
        for (index, line) in lines.enumerate() {
            let wrong = |what: &str| format!("line {}: expected {what}", index + 2);
            let mut cells = line.split(',');
            let mut next = |what: &str| cells.next().ok_or_else(|| wrong(what));
            if next("an index")?.parse() != Ok(index) || next("a label")?.parse() != Ok(images.label(index)) {
                return Err(wrong(&format!(
                    "image {index} with label {}: these are other images",
                    images.label(index)
                )));
            }
            next("an answer")?;
            let fold = next("a fold")?.parse().map_err(|_| wrong("a fold"))?;
            let row = cells.map(str::parse).collect::<std::result::Result<Vec<f32>, _>>();
            let row = row.ok().filter(|row| row.len() == images.classes());
            all.enter(fold, &[index as u32], &row.ok_or_else(|| wrong("a probability for each class"))?);
        }
        Ok(all)
    }

    /// The first line of the table.
    fn head(&self, has_folds: bool) -> String {
        let heads = (0..self.images.classes()).map(|class| format!(",p{class}"));
        let mut head = String::from("index,label,predicted") + if has_folds { ",fold" } else { "" };
        head.extend(heads);
        head
    }

    /// `[images, classes]`.
    pub fn into_probabilities(self) -> Vec<f32> {
        self.probabilities
    }

    /// The fold that held each image out; 0 without folds.
    pub fn folds(&self) -> &[usize] {
        &self.folds
    }

    /// An object per line and image, with "index", "label", "predicted" and "probabilities".
    ///
    /// # Errors
    /// [`Error::Evaluation`](crate::Error::Evaluation) if a probability is not a number.
    pub fn to_json_lines(&self) -> Result<String> {
        let classes = self.images.classes();
        let answers = predictions(&self.probabilities, classes)?;
        let mut text = String::new();
        for (index, (row, predicted)) in self.probabilities.chunks_exact(classes).zip(answers).enumerate() {
            let label = self.images.label(index);
            let line = json!({ "index": index, "label": label, "predicted": predicted, "probabilities": row });
            text += &serde_json::to_string(&line)?;
            text.push('\n');
        }
        Ok(text)
    }

    /// A row per image: its index from 0, its label, the most probable class, the fold if there are folds, and the
    /// probability of each class.
    ///
    /// # Errors
    /// [`Error::Evaluation`](crate::Error::Evaluation) if a probability is not a number.
    pub fn to_csv(&self) -> Result<String> {
        let classes = self.images.classes();
        let has_folds = self.folds.iter().any(|&fold| fold > 0);
        let mut text = self.head(has_folds);
        let answers = predictions(&self.probabilities, classes)?;
        for (index, (row, predicted)) in self.probabilities.chunks_exact(classes).zip(answers).enumerate() {
            text += &format!("\n{index},{},{predicted}", self.images.label(index));
            if has_folds {
                text += &format!(",{}", self.folds[index]);
            }
            text.extend(row.iter().map(|probability| format!(",{probability}")));
        }
        text.push('\n');
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use tenfold_dataset::{Part, Source};

    use super::*;

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let images = Source::Embedded.load(Part::Test).unwrap().subset(&[0, 1]).unwrap(); // a 7 and a 2
        let mut predictions = Predictions::new(&images);
        let rows: Vec<f32> = (0..20).map(|index| 1.0 / (index as f32 + 3.0)).collect();
        predictions.enter(2, &[0, 1], &rows);
        let table = predictions.to_csv().unwrap();
        let read = Predictions::from_csv(&images, table.as_bytes()).unwrap();
        assert_eq!((&read.probabilities, read.folds()), (&rows, &[2, 2][..]));

        for (damaged, problem) in [
            (table.replace("fold", "part"), "line 1: expected index,label,predicted,fold,p0,"),
            (table.lines().next().unwrap().to_owned(), "expected 2 images, found 0"),
            (table.replace("\n1,2,", "\n1,3,"), "line 3: expected image 1 with label 2: these are other images"),
            (table.replace("\n0,7,0,2,", "\n0,7,0,x,"), "line 2: expected a fold"),
            (table.replace("\n0,7,0,2,", "\n0,7,0,2,0.5,"), "line 2: expected a probability for each class"),
            (table.replace("\n0,7,0,2,", "\n0,7,0,2,x"), "line 2: expected a probability for each class"),
        ] {
            let found = Predictions::from_csv(&images, damaged.as_bytes()).err().unwrap();
            assert!(found.starts_with(problem), "{found}");
        }
        assert!(Predictions::from_csv(&images, &[0xff]).is_err());
    }
}
