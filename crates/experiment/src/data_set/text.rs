//! What is known of a data set as text for a terminal.

use tenfold_dataset::Summary;
use tenfold_dataset::exploration::{Finding, Shapes};
use tenfold_report::{grouped, percent};

use super::exploration::{DataExploration, PartExploration};
use super::measure::Measure;
use super::sentences;

impl DataExploration {
    /// Each part, and which test images are among the training images, if that was looked for.
    pub fn to_text(&self) -> String {
        let both = |overlap| format!("both:\n{}", indented(sentences::between(overlap)));
        let texts: Vec<String> =
            self.parts.iter().map(PartExploration::to_text).chain(self.overlap.iter().map(both)).collect();
        texts.join("\n")
    }
}

impl PartExploration {
    /// Its size, a bar per class, its pixels in a sentence, what its images measure, and what occurs twice.
    pub fn to_text(&self) -> String {
        let Self { name, images, summary, shapes, findings, duplicates, .. } = self;
        let mut text = format!("{name}: {}{}", counts(summary, images.names()), measures(shapes, images.names()));
        text += &indented(sentences::blank(shapes.blank));
        text += &indented(findings.iter().flat_map(finding));
        if let Some(duplicates) = duplicates {
            text += &format!("\n{}", indented(sentences::within(duplicates)));
        }
        text
    }
}

/// What is wrong with images, and what to do about it, in a line each.
fn finding(finding: &Finding) -> Vec<String> {
    format!("warning: {finding}").lines().map(str::to_owned).collect()
}

/// Lines of a paragraph that belongs to a heading.
fn indented(sentences: impl IntoIterator<Item = String>) -> String {
    sentences.into_iter().map(|sentence| format!("  {sentence}\n")).collect()
}

fn counts(summary: &Summary, names: &[String]) -> String {
    const WIDEST_BAR: f64 = 40.0;
    let Summary { images, height, width, classes, pixels } = summary;
    let mut text = format!("{} images of {height}x{width} pixels\n", grouped(*images as u64));
    let width = widest(names).max(3);
    let largest = classes.iter().map(|class| class.count).max().unwrap_or(1).max(1);
    for class in classes {
        let bar = "#".repeat((class.count as f64 / largest as f64 * WIDEST_BAR).round() as usize);
        let (name, count, share) =
            (&names[usize::from(class.label)], grouped(class.count as u64), percent(class.share));
        text += &format!("  {name:>width$}  {count:>8}  {share:>8}  {bar}\n");
    }
    text += &format!(
        "  pixels {} to {}, mean {:.2} (scaled to 0..1: {:.4}), deviation {:.2} ({:.4}), {} of them ink\n",
        pixels.min,
        pixels.max,
        pixels.mean,
        pixels.mean_scaled,
        pixels.standard_deviation,
        pixels.standard_deviation_scaled,
        percent(pixels.ink_share)
    );
    text
}

/// A row per measure, over all images, and then a row per class: mean and standard deviation.
fn measures(shapes: &Shapes, names: &[String]) -> String {
    let width = widest(names).max(5);
    let measures = Measure::all(shapes);
    let mut text = format!("\n  {:<16}  {:>19}  range\n", "of an image", "mean +- deviation");
    for measure in &measures {
        let all = measure.of_all();
        text += &format!("  {:<16}  {:>19}  {}\n", measure.name, measure.mean(all), measure.range(all));
    }
    text += &format!("\n  {:>width$}", "class");
    for measure in &measures {
        text += &format!("  {:>17}", measure.name);
    }
    text.push('\n');
    // Every image has a share of ink, 0 if it is blank, so these are all classes with images.
    for class in &shapes.ink_share.classes {
        text += &format!("  {:>width$}", names[usize::from(class.label)]);
        for measure in &measures {
            text += &format!("  {:>17}", measure.mean(measure.of_class(class.label)));
        }
        text.push('\n');
    }
    text
}

/// The width of the longest name.
fn widest(names: &[String]) -> usize {
    names.iter().map(|name| name.chars().count()).max().unwrap_or(0)
}
