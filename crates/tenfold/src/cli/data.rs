//! `tenfold data show`: what the images are, before any modelling.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use tenfold_dataset::{Summary, contact_sheet};

use super::evaluate::Split;
use super::output::{Output, grouped, percent};
use super::{Outcome, files};

/// Look at data sets
#[derive(Subcommand)]
pub(crate) enum Command {
    Show(Show),
}

/// Show how many images there are, of which digits, and what their pixels are like
///
/// With --json: {"data","splits":{"train","test"}}, and for each split the keys of the summary: "images", "height",
/// "width", "classes" (label, count and share of each) and "pixels".
#[derive(Args)]
pub(crate) struct Show {
    /// Folder with the four IDX files of MNIST or of a set like it [default: MNIST, inside the program]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Which images
    #[arg(long, value_enum, default_value_t = Split::All)]
    split: Split,
    /// Also write a contact sheet to this PNG file: samples of each digit, from the first part shown
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,
    /// Samples of each digit on the contact sheet
    #[arg(long, value_name = "N", default_value_t = 20, requires = "sheet")]
    samples: usize,
    /// Which samples
    #[arg(long, value_name = "N", default_value_t = 1, requires = "sheet")]
    seed: u64,
    /// Replace the contact sheet if it is there
    #[arg(long, requires = "sheet")]
    force: bool,
}

pub(crate) fn run(command: &Command, output: &mut Output) -> anyhow::Result<Outcome> {
    let Command::Show(show) = command;
    let source = files::source(show.data.as_deref());
    let mut summaries = Vec::new();
    for &(name, part) in show.split.parts() {
        let images = source.load(part)?;
        summaries.push((name, Summary::new(&images)));
        if let (Some(path), Some(&(first, _))) = (&show.sheet, show.split.parts().first())
            && first == name
        {
            files::write(path, &contact_sheet::samples(&images, show.samples, show.seed)?, show.force)?;
        }
    }
    if output.json {
        let splits: serde_json::Map<_, _> =
            summaries.into_iter().map(|(name, summary)| (name.to_owned(), json!(summary))).collect();
        output.value(&json!({ "data": show.data, "splits": splits }))?;
        return Ok(Outcome::Done);
    }
    for (name, summary) in &summaries {
        output.line(text(name, summary))?;
    }
    if let Some(path) = &show.sheet {
        output.line(format!("samples  {}", path.display()))?;
    }
    Ok(Outcome::Done)
}

/// One part: its size, a bar per class, and its pixels in a sentence.
fn text(name: &str, summary: &Summary) -> String {
    const WIDEST_BAR: f64 = 40.0;
    let Summary { images, height, width, classes, pixels } = summary;
    let mut text = format!("{name}: {} images of {height}x{width} pixels\n", grouped(*images as u64));
    let largest = classes.iter().map(|class| class.count).max().unwrap_or(1).max(1);
    for class in classes {
        let bar = "#".repeat((class.count as f64 / largest as f64 * WIDEST_BAR).round() as usize);
        let (label, count, share) = (class.label, grouped(class.count as u64), percent(class.share));
        text += &format!("  {label:>3}  {count:>8}  {share:>8}  {bar}\n");
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
