//! The crate from outside: whole runs, their folders, and checkpoints of earlier versions and such as no run has written.

mod checkpoint_numbers;
mod classes;
mod distillation;
mod earlier_checkpoints;
mod recipe_settings;
mod run;
mod run_folder;
mod start;
mod support;
