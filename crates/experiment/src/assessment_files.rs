//! The files of an assessment: its report, figures, charts, galleries and predictions.

use tenfold_evaluation::{ByGroup, ConfusionMatrix};
use tenfold_report::chart::Chart;
use tenfold_report::raster;

use crate::assessment::Assessment;
use crate::charts;
use crate::error::Result;
use crate::galleries::{hardest_groups, standard_galleries};
use crate::predictions::Predictions;

/// The end of the name of the first of an assessment's files.
pub const REPORT_FILE: &str = "report.txt";

/// Pixels of a PNG for one of an SVG: sharp on paper and on dense screens.
const SCALE: f32 = 2.0;

/// Everything that can be said of an assessment, as files with their names, which begin with `part`, such as `test`: the
/// classification report, the evaluation as JSON, the confusion matrix as SVG, PNG and CSV, charts of calibration and of
/// precision and recall, galleries, errors by group where groups are known, and every image's prediction.
///
/// ```
/// use tenfold_dataset::{Part, Source};
/// use tenfold_experiment::{Assessment, assessment_files};
///
/// let images = Source::Embedded.load(Part::Test)?.subset(&[0, 1])?; // a 7 and a 2
/// let mut probabilities = vec![0.0; 20];
/// (probabilities[7], probabilities[10 + 2]) = (1.0, 1.0);
/// let names = (0..10).map(|digit| digit.to_string()).collect();
/// let files = assessment_files(&Assessment::new(&images, names, probabilities)?, "test")?;
/// assert_eq!(files[0].0, "test-report.txt");
/// assert!(files.iter().any(|(name, bytes)| name == "test-right.png" && bytes.starts_with(b"\x89PNG")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Report`](crate::Error::Report) if a picture would be too large.
pub fn assessment_files(assessment: &Assessment<'_>, part: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    let mut add = |name: &str, contents: Vec<u8>| files.push((format!("{part}-{name}"), contents));
    let Assessment { evaluation, .. } = assessment;
    let names = assessment.names();

    add(REPORT_FILE, evaluation.report.to_text(4).into_bytes());
    add("evaluation.json", (serde_json::to_string_pretty(evaluation)? + "\n").into_bytes());
    let chart = charts::confusion(assessment, &names, part)?;
    add("confusion.svg", chart.svg_file());
    add("confusion.png", raster::png(&chart, SCALE)?);
    add("confusion.csv", confusion_csv(&evaluation.confusion, &names).into_bytes());
    add("reliability.svg", charts::reliability(assessment, part)?.svg_file());
    add("risk-coverage.svg", charts::risk_coverage(assessment, part)?.svg_file());
    add("precision-recall.svg", charts::precision_recall(assessment, part)?.svg_file());
    let mut galleries = standard_galleries(assessment);
    if let Some(groups) = assessment.images.groups() {
        let by_group = ByGroup::new(groups, &assessment.answers.correct)?;
        add("errors-by-group.svg", charts::errors_by_group(&by_group, part).svg_file());
        galleries.extend(hardest_groups(assessment, &by_group.hardest));
    }
    for gallery in galleries {
        if let Some(png) = gallery.png(assessment)? {
            add(&format!("{}.png", gallery.file), png);
        }
    }
    let predictions = Predictions::of_one_model(assessment);
    add("predictions.csv", predictions.to_csv()?.into_bytes());
    add("predictions.jsonl", predictions.to_json_lines()?.into_bytes());
    Ok(files)
}

/// Rows are the truth, columns the prediction; both with names.
fn confusion_csv(matrix: &ConfusionMatrix, names: &[&str]) -> String {
    let mut text = format!("truth,{}\n", names.join(","));
    for (name, row) in names.iter().zip(matrix.rows()) {
        let counts: Vec<String> = row.iter().map(u64::to_string).collect();
        text += &format!("{name},{}\n", counts.join(","));
    }
    text
}
