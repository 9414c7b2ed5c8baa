//! What is measured of each image, for tables of all kinds.

use tenfold_dataset::exploration::{ByClass, Distribution, Shapes};
use tenfold_report::percent;

/// A quantity measured of each image.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure<'a> {
    /// What it is, with its unit if the numbers are written without one.
    pub name: &'static str,
    spread: &'a ByClass,
    write: fn(f64) -> String,
}

impl<'a> Measure<'a> {
    /// Ink, stroke width, and height and width of the box around the ink.
    pub(super) fn all(shapes: &'a Shapes) -> [Self; 4] {
        let pixels = |value: f64| format!("{value:.2}");
        [
            Self { name: "ink", spread: &shapes.ink_share, write: percent },
            Self { name: "stroke width, px", spread: &shapes.stroke_width_px, write: pixels },
            Self { name: "box height, px", spread: &shapes.box_height_px, write: pixels },
            Self { name: "box width, px", spread: &shapes.box_width_px, write: pixels },
        ]
    }

    /// How it is spread over all images; none if none of them has it.
    pub(super) fn of_all(&self) -> Option<&'a Distribution> {
        self.spread.all.as_ref()
    }

    /// How it is spread over the images of a class; none if none of them has it.
    pub(super) fn of_class(&self, label: u16) -> Option<&'a Distribution> {
        self.spread.classes.iter().find(|class| class.label == label).map(|class| &class.distribution)
    }

    /// `19.99 +- 0.14`, or a dash.
    pub(super) fn mean(&self, spread: Option<&Distribution>) -> String {
        spread.map_or("-".to_owned(), |it| {
            format!("{} +- {}", (self.write)(it.mean), (self.write)(it.standard_deviation))
        })
    }

    /// `9.00 to 20.00`, or a dash.
    pub(super) fn range(&self, spread: Option<&Distribution>) -> String {
        spread.map_or("-".to_owned(), |it| format!("{} to {}", (self.write)(it.min), (self.write)(it.max)))
    }
}
