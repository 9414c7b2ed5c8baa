//! What is found out about a data set: counts, shapes, and which images occur twice.

use serde::Serialize;
use tenfold_dataset::exploration::{Duplicates, Finding, Shapes};
use tenfold_dataset::{Dataset, Part, Source, Summary};
use tenfold_imaging::Preparation;

use crate::error::Result;
use crate::images::{part_kind, part_name, sets};
use crate::warnings::image_findings;

/// How many pairs of each kind are listed and shown at most, the nearest.
const LISTED_PAIRS: usize = 60;

/// What was found out about a data set.
///
/// ```
/// use tenfold_dataset::{Part, Source};
/// use tenfold_experiment::data_set::DataExploration;
///
/// let exploration = DataExploration::new(&Source::Embedded, Some(Part::Test), None)?;
/// let test = &exploration.parts[0];
/// assert_eq!((test.summary.images, test.shapes.blank), (10_000, 0));
/// assert!(exploration.to_html("MNIST")?.starts_with("<!DOCTYPE html>"));
/// # Ok::<(), tenfold_experiment::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct DataExploration {
    /// One or two parts.
    pub parts: Vec<PartExploration>,
    /// The test images (`first` of a pair) that are among the training images (`second`); none unless both were explored, and
    /// for duplicates.
    pub overlap: Option<Duplicates>,
}

/// One part of it, which serialises as the summary with more keys.
#[derive(Clone, Debug, Serialize)]
pub struct PartExploration {
    /// `train` or `test`; `all` if the source does not say which.
    #[serde(skip)]
    pub name: &'static str,
    /// The same in a sentence: `training`, `test` or `given`.
    #[serde(skip)]
    pub kind: &'static str,
    /// The images.
    #[serde(skip)]
    pub images: Dataset,
    /// Counts per class and statistics of pixels.
    #[serde(flatten)]
    pub summary: Summary,
    /// Ink, strokes and sizes.
    pub shapes: Shapes,
    /// What is wrong with its images.
    pub findings: Vec<Finding>,
    /// Images that occur twice; none if they were not looked for.
    pub duplicates: Option<Duplicates>,
}

impl DataExploration {
    /// Explores a part of a data set, or with none all that is there; with a `distance`, a root mean squared difference of pixels `0..=1`, also
    /// looks for images that are the same, or within that distance nearly so. That takes some seconds for MNIST, and longer by
    /// the square of the number of images.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) if the images cannot be read, or the distance is out of range.
    pub fn new(source: &Source, part: Option<Part>, distance: Option<f64>) -> Result<Self> {
        let found = match part {
            Some(part) => vec![(Some(part), source.load(part)?)],
            None => sets(source.contents(&Preparation::default())?),
        };
        let explored = found.into_iter().map(|(part, images)| PartExploration::new(part, images, source, distance));
        let parts = explored.collect::<Result<Vec<_>>>()?;
        let overlap = match (&parts[..], distance) {
            ([train, test], Some(distance)) => {
                Some(Duplicates::between(&test.images, &train.images, distance, LISTED_PAIRS)?)
            }
            _ => None,
        };
        Ok(Self { parts, overlap })
    }
}

impl PartExploration {
    fn new(part: Option<Part>, images: Dataset, source: &Source, distance: Option<f64>) -> Result<Self> {
        Ok(Self {
            name: part_name(part),
            kind: part_kind(part),
            summary: Summary::new(&images),
            shapes: Shapes::new(&images),
            findings: image_findings(source, &images)?,
            duplicates: distance.map(|it| Duplicates::within(&images, it, LISTED_PAIRS)).transpose()?,
            images,
        })
    }

    /// What the classes are called.
    pub fn class_names(&self) -> Vec<String> {
        self.images.names().to_vec()
    }
}
