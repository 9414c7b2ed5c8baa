//! Whether a model is as often right as it says, and what refusing doubtful answers gains.

use tenfold_evaluation::{CALIBRATION_BINS, Calibration, RiskCoverage};
use tenfold_report::chart::{Axis, Chart, Colour, LineChart, Panel, ReliabilityBin, ReliabilityDiagram, Series, Theme};
use tenfold_report::page::{Block, Column, Table};

use super::charts::{precision_recall, thinned};
use crate::cli::output::percent;
use tenfold_experiment::Assessment;

/// Accuracy against confidence.
pub(crate) fn reliability(assessment: &Assessment<'_>, part: &str) -> anyhow::Result<ReliabilityDiagram> {
    let answers = &assessment.answers;
    let calibration = Calibration::equal_width(&answers.confidences, &answers.correct, CALIBRATION_BINS)?;
    let bins = calibration.bins.iter().map(|bin| ReliabilityBin {
        confidence: bin.mean_confidence,
        accuracy: bin.accuracy,
        interval: (bin.accuracy_95.low, bin.accuracy_95.high),
        count: bin.images,
    });
    Ok(ReliabilityDiagram {
        title: format!("Confidence and accuracy, {part} images"),
        description: format!("The expected calibration error is {}.", percent(calibration.expected_error)),
        bins: bins.collect(),
    })
}

/// The error rate among the surest answers, against how many these are.
pub(crate) fn risk_coverage(assessment: &Assessment<'_>, part: &str) -> anyhow::Result<LineChart> {
    let answers = &assessment.answers;
    let curve = RiskCoverage::new(&answers.confidences, &answers.correct)?;
    let points: Vec<(f64, f64)> = curve.points.iter().map(|point| (point.coverage, point.risk)).collect();
    Ok(LineChart {
        title: format!("Errors among accepted answers, {part} images"),
        description: "The error rate falls as the least sure answers are refused.".to_owned(),
        x: Axis::percent("answers accepted, the surest first").over(0.0, 1.0),
        panels: vec![Panel::new(
            Axis::percent("error rate"),
            [Series::new("error rate", Colour::Blue, thinned(points))],
        )],
    })
}

/// The section of a report.
pub(super) fn blocks(assessment: &Assessment<'_>, temperature: f32, part: &str) -> anyhow::Result<Vec<Block>> {
    let answers = &assessment.answers;
    let curve = RiskCoverage::new(&answers.confidences, &answers.correct)?;
    let mut table = Table::new(
        format!("What is gained by refusing the least sure answers, {part} images"),
        [Column::number("accepted"), Column::number("accuracy among them")],
    );
    for coverage in [1.0, 0.99, 0.98, 0.95, 0.9, 0.8] {
        if let Some(accuracy) = curve.accuracy_at(coverage) {
            table = table.row([format!("{:.0} %", 100.0 * coverage), format!("{:.3} %", 100.0 * accuracy)]);
        }
    }
    let calibration = Calibration::equal_width(&answers.confidences, &answers.correct, CALIBRATION_BINS)?;
    let adaptive = Calibration::equal_mass(&answers.confidences, &answers.correct, CALIBRATION_BINS)?;
    let how = match temperature {
        1.0 => "Probabilities are the network's own, not calibrated.".to_owned(),
        temperature => format!(
            "Logits are divided by {temperature:.4} before the softmax, which was fitted to images that the model had not seen."
        ),
    };
    let figures = [
        ("expected calibration error, 15 bins of equal width", percent(calibration.expected_error)),
        ("the same with bins of equally many images", percent(adaptive.expected_error)),
        ("area under the risk-coverage curve", format!("{:.6}", curve.area)),
    ];
    Ok(vec![
        Block::Text(how),
        Block::KeyValues(figures.map(|(name, value)| (name.to_owned(), value)).to_vec()),
        Block::Charts(vec![
            reliability(assessment, part)?.svg(Theme::Page),
            risk_coverage(assessment, part)?.svg(Theme::Page),
            precision_recall(assessment, part)?.svg(Theme::Page),
        ]),
        Block::Table(table),
    ])
}
