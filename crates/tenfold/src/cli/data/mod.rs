//! `tenfold data`: what the images are, before any modelling; here `data show`.

mod augment;
mod convert;
mod draw;
mod target;

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use serde_json::json;
use tenfold_dataset::exploration::NEAR_DISTANCE;
use tenfold_experiment::data_set::{DataExploration, FILES};

use super::evaluate::Split;
use super::output::{Output, lossy};
use super::{Outcome, files};

/// Look at data sets
#[derive(Subcommand)]
pub(crate) enum Command {
    Show(Show),
    Augment(augment::Augment),
    Convert(convert::Convert),
    Draw(draw::Draw),
}

/// Show what the images are: how many of each digit, and their pixels, strokes and sizes
///
/// With --json: {"data","splits":{"train","test"},"overlap"}, and for each split the keys of the summary: "images",
/// "height", "width", "classes" (label, count and share of each) and "pixels"; "shapes": "blank" (images without ink),
/// "ink_share", "stroke_width_px", "centre_down_px", "centre_right_px", "box_height_px" and "box_width_px", each "all"
/// and by "classes" with "count", "mean", "standard_deviation", "min", "max" and "histogram"; "findings" (what is wrong
/// with the images, such as "bright_ground" or "not_upright" with "placement"); and "duplicates". These
/// and "overlap" (test images, "first", among training images, "second") have "distance", "exact" and "near", both with
/// "total", "conflicting" (of two labels) and "listed" (the nearest 60: "first", "second", "labels", "distance"); null
/// if they were not looked for.
#[derive(Args)]
#[command(group = ArgGroup::new("files").args(["sheet", "out"]).multiple(true))]
pub(crate) struct Show {
    /// Data set: a CSV, NPZ or Parquet file, a folder with a folder of pictures for each class, or one with MNIST's four IDX
    /// files [default: MNIST, inside the program]
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Which images
    #[arg(long, value_enum, default_value_t = Split::All)]
    split: Split,
    /// Also look for images that occur twice or nearly so, within each part and in both: some seconds for MNIST, and
    /// longer by the square of the number of images. Near is a root mean squared difference of pixels of up to
    /// DISTANCE, 0 to 1 [default: 0.04]
    #[arg(long, value_name = "DISTANCE", num_args = 0..=1, require_equals = true)]
    duplicates: Option<Option<f64>>,
    /// Also write all of it as one page, data.html, into this folder, and for the first part shown mean-digits.png,
    /// samples.png, counts.svg, ink.svg and stroke-width.svg; looks for duplicates as --duplicates does
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Also write a contact sheet to this PNG file: samples of each digit, from the first part shown
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,
    /// Samples of each digit on the contact sheet
    #[arg(long, value_name = "N", default_value_t = 20, requires = "files")]
    samples: usize,
    /// Which samples
    #[arg(long, value_name = "N", default_value_t = 1, requires = "files")]
    seed: u64,
    /// Replace the files if they exist
    #[arg(long, requires = "files")]
    force: bool,
}

pub(crate) fn run(command: &Command, output: &mut Output) -> anyhow::Result<Outcome> {
    match command {
        Command::Show(show) => run_show(show, output),
        Command::Augment(arguments) => augment::run(arguments, output),
        Command::Convert(arguments) => convert::run(arguments, output),
        Command::Draw(arguments) => draw::run(arguments, output),
    }
}

fn run_show(show: &Show, output: &mut Output) -> anyhow::Result<Outcome> {
    show.check_free()?;
    let exploration = DataExploration::new(&files::source(show.data.as_deref()), show.split.part(), show.distance())?;
    show.write_files(&exploration)?;
    if output.json {
        let DataExploration { parts, overlap } = &exploration;
        let splits: serde_json::Map<_, _> = parts.iter().map(|part| (part.name.to_owned(), json!(part))).collect();
        output.value(&json!({ "data": show.data.as_deref().map(lossy), "splits": splits, "overlap": overlap }))?;
        return Ok(Outcome::Done);
    }
    output.line(exploration.to_text())?;
    if let Some(path) = &show.sheet {
        output.line(format!("samples  {}", path.display()))?;
    }
    if let Some(folder) = &show.out {
        output.line(format!("files  {}", folder.display()))?;
    }
    Ok(Outcome::Done)
}

impl Show {
    /// The distance at which images are near; none if nobody asked for duplicates.
    fn distance(&self) -> Option<f64> {
        let asked = self.duplicates.or(self.out.is_some().then_some(None));
        asked.map(|distance| distance.unwrap_or(NEAR_DISTANCE))
    }

    /// Refuses names that are taken, before the images are looked at.
    fn check_free(&self) -> anyhow::Result<()> {
        self.sheet.as_deref().map_or(Ok(()), |sheet| files::check_target(sheet, self.force))?;
        let Some(folder) = &self.out else { return Ok(()) };
        files::check_folder(folder)?;
        FILES.iter().try_for_each(|name| files::check_free(&folder.join(name), self.force))
    }

    fn write_files(&self, exploration: &DataExploration) -> anyhow::Result<()> {
        if let Some(path) = &self.sheet {
            files::write(path, &exploration.contact_sheet(self.samples, self.seed)?, self.force)?;
        }
        if let Some(folder) = &self.out {
            // All that can go wrong with the images does so before the first file is written.
            let name = self.data.as_deref().map_or("MNIST".to_owned(), lossy);
            let contents = exploration.files(&name, self.samples, self.seed)?;
            files::make_folder(folder)?;
            for (name, contents) in FILES.iter().zip(contents) {
                files::write(&folder.join(name), &contents, self.force)?;
            }
        }
        Ok(())
    }
}
