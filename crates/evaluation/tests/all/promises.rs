//! What thresholds and intervals promise, tried on many sets of images from populations whose error rates are known.

use tenfold_evaluation::{Comparison, Interval, RiskCoverage, clopper_pearson_upper, threshold_for_error_rate};
use tenfold_random::{Purpose, Stream};

const TRIALS: u32 = 2_000;
const IMAGES: usize = 600;
const TARGET: f64 = 0.05;

/// Images with a confidence uniform in 0 to 1, wrong with a chance that falls with it.
#[derive(Clone, Copy)]
struct Population {
    /// The chance of an error at a confidence.
    error: fn(f64) -> f64,
    /// The true error rate among images with at least a confidence: the mean of `error` from there to 1.
    risk: fn(f64) -> f64,
}

/// Error rate 10 % in all; 5 % is kept from confidence 0.293 on.
const SMOOTH: Population = Population { error: |c| 0.3 * (1.0 - c) * (1.0 - c), risk: |c| 0.1 * (1.0 - c) * (1.0 - c) };
/// Just over 5 % everywhere: no threshold will do.
const FLAT: Population = Population { error: |_| 0.0501, risk: |_| 0.0501 };
/// None wrong in the more confident half, 20 % in the other: 5 % is kept from confidence 1/3 on.
const STEP: Population = Population {
    error: |c| if c < 0.5 { 0.2 } else { 0.0 },
    risk: |c| if c < 0.5 { 0.2 * (0.5 - c) / (1.0 - c) } else { 0.0 },
};

impl Population {
    fn draw(self, trial: u32) -> (Vec<f32>, Vec<bool>) {
        let mut stream = Stream::new(11, Purpose::Test, 0, trial);
        (0..IMAGES)
            .map(|_| {
                let confidence = stream.uniform();
                (confidence, stream.uniform_f64() >= (self.error)(confidence.into()))
            })
            .unzip()
    }

    /// How often a rule's threshold lets through more errors than the target, and how often it gives one, out of `TRIALS`.
    fn try_rule(self, rule: impl Fn(&[f32], &[bool]) -> Option<f32>) -> (u32, u32) {
        let (mut broken, mut given) = (0, 0);
        for trial in 0..TRIALS {
            let (confidences, correct) = self.draw(trial);
            if let Some(threshold) = rule(&confidences, &correct) {
                given += 1;
                broken += u32::from((self.risk)(threshold.into()) > TARGET);
            }
        }
        (broken, given)
    }
}

fn promised(confidences: &[f32], correct: &[bool]) -> Option<f32> {
    let chosen = threshold_for_error_rate(confidences, correct, TARGET, 0.95).unwrap()?;
    assert!(chosen.error_rate_bound <= TARGET && chosen.errors <= chosen.accepted);
    Some(chosen.threshold)
}

/// The lowest threshold that looks good on the images it is chosen on.
fn greedy(confidences: &[f32], correct: &[bool]) -> Option<f32> {
    let curve = RiskCoverage::new(confidences, correct).unwrap();
    curve.points.iter().rev().find(|point| point.risk <= TARGET).map(|point| point.threshold)
}

/// The lowest threshold with a good bound: each bound is honest, the choice among hundreds of them is not.
fn greedy_with_bound() -> impl Fn(&[f32], &[bool]) -> Option<f32> {
    let passes = |errors, accepted| clopper_pearson_upper(errors, accepted, 0.95).unwrap() <= TARGET;
    // For each number of accepted images, how many errors are one too many.
    let too_many: Vec<u64> = (0..=IMAGES as u64)
        .map(|accepted| (0..accepted).find(|&errors| !passes(errors, accepted)).unwrap_or(0))
        .collect();
    move |confidences, correct| {
        let curve = RiskCoverage::new(confidences, correct).unwrap();
        let found = curve.points.iter().rev().find(|point| point.errors < too_many[point.accepted as usize]);
        found.map(|point| point.threshold)
    }
}

#[test]
fn the_promise_is_kept() {
    // 5 % of 2,000, and three standard deviations of that count.
    let allowed = 100 + 3 * 10;
    for (population, least_given) in [(SMOOTH, TRIALS * 8 / 10), (STEP, TRIALS * 99 / 100), (FLAT, 0)] {
        let (broken, given) = population.try_rule(promised);
        assert!(broken <= allowed, "{broken} of {TRIALS} thresholds let through too many errors");
        assert!(given >= least_given, "only {given} thresholds were given");
    }
}

#[test]
fn greedier_rules_break_it() {
    let (broken, _) = SMOOTH.try_rule(greedy);
    assert!(broken > TRIALS / 4, "the test above would not notice: {broken}");
    let (broken, _) = FLAT.try_rule(greedy_with_bound());
    assert!(broken > 200, "the test above would not notice: {broken}");
}

#[test]
fn thresholds_do_what_they_say() {
    let (confidences, correct) = SMOOTH.draw(0);
    let chosen = threshold_for_error_rate(&confidences, &correct, TARGET, 0.95).unwrap().unwrap();
    let accepted: Vec<bool> =
        confidences.iter().zip(&correct).filter(|(c, _)| **c >= chosen.threshold).map(|(_, right)| *right).collect();
    assert_eq!(accepted.len() as u64, chosen.accepted);
    assert_eq!(accepted.iter().filter(|right| !**right).count() as u64, chosen.errors);
    assert_eq!(chosen.coverage, accepted.len() as f64 / IMAGES as f64);

    // A lower target or a higher level never accepts more.
    let coverage = |rate, level| {
        let chosen = threshold_for_error_rate(&confidences, &correct, rate, level).unwrap();
        chosen.map_or(0.0, |chosen| chosen.coverage)
    };
    assert!(coverage(0.02, 0.95) <= coverage(0.05, 0.95) && coverage(0.05, 0.95) <= coverage(0.2, 0.95));
    assert!(coverage(0.05, 0.999) <= coverage(0.05, 0.8));
    assert_eq!(coverage(0.2, 0.95), 1.0);
}

#[test]
fn answers_of_one_confidence_are_accepted_or_refused_together() {
    let correct = [vec![true; 400], vec![false; 200]].concat();
    let all_alike = threshold_for_error_rate(&[1.0; 600], &correct, 0.5, 0.95).unwrap().unwrap();
    assert_eq!((all_alike.threshold, all_alike.accepted), (0.0, 600));
    assert_eq!(threshold_for_error_rate(&[1.0; 600], &correct, 0.3, 0.95).unwrap(), None);
    let confidences = [vec![1.0; 400], vec![0.25; 200]].concat();
    let two = threshold_for_error_rate(&confidences, &correct, 0.01, 0.95).unwrap().unwrap();
    assert_eq!((two.threshold, two.accepted, two.errors), (0.25f32.next_up(), 400, 0));
}

#[test]
fn one_wrong_label_among_the_most_confident_does_not_end_the_search() {
    let confidences: Vec<f32> = (0u16..1_000).map(|i| f32::from(i) / 1_000.0).collect();
    let mut correct = vec![true; 1_000];
    correct[999] = false;
    let chosen = threshold_for_error_rate(&confidences, &correct, 0.01, 0.95).unwrap().unwrap();
    assert_eq!((chosen.accepted, chosen.errors), (1_000, 1));
}

#[test]
fn refuses_rates_and_levels_that_mean_nothing() {
    for (rate, level) in [(0.0, 0.95), (1.0, 0.95), (f64::NAN, 0.95), (0.01, 0.0), (0.01, 1.0), (0.01, f64::NAN)] {
        let refused = threshold_for_error_rate(&[0.5], &[true], rate, level);
        assert!(matches!(refused, Err(tenfold_evaluation::Error::Setting { .. })), "{rate} at {level}");
    }
    assert!(threshold_for_error_rate(&[0.5], &[true, false], 0.1, 0.95).is_err());
    assert!(threshold_for_error_rate(&[1.5], &[true], 0.1, 0.95).is_err());
}

/// Of 1,000 images, the first classifier alone reads 3 % right and the second alone 1 %: both intervals hold the
/// difference of 2 % about as often as they say.
#[test]
fn intervals_hold_the_difference() {
    const TRIALS: u32 = 400;
    let (mut bootstrap, mut exact) = (0, 0);
    for trial in 0..TRIALS {
        let mut stream = Stream::new(2, Purpose::Test, 0, trial);
        let (first, second): (Vec<u16>, Vec<u16>) = (0..1_000)
            .map(|_| match stream.below(100) {
                0..3 => (0, 1),
                3 => (1, 0),
                _ => (0, 0),
            })
            .unzip();
        let found = Comparison::new(&[0; 1_000], &first, &second, trial.into()).unwrap();
        let holds = |interval: Interval| u32::from(interval.low <= 0.02 && 0.02 <= interval.high);
        bootstrap += holds(found.difference_95);
        exact += holds(found.difference_95_exact);
    }
    // 95 % of 400 is 380; the standard deviation of the count is 4.4.
    assert!(bootstrap > 362 && bootstrap < 396, "{bootstrap} of {TRIALS}");
    assert!(exact > 380, "{exact} of {TRIALS}");
}
