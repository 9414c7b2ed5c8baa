//! How far each pixel is from the paper, in three ways: what ink is told by.

use crate::distance::distances;
use crate::ink::even_distances;
use crate::narrow::narrow;
use crate::paper::paper;
use crate::reduction::{Reduced, reduce};
use crate::{ColourImage, GreyImage, Ground, Ink, Polarity, Refusal};

/// What ink is measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paper {
    /// One level of paper in the whole picture.
    Even,
    /// The paper around each pixel, in the colour in which ink differs most.
    Around,
    /// What is wider than strokes.
    Wide,
}

/// How far each pixel of a picture is from the paper.
#[derive(Clone)]
pub(crate) struct Measured {
    /// 0 paper .. 255, not stretched.
    pub(crate) distances: GreyImage,
    pub(crate) ground: Ground,
    pub(crate) against: Paper,
    /// Pixels of the picture for each of the distances', along each axis.
    pub(crate) factor: u32,
}

impl Measured {
    pub(crate) fn even(image: &GreyImage, ground: Ground) -> Self {
        Self { distances: even_distances(image, &ground), ground, against: Paper::Even, factor: 1 }
    }

    /// On at most `longest` pixels a side.
    pub(crate) fn around(image: &ColourImage, polarity: Option<Polarity>, longest: u32) -> Self {
        let Reduced { channels, factor } = reduce(image, longest);
        let papers: Vec<_> = channels.iter().map(paper).collect();
        let found = distances(&channels, &papers, polarity);
        Self { distances: found.image, ground: found.ground, against: Paper::Around, factor }
    }

    /// `levels`: the picture with a pixel for each block of `factor` by `factor`.
    pub(crate) fn narrow(levels: &GreyImage, factor: u32, polarity: Polarity) -> Self {
        let (distances, ground) = narrow(levels, polarity);
        Self { distances, ground, against: Paper::Wide, factor }
    }

    /// # Errors
    /// [`Refusal::Blank`] as [`extract_ink`](crate::extract_ink).
    pub(crate) fn ink(&self) -> Result<Ink, Refusal> {
        Ink::stretched(self.distances.clone(), &self.ground)
    }
}
