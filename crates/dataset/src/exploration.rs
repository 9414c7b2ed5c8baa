//! The step before any modelling: what a class looks like on average, how much ink and how wide a pen its images have,
//! and which images occur twice.
//!
//! | type | question it answers |
//! |---|---|
//! | [`MeanDigits`] | what does each class look like on average, and where does it vary? |
//! | [`Shapes`] | how are ink, stroke width, place and size spread, over all images and in each class? |
//! | [`Finding`] | are the digits upright, and light on a dark ground? |
//! | [`nearest`] | which images look most like one? |
//! | [`Duplicates`] | which images are the same as others, or nearly so, in one data set or between two? |
//!
//! Everything is a plain value that can be serialised; nothing is random.

mod distribution;
mod duplicates;
mod findings;
mod mean_digits;
mod nearest;
mod neighbours;
mod shape;
mod stroke;

pub use distribution::{ByClass, ClassDistribution, Distribution, Histogram};
pub use duplicates::{Duplicates, ImagePair, ImagePairs, NEAR_DISTANCE};
pub use findings::{Finding, Placement, findings};
pub use mean_digits::{MeanDigit, MeanDigits};
pub use nearest::{Neighbour, nearest};
pub use shape::{InkShape, Shape, Shapes};
pub use stroke::stroke_width_px;

#[cfg(test)]
mod tests;
