//! What a model was trained and judged on, for its report.

use tenfold_dataset::exploration::{MeanDigit, MeanDigits};
use tenfold_dataset::{Dataset, Summary};
use tenfold_report::chart::{Axis, Bar, BarChart, Chart, Colour, Theme};
use tenfold_report::page::{Block, Gallery, GalleryItem};
use tenfold_report::{Caption, DigitImages};

use crate::cli::output::{grouped, percent};

/// Counts per class, pixel statistics, and what each class looks like on average.
pub(super) fn blocks(images: &Dataset, names: &[&str], part: &str) -> anyhow::Result<Vec<Block>> {
    let Summary { images: count, height, width, classes, pixels } = Summary::new(images);
    let bars = classes.iter().zip(names).map(|(class, &name)| Bar {
        name: name.to_owned(),
        value: class.count as f64,
        colour: Colour::Blue,
    });
    let counts = BarChart {
        title: format!("{} {part} images", grouped(count as u64)),
        description: "How many images each class has.".to_owned(),
        x_label: "class".to_owned(),
        y: Axis::count("images"),
        bars: bars.collect(),
    };
    let figures = [
        ("size", format!("{height}x{width} pixels")),
        ("mean of the pixels, scaled to 0..1", format!("{:.4}", pixels.mean_scaled)),
        ("their standard deviation", format!("{:.4}", pixels.standard_deviation_scaled)),
        ("pixels with ink", percent(pixels.ink_share)),
    ];
    Ok(vec![
        Block::KeyValues(figures.map(|(name, value)| (name.to_owned(), value)).to_vec()),
        Block::Charts(vec![counts.svg(Theme::Page)]),
        mean_digits(images, names)?,
    ])
}

/// The mean of each class.
fn mean_digits(images: &Dataset, names: &[&str]) -> anyhow::Result<Block> {
    let digits = MeanDigits::new(images);
    let pixels: Vec<u8> = digits.classes.iter().flat_map(|class| &class.mean).map(|mean| mean.round() as u8).collect();
    let item = |class: &MeanDigit| {
        let name = names[usize::from(class.label)];
        GalleryItem {
            caption: Caption::plain(name),
            description: format!("the mean of {} images of {name}", grouped(class.count as u64)),
            probabilities: Vec::new(),
        }
    };
    let items = digits.classes.iter().map(item).collect();
    let means = DigitImages::new(&pixels, digits.height, digits.width)?;
    Ok(Block::Gallery(Gallery::new("What each class looks like on average", names, means, items)?))
}
