//! What pages report of a part of a data set.

use tenfold_dataset::exploration::Shapes;
use tenfold_dataset::{Dataset, Summary};
use tenfold_report::chart::{Chart, Theme};
use tenfold_report::page::{Block, Column, Table};
use tenfold_report::{grouped, percent};

use super::measure::Measure;
use super::{charts, galleries};
use crate::error::Result;

/// As [`sections`], of images that were not explored before. Images that occur twice are left to
/// [`DataExploration`](super::DataExploration): they take longer to find than all else takes.
pub(crate) fn sections_of(images: &Dataset, names: &[&str], kind: &str) -> Result<Vec<Block>> {
    sections(images, &Summary::new(images), &Shapes::new(images), names, kind)
}

/// Counts per class, pixels, ink, strokes and sizes, and what each class looks like on average. `names` are one per
/// class; `kind` says which images these are, such as `training`.
pub(super) fn sections(
    images: &Dataset,
    summary: &Summary,
    shapes: &Shapes,
    names: &[&str],
    kind: &str,
) -> Result<Vec<Block>> {
    let charts = vec![
        charts::counts(summary, names, kind).svg(Theme::Page),
        charts::ink(shapes, kind).svg(Theme::Page),
        charts::stroke_width(shapes, kind).svg(Theme::Page),
    ];
    let mut blocks = vec![figures(summary, shapes), Block::Charts(charts), measures(shapes, names, kind)];
    blocks.extend(galleries::mean_digits(images, names)?);
    Ok(blocks)
}

fn figures(summary: &Summary, shapes: &Shapes) -> Block {
    let Summary { images, height, width, pixels, .. } = summary;
    Block::key_values([
        ("images", grouped(*images as u64)),
        ("size", format!("{height}x{width} pixels")),
        ("mean of the pixels, scaled to 0..1", format!("{:.4}", pixels.mean_scaled)),
        ("their standard deviation", format!("{:.4}", pixels.standard_deviation_scaled)),
        ("pixels with ink", percent(pixels.ink_share)),
        ("images without any ink", grouped(shapes.blank as u64)),
    ])
}

/// What images measure: over all of them, and a row per class that has any.
fn measures(shapes: &Shapes, names: &[&str], kind: &str) -> Block {
    let measures = Measure::all(shapes);
    let columns = [Column::text("class"), Column::number("images")];
    let columns = columns.into_iter().chain(measures.iter().map(|measure| Column::number(measure.name)));
    let table = Table::new(format!("Ink, strokes and sizes of the {kind} images: mean ± standard deviation"), columns);
    let row = |name: &str, images: Option<usize>, cell: &dyn Fn(&Measure<'_>) -> String| {
        let images = images.map_or(String::new(), |count| grouped(count as u64));
        // As pages write it, and on one line: a table without room for that scrolls.
        let cells = measures.iter().map(|measure| cell(measure).replace("+-", "±").replace(' ', "\u{a0}"));
        [name.to_owned(), images].into_iter().chain(cells).collect::<Vec<_>>()
    };

    let mut table = table
        .row(row("all", measures[0].of_all().map(|ink| ink.count), &|measure| measure.mean(measure.of_all())))
        .row(row("range", None, &|measure| measure.range(measure.of_all())));
    // Every image has a share of ink, 0 if it is blank, so these are all classes with images.
    for class in &shapes.ink_share.classes {
        let (name, images) = (names[usize::from(class.label)], class.distribution.count);
        table = table.row(row(name, Some(images), &|measure| measure.mean(measure.of_class(class.label))));
    }
    Block::Table(table)
}
