//! `tenfold report`: everything that is known of a run, as one page.

mod calibration;
mod charts;
mod command;
mod data;
mod galleries;
mod page;
mod tables;

pub(crate) use calibration::{reliability, risk_coverage};
pub(crate) use charts::{confusion_chart, curves, fold_boxes, precision_recall};
pub(crate) use command::{Arguments, run};
pub(crate) use galleries::{standard as standard_galleries, suspect_blocks};
pub(crate) use page::{CrossValidationPage, RunPage};
