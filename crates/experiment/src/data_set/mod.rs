//! What a data set is, before any modelling: counts, ink, strokes, duplicates, and the page and pictures of all that.

mod charts;
mod exploration;
mod files;
mod galleries;
mod measure;
mod page;
mod sections;
mod sentences;
mod text;

pub use exploration::{DataExploration, PartExploration};
pub use files::FILES;
pub(crate) use sections::sections_of;
