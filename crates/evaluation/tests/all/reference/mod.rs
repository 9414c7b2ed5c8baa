//! Answers against scikit-learn, statsmodels, scipy, matplotlib and cleanlab: fixtures made by the scripts in
//! testdata/evaluation.

use serde::Deserialize;
use tenfold_evaluation::{ClassificationReport, ConfusionMatrix, mean_log_loss, predictions, top_k_accuracy};

macro_rules! fixture {
    ($($path:expr),+) => {
        include_str!(concat!("../../../../../testdata/evaluation/", $($path),+))
    };
}

mod curves;
mod statistics;

/// One test per case: `[input, printed report, JSON report]`.
macro_rules! reports {
    ($($case:ident)*) => {
        mod report {
            $(#[test]
            fn $case() {
                super::check_report(
                    fixture!("reports/", stringify!($case), ".input.json"),
                    fixture!("reports/", stringify!($case), ".txt"),
                    fixture!("reports/", stringify!($case), ".json"),
                );
            })*
        }
    };
}

reports! {
    ten_classes never_predicted without_support two_classes half_way all_wrong no_decimals many_decimals one_class
}

#[derive(Deserialize)]
struct ReportInput {
    classes: usize,
    digits: usize,
    /// One decimal digit per image.
    labels: String,
    predicted: String,
    confusion: Vec<Vec<u64>>,
    accuracy: f64,
}

fn check_report(input: &str, text: &str, json: &str) {
    let input: ReportInput = serde_json::from_str(input).unwrap();
    let digits = |string: &str| string.bytes().map(|byte| u16::from(byte - b'0')).collect::<Vec<u16>>();
    let matrix = ConfusionMatrix::new(&digits(&input.labels), &digits(&input.predicted), input.classes).unwrap();
    assert_eq!(matrix.rows().collect::<Vec<_>>(), input.confusion);
    assert_eq!(serde_json::to_value(&matrix).unwrap(), serde_json::json!(input.confusion));
    assert!((matrix.accuracy() - input.accuracy).abs() < 1e-15);

    let report = ClassificationReport::new(&matrix);
    assert_eq!(report.to_text(input.digits), text);
    assert_eq!(report.to_string() == text, input.digits == 2, "Display writes 2 digits");
    assert_eq!(serde_json::to_string_pretty(&report).unwrap() + "\n", json);
}

#[test]
fn log_loss_and_top_k_equal_scikit_learn() {
    let (mut labels, mut scores) = (Vec::new(), Vec::new());
    for row in rows::<11>(fixture!("probabilities.csv"), 40) {
        labels.push(row[0].parse::<u16>().unwrap());
        scores.extend(row[1..].iter().map(|p| p.parse::<f32>().unwrap()));
    }
    for [quantity, expected] in rows(fixture!("probabilities_expected.csv"), 7) {
        match quantity {
            "log_loss_float64" => assert_near(mean_log_loss(&scores, 10, &labels).unwrap(), expected, 1e-14),
            // scikit-learn takes logarithm and mean in float32 here, so only 6 digits can agree.
            "log_loss_float32" => assert_near(mean_log_loss(&scores, 10, &labels).unwrap(), expected, 1e-6),
            top => {
                // The first two rows are all ties, which scikit-learn breaks the other way.
                let k = top.strip_prefix("top_").unwrap().parse().unwrap();
                assert_near(top_k_accuracy(&scores[20..], 10, &labels[2..], k).unwrap(), expected, 1e-15);
            }
        }
    }
    let answers = predictions(&scores, 10).unwrap();
    let accuracy = ConfusionMatrix::new(&labels, &answers, 10).unwrap().accuracy();
    assert_eq!(top_k_accuracy(&scores, 10, &labels, 1).unwrap(), accuracy);
}

/// The numbers of one cell of a CSV fixture.
fn numbers(cell: &str) -> Vec<f64> {
    cell.split_whitespace().map(|number| number.parse().unwrap()).collect()
}

/// The rows of a CSV fixture below its heading; there must be `n`, so that an emptied fixture cannot pass.
fn rows<const COLUMNS: usize>(csv: &str, n: usize) -> Vec<[&str; COLUMNS]> {
    let rows: Vec<[&str; COLUMNS]> =
        csv.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>().try_into().unwrap()).collect();
    assert_eq!(rows.len(), n);
    rows
}

fn assert_near(found: f64, expected: &str, tolerance: f64) {
    assert_close(found, expected.parse().unwrap(), tolerance);
}

fn assert_close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "found {found:?}, expected {expected:?} within {tolerance:e}");
}
