//! The crate from outside: what holds for any predictions, what other libraries answer, what is promised of populations.

mod promises;
mod properties;
mod reference;
