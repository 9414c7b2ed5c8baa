//! Charts of a data set: counts per class, ink and stroke width.

use tenfold_dataset::Summary;
use tenfold_dataset::exploration::{ByClass, Shapes};
use tenfold_report::chart::{Axis, Bar, BarChart, Colour, Histogram};
use tenfold_report::grouped;

/// How many images each class has; `names` are one per class.
pub(super) fn counts(summary: &Summary, names: &[&str], kind: &str) -> BarChart {
    let bars = summary.classes.iter().zip(names).map(|(class, name)| Bar {
        name: (*name).to_owned(),
        value: class.count as f64,
        colour: Colour::Blue,
    });
    BarChart {
        title: format!("{} {kind} images", grouped(summary.images as u64)),
        description: "How many images each class has.".to_owned(),
        x_label: "class".to_owned(),
        y: Axis::count("images"),
        bars: bars.collect(),
    }
}

/// How ink is spread over images.
pub(super) fn ink(shapes: &Shapes, kind: &str) -> Histogram {
    let x = Axis::percent("mean of the pixels, as a share of full ink");
    histogram(&shapes.ink_share, format!("Ink of the {kind} images"), x)
}

/// How stroke widths are spread over images.
pub(super) fn stroke_width(shapes: &Shapes, kind: &str) -> Histogram {
    let x = Axis::value("stroke width in pixels");
    histogram(&shapes.stroke_width_px, format!("Stroke width of the {kind} images"), x)
}

/// An empty frame where no image has ink.
fn histogram(spread: &ByClass, title: String, x: Axis) -> Histogram {
    let y_label = "images".to_owned();
    let Some(all) = &spread.all else {
        return Histogram { title, description: "No image has any ink.".to_owned(), x, y_label, counts: Vec::new() };
    };
    let bins = &all.histogram;
    let end = bins.start + bins.counts.len() as f64 * bins.bin_width;
    Histogram {
        title,
        description: format!(
            "{} images: mean {:.3}, standard deviation {:.3}, from {:.3} to {:.3}.",
            grouped(all.count as u64),
            all.mean,
            all.standard_deviation,
            all.min,
            all.max
        ),
        x: x.over(bins.start, end),
        y_label,
        counts: bins.counts.iter().map(|&count| count as u64).collect(),
    }
}
