//! Which of some models is better, as far as the same images show.

use std::path::PathBuf;

use tenfold_dataset::Dataset;
use tenfold_evaluation::{Comparison, Interval, Pair, Verdict, pairs};
use tenfold_formats::SavedModel;
use tenfold_training::{Engine, check_fit};

use crate::assessment::Assessment;
use crate::error::{Error, Result};
use crate::event::{Event, Observer};

/// One of the models, and its answers.
#[derive(Clone, Debug)]
pub struct Contestant<'a> {
    /// Where the model is.
    pub path: PathBuf,
    /// What it says of the images.
    pub assessment: Assessment<'a>,
}

/// Models on the same images, each with where it comes from. All are checked before the first is evaluated.
///
/// # Errors
/// [`Error::OfModel`] for a model that does not fit the images or whose arithmetic overflows.
pub fn assess_models<'a>(
    models: Vec<(PathBuf, SavedModel)>,
    images: &'a Dataset,
    engine: Engine,
    observe: &mut Observer<'_>,
) -> Result<Vec<Contestant<'a>>> {
    for (path, saved) in &models {
        check_fit(saved.model.architecture(), images).map_err(|error| Error::of_model(path, error))?;
    }
    let assessed = |(path, saved): (PathBuf, SavedModel)| {
        let name = path.to_string_lossy();
        let assessment = Assessment::of_model(&saved.model, saved.labels, images, engine, &mut |done| {
            let _ = observe(Event::Evaluating { what: &name, done, of: images.len() });
        });
        let assessment = assessment.map_err(|error| Error::of_model(&path, error))?;
        Ok(Contestant { path, assessment })
    };
    models.into_iter().map(assessed).collect()
}

/// Each of the models compared with each, on the images that they were assessed on, with these labels. `seed` determines
/// the bootstraps.
///
/// # Errors
/// [`Error::Evaluation`] if the models were assessed on other images.
pub fn compare(contestants: &[Contestant<'_>], labels: &[u16], seed: u64) -> Result<Vec<Pair>> {
    let answers: Vec<&[u16]> = contestants.iter().map(|it| &it.assessment.predicted[..]).collect();
    let groups = contestants.first().and_then(|it| it.assessment.images.groups());
    Ok(pairs(labels, &answers, groups, seed)?)
}

/// What the comparison of two models says, in some lines; the models are called by [`letter`].
pub fn comparison_text(pair: &Pair) -> String {
    let [first, second] = [pair.first, pair.second].map(letter);
    let verdict = match pair.verdict {
        Verdict::FirstBetter => format!("{first} is better than {second}"),
        Verdict::SecondBetter => format!("{second} is better than {first}"),
        Verdict::NotDistinguishable => format!("{first} and {second} cannot be told apart by these images"),
    };
    let Comparison { difference, difference_95, first_only, second_only, .. } = pair.comparison;
    let points = |share: f64| format!("{:+.2}", 100.0 * share);
    let by_group = pair.difference_95_by_group.map_or(String::new(), |Interval { low, high }| {
        format!("\n  the interval on images of other groups, as other writers: {} to {}", points(low), points(high))
    });
    format!(
        "{verdict}\n  \
         {first} - {second}: {} points of accuracy (95 % interval: {} to {})\n  \
         {first_only} images only {first} reads right, {second_only} only {second}; McNemar's exact test: {}",
        points(difference),
        points(difference_95.low),
        points(difference_95.high),
        p_value(pair.p_value)
    ) + &by_group
}

/// `A` for 0, and numbers for what comes after `Z`.
///
/// ```
/// assert_eq!([0, 25, 26].map(tenfold_experiment::letter), ["A", "Z", "27"]);
/// ```
pub fn letter(index: usize) -> String {
    ('A'..='Z').nth(index).map_or_else(|| (index + 1).to_string(), String::from)
}

/// `p = 0.012`, or that it is less than can be written so.
fn p_value(value: f64) -> String {
    if value < 0.001 { "p < 0.001".to_owned() } else { format!("p = {value:.3}") }
}
