//! `cargo xtask segmenter`: trains the model `segmenter`, by which pages of digits are taken apart.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use tenfold_dataset::{DivideBy, Part, Source, in_context};
use tenfold_formats::{Provenance, SavedModel, safetensors};
use tenfold_training::{Engine, Event, Recipe, train};

/// How it is trained.
const RECIPE: &str = include_str!("recipe.toml");

/// Which of MNIST's training images a model is not trained on that anything is chosen by: a share of the writers, and the seed.
pub(crate) const HELD_OUT: (f64, u64) = (0.2, 1);

/// Train the model `segmenter`, which tells whole digits and signs of a number from parts of them
#[derive(Args)]
pub(crate) struct Arguments {
    /// Images of what may be a digit of a number
    #[arg(long, value_name = "N", default_value_t = 600_000)]
    images: u32,
    /// Leave out the writers whom `train --validation 0.2 --validation-by writer` holds out, for choosing by their digits
    #[arg(long)]
    held_out: bool,
    /// Threads [default: all]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// File of the model
    #[arg(long, value_name = "FILE", default_value = "crates/recognizer/models/segmenter.safetensors")]
    out: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let recipe: Recipe = toml::from_str(RECIPE).context("the recipe")?;
    let mut digits = Source::Embedded.load(Part::Train)?;
    if arguments.held_out {
        let (share, seed) = HELD_OUT;
        digits = digits.subset(&digits.hold_out(DivideBy::Group, share, seed)?.train)?;
    }
    let images = in_context(&digits, arguments.images, recipe.seed)?;
    let data =
        format!("{} images of what may be a digit of a number, of {} digits of MNIST", images.len(), digits.len());
    println!("{data}");
    let labels = images.names().to_vec();
    let threads = arguments.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let text = toml::to_string(&recipe)?;
    let trained = train(recipe, images, Engine { threads, ..Engine::default() }, &mut |event| {
        if let Event::Epoch(epoch) = event {
            println!(
                "epoch {}: loss {:.4}, accuracy {:.2} %",
                epoch.epoch,
                epoch.train.loss,
                100.0 * epoch.train.accuracy
            );
        }
    })?;
    let saved = SavedModel {
        model: trained.model,
        preparation: Default::default(),
        labels,
        min_confidence: 0.0,
        thresholds: Vec::new(),
        provenance: Provenance { program: format!("tenfold {}", env!("CARGO_PKG_VERSION")), recipe: text, data },
    };
    let file = arguments.out.display();
    fs::write(&arguments.out, safetensors::write(&saved)?).with_context(|| file.to_string())?;
    println!("{file}");
    Ok(())
}
