//! Intervals, tests and spread: fixtures made by testdata/evaluation/generate.py and generate_statistics.py.

use tenfold_evaluation::{BoxPlot, GroupedAccuracy, Interval, McNemar, Summary, clopper_pearson_upper, holm};

use super::{assert_close, assert_near, numbers, rows};

#[test]
fn wilson_interval_equals_statsmodels() {
    for [successes, trials, low, high] in rows(fixture!("wilson.csv"), 16) {
        let interval = Interval::wilson_95(successes.parse().unwrap(), trials.parse().unwrap()).unwrap();
        assert_near(interval.low, low, 1e-12);
        assert_near(interval.high, high, 1e-12);
    }
}

#[test]
fn clopper_pearson_interval_equals_statsmodels() {
    for [successes, trials, low, high] in rows(fixture!("clopper_pearson.csv"), 14) {
        let (successes, trials) = (successes.parse().unwrap(), trials.parse().unwrap());
        let interval = Interval::clopper_pearson(successes, trials, 0.95).unwrap();
        assert_near(interval.low, low, 1e-12);
        assert_near(interval.high, high, 1e-12);
        assert_near(clopper_pearson_upper(successes, trials, 0.975).unwrap(), high, 1e-12);
    }
}

#[test]
fn grouped_interval_is_made_of_the_variance_of_statsmodels() {
    for [groups, correct, low, high] in rows(fixture!("grouped_accuracies.csv"), 4) {
        let groups: Vec<u32> = groups.split(' ').map(|group| group.parse().unwrap()).collect();
        let correct: Vec<bool> = correct.split(' ').map(|correct| correct == "1").collect();
        let interval = GroupedAccuracy::new(&groups, &correct).unwrap().accuracy_95.unwrap();
        assert_near(interval.low, low, 1e-12);
        assert_near(interval.high, high, 1e-12);
    }
}

#[test]
fn mcnemar_equals_statsmodels() {
    for [first_only, second_only, p_value, chi_squared, approximate] in rows(fixture!("mcnemar.csv"), 11) {
        let test = McNemar::new(first_only.parse().unwrap(), second_only.parse().unwrap());
        assert_near(test.p_value, p_value, 1e-11);
        assert_near(test.chi_squared, chi_squared, 1e-12);
        assert_near(test.chi_squared_p_value, approximate, 1e-12);
    }
}

#[test]
fn holm_equals_statsmodels() {
    for [p_values, corrected] in rows(fixture!("holm.csv"), 4) {
        for (found, expected) in holm(&numbers(p_values)).unwrap().into_iter().zip(numbers(corrected)) {
            assert_close(found, expected, 1e-15);
        }
    }
}

#[test]
fn summary_equals_numpy_and_scipy() {
    for [values, mean, deviation, error, min, max, low, high] in rows(fixture!("summaries.csv"), 4) {
        let summary = Summary::new(&numbers(values)).unwrap();
        assert_near(summary.mean, mean, 0.0);
        assert_near(summary.standard_deviation.unwrap(), deviation, 1e-17);
        assert_near(summary.standard_error.unwrap(), error, 1e-17);
        assert_near(summary.min, min, 0.0);
        assert_near(summary.max, max, 0.0);
        assert_near(summary.mean_95.unwrap().low, low, 1e-12);
        assert_near(summary.mean_95.unwrap().high, high, 1e-12);
    }
}

#[test]
fn box_plot_equals_matplotlib() {
    for [values, min, lower, median, upper, max, low, high, outliers] in rows(fixture!("box_plots.csv"), 5) {
        let plot = BoxPlot::new(&numbers(values)).unwrap();
        for (found, expected) in [
            (plot.min, min),
            (plot.lower_quartile, lower),
            (plot.median, median),
            (plot.upper_quartile, upper),
            (plot.max, max),
            (plot.whisker_low, low),
            (plot.whisker_high, high),
        ] {
            assert_near(found, expected, 0.0);
        }
        assert_eq!(plot.outliers, numbers(outliers));
    }
}
