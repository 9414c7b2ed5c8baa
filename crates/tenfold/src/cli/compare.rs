//! `tenfold compare`: which of some models is better, as far as the same images show.

use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;
use serde_json::json;
use tenfold_dataset::Part;
use tenfold_experiment::{
    Contestant, Environment, assess_cross_validations, assess_models, compare, comparison_text, cross_validation_at,
    images_for, letter,
};
use tenfold_training::Engine;

use super::output::{Output, lossy, percent};
use super::progress::EvaluationBar;
use super::{Outcome, files, names};

/// Compare models on the same images: which are better, and between which no difference shows
///
/// Each pair is tested by McNemar's exact test, which looks only at images that one model reads right and the other wrong;
/// p-values of several pairs are corrected by Holm's method. The intervals of differences are of the paired bootstrap.
///
/// Of cross-validations, what is compared is their answers to the training images, each by the model that was not trained on it.
///
/// With --json: {"split" (train, test or out_of_fold),"models" (each with "model" and "evaluation", with the keys of `evaluate`),"comparisons" (each with
/// "first" and "second", counted from 0, the counts "both_right", "first_only", "second_only" and "both_wrong",
/// "difference", "difference_95", "difference_95_exact", "difference_95_by_group" (by the scatter between groups of images, as MNIST's
/// writers, where they are known), "mcnemar", "p_value" after the correction and "verdict":
/// first_better, second_better or not_distinguishable)}.
#[derive(Args)]
pub(crate) struct Arguments {
    #[arg(required = true, num_args = 2.., value_name = "MODEL", help = compared_help())]
    models: Vec<PathBuf>,
    /// Compare on the training images instead of the test images
    #[arg(long)]
    train: bool,
    /// Data set: a CSV, NPZ or Parquet file, a folder with a folder of pictures for each class, or one with MNIST's four IDX
    /// files [default: MNIST, inside the program; of cross-validations their own images]
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Decides which test sets the bootstrap draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// The help of what is compared.
fn compared_help() -> String {
    format!("{}; or all are folders of cross-validations", names::model_help())
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let Arguments { models: paths, train, data, .. } = arguments;
    let folds: Vec<Environment> = paths.iter().filter_map(|path| cross_validation_at(path)).collect();
    ensure!(folds.is_empty() || folds.len() == paths.len(), "expected models or cross-validations, found both");
    let (name, part) = match (folds.is_empty(), train) {
        (true, false) => ("test", Part::Test),
        (true, true) => ("train", Part::Train),
        (false, _) => ("out_of_fold", Part::Train),
    };
    let source = match (folds.first(), data) {
        (Some(first), None) => first.source(),
        (_, data) => files::source(data.as_deref()),
    };
    let models = match folds.is_empty() {
        true => paths
            .iter()
            .map(|path| Ok((path.clone(), files::model(Some(path))?)))
            .collect::<anyhow::Result<Vec<_>>>()?,
        false => Vec::new(),
    };
    // The models answer for the same images; a picture becomes one by the first model's preparation.
    let images = match models.first() {
        Some((_, saved)) => images_for(saved, &source, Some(part))?.remove(0).1,
        None => source.load(part)?,
    };
    let contestants = match folds.is_empty() {
        true => {
            let mut bar = EvaluationBar::new();
            assess_models(models, &images, engine, &mut |event| bar.observe(event, output))?
        }
        false => assess_cross_validations(paths.clone(), &images)?,
    };
    let pairs = compare(&contestants, images.labels(), arguments.seed)?;
    if output.json {
        let model = |it: &Contestant<'_>| json!({ "model": lossy(&it.path), "evaluation": it.assessment.evaluation });
        let models: Vec<_> = contestants.iter().map(model).collect();
        output.value(&json!({ "split": name, "models": models, "comparisons": pairs }))?;
        return Ok(Outcome::Done);
    }
    for (index, Contestant { path, assessment }) in contestants.iter().enumerate() {
        let evaluation = &assessment.evaluation;
        let (accuracy, interval) = (percent(evaluation.accuracy), evaluation.accuracy_95);
        let (low, high, loss) = (percent(interval.low), percent(interval.high), evaluation.loss);
        let (letter, path) = (letter(index), path.display());
        output.line(format!("{letter}  {accuracy} (95 % interval: {low} to {high}), loss {loss:.4}  {path}"))?;
    }
    for pair in &pairs {
        output.line(format!("\n{}", comparison_text(pair)))?;
    }
    Ok(Outcome::Done)
}
