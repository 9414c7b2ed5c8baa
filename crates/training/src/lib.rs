//! One run: a data set and a recipe in; a model, its history and its evaluation out.
//!
//! [`train`] carries a run out; [`Run`] is one under way, which can be stopped and resumed, also in another process
//! ([`Checkpoint`]). Both report what they do as values ([`Event`]) and draw nothing. [`RunFolder`] is where a run
//! leaves its files. The same recipe on the same images gives the same model, byte for byte, at any number of threads.
//!
//! ```
//! use tenfold_dataset::{Part, Source, hold_out};
//! use tenfold_training::{Engine, Recipe, evaluate, train};
//!
//! let images = Source::Embedded.load(Part::Test)?;
//! let some = hold_out(images.labels(), 0.05, 1)?.validation;
//! let recipe = Recipe { epochs: 2, ..Recipe::preset("linear")? };
//!
//! let engine = Engine::default();
//! let trained = train(recipe, images.subset(&some)?, engine, &mut |_| {})?;
//! assert_eq!(trained.history.len(), 2);
//! assert!(evaluate(&trained.model, &images, engine)?.accuracy > 0.5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod averaging;
mod calibrate;
mod changed_batch;
mod checkpoint;
mod distillation;
mod error;
mod evaluate;
mod event;
mod fingerprint;
mod marker;
mod metrics;
mod progress;
mod quantize;
mod recipe;
mod recipe_changes;
mod recorded;
mod removal;
mod run;
mod run_file;
mod run_folder;
mod run_kind;
mod start;
mod teacher;
pub mod tensorboard;
mod whole_file;

pub use averaging::Averaging;
pub use calibrate::calibrate_on;
pub use checkpoint::Checkpoint;
pub use distillation::Distillation;
pub use error::Error;
pub use evaluate::{check_fit, evaluate, evaluate_with, probabilities_with};
pub use event::{Ending, Event};
pub use metrics::{EpochMetrics, Metrics, best_epoch};
pub use progress::{PartialEpoch, Progress};
pub use quantize::quantize_on;
pub use recipe::Recipe;
pub use recipe_changes::{
    AugmentationChanges, AveragingChanges, AveragingKind, DistillationChanges, OptimizerChanges, RecipeChanges,
    RegularizationChanges, ScheduleChanges,
};
pub use recorded::{Keep, ModelFile};
pub use run::{Observer, Run, Trained, train};
pub use run_file::{EVENTS, RunFile, fold_folder, trial_folder};
pub use run_folder::RunFolder;
pub use run_kind::RunKind;
pub use start::Start;
pub use tenfold_error_kind::ErrorKind;
pub use tenfold_network::Engine;
pub use whole_file::{describe, folder_of, make_folder, sweep, write_new, write_whole};
