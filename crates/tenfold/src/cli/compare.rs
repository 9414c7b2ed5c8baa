//! `tenfold compare`: which of some models is better, as far as the same images can tell.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde_json::json;
use tenfold_dataset::{Dataset, Part};
use tenfold_evaluation::{Comparison, Verdict, holm};
use tenfold_experiment::Assessment;
use tenfold_formats::SavedModel;
use tenfold_training::{Engine, check_fit};

use super::output::{Output, percent};
use super::{Outcome, files, progress};

/// Compare models on the same images, and say which are better and which cannot be told apart
///
/// Each pair is tested by McNemar's exact test, which looks only at images that one model reads right and the other wrong;
/// p-values of several pairs are corrected by Holm's method. The intervals of differences are of the paired bootstrap.
///
/// With --json: {"split","models" (each with "model" and "evaluation", with the keys of `evaluate`),"comparisons" (each with
/// "first" and "second", counted from 0, the counts "both_right", "first_only", "second_only" and "both_wrong",
/// "difference", "difference_95", "difference_95_exact", "mcnemar", "p_value" after the correction and "verdict":
/// first_better, second_better or not_distinguishable)}.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Model files, or folders of runs
    #[arg(required = true, num_args = 2.., value_name = "MODEL")]
    models: Vec<PathBuf>,
    /// Compare on the training images instead of the test images
    #[arg(long)]
    train: bool,
    /// Folder with the four IDX files of MNIST or of a set like it [default: MNIST, inside the program]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Decides which test sets the bootstrap draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// One of the models.
pub(super) struct Contestant<'a> {
    pub name: String,
    pub assessment: Assessment<'a>,
}

/// Two of them, by their positions.
pub(super) struct Pair {
    first: usize,
    second: usize,
    comparison: Comparison,
    /// Corrected for the number of pairs.
    p_value: f64,
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let (name, part) = if arguments.train { ("train", Part::Train) } else { ("test", Part::Test) };
    let images = files::source(arguments.data.as_deref()).load(part)?;
    let contestants = contestants(&arguments.models, &images, engine, output)?;
    let pairs = pairs(&contestants, images.labels(), arguments.seed)?;
    if output.json {
        let models: Vec<_> =
            contestants.iter().map(|it| json!({ "model": it.name, "evaluation": it.assessment.evaluation })).collect();
        let comparisons = pairs.iter().map(Pair::to_json).collect::<Result<Vec<_>, _>>()?;
        output.value(&json!({ "split": name, "models": models, "comparisons": comparisons }))?;
        return Ok(Outcome::Done);
    }
    for (index, Contestant { name, assessment }) in contestants.iter().enumerate() {
        let evaluation = &assessment.evaluation;
        let letter = letter(index);
        let (accuracy, interval) = (percent(evaluation.accuracy), evaluation.accuracy_95);
        let (low, high, loss) = (percent(interval.low), percent(interval.high), evaluation.loss);
        output.line(format!("{letter}  {accuracy} (95 % interval: {low} to {high}), loss {loss:.4}  {name}"))?;
    }
    for pair in &pairs {
        output.line(format!("\n{}", pair.text()))?;
    }
    Ok(Outcome::Done)
}

/// The models at `paths`, or those of the runs there, on the same images. All are opened before the first is evaluated.
pub(super) fn contestants<'a>(
    paths: &[PathBuf],
    images: &'a Dataset,
    engine: Engine,
    output: &Output,
) -> anyhow::Result<Vec<Contestant<'a>>> {
    let opened = |path: &PathBuf| {
        let saved = files::model(Some(path))?;
        check_fit(saved.model.architecture(), images).with_context(|| path.display().to_string())?;
        Ok((path.display().to_string(), saved))
    };
    let saved = paths.iter().map(opened).collect::<anyhow::Result<Vec<_>>>()?;
    let evaluated = |(name, saved): (String, SavedModel)| {
        let assessment = progress::assess(&saved.model, saved.labels, images, &name, engine, output);
        Ok(Contestant { assessment: assessment.with_context(|| name.clone())?, name })
    };
    saved.into_iter().map(evaluated).collect()
}

/// Every pair, in the order of the models.
pub(super) fn pairs(contestants: &[Contestant<'_>], labels: &[u8], seed: u64) -> anyhow::Result<Vec<Pair>> {
    let mut pairs = Vec::new();
    for (second, other) in contestants.iter().enumerate() {
        for (first, one) in contestants[..second].iter().enumerate() {
            let comparison = Comparison::new(labels, &one.assessment.predicted, &other.assessment.predicted, seed)?;
            pairs.push(Pair { first, second, comparison, p_value: comparison.mcnemar.p_value });
        }
    }
    let p_values: Vec<f64> = pairs.iter().map(|pair| pair.p_value).collect();
    for (pair, p_value) in pairs.iter_mut().zip(holm(&p_values)?) {
        pair.p_value = p_value;
    }
    pairs.sort_by_key(|pair| (pair.first, pair.second));
    Ok(pairs)
}

impl Pair {
    fn verdict(&self) -> Verdict {
        self.comparison.verdict_given(self.p_value)
    }

    fn to_json(&self) -> serde_json::Result<serde_json::Value> {
        let mut value = serde_json::to_value(self.comparison)?;
        value["first"] = json!(self.first);
        value["second"] = json!(self.second);
        value["p_value"] = json!(self.p_value);
        value["verdict"] = json!(self.verdict());
        Ok(value)
    }

    /// `A and B cannot be told apart: ..` with the reasons below it.
    pub(super) fn text(&self) -> String {
        let [first, second] = [self.first, self.second].map(letter);
        let verdict = match self.verdict() {
            Verdict::FirstBetter => format!("{first} is better than {second}"),
            Verdict::SecondBetter => format!("{second} is better than {first}"),
            Verdict::NotDistinguishable => format!("{first} and {second} cannot be told apart by these images"),
        };
        let Comparison { difference, difference_95, first_only, second_only, .. } = self.comparison;
        let points = |share: f64| format!("{:+.2}", 100.0 * share);
        format!(
            "{verdict}\n  \
             {first} - {second}: {} points of accuracy (95 % interval: {} to {})\n  \
             {first_only} images only {first} reads right, {second_only} only {second}; McNemar's exact test: {}",
            points(difference),
            points(difference_95.low),
            points(difference_95.high),
            p_value(self.p_value)
        )
    }
}

/// `A` for 0, and numbers for what comes after `Z`.
pub(super) fn letter(index: usize) -> String {
    ('A'..='Z').nth(index).map_or_else(|| (index + 1).to_string(), String::from)
}

/// `p = 0.012`, or that it is less than can be written so.
fn p_value(value: f64) -> String {
    if value < 0.001 { "p < 0.001".to_owned() } else { format!("p = {value:.3}") }
}
