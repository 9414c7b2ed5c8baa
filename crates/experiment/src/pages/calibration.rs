//! The section on whether a model is as often right as it claims, and what refusing doubtful answers gains.

use tenfold_evaluation::{CALIBRATION_BINS, Calibration, RiskCoverage};
use tenfold_report::chart::{Chart, Theme};
use tenfold_report::page::{Block, Column, Page, Table};
use tenfold_report::percent;

use crate::assessment::Assessment;
use crate::charts::{precision_recall, reliability, risk_coverage};
use crate::error::Result;

/// The page with the section. `temperature`: that of the model; `part`: which images these are, such as `test`.
pub(super) fn with_calibration(page: Page, assessment: &Assessment<'_>, temperature: f32, part: &str) -> Result<Page> {
    let blocks = blocks(assessment, temperature, part)?;
    Ok(page.section("calibration", "Confidence and calibration", blocks))
}

fn blocks(assessment: &Assessment<'_>, temperature: f32, part: &str) -> Result<Vec<Block>> {
    let answers = &assessment.answers;
    let curve = RiskCoverage::new(&answers.confidences, &answers.correct)?;
    let mut table = Table::new(
        format!("Accuracy when the least confident answers are refused, {part} images"),
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
            "Logits are divided by the temperature {temperature:.4} before the softmax. It was fitted to images that the model was \
             not trained on."
        ),
    };
    let figures = Block::key_values([
        ("expected calibration error, 15 bins of equal width", percent(calibration.expected_error)),
        ("the same with bins of equally many images", percent(adaptive.expected_error)),
        ("area under the risk-coverage curve", format!("{:.6}", curve.area)),
    ]);
    Ok(vec![
        Block::Text(how),
        figures,
        Block::Charts(vec![
            reliability(assessment, part)?.svg(Theme::Page),
            risk_coverage(assessment, part)?.svg(Theme::Page),
            precision_recall(assessment, part)?.svg(Theme::Page),
        ]),
        Block::Table(table),
    ])
}
