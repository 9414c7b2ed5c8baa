//! The charts of reports and of files beside them.

use tenfold_evaluation::{BoxPlot, ConfusionMatrix, Ranking};
use tenfold_report::chart::{self, Axis, Colour, Distribution, LineChart, MatrixChart, Panel, Series};
use tenfold_training::{EpochMetrics, Metrics};

use crate::cli::output::percent;
use tenfold_experiment::Assessment;

/// Loss and accuracy over epochs, of one run or of all folds in one chart: train blue, validation orange, and test
/// purple where it was looked at.
pub(crate) fn curves(histories: &[&[EpochMetrics]]) -> LineChart {
    type Part = fn(&EpochMetrics) -> Option<Metrics>;
    let parts: [(&str, Colour, Part); 3] = [
        ("train", Colour::Blue, |epoch| Some(epoch.train)),
        ("validation", Colour::Orange, |epoch| epoch.validation),
        ("test", Colour::Purple, |epoch| epoch.test),
    ];
    let series = |value: fn(Metrics) -> f64| -> Vec<Series> {
        let mut all = Vec::new();
        for (name, colour, part) in parts {
            for history in histories {
                let point = |epoch: &EpochMetrics| Some((f64::from(epoch.epoch), value(part(epoch)?)));
                let points: Vec<(f64, f64)> = history.iter().filter_map(point).collect();
                if !points.is_empty() {
                    all.push(Series::new(name, colour, points));
                }
            }
        }
        all
    };
    let epochs = histories.iter().map(|history| history.len()).max().unwrap_or(0);
    let title = match histories.len() {
        1 => "Learning curves".to_owned(),
        folds => format!("Learning curves of {folds} folds"),
    };
    LineChart {
        title,
        description: format!("Cross-entropy and classification accuracy after each of {epochs} epochs."),
        x: Axis::count("epoch"),
        panels: vec![
            Panel::new(Axis::value("cross-entropy loss"), series(|metrics| metrics.loss)),
            Panel::new(Axis::percent("accuracy"), series(|metrics| metrics.accuracy)),
        ],
    }
}

/// The accuracies of folds as a box with all its points.
pub(crate) fn fold_boxes(accuracies: &[f64], summary: &BoxPlot) -> chart::BoxPlot {
    let BoxPlot { lower_quartile, median, upper_quartile, whisker_low, whisker_high, .. } = *summary;
    chart::BoxPlot {
        title: "Accuracy over folds".to_owned(),
        description: format!("Half of the folds are above {}.", percent(median)),
        x_label: String::new(),
        y: Axis::percent("accuracy on the fold that was held out"),
        distributions: vec![Distribution {
            name: format!("{} folds", accuracies.len()),
            five_numbers: Some([whisker_low, lower_quartile, median, upper_quartile, whisker_high]),
            points: accuracies.to_vec(),
        }],
    }
}

/// The matrix, for a file of its own; `names` are one per class.
pub(crate) fn confusion_chart<'a>(
    part: &str,
    matrix: &'a ConfusionMatrix,
    names: &'a [&'a str],
) -> anyhow::Result<MatrixChart<'a>> {
    let (correct, total) = (matrix.correct(), matrix.total());
    let description = format!("{correct} of {total} images are on the diagonal, read right.");
    Ok(MatrixChart::new(format!("Confusion matrix, {part} images"), description, matrix, names)?)
}

/// Precision against recall, each class against the rest; the class that is ranked worst stands out.
pub(crate) fn precision_recall(assessment: &Assessment<'_>, part: &str) -> anyhow::Result<LineChart> {
    let (classes, labels) = (assessment.images.classes(), assessment.images.labels());
    let rankings = Ranking::one_vs_rest(&assessment.probabilities, classes, labels)?;
    let ranked: Vec<(usize, &Ranking)> =
        rankings.iter().enumerate().filter_map(|(class, ranking)| Some((class, ranking.as_ref()?))).collect();
    let precision = |(_, ranking): &(usize, &Ranking)| ranking.average_precision();
    let worst = ranked.iter().min_by(|one, other| precision(one).total_cmp(&precision(other)));
    let worst = worst.map(|(class, _)| *class);
    let series = ranked.iter().map(|&(class, ranking)| {
        let curve = ranking.precision_recall_curve();
        let points = thinned(curve.iter().map(|point| (point.recall, point.precision)).collect());
        match Some(class) == worst {
            true => Series::new(format!("{}, ranked worst", assessment.names[class]), Colour::Orange, points),
            false => Series::new("other classes", Colour::Muted, points),
        }
    });
    Ok(LineChart {
        title: format!("Precision and recall, {part} images"),
        description: "Each class against the rest, over all thresholds on its probability.".to_owned(),
        x: Axis::percent("recall"),
        panels: vec![Panel::new(Axis::percent("precision"), series)],
    })
}

/// At most some hundred of the points, the first and the last among them.
pub(super) fn thinned(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    const MOST: usize = 300;
    let step = points.len().div_ceil(MOST).max(1);
    let last = points.last().copied();
    points.into_iter().step_by(step).chain(last).collect()
}
