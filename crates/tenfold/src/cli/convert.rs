//! `tenfold convert`: a model in another program's format, checked before it is left to anyone.

use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use clap::Args;
use serde_json::json;
use tenfold_dataset::Part;
use tenfold_experiment::{Verification, pixels_are_unknown};
use tenfold_formats::{Format, onnx};
use tenfold_training::Engine;

use super::output::{Output, grouped, lossy, warn};
use super::{Outcome, files, names, pixels};

/// Convert a model to another format: for Keras, ONNX Runtime, PyTorch or numpy, and back
///
/// The ending of FILE says the format: .h5 (Keras 2 and 3), .keras (Keras 3), .onnx, .npz or .safetensors. MODEL may be of
/// any of these, and of Keras' .weights.h5.
///
/// The new file is read back before it is written, and both models are run on the same images: a file whose model answers
/// otherwise, or whose probabilities differ by more than 0.00001, is not written.
///
/// With --json: {"model","out","from","format","bytes","verification"}, the latter null with --no-verify, else "images"
/// and "largest_difference" (of probabilities).
#[derive(Args)]
pub(crate) struct Arguments {
    #[arg(help = names::model_help())]
    model: PathBuf,
    /// The new file
    #[arg(value_name = "FILE")]
    out: PathBuf,
    #[arg(long, value_name = "PRESET|FILE", help = names::architecture_help())]
    architecture: Option<PathBuf>,
    /// Name and order the values of a .safetensors file as a PyTorch nn.Sequential of the same layers does
    #[arg(long)]
    pytorch_names: bool,
    /// Let an .onnx graph end in logits, not in probabilities
    #[arg(long)]
    logits: bool,
    /// Mean by which MODEL expects pixels to be normalised: (pixel - MEAN) / STD of pixels from 0 to 1, as by PyTorch's
    /// Normalize. The new model normalises them itself
    #[arg(long, value_name = "MEAN", requires = "std", allow_negative_numbers = true)]
    mean: Option<f64>,
    /// Standard deviation by which MODEL expects pixels to be normalised; see --mean
    #[arg(long, value_name = "STD", requires = "mean")]
    std: Option<f64>,
    /// Number of images on which both models must answer alike
    #[arg(long, value_name = "IMAGES", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    verify: u32,
    /// Do not check the new file
    #[arg(long, conflicts_with = "verify")]
    no_verify: bool,
    /// Data set whose training images to check on [default: MNIST, inside the program]
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let Arguments { model, out, force, .. } = arguments;
    let format = arguments.format()?;
    files::check_target(out, *force)?;
    let architecture = arguments.architecture.as_deref().map(files::architecture).transpose()?;
    let (mut saved, from) = files::opened_model(Some(model), architecture.as_ref())?;
    if let (Some(mean), Some(std)) = (arguments.mean, arguments.std) {
        saved = saved.with_normalized_pixels(mean, std).with_context(|| model.display().to_string())?;
    }
    let bytes = tenfold_formats::write(&saved, format).with_context(|| model.display().to_string())?;
    let verification = (!arguments.no_verify).then(|| {
        let source = files::source(arguments.data.as_deref());
        Verification::new(&saved, &bytes, &source, arguments.verify as usize, engine)
    });
    let verification = verification.transpose().with_context(|| format!("{}: not written", out.display()))?;
    files::write(out, &bytes, *force)?;
    if pixels_are_unknown(&saved) && arguments.mean.is_none() && !arguments.no_verify {
        let images = files::source(arguments.data.as_deref()).load(Part::Train)?;
        if let Some(text) = pixels::advice(&saved, &images, engine) {
            warn(&text);
        }
    }
    if output.json {
        output.value(&json!({
            "model": lossy(model), "out": lossy(out), "from": from.to_string(), "format": format.to_string(), "bytes": bytes.len(),
            "verification": verification,
        }))?;
        return Ok(Outcome::Done);
    }
    output.line(format!("model     {} ({})", model.display(), from))?;
    // A file of another program does not say what its pixels were, and answers badly for others without a word.
    if pixels_are_unknown(&saved) && arguments.mean.is_none() {
        output.line("pixels    taken from 0 to 1; for a model of normalised ones give their --mean and --std")?;
    }
    output.line(format!("written   {} ({}, {} bytes)", out.display(), format, grouped(bytes.len() as u64)))?;
    output.line(format!("verified  {}", verification.map_or("no".to_owned(), verified)))?;
    Ok(Outcome::Done)
}

/// `on 1,000 images: the same answers, probabilities differ by 1e-7 at most`
fn verified(Verification { images, largest_difference, .. }: Verification) -> String {
    let difference = match largest_difference {
        0.0 => "the same probabilities".to_owned(),
        difference => format!("probabilities differ by {difference:.1e} at most"),
    };
    format!("on {} images: the same answers, {difference}", grouped(images as u64))
}

impl Arguments {
    /// What the file's name and the options ask for.
    fn format(&self) -> anyhow::Result<Format> {
        let name = self.out.display();
        let Some(format) = Format::of_name(&self.out) else {
            bail!("{name}: the ending names no format\nhint: {}", Format::ENDINGS);
        };
        Ok(match format {
            Format::Safetensors if self.pytorch_names => Format::StateDict,
            Format::Onnx(_) if self.logits => Format::Onnx(onnx::Output::Logits),
            format => {
                ensure!(!self.pytorch_names, "{name}: --pytorch-names is for .safetensors files");
                ensure!(!self.logits, "{name}: --logits is for .onnx files");
                format
            }
        })
    }
}
