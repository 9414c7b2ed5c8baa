//! What a model was trained and judged on, for its report.

use tenfold_dataset::exploration::Shapes;
use tenfold_dataset::{Dataset, Summary};
use tenfold_report::page::Block;

use crate::cli::data;

/// Counts per class, pixel statistics, ink and strokes, and what each class looks like on average. Images that occur
/// twice are left to `tenfold data show`: they take longer to find than all else takes.
pub(super) fn blocks(images: &Dataset, names: &[&str], part: &str) -> anyhow::Result<Vec<Block>> {
    data::blocks(images, &Summary::new(images), &Shapes::new(images), names, part)
}
