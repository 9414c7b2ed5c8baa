//! `tenfold evaluate`: how good a model is, digit by digit.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;
use tenfold_dataset::{Dataset, Part};
use tenfold_evaluation::Evaluation;
use tenfold_network::{Model, Predictor};
use tenfold_training::{Engine, check_fit, evaluate_with};

use super::output::{Output, grouped, percent};
use super::{Outcome, files, progress};

/// Evaluate a model on the training and the test images
///
/// With --json: {"model","splits":{"train","test"}}, and for each split "images", "correct", "accuracy" (a fraction),
/// "accuracy_95" ("low" and "high" of Wilson's 95 % interval), "loss" (mean cross-entropy in nats), "report"
/// (scikit-learn's output_dict) and "confusion" (rows: truth, columns: prediction).
#[derive(Args)]
pub(crate) struct Arguments {
    /// Model file [default: the model inside the program]
    model: Option<PathBuf>,
    /// Which images
    #[arg(long, value_enum, default_value_t = Split::All)]
    split: Split,
    /// Folder with the four IDX files of MNIST or of a set like it [default: MNIST, inside the program]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Split {
    All,
    Train,
    Test,
}

impl Split {
    /// The parts of a data set it stands for, with their names.
    pub(crate) fn parts(self) -> &'static [(&'static str, Part)] {
        const PARTS: [(&str, Part); 2] = [("train", Part::Train), ("test", Part::Test)];
        match self {
            Self::All => &PARTS,
            Self::Train => &PARTS[..1],
            Self::Test => &PARTS[1..],
        }
    }
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let saved = files::model(arguments.model.as_deref())?;
    let source = files::source(arguments.data.as_deref());
    let mut splits = BTreeMap::new();
    for &(name, part) in arguments.split.parts() {
        let evaluation = evaluate_part(&saved.model, &source.load(part)?, name, engine, output)?;
        if !output.json {
            output.line(summary_line(name, &evaluation))?;
            output.line(format!("\n{}", evaluation.report.to_text(4)))?;
            let names: Vec<&str> = saved.labels.iter().map(String::as_str).collect();
            output.line("confusion matrix (rows: truth, columns: prediction)\n")?;
            output.line(evaluation.confusion.to_text(&names)?)?;
        }
        splits.insert(name, evaluation);
    }
    if output.json {
        output.value(&json!({ "model": arguments.model, "splits": splits }))?;
    }
    Ok(Outcome::Done)
}

/// Evaluates with a progress bar.
pub(crate) fn evaluate_part(
    model: &Model,
    images: &Dataset,
    name: &'static str,
    engine: Engine,
    output: &Output,
) -> anyhow::Result<Evaluation> {
    check_fit(model.architecture(), images)?;
    let bar = progress::images(images.len(), output).with_message(format!("evaluating {name}"));
    let mut predictor = Predictor::new(model, engine);
    let evaluation = evaluate_with(&mut predictor, images, &mut |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    Ok(evaluation)
}

/// `test   99.05 % of 10,000 images right (95 %: 98.84 to 99.22), loss 0.0301`
pub(crate) fn summary_line(name: &str, evaluation: &Evaluation) -> String {
    format!(
        "{name:<5}  {} of {} images right (95 % interval: {} to {}), loss {:.4}",
        percent(evaluation.accuracy),
        grouped(evaluation.images),
        percent(evaluation.accuracy_95.low),
        percent(evaluation.accuracy_95.high),
        evaluation.loss
    )
}
