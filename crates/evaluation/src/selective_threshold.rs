//! The confidence below which to refuse an answer, so that those accepted keep a target error rate.

use serde::Serialize;

use crate::{Error, clopper_pearson_upper, interval::check_level, risk_coverage::most_confident_first};

/// Shares of the images that are tried, in steps of 1/100.
const STEPS: usize = 100;

/// A test that one error would fail is left out while there are images enough for others: a single wrong label among
/// the most confident images would end the sequence before it began.
const SPARE_ERRORS: u64 = 1;

/// A threshold on the confidence, and what it did on the images that it was chosen on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SelectiveThreshold {
    /// Answers with at least this confidence are accepted.
    pub threshold: f32,
    /// The fraction of the images that were accepted, above 0 and at most 1.
    pub coverage: f64,
    /// How many images were accepted, at least 1.
    pub accepted: u64,
    /// How many of them were wrong.
    pub errors: u64,
    /// The upper bound of the error rate among accepted images, at most the target.
    pub error_rate_bound: f64,
}

/// The lowest threshold for which `error_rate` is shown to hold among accepted images; None when there is no such
/// threshold, for want of images or of accuracy.
///
/// `confidences`: `[N]`, 0 to 1, and `correct`: `[N]`, both as [`Answers`](crate::Answers) has them, of N at least 1
/// images that neither the network nor its temperature was fitted on. `error_rate`: the target, `level`: the
/// confidence level, as 0.95; both between 0 and 1. Without any error, `ln(1 − level) / ln(1 − error_rate)` accepted
/// images are needed: 2,995 for 0.1 % at 95 %.
///
/// **What is promised:** with a chance of at least `level` over the N images, drawn independently, the error rate among
/// accepted images *of the same kind* is at most `error_rate`. The condition is that refusing more makes it no worse:
/// the true error rate does not rise with the threshold. Nothing is promised for images of another kind.
///
/// **How:** thresholds that accept 1 %, 2 %, … 100 % of the images are tested in that order, "the error rate is above
/// the target" being rejected when Clopper and Pearson's upper bound ([`clopper_pearson_upper`]) is not, and the
/// last one before the first failure is taken. To try any threshold and take the best would not do: among many, one
/// looks good by chance. In a fixed order, though, a mistake can only begin at the first threshold that is truly too
/// low, so one test's chance of a mistake is that of them all: fixed-sequence testing, in Angelopoulos, Bates, Candès,
/// Jordan and Lei, "Learn then test: calibrating predictive algorithms to achieve risk control" (2021,
/// arXiv:2110.01052). (Geifman and El-Yaniv, "Selective classification for deep neural networks", NeurIPS 2017, need no
/// condition, but split the chance among all tests.) Tests of too few images to pass with one error are left out or, if
/// half of all images are too few for that, those too few to pass with none: where the sequence begins depends on the
/// number of images, not on the answers.
///
/// A threshold lies just above the most confident refused image, so that the accepted ones are an independent sample of
/// what it will accept.
///
/// ```
/// use tenfold_evaluation::threshold_for_error_rate;
///
/// // 1,000 images; every tenth of the less confident half is wrong.
/// let confidences: Vec<f32> = (0..1000).map(|i| i as f32 / 1000.0).collect();
/// let correct: Vec<bool> = (0..1000).map(|i| i >= 500 || i % 10 != 0).collect();
/// let chosen = threshold_for_error_rate(&confidences, &correct, 0.01, 0.95)?.unwrap();
/// assert_eq!((chosen.accepted, chosen.errors), (510, 1));
/// assert_eq!(threshold_for_error_rate(&confidences, &correct, 0.001, 0.95)?, None);
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
///
/// # Errors
/// `Length` or `Empty` when the slices do not fit; `Value` when a confidence is NaN or outside 0 to 1; `Setting` unless
/// `error_rate` and `level` lie between 0 and 1.
pub fn threshold_for_error_rate(
    confidences: &[f32],
    correct: &[bool],
    error_rate: f64,
    level: f64,
) -> Result<Option<SelectiveThreshold>, Error> {
    check_level(level)?;
    if !(error_rate > 0.0 && error_rate < 1.0) {
        return Err(Error::Setting { what: "error rate", found: error_rate, expected: "between 0 and 1, as 0.01" });
    }
    let answers = most_confident_first(confidences, correct)?;
    let could_pass =
        |errors, accepted| -> Result<bool, Error> { Ok(clopper_pearson_upper(errors, accepted, level)? <= error_rate) };
    let half = answers.len().div_ceil(2) as u64;
    let spare = if could_pass(SPARE_ERRORS, half)? { SPARE_ERRORS } else { 0 };
    let mut chosen = None;
    for step in 1..=STEPS {
        let Some(tested) = accept(&answers, (answers.len() * step).div_ceil(STEPS), level)? else { continue };
        if !could_pass(spare, tested.accepted)? {
            continue;
        }
        if tested.error_rate_bound > error_rate {
            break;
        }
        chosen = Some(tested);
    }
    Ok(chosen)
}

/// Accepts the first `most` of `answers` (by falling confidence, at least `most` of them), but of those of equal
/// confidence all or none; None when that leaves none.
fn accept(answers: &[(f32, bool)], most: usize, level: f64) -> Result<Option<SelectiveThreshold>, Error> {
    let (accepted, threshold) = match answers.get(most) {
        Some(&(refused, _)) => (answers.partition_point(|&(confidence, _)| confidence > refused), refused.next_up()),
        None => (answers.len(), 0.0),
    };
    if accepted == 0 {
        return Ok(None);
    }
    let errors = answers[..accepted].iter().filter(|(_, right)| !right).count() as u64;
    Ok(Some(SelectiveThreshold {
        threshold,
        coverage: accepted as f64 / answers.len() as f64,
        accepted: accepted as u64,
        errors,
        error_rate_bound: clopper_pearson_upper(errors, accepted as u64, level)?,
    }))
}
