//! A measurement of robustness as a page.

use tenfold_dataset::Dataset;
use tenfold_dataset::corruption::Corruption;
use tenfold_report::chart::{Chart, Theme};
use tenfold_report::page::{Block, Column, Gallery, GalleryItem, Page, Table};
use tenfold_report::{Caption, DigitImages, grouped, percent};

use super::text::{relative, spaced};
use super::{Robustness, charts};
use crate::error::Result;

impl Robustness {
    /// The page as one HTML file, which loads nothing: corruption errors, curves of the error against the amount of each
    /// distortion, and the first of `images` corrupted.
    ///
    /// # Errors
    /// [`Error::Report`](crate::Error::Report) if the images are too large for a page.
    pub fn to_html(&self, images: &Dataset, part: &str) -> Result<String> {
        let figures = Block::key_values([
            ("mean corruption error", relative(self.mean_corruption_error)),
            ("over all severities", relative(self.mean_corruption_error_all_severities)),
            ("errors on the images as they are", percent(self.error_rate)),
            ("the reference's", percent(self.reference_error_rate)),
        ]);
        let curves = charts::curves(self).map(|(_, chart)| chart.svg(Theme::Page)).collect();
        let count = grouped(self.images as u64);
        Ok(Page::new(format!("Robustness on {count} {part} images"))
            .lead(
                "A mean corruption error is the model's error in percent of the reference's, averaged over the families of \
                 MNIST-C at its severities: 100 is as good as the reference, less is better.",
            )
            .section("corruptions", "Corruptions", vec![figures, Block::Table(self.table()), self.gallery(images)?])
            .section("distortions", "Distortions", vec![Block::Charts(curves)])
            .to_html())
    }

    fn table(&self) -> Table {
        let severities = (1..=5).map(|severity| Column::number(format!("severity {severity}")));
        let columns = [Column::text("family")].into_iter().chain(severities);
        let columns = columns.chain(["relative", "all severities"].map(Column::number));
        let caption = "Error rates; * has the severity of MNIST-C, of which the relative error is in percent";
        self.corruptions.iter().fold(Table::new(caption, columns), |table, family| {
            let mut cells = vec![spaced(family.corruption.name())];
            cells.extend(family.cells());
            cells.resize(6, String::new());
            cells.extend([family.corruption_error, family.corruption_error_all_severities].map(relative));
            table.row(cells)
        })
    }

    /// The first image in every family and severity.
    fn gallery(&self, images: &Dataset) -> Result<Block> {
        let first = images.subset(&[0])?;
        let (mut pixels, mut items) = (Vec::new(), Vec::new());
        for corruption in Corruption::ALL {
            for severity in 1..=corruption.severities() {
                pixels.extend_from_slice(corruption.of(&first, severity, self.seed)?.images());
                let name = format!("{} {severity}", spaced(corruption.name()));
                items.push(GalleryItem {
                    caption: Caption::plain(&name),
                    description: format!("the first image with {name}"),
                    probabilities: Vec::new(),
                });
            }
        }
        let images = DigitImages::new(&pixels, first.height(), first.width())?;
        Ok(Block::Gallery(Gallery::new("The first image in every family and severity", &[], images, items)?))
    }
}
