//! The files of a measurement of robustness.

use tenfold_dataset::{Dataset, contact_sheet};
use tenfold_report::chart::Chart;

use super::{Robustness, charts};
use crate::error::Result;

/// The end of the name of the first of these files.
pub const ROBUSTNESS_FILE: &str = "robustness.txt";

/// A measurement as files with their names, which begin with `part`, such as `test`: a table as text, everything as JSON, a
/// page, a chart per distortion as SVG, and a sheet as PNG that shows the first of the images corrupted.
///
/// # Errors
/// [`Error::Report`](crate::Error::Report) or [`Error::Data`](crate::Error::Data) if a picture would be too large.
pub fn robustness_files(robustness: &Robustness, images: &Dataset, part: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    let mut add = |name: &str, contents: Vec<u8>| files.push((format!("{part}-{name}"), contents));
    add(ROBUSTNESS_FILE, robustness.to_text().into_bytes());
    add("robustness.json", (serde_json::to_string_pretty(robustness)? + "\n").into_bytes());
    add("robustness.html", robustness.to_html(images, part)?.into_bytes());
    for (name, chart) in charts::curves(robustness) {
        add(&format!("errors-by-{}.svg", name.replace('_', "-")), chart.svg_file());
    }
    add("corruptions.png", contact_sheet::corruptions(images, 0, robustness.seed)?);
    Ok(files)
}
