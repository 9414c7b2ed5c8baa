//! The crate from outside: whole runs, their folders, and checkpoints that no run has written.

mod checkpoint_numbers;
mod run;
mod run_folder;
