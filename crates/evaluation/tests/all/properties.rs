//! What must hold for any predictions: identities between the tables, and the bounds of every rate.

use proptest::{collection::vec, prelude::*, test_runner::RngSeed};
use tenfold_evaluation::{
    Calibration, ClassificationReport, ConfusionMatrix, Interval, Ranking, RiskCoverage, Temperature, arg_max,
    clopper_pearson_upper, holm, predictions, top_k_accuracy,
};

/// (labels, predicted, classes).
fn pairs() -> impl Strategy<Value = (Vec<u16>, Vec<u16>, usize)> {
    (1usize..=300).prop_flat_map(|classes| {
        let class = || 0..=(classes - 1) as u16;
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
    fn first_choice_is_the_prediction(quarters in vec(0u8..4, 30), labels in vec(0u16..5, 6)) {
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

    #[test]
    fn exact_bounds_are_nested(trials in 1u64..100_000, share in 0.0..=1.0f64, level in 0.5..0.999f64) {
        let successes = (trials as f64 * share) as u64;
        let rate = successes as f64 / trials as f64;
        let interval = Interval::clopper_pearson(successes, trials, 0.95).unwrap();
        prop_assert!(0.0 <= interval.low && interval.low <= rate && rate <= interval.high && interval.high <= 1.0);
        let bound = clopper_pearson_upper(successes, trials, level).unwrap();
        prop_assert!(bound <= clopper_pearson_upper(successes, trials, level + 0.0005).unwrap());
        prop_assert!(successes == trials || bound <= clopper_pearson_upper(successes + 1, trials, level).unwrap());
    }

    #[test]
    fn area_under_the_roc_curve_counts_pairs(images in vec((0u8..6, 0u16..2), 2..80)) {
        let scores: Vec<f32> = images.iter().flat_map(|&(sixth, _)| [0.0, f32::from(sixth)]).collect();
        let labels: Vec<u16> = images.iter().map(|&(_, label)| label).collect();
        let of = |wanted: u16| images.iter().filter(move |(_, label)| *label == wanted).map(|&(score, _)| score);
        let pairs: Vec<(u8, u8)> = of(1).flat_map(|own| of(0).map(move |other| (own, other))).collect();
        let won = |&(own, other): &(u8, u8)| if own > other { 1.0 } else if own == other { 0.5 } else { 0.0 };
        let ranking = &Ranking::one_vs_rest(&scores, 2, &labels).unwrap()[1];
        prop_assert_eq!(ranking.is_some(), !pairs.is_empty());
        if let Some(ranking) = ranking {
            prop_assert!((ranking.roc_auc() - pairs.iter().map(won).sum::<f64>() / pairs.len() as f64).abs() < 1e-14);
            prop_assert!(ranking.average_precision() > 0.0 && ranking.average_precision() <= 1.0);
        }
    }

    #[test]
    fn temperature_keeps_answers(
        rows in vec([0.0f32..1.0, 0.0..1.0, 0.0..1.0, 0.5..0.500001], 1..20),
        t in 0.05..20.0f64,
    ) {
        let probabilities = rows.concat();
        let scaled = Temperature::new(t).unwrap().apply(&probabilities, 4).unwrap();
        prop_assert_eq!(predictions(&scaled, 4).unwrap(), predictions(&probabilities, 4).unwrap());
        prop_assert!(scaled.chunks_exact(4).all(|row| (row.iter().sum::<f32>() - 1.0).abs() < 1e-5));
    }

    #[test]
    fn order_of_the_images_does_not_matter(answers in vec((0u8..20, any::<bool>()), 1..200), bins in 1usize..20) {
        let split = |answers: &[(u8, bool)]| -> (Vec<f32>, Vec<bool>) {
            answers.iter().map(|&(twentieth, right)| (f32::from(twentieth) / 20.0, right)).unzip()
        };
        let (confidences, correct) = split(&answers);
        let mut sorted = answers;
        sorted.sort_unstable();
        let (sorted_confidences, sorted_correct) = split(&sorted);
        prop_assert_eq!(
            RiskCoverage::new(&confidences, &correct).unwrap(),
            RiskCoverage::new(&sorted_confidences, &sorted_correct).unwrap()
        );
        for calibrate in [Calibration::equal_width, Calibration::equal_mass] {
            let found = calibrate(&confidences, &correct, bins).unwrap();
            let again = calibrate(&sorted_confidences, &sorted_correct, bins).unwrap();
            prop_assert_eq!(found.bins.iter().map(|bin| bin.images).sum::<u64>(), correct.len() as u64);
            prop_assert!((found.expected_error - again.expected_error).abs() < 1e-13);
        }
    }

    #[test]
    fn correction_never_lowers_a_p_value(p_values in vec(0.0..=1.0f64, 0..20)) {
        let corrected = holm(&p_values).unwrap();
        for (index, (&p, &q)) in p_values.iter().zip(&corrected).enumerate() {
            prop_assert!(p <= q && q <= 1.0);
            // The order stays, and no correction is harder than Bonferroni's.
            prop_assert!(q <= (p * p_values.len() as f64).min(1.0));
            let in_order = |other: usize| corrected[other] == q || (p_values[other] <= p) == (corrected[other] < q);
            prop_assert!((0..index).all(in_order));
        }
    }
}
