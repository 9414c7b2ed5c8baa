//! How fast a network trains and a model predicts on this machine, with a check of every answer while it is measured.
//!
//! ```
//! use std::time::Duration;
//!
//! use tenfold_experiment::Engine;
//! use tenfold_experiment::dataset::{Part, Source};
//! use tenfold_experiment::network::Architecture;
//! use tenfold_experiment::speed::{Machine, Measurement, Speed, Subject};
//!
//! let architecture = Architecture::preset("linear").expect("a preset");
//! let subject = Subject::untrained(architecture, Source::Embedded.load(Part::Test)?, Engine::default())?;
//! let machine = Machine::measured(Engine::default());
//! let measurement = Measurement::named("train.batch_16").expect("a measurement");
//! let Speed::Rate { images_per_s, .. } = measurement.measure(&subject, &machine, Duration::ZERO)? else { unreachable!() };
//! assert!(images_per_s > 0.0);
//! # Ok::<(), tenfold_experiment::Error>(())
//! ```

mod augmentation;
mod machine;
mod measurement;
mod profile;
mod subject;
mod windows;

pub use augmentation::augmentation_rates;
pub use machine::Machine;
pub use measurement::{MEASUREMENTS, Measurement, Speed, Work};
pub use profile::{PartTime, Profile};
pub use subject::Subject;
pub use windows::Rate;
