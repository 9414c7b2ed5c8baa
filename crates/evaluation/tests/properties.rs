//! What must hold for any predictions: identities between the tables, and the bounds of every rate.

use proptest::{collection::vec, prelude::*, test_runner::RngSeed};
use tenfold_evaluation::{ClassificationReport, ConfusionMatrix, Interval, arg_max, predictions, top_k_accuracy};

/// (labels, predicted, classes).
fn pairs() -> impl Strategy<Value = (Vec<u8>, Vec<u8>, usize)> {
    (1usize..=256).prop_flat_map(|classes| {
        let class = || 0..=(classes - 1) as u8;
        vec((class(), class()), 1..300).prop_map(move |pairs| {
            let (labels, predicted) = pairs.into_iter().unzip();
            (labels, predicted, classes)
        })
    })
}

proptest! {
    // One fixed seed: the same cases on every run, and nothing written into the tree when one fails.
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(10), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tables_agree((labels, predicted, classes) in pairs()) {
        let matrix = ConfusionMatrix::new(&labels, &predicted, classes).unwrap();
        let mistakes: u64 = matrix.most_confused(usize::MAX).iter().map(|pair| pair.count).sum();
        prop_assert_eq!(matrix.total(), labels.len() as u64);
        prop_assert_eq!(matrix.correct() + mistakes, matrix.total());

        let transposed = ConfusionMatrix::new(&predicted, &labels, classes).unwrap();
        prop_assert_eq!(matrix.row_sums(), transposed.column_sums());

        let report = ClassificationReport::new(&matrix);
        let swapped = ClassificationReport::new(&transposed);
        prop_assert!((report.weighted_average.recall - report.accuracy).abs() < 1e-12);
        prop_assert_eq!(report.weighted_average.support, matrix.total());
        for (class, other) in report.classes.iter().zip(&swapped.classes) {
            prop_assert_eq!(class.scores.precision, other.scores.recall);
            prop_assert_eq!(class.scores.f1, other.scores.f1);
        }
    }

    #[test]
    fn table_lines_have_one_width((labels, predicted, classes) in pairs()) {
        let text = ConfusionMatrix::new(&labels, &predicted, classes).unwrap().to_string();
        let widths: Vec<usize> = text.lines().map(str::len).collect();
        prop_assert_eq!(widths.len(), classes + 2);
        prop_assert!(widths.iter().all(|&width| width == widths[0]), "{}", text);
    }

    #[test]
    fn interval_holds_the_rate_and_mirrors(trials in 1u64..1_000_000, share in 0.0..=1.0f64) {
        let successes = (trials as f64 * share) as u64;
        let rate = successes as f64 / trials as f64;
        let interval = Interval::wilson_95(successes, trials).unwrap();
        prop_assert!(0.0 <= interval.low && interval.low <= rate && rate <= interval.high && interval.high <= 1.0);
        prop_assert!(interval.low < interval.high);
        let failures = Interval::wilson_95(trials - successes, trials).unwrap();
        prop_assert!((interval.low - (1.0 - failures.high)).abs() < 1e-12);
    }

    #[test]
    fn first_choice_is_the_prediction(quarters in vec(0u8..4, 30), labels in vec(0u8..5, 6)) {
        // Few distinct values, so that ties are common.
        let scores: Vec<f32> = quarters.iter().map(|&q| f32::from(q) / 4.0).collect();
        let answers = predictions(&scores, 5).unwrap();
        for (row, &answer) in scores.chunks_exact(5).zip(&answers) {
            prop_assert_eq!(arg_max(row), row.iter().position(|&s| s == row.iter().copied().fold(0.0, f32::max)));
            prop_assert_eq!(arg_max(row), Some(usize::from(answer)));
        }
        let accuracy = ConfusionMatrix::new(&labels, &answers, 5).unwrap().accuracy();
        let top: Vec<f64> = (1..=5).map(|k| top_k_accuracy(&scores, 5, &labels, k).unwrap()).collect();
        prop_assert_eq!(top[0], accuracy);
        prop_assert!(top.is_sorted() && top[4] == 1.0);
    }
}
