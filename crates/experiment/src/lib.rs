//! What people do with runs of a recipe: judge it by cross-validation, explore variants of it, compare models, and make
//! pages of what was found. Events come out; nothing is printed.

#![forbid(unsafe_code)]

mod assessment;
mod assessment_files;
mod calibration;
pub mod charts;
mod chosen_epoch;
mod companions;
mod comparison;
mod cross_validation;
mod data_folder;
pub mod data_set;
mod date_time;
mod environment;
mod error;
mod event;
mod event_file;
mod exploration;
mod galleries;
mod label_errors;
mod model_file;
mod opened_model;
pub mod pages;
mod pixels;
mod predictions;
mod record;
mod run_json;
mod run_toml;
mod setup;
mod single_run;
mod training_run;
mod verification;
pub mod warnings;

pub use assessment::{Assessment, check_finite};
pub use assessment_files::{REPORT_FILE, assessment_files};
pub use calibration::FoundCalibration;
pub use chosen_epoch::{PATIENCE, chosen_epoch, chosen_sentence};
pub use companions::Companions;
pub use comparison::{Contestant, assess_models, compare, comparison_text, letter};
pub use cross_validation::{CrossValidation, CrossValidationResults, Fold, Threshold};
pub use date_time::{date_time, now};
pub use environment::{Environment, FoldPlan};
pub use error::{Error, Result};
pub use event::{Event, Interruption, Observer, Outcome, Reached, RunContext};
pub use exploration::{
    BUILT_IN_VARIANTS, Diverged, Exploration, ExplorationResults, Judged, Judging, Trial, TrialEnd, Variant,
    VariantResults, read_variants, saved_variants,
};
pub use galleries::{DigitGallery, standard_galleries};
pub use label_errors::WithoutLabelErrors;
pub use model_file::{Origin, check_model_file, class_numbers, model_file};
pub use opened_model::{MAX_MODEL_BYTES, model_bytes, open_model, read_model};
pub use pixels::{Normalization, pixels_are_unknown, pixels_may_be_wrong};
pub use predictions::Predictions;
pub use record::{Record, RunState, RunSummary, list_runs};
pub use run_json::{read_json, write_json};
pub use run_toml::{MAX_TOML_BYTES, parse_toml, read_recipe};
pub use setup::{Place, Setup};
pub use training_run::{RunResults, Splits, TrainedRun, train};
pub use verification::Verification;

pub use tenfold_dataset as dataset;
pub use tenfold_evaluation as evaluation;
pub use tenfold_network as network;
pub use tenfold_training as training;
pub use tenfold_training::{Engine, EpochMetrics, Metrics, Recipe};

/// The name and version under which this workspace's programs sign their files.
pub const PROGRAM: &str = concat!("tenfold ", env!("CARGO_PKG_VERSION"));
