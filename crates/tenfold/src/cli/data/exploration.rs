//! What is found out about a data set: counts, shapes, and which images occur twice.

use serde::Serialize;
use tenfold_dataset::exploration::{Duplicates, Finding, Shapes};
use tenfold_dataset::{Dataset, Part, Source, Summary};
use tenfold_experiment::warnings::image_findings;

use crate::cli::evaluate::Split;

/// How many pairs of each kind are listed and shown at most, the nearest.
const LISTED_PAIRS: usize = 60;

/// A data set that was looked at.
pub(super) struct Exploration {
    /// One or two parts.
    pub parts: Vec<PartExploration>,
    /// The test images (`first` of a pair) that are among the training images (`second`); none unless both were looked
    /// at, and for duplicates.
    pub overlap: Option<Duplicates>,
}

/// One part of it, which serialises as the summary with two more keys.
#[derive(Serialize)]
pub(super) struct PartExploration {
    /// `train` or `test`.
    #[serde(skip)]
    pub name: &'static str,
    /// The same in a sentence: `training` or `test`.
    #[serde(skip)]
    pub kind: &'static str,
    #[serde(skip)]
    pub images: Dataset,
    #[serde(flatten)]
    pub summary: Summary,
    pub shapes: Shapes,
    /// What is wrong with its images.
    pub findings: Vec<Finding>,
    /// None if nobody asked for them.
    pub duplicates: Option<Duplicates>,
}

impl Exploration {
    /// Looks at each part; with a `distance` also for images that are the same, or within that distance nearly so.
    pub(super) fn new(source: &Source, split: Split, distance: Option<f64>) -> anyhow::Result<Self> {
        let part = |&(name, part): &(&'static str, Part)| PartExploration::new(name, part, source, distance);
        let parts = split.parts().iter().map(part).collect::<anyhow::Result<Vec<_>>>()?;
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
    fn new(name: &'static str, part: Part, source: &Source, distance: Option<f64>) -> anyhow::Result<Self> {
        let images = source.load(part)?;
        let kind = match part {
            Part::Train => "training",
            Part::Test => "test",
        };
        Ok(Self {
            name,
            kind,
            summary: Summary::new(&images),
            shapes: Shapes::new(&images),
            findings: image_findings(source, &images)?,
            duplicates: distance.map(|it| Duplicates::within(&images, it, LISTED_PAIRS)).transpose()?,
            images,
        })
    }

    /// What the classes are called: a data set has only numbers for them.
    pub(super) fn class_names(&self) -> Vec<String> {
        (0..self.images.classes()).map(|label| label.to_string()).collect()
    }
}
