//! Scores and curves of probabilities: fixtures made by testdata/evaluation/generate_curves.py.

use serde::{Deserialize, de::DeserializeOwned};
use tenfold_evaluation::{
    Calibration, ConfusionMatrix, Ranking, Suspect, Temperature, arg_max, brier_score, ln_probabilities, macro_average,
    predictions, suspects,
};

use super::assert_close;

#[derive(Deserialize)]
struct Curves {
    name: String,
    labels: Vec<u16>,
    probabilities: Vec<f32>,
    brier_score: f64,
    cohens_kappa: Option<f64>,
    matthews_correlation: f64,
    classes: Vec<Option<OfClass>>,
}

#[derive(Deserialize)]
struct OfClass {
    roc_auc: f64,
    average_precision: f64,
    thresholds: Vec<Option<f32>>,
    precisions: Vec<f64>,
    recalls: Vec<f64>,
}

#[test]
fn curves_and_scores_equal_scikit_learn() {
    let cases: Vec<Curves> = cases(fixture!("curves.json"), 5);
    for case in &cases {
        let classes = case.classes.len();
        assert_close(brier_score(&case.probabilities, classes, &case.labels).unwrap(), case.brier_score, 1e-14);

        let answers = predictions(&case.probabilities, classes).unwrap();
        let matrix = ConfusionMatrix::new(&case.labels, &answers, classes).unwrap();
        assert_eq!(matrix.cohens_kappa().is_some(), case.cohens_kappa.is_some(), "{}", case.name);
        assert_close(matrix.cohens_kappa().unwrap_or(0.0), case.cohens_kappa.unwrap_or(0.0), 1e-14);
        assert_close(matrix.matthews_correlation(), case.matthews_correlation, 1e-14);

        let rankings = Ranking::one_vs_rest(&case.probabilities, classes, &case.labels).unwrap();
        for (found, expected) in rankings.iter().zip(&case.classes) {
            assert_eq!(found.is_some(), expected.is_some(), "{}", case.name);
            if let (Some(found), Some(expected)) = (found, expected) {
                check_class(found, expected);
            }
        }
        let area = |class: &Option<OfClass>| class.as_ref().map(|class| class.roc_auc);
        let macro_auc = macro_average(rankings.iter().map(|class| class.as_ref().map(Ranking::roc_auc)));
        let expected = macro_average(case.classes.iter().map(area));
        assert_eq!(macro_auc.is_some(), expected.is_some());
        assert_close(macro_auc.unwrap_or(0.0), expected.unwrap_or(0.0), 1e-14);
    }
    let undefined = |case: &Curves| case.classes.iter().filter(|class| class.is_none()).count();
    assert_eq!(cases.iter().map(undefined).collect::<Vec<_>>(), [1, 0, 0, 0, 3]);
}

fn check_class(found: &Ranking, expected: &OfClass) {
    assert_close(found.roc_auc(), expected.roc_auc, 1e-14);
    assert_close(found.average_precision(), expected.average_precision, 1e-14);

    let curve = found.precision_recall_curve();
    assert_eq!(curve.iter().map(|point| point.threshold).collect::<Vec<_>>(), expected.thresholds);
    for (point, (precision, recall)) in curve.iter().zip(expected.precisions.iter().zip(&expected.recalls)) {
        assert_close(point.precision, *precision, 1e-15);
        assert_close(point.recall, *recall, 1e-15);
    }
}

#[derive(Deserialize)]
struct Input {
    confidences: Vec<f32>,
    correct: Vec<bool>,
}

#[derive(Deserialize)]
struct Binned {
    strategy: String,
    bins: usize,
    images: Vec<u64>,
    mean_confidences: Vec<f64>,
    accuracies: Vec<f64>,
    expected_error: f64,
    maximum_error: f64,
}

#[test]
fn calibration_equals_scikit_learn() {
    let mut entries: Vec<serde_json::Value> = cases(fixture!("calibration.json"), 6);
    let Input { confidences, correct } = serde_json::from_value(entries.remove(0)).unwrap();
    for entry in entries {
        let expected: Binned = serde_json::from_value(entry).unwrap();
        let calibrate = match expected.strategy.as_str() {
            "uniform" => Calibration::equal_width,
            _ => Calibration::equal_mass,
        };
        let found = calibrate(&confidences, &correct, expected.bins).unwrap();
        assert_eq!(found.bins.iter().map(|bin| bin.images).collect::<Vec<_>>(), expected.images);
        for (bin, (confidence, accuracy)) in
            found.bins.iter().zip(expected.mean_confidences.iter().zip(&expected.accuracies))
        {
            assert_close(bin.mean_confidence, *confidence, 1e-13);
            assert_close(bin.accuracy, *accuracy, 1e-15);
            assert!(bin.accuracy_95.low <= bin.accuracy && bin.accuracy <= bin.accuracy_95.high);
        }
        assert_close(found.expected_error, expected.expected_error, 1e-13);
        assert_close(found.maximum_error, expected.maximum_error, 1e-13);
    }
}

#[derive(Deserialize)]
struct Scaled {
    classes: usize,
    labels: Vec<u16>,
    logits: Vec<f32>,
    temperature: f64,
    /// The first images' probabilities, and what they are at the temperature.
    probabilities: Vec<f32>,
    scaled: Vec<f32>,
}

#[test]
fn temperature_equals_scipy() {
    for case in cases::<Scaled>(fixture!("temperatures.json"), 3) {
        let found = Temperature::fit(&case.logits, case.classes, &case.labels).unwrap();
        assert_close(found.value(), case.temperature, 1e-10);
        let scaled = found.apply(&case.probabilities, case.classes).unwrap();
        for (found, expected) in scaled.iter().zip(&case.scaled) {
            assert_close((*found).into(), (*expected).into(), 1e-6);
        }
        let rows = scaled.chunks_exact(case.classes).zip(case.probabilities.chunks_exact(case.classes));
        assert!(rows.into_iter().all(|(after, before)| arg_max(after) == arg_max(before)));

        // Probabilities in place of logits: the same, as far as f32 holds them.
        let one = Temperature::new(1.0).unwrap();
        let greatest = case.logits.iter().copied().fold(f32::MIN, f32::max);
        let powers: Vec<f32> = case.logits.iter().map(|logit| (logit - greatest).exp()).collect();
        let probabilities = one.apply(&powers, case.classes).unwrap();
        let again = Temperature::fit(&ln_probabilities(&probabilities), case.classes, &case.labels).unwrap();
        assert_close(again.value(), case.temperature, 1e-5);
    }
}

#[derive(Deserialize)]
struct Labelled {
    labels: Vec<u16>,
    probabilities: Vec<f32>,
    scores: Vec<f64>,
}

#[test]
fn suspects_equal_cleanlab() {
    let case: Labelled = cases(fixture!("suspects.json"), 1).remove(0);
    let found = suspects(&case.labels, &case.probabilities, 5, usize::MAX).unwrap();
    for suspect in &found {
        assert_eq!(f64::from(suspect.label_probability), case.scores[suspect.index]);
    }
    let answers = predictions(&case.probabilities, 5).unwrap();
    let contradicted = answers.iter().zip(&case.labels).filter(|(answer, label)| answer != label).count();
    assert!(found.len() == contradicted && contradicted >= 10);
    let order = |suspect: &Suspect| (suspect.label_probability, suspect.index);
    assert!(found.is_sorted_by(|a, b| order(a) < order(b)));
}

/// The entries of a JSON fixture; there must be `n`, so that an emptied fixture cannot pass.
fn cases<T: DeserializeOwned>(json: &str, n: usize) -> Vec<T> {
    let cases: Vec<T> = serde_json::from_str(json).unwrap();
    assert_eq!(cases.len(), n);
    cases
}
