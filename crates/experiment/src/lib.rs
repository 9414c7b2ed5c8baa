//! What people do with runs of a recipe: judge it by cross-validation, explore variants of it, compare models, and make
//! pages of what was found. Events come out; nothing is printed.

#![forbid(unsafe_code)]

mod assessment;
mod assessment_files;
pub mod charts;
mod chosen_epoch;
mod data_folder;
pub mod data_set;
mod date_time;
mod environment;
mod error;
mod galleries;
mod label_errors;
mod model_file;
pub mod pages;
mod pixels;
mod predictions;
mod run_json;
mod verification;
pub mod warnings;

pub use assessment::{Assessment, check_finite};
pub use assessment_files::{REPORT_FILE, assessment_files};
pub use chosen_epoch::{PATIENCE, chosen_epoch, chosen_sentence};
pub use date_time::{date_time, now};
pub use environment::{Environment, FoldPlan};
pub use error::{Error, Result};
pub use galleries::{DigitGallery, standard_galleries};
pub use label_errors::WithoutLabelErrors;
pub use model_file::{Origin, check_model_file, class_numbers, model_file};
pub use pixels::{Normalization, pixels_are_unknown, pixels_may_be_wrong};
pub use predictions::Predictions;
pub use run_json::{read_json, write_json};
pub use verification::Verification;

/// The name and version under which this workspace's programs sign their files.
pub const PROGRAM: &str = concat!("tenfold ", env!("CARGO_PKG_VERSION"));
