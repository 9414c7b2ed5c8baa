//! What people do with runs of a recipe: train one and keep it ([`train`]), judge a recipe by cross-validation
//! ([`CrossValidation`]), explore variants of it ([`Exploration`]), search the best of many ([`Search`]), compare models ([`compare`]), calibrate one by what a
//! cross-validation has found ([`FoundCalibration`]), find earlier runs ([`list_runs`]) and models ([`open_model`]), look at
//! a model's answers ([`Assessment`]) and at a data set ([`data_set`]), measure [`speed`], and make pages of it all ([`pages`]).
//!
//! An experiment reports what it does as values ([`Event`]), which its observer may answer with an interruption, and ends
//! with typed results, which are also what its JSON files hold. Nothing is printed, and nothing is drawn on a terminal.
//!
//! Cross-validation and exploration work in memory, on any images; with a [`Setup`] they leave their files in a folder, from
//! which another process can resume them at the very step where they were interrupted or killed.
//!
//! ```
//! use std::ops::ControlFlow;
//!
//! use tenfold_experiment::network::Architecture;
//! use tenfold_experiment::training::RunKind;
//! use tenfold_experiment::{Engine, Environment, Event, Place, Recipe, Setup, open_model, train};
//! # let base = tempfile::tempdir()?;
//! # let base = base.path();
//!
//! let architecture = Architecture::preset("linear").expect("a preset");
//! let recipe = Recipe { architecture, epochs: 1, ..Recipe::paper() };
//! // On the MNIST inside this crate; a folder of IDX files would do.
//! let environment = Environment::new(RunKind::Train, Vec::new(), None, Engine::default())?;
//! let place = Place::Numbered { base: base.to_owned(), name: "linear".to_owned() };
//!
//! let outcome = train(Setup { recipe, environment, place, start: None, teacher: None }, &mut |event| {
//!     if let Event::Warning(text) = event {
//!         eprintln!("{text}");
//!     }
//!     ControlFlow::Continue(())
//! })?;
//! let run = outcome.finished().expect("nobody interrupts");
//! assert!(run.results.splits.test.evaluation.accuracy > 0.85);
//! let (saved, _) = open_model(run.folder.path(), None)?;
//! assert_eq!(saved.labels.len(), 10);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
mod group_results;
mod images;
mod label_errors;
mod model_description;
mod model_file;
mod model_text;
mod opened_model;
mod out_of_fold;
pub mod pages;
mod part_evaluation;
mod pixels;
mod predictions;
mod record;
mod reports;
mod robustness;
mod run_json;
mod run_toml;
mod search;
mod setup;
mod single_run;
pub mod speed;
mod training_run;
mod verification;
pub mod warnings;

pub use assessment::Assessment;
pub use assessment_files::{REPORT_FILE, assessment_files};
pub use calibration::FoundCalibration;
pub use chosen_epoch::chosen_sentence;
pub use companions::{Companions, MAX_MODEL_BYTES};
pub use comparison::{Contestant, assess_models, compare, comparison_text, letter};
pub use cross_validation::{CrossValidation, CrossValidationResults, Fold};
pub use date_time::date_time;
pub use environment::{Environment, FoldPlan};
pub use error::{Error, Result};
pub use event::{Event, Interruption, Observer, Outcome, Reached, Role, RunContext};
pub use exploration::{
    BUILT_IN_VARIANTS, Diverged, Exploration, ExplorationResults, Judged, Judging, Trial, TrialEnd, Variant,
    VariantResults, read_variants, saved_variants,
};
pub use group_results::GroupResults;
pub use images::{Sets, images_for, part_kind, part_name, sets};
pub use label_errors::WithoutLabelErrors;
pub use model_description::{FileDescription, LayerDescription, ModelDescription, ScalesDescription};
pub use opened_model::{model_bytes, open_model, open_start, read_model, recipe_of};
pub use out_of_fold::{assess_cross_validations, cross_validation_at};
pub use part_evaluation::{PartEvaluation, evaluation_line};
pub use pixels::{Normalization, pixels_are_unknown, pixels_may_be_wrong};
pub use predictions::Predictions;
pub use record::{Record, RunState, RunSummary, list_runs};
pub use reports::{comparison_page, remake_report};
pub use robustness::{CorruptionErrors, DistortionErrors, ROBUSTNESS_FILE, Robustness, robustness_files};
pub use run_toml::{MAX_TOML_BYTES, parse_toml};
pub use search::{
    Behind, Decision, RungFigures, RungResults, RungVariant, Search, SearchResults, SearchedVariant, Space,
};
pub use setup::{Place, Setup};
pub use tenfold_error_kind::ErrorKind;
pub use training_run::{RunResults, Splits, TrainedRun, train};
pub use verification::Verification;

pub use tenfold_dataset as dataset;
pub use tenfold_evaluation as evaluation;
pub use tenfold_formats as formats;
pub use tenfold_imaging as imaging;
pub use tenfold_network as network;
pub use tenfold_report as report;
pub use tenfold_training as training;
pub use tenfold_training::{Engine, EpochMetrics, Metrics, Recipe};

/// The name and version under which this workspace's programs sign their files.
pub const PROGRAM: &str = concat!("tenfold ", env!("CARGO_PKG_VERSION"));
