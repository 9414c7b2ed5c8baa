//! `tenfold data augment`: what an augmentation makes of images.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use serde::Serialize;
use tenfold_dataset::{Augmentation, Dataset, Part, Strength, contact_sheet};
use tenfold_training::{AugmentationChanges, Recipe, RecipeChanges};

use crate::cli::output::{Output, lossy};
use crate::cli::recipe::{self, AugmentationArguments};
use crate::cli::{Outcome, files};

/// Preview an augmentation: a contact sheet of training images as they are, and as a training would see them
///
/// Each row has an image first as it is, and then as epochs 1, 2, 3... of a training with the same seed see it. The settings
/// are those of a recipe and of the options, or mild if there are none of either.
///
/// With --json: {"data","sheet","seed","epochs","augmentation","images"}: the settings as they are in config.toml, and
/// "index" and "label" of the image in each row.
#[derive(Args)]
pub(crate) struct Augment {
    /// The contact sheet to write, a PNG file
    #[arg(long, value_name = "FILE")]
    sheet: PathBuf,
    /// Data set: a CSV, NPZ or Parquet file, a folder with a folder of pictures for each class, or one with MNIST's four IDX
    /// files [default: MNIST, inside the program]
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Take the augmentation of a run's config.toml, or of a part of one
    #[arg(long, value_name = "FILE")]
    recipe: Option<PathBuf>,
    #[command(flatten)]
    augmentation: AugmentationArguments,
    /// Epochs to show, one in each column
    #[arg(long, value_name = "N", default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..=1000))]
    epochs: u32,
    /// Images of each class, one in each row
    #[arg(long, value_name = "N", default_value_t = 1)]
    samples: usize,
    /// Which images, and how they are changed
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
}

/// What is on the sheet.
#[derive(Serialize)]
struct Preview {
    data: Option<String>,
    sheet: String,
    seed: u64,
    epochs: u32,
    augmentation: Augmentation,
    images: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    index: u32,
    label: u16,
}

pub(super) fn run(arguments: &Augment, output: &mut Output) -> anyhow::Result<Outcome> {
    let Augment { sheet, data, epochs, samples, seed, force, .. } = arguments;
    files::check_target(sheet, *force)?;
    let augmentation = arguments.augmentation()?;
    let images = files::source(data.as_deref()).load(Part::Train)?;
    let indices = contact_sheet::sample_indices(&images, (*samples).max(1), *seed)?;
    let png = contact_sheet::augmented(&images, &indices, augmentation, *seed, *epochs)?;
    files::write(sheet, &png, *force)?;
    if output.json {
        output.value(&Preview {
            data: data.as_deref().map(lossy),
            sheet: lossy(sheet),
            seed: *seed,
            epochs: *epochs,
            augmentation,
            images: rows(&images, &indices),
        })?;
        return Ok(Outcome::Done);
    }
    let settings = toml::to_string(&augmentation)?;
    output.line(format!("augmentation  {}", settings.trim_end().replace('\n', ", ")))?;
    output.line(format!("sheet  {}", sheet.display()))?;
    Ok(Outcome::Done)
}

impl Augment {
    /// What is asked for, checked.
    fn augmentation(&self) -> anyhow::Result<Augmentation> {
        let mut changes = self.augmentation.changes();
        if self.recipe.is_none() && changes == AugmentationChanges::default() {
            changes.strength = Some(Strength::Mild);
        }
        let base = self.recipe.as_deref().map_or_else(|| Ok(Recipe::paper()), recipe::from_file)?;
        let changes = RecipeChanges { augmentation: changes, ..RecipeChanges::default() };
        let Some(augmentation) = changes.apply(&base)?.augmentation else {
            bail!("no augmentation to show: expected settings, found images as they are\nhint: add --augment mild");
        };
        augmentation.check()?;
        Ok(augmentation)
    }
}

fn rows(images: &Dataset, indices: &[u32]) -> Vec<Row> {
    indices.iter().map(|&index| Row { index, label: images.label(index as usize) }).collect()
}
