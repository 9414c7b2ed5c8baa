//! `tenfold quantize`: a model in int8, a quarter of the size.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde_json::{Value, json};
use tenfold_dataset::Part;
use tenfold_evaluation::Evaluation;
use tenfold_experiment::{Assessment, evaluation_line, images_for, model_bytes};
use tenfold_formats::{SavedModel, safetensors};
use tenfold_training::{Engine, check_fit, quantize_on};

use super::output::{Output, grouped, lossy, percent};
use super::{Outcome, files, names, progress};

/// Quantise a model to int8: a quarter of the size, and faster on most processors
///
/// Weights get a scale per filter, and activations are bytes. Every command that takes a model accepts it, and it is faster
/// where the processor has instructions for products of bytes (VNNI). Batch normalisation becomes part of the layer before it. The scales of
/// activations come from training images; both models are compared on the test images.
///
/// With --json: {"model","out","calibration","float","int8","difference_points","same_answer"}; "float" and "int8" have
/// "bytes" (of the file), "correct", "accuracy" (a fraction of the test images) and "loss"; "difference_points" is the
/// accuracy of int8 less that of float in percentage points, "same_answer" the share of images with the same answer.
#[derive(Args)]
pub(crate) struct Arguments {
    #[arg(help = names::default_model_help())]
    model: Option<PathBuf>,
    /// Where the quantised model goes: a safetensors file, or NPZ if that is its ending
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Training images from which the scales of activations come
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    calibration: usize,
    /// Data set: a CSV, NPZ or Parquet file, a folder with a folder of pictures for each class, or one with MNIST's four IDX
    /// files [default: MNIST, inside the program]
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    files::check_target(&arguments.out, arguments.force)?;
    let saved = files::model(arguments.model.as_deref())?;
    let source = files::source(arguments.data.as_deref());
    let test_images = images_for(&saved, &source, Some(Part::Test))?.remove(0).1;
    check_fit(saved.model.architecture(), &test_images)?;
    let name =
        arguments.model.as_deref().map_or(names::DEFAULT_MODEL.name.to_owned(), |path| path.display().to_string());
    let train_images = images_for(&saved, &source, Some(Part::Train))?.remove(0).1;
    let model = quantize_on(&saved.model, &train_images, arguments.calibration, engine).context(name)?;
    let quantized = SavedModel { model, ..saved.clone() };
    let bytes = model_bytes(&quantized, &arguments.out)?;

    let test = |saved: &SavedModel, what| {
        progress::assess(&saved.model, saved.labels.clone(), &test_images, what, engine, output)
    };
    let (float, int8) = (test(&saved, "float")?, test(&quantized, "int8")?);
    let float_bytes = safetensors::write(&saved)?.len();
    let same = float.predicted.iter().zip(&int8.predicted).filter(|(float, int8)| float == int8).count();
    let same = same as f64 / float.predicted.len() as f64;
    let difference = 100.0 * (int8.evaluation.accuracy - float.evaluation.accuracy);
    files::write(&arguments.out, &bytes, arguments.force)?;

    if output.json {
        output.value(&json!({
            "model": arguments.model.as_deref().map(lossy), "out": lossy(&arguments.out),
            "calibration": arguments.calibration.min(train_images.len()), "float": tested(&float, float_bytes), "int8": tested(&int8, bytes.len()),
            "difference_points": difference, "same_answer": same,
        }))?;
    } else {
        output.line(evaluation_line("float", &float.evaluation))?;
        output.line(evaluation_line("int8", &int8.evaluation))?;
        output.line(format!("{difference:+.2} points; the same answer on {} of the images", percent(same)))?;
        let (before, after) = (grouped(float_bytes as u64), grouped(bytes.len() as u64));
        output.line(format!("model  {} ({after} bytes; as floats {before})", arguments.out.display()))?;
    }
    Ok(Outcome::Done)
}

/// A model's file and answers, in the JSON.
fn tested(assessment: &Assessment<'_>, bytes: usize) -> Value {
    let Evaluation { correct, accuracy, loss, .. } = &assessment.evaluation;
    json!({ "bytes": bytes, "correct": correct, "accuracy": accuracy, "loss": loss })
}
