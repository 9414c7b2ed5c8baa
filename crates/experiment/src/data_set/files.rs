//! The files of an exploration.

use tenfold_dataset::contact_sheet;
use tenfold_dataset::exploration::MeanDigits;
use tenfold_report::chart::Chart;

use super::charts;
use super::exploration::DataExploration;
use crate::error::Result;

/// The names of an exploration's files, in the order in which [`DataExploration::files`] makes them.
pub const FILES: [&str; 6] =
    ["mean-digits.png", "samples.png", "counts.svg", "ink.svg", "stroke-width.svg", "data.html"];

impl DataExploration {
    /// The contents of [`FILES`]: pictures and charts of the first part, and the page of everything about the data set called
    /// `name`. `samples` and `seed` as for [`Self::contact_sheet`].
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) and [`Error::Report`](crate::Error::Report) without images, or if a picture would be
    /// too large.
    ///
    /// # Panics
    /// If no part was explored.
    pub fn files(&self, name: &str, samples: usize, seed: u64) -> Result<[Vec<u8>; FILES.len()]> {
        let part = &self.parts[0];
        let names = part.class_names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Ok([
            contact_sheet::mean_digits(&MeanDigits::new(&part.images))?,
            self.contact_sheet(samples, seed)?,
            charts::counts(&part.summary, &names, part.kind).svg_file(),
            charts::ink(&part.shapes, part.kind).svg_file(),
            charts::stroke_width(&part.shapes, part.kind).svg_file(),
            self.to_html(name)?.into_bytes(),
        ])
    }

    /// A PNG with `samples` images of each class of the first part; `seed` decides which.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) if it would be too large.
    ///
    /// # Panics
    /// If no part was explored.
    pub fn contact_sheet(&self, samples: usize, seed: u64) -> Result<Vec<u8>> {
        Ok(contact_sheet::samples(&self.parts[0].images, samples, seed)?)
    }
}
