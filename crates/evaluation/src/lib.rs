//! Predictions to knowledge: what a classifier's answers say about it, as numbers, tables and intervals.
//!
//! Every function is pure: labels, predictions and probabilities come in as slices, values and text go out. Averages
//! are summed in numpy's order and quotients are written as scikit-learn writes them, so that a report made here and
//! one made in a notebook agree to the last byte.
//!
//! - One set of answers: [`Evaluation`], made of [`ConfusionMatrix`], [`ClassificationReport`], [`Ranking`] and scores
//!   of probabilities.
//! - Two classifiers on the same images: [`Comparison`]; several: [`holm`]; several runs: [`Summary`], [`BoxPlot`].
//! - Images that come in groups, as those of a writer: [`ByGroup`], [`GroupedAccuracy`].
//! - Whether confidences can be trusted: [`Calibration`], [`Temperature`], [`RiskCoverage`],
//!   [`threshold_for_error_rate`].
//! - Whether labels can be: [`suspects`].
//! - How much corrupted images harm: [`corruption_error`], [`mean_corruption_error`].
//!
//! ```
//! use tenfold_evaluation::{ClassificationReport, ConfusionMatrix, Interval};
//!
//! let matrix = ConfusionMatrix::new(&[0, 0, 1, 1, 2], &[0, 1, 1, 1, 2], 3)?;
//! assert_eq!(matrix.accuracy(), 0.8);
//! assert_eq!(ClassificationReport::new(&matrix).classes[1].scores.precision, 2.0 / 3.0);
//!
//! let interval = Interval::wilson_95(matrix.correct(), matrix.total())?;
//! assert!(interval.low < 0.8 && 0.8 < interval.high);
//! # Ok::<(), tenfold_evaluation::Error>(())
//! ```

#![forbid(unsafe_code)]

mod accepted;
mod agreement;
mod baseline;
mod bootstrap;
mod box_plot;
mod by_group;
mod calibration;
mod check;
mod comparison;
mod confidence;
mod confusion;
mod corruption_error;
mod curve;
mod distribution;
mod error;
mod evaluation;
mod holm;
mod interval;
mod mcnemar;
mod pairwise;
mod probability;
mod quantile;
mod ranking;
mod report;
mod risk_coverage;
mod selective_threshold;
mod summary;
mod summation;
mod suspect;
mod temperature;

/// The most classes that answers may have.
pub const MAX_CLASSES: usize = 1_000;

pub use accepted::Accepted;
pub use baseline::Baseline;
pub use box_plot::BoxPlot;
pub use by_group::{ByGroup, GroupAccuracy, GroupedAccuracy};
pub use calibration::{CALIBRATION_BINS, Calibration, ReliabilityBin};
pub use comparison::{Comparison, Verdict};
pub use confidence::Answers;
pub use confusion::{ClassIntervals, Confusion, ConfusionMatrix};
pub use corruption_error::{corruption_error, mean_corruption_error};
pub use curve::PrecisionRecallPoint;
pub use error::Error;
pub use evaluation::Evaluation;
pub use holm::holm;
pub use interval::{Interval, Z_95, clopper_pearson_upper};
pub use mcnemar::McNemar;
pub use pairwise::{Pair, pairs};
pub use probability::{arg_max, brier_score, mean_log_loss, predictions, top_k_accuracy};
pub use ranking::{Ranking, macro_average};
pub use report::{ClassScores, ClassificationReport, Scores};
pub use risk_coverage::{RiskCoverage, RiskPoint};
pub use selective_threshold::{SelectiveThreshold, threshold_for_error_rate};
pub use summary::Summary;
pub use suspect::{Suspect, suspects};
pub use temperature::{Temperature, ln_probabilities};
pub use tenfold_error_kind::ErrorKind;
