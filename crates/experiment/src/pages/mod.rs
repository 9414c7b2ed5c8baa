//! Pages of what was found, each one HTML file that loads nothing.

mod calibration;
mod comparison;
mod cross_validation;
mod groups;
mod run;
mod search;
mod sections;
mod tables;

pub use comparison::ComparisonPage;
pub use cross_validation::CrossValidationPage;
pub use run::RunPage;
pub use search::SearchPage;
