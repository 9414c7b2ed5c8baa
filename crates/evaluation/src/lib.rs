//! Predictions to knowledge: what a classifier's answers say about it, as numbers, tables and intervals.
//!
//! Every function is pure: labels, predictions and probabilities come in as slices, values and text go out. Averages
//! are summed in numpy's order and quotients are written as scikit-learn writes them, so that a report made here and
//! one made in a notebook agree to the last byte.
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

mod bootstrap;
mod box_plot;
mod check;
mod comparison;
mod confusion;
mod distribution;
mod error;
mod evaluation;
mod holm;
mod interval;
mod mcnemar;
mod probability;
mod quantile;
mod report;
mod summary;
mod summation;

pub use box_plot::BoxPlot;
pub use comparison::{Comparison, Verdict};
pub use confusion::{Confusion, ConfusionMatrix};
pub use error::Error;
pub use evaluation::Evaluation;
pub use holm::holm;
pub use interval::{Interval, Z_95, clopper_pearson_upper};
pub use mcnemar::McNemar;
pub use probability::{arg_max, brier_score, mean_log_loss, predictions, top_k_accuracy};
pub use report::{ClassScores, ClassificationReport, Scores};
pub use summary::Summary;
