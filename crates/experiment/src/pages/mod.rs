//! Pages of what was found, each one HTML file that loads nothing.

mod calibration;
mod cross_validation;
mod run;
mod sections;
mod tables;

pub use cross_validation::CrossValidationPage;
pub use run::RunPage;
