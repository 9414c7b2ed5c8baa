//! Charts of networks, runs and answers: layers, learning curves, box plots of folds, confusion, calibration, precision and
//! recall.
//!
//! Each can be drawn on a page, as an SVG file and, with `tenfold_report::raster`, as a PNG.

use tenfold_evaluation::{BoxPlot, ByGroup, CALIBRATION_BINS, Calibration, Ranking, RiskCoverage};
use tenfold_network::Architecture;
use tenfold_report::chart::{
    self, Axis, Bar, BarChart, Colour, Distribution, LineChart, MatrixChart, NetworkDiagram, NetworkLayer, Panel,
    ReliabilityDiagram, Series,
};
use tenfold_report::{grouped, percent};
use tenfold_training::{EpochMetrics, Metrics};

use crate::assessment::Assessment;
use crate::error::Result;

/// Points of a curve that are drawn at most.
const POINTS: usize = 300;

/// Loss and accuracy over epochs, of one run or of all folds in one chart: train blue, validation orange, and test
/// purple where it was looked at; and the learning rate, where it varies.
///
/// ```
/// use tenfold_experiment::charts;
/// use tenfold_report::chart::Chart;
/// use tenfold_training::{EpochMetrics, Metrics};
///
/// let train = Metrics { loss: 0.25, accuracy: 0.93 };
/// let epoch = |epoch| EpochMetrics {
///     epoch, train, validation: None, test: None, seconds: 5.0, learning_rate: None, averaged: false,
/// };
/// let history = [epoch(1)];
/// let svg = charts::curves(&[&history]).svg_file();
/// assert!(svg.starts_with(b"<svg"));
/// ```
pub fn curves(histories: &[&[EpochMetrics]]) -> LineChart {
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
    let rates = |history: &&[EpochMetrics]| {
        let point = |epoch: &EpochMetrics| Some((f64::from(epoch.epoch), f64::from(epoch.learning_rate?)));
        let points: Vec<(f64, f64)> = history.iter().filter_map(point).collect();
        (!points.is_empty()).then(|| Series::new("learning rate", Colour::Muted, points))
    };
    let rates: Vec<Series> = histories.iter().filter_map(rates).collect();
    let mut panels = vec![
        Panel::new(Axis::value("cross-entropy loss"), series(|metrics| metrics.loss)),
        Panel::new(Axis::percent("accuracy"), series(|metrics| metrics.accuracy)),
    ];
    if !rates.is_empty() {
        panels.push(Panel::new(Axis::value("learning rate"), rates));
    }
    let epochs = histories.iter().map(|history| history.len()).max().unwrap_or(0);
    let title = match histories.len() {
        1 => "Learning curves".to_owned(),
        folds => format!("Learning curves of {folds} folds"),
    };
    LineChart {
        title,
        description: format!("Cross-entropy and classification accuracy after each of {epochs} epochs."),
        x: Axis::count("epoch"),
        panels,
    }
}

/// A network's layers as blocks; `name` says which network it is.
///
/// # Errors
/// [`Error::Network`](crate::Error::Network) for one that cannot be.
pub fn network(name: &str, architecture: &Architecture) -> Result<NetworkDiagram> {
    let (input, outline) = (architecture.input, architecture.outline()?);
    let layers = outline.layers.iter().map(|layer| NetworkLayer {
        name: layer.name.clone(),
        kind: layer.layer.kind().to_owned(),
        is_elementwise: layer.is_elementwise(),
        output: layer.output.into(),
        parameters: layer.parameters(),
    });
    let (layers, parameters) = (layers.collect::<Vec<_>>(), grouped(outline.parameters as u64));
    Ok(NetworkDiagram {
        title: format!("{name}: {parameters} parameters"),
        description: format!("A network of {} layers, from {input} to {} classes.", layers.len(), outline.classes),
        input: input.into(),
        layers,
    })
}

/// The accuracies of folds as a box with all its points.
pub fn fold_boxes(accuracies: &[f64], summary: &BoxPlot) -> chart::BoxPlot {
    chart::BoxPlot {
        title: "Accuracy over folds".to_owned(),
        description: format!("Half of the folds are above {}.", percent(summary.median)),
        x_label: String::new(),
        y: Axis::percent("accuracy on the fold that was held out"),
        distributions: vec![Distribution::with_points(format!("{} folds", accuracies.len()), accuracies, summary)],
    }
}

/// The confusion matrix; `names` are those of the assessment's classes, and `part` says which images these are, such as
/// `test`.
///
/// # Errors
/// [`Error::Report`](crate::Error::Report) unless there is a name for each class.
pub fn confusion<'a>(assessment: &'a Assessment<'_>, names: &'a [&'a str], part: &str) -> Result<MatrixChart<'a>> {
    let matrix = &assessment.evaluation.confusion;
    let (correct, total) = (matrix.correct(), matrix.total());
    let description = format!("{correct} of {total} images are on the diagonal, read right.");
    Ok(MatrixChart::new(format!("Confusion matrix, {part} images"), description, matrix, names)?)
}

/// Accuracy against confidence.
///
/// # Errors
/// [`Error::Evaluation`](crate::Error::Evaluation) without images.
pub fn reliability(assessment: &Assessment<'_>, part: &str) -> Result<ReliabilityDiagram> {
    let answers = &assessment.answers;
    let calibration = Calibration::equal_width(&answers.confidences, &answers.correct, CALIBRATION_BINS)?;
    Ok(ReliabilityDiagram {
        title: format!("Confidence and accuracy, {part} images"),
        description: format!("The expected calibration error is {}.", percent(calibration.expected_error)),
        bins: calibration.bins.iter().map(Into::into).collect(),
    })
}

/// The error rate among the most confident answers, against the share of answers that these are.
///
/// # Errors
/// [`Error::Evaluation`](crate::Error::Evaluation) without images.
pub fn risk_coverage(assessment: &Assessment<'_>, part: &str) -> Result<LineChart> {
    let answers = &assessment.answers;
    let curve = RiskCoverage::new(&answers.confidences, &answers.correct)?;
    let points = curve.points.iter().map(|point| (point.coverage, point.risk));
    Ok(LineChart {
        title: format!("Errors among accepted answers, {part} images"),
        description: "The error rate falls as the least confident answers are refused.".to_owned(),
        x: Axis::percent("answers accepted, most confident first").over(0.0, 1.0),
        panels: vec![Panel::new(
            Axis::percent("error rate"),
            [Series::new("error rate", Colour::Blue, points).thinned(POINTS)],
        )],
    })
}

/// Precision against recall, each class against the rest; the class that is ranked worst stands out.
///
/// # Errors
/// [`Error::Evaluation`](crate::Error::Evaluation) without images.
pub fn precision_recall(assessment: &Assessment<'_>, part: &str) -> Result<LineChart> {
    let (classes, labels) = (assessment.images.classes(), assessment.images.labels());
    let (mut series, mut worst) = (Vec::new(), (f64::INFINITY, 0));
    for class in 0..classes {
        // One class at a time: rankings are larger than what they are made of.
        let ranking = Ranking::of_class(&assessment.probabilities, classes, labels, class)?;
        let Some(ranking) = ranking else { continue };
        let precision = ranking.average_precision();
        if precision < worst.0 {
            worst = (precision, series.len());
        }
        let points = ranking.precision_recall_curve().into_iter().map(|point| (point.recall, point.precision));
        series.push((class, Series::new("other classes", Colour::Muted, points).thinned(POINTS)));
    }
    if let Some((class, series)) = series.get_mut(worst.1) {
        series.name = format!("{}, ranked worst", assessment.names[*class]);
        series.colour = Colour::Orange;
    }
    let series = series.into_iter().map(|(_, series)| series);
    Ok(LineChart {
        title: format!("Precision and recall, {part} images"),
        description: "Each class against the rest, over all thresholds on its probability.".to_owned(),
        x: Axis::percent("recall"),
        panels: vec![Panel::new(Axis::percent("precision"), series)],
    })
}

/// How many groups of images, as of a writer, have how many errors.
pub fn errors_by_group(by_group: &ByGroup, part: &str) -> BarChart {
    let ByGroup { all, errors, .. } = by_group;
    let most = errors.iter().rposition(|&groups| groups > 0).unwrap_or(0);
    let bars = errors[..=most].iter().enumerate().map(|(count, &groups)| Bar {
        name: if count + 1 == errors.len() { format!("{count}+") } else { count.to_string() },
        value: groups as f64,
        colour: Colour::Blue,
    });
    BarChart {
        title: format!("Errors of each group, {part} images"),
        description: format!("{} of {} groups have no error.", errors[0], grouped(all.groups as u64)),
        x_label: "images read wrong".to_owned(),
        y: Axis::count("groups"),
        bars: bars.collect(),
    }
}
