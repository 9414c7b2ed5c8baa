//! What an experiment reports while it is under way, and how it ends.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tenfold_training::Recipe;

use crate::cross_validation::Fold;
use crate::exploration::Trial;
use crate::search::RungResults;

/// Consumes an experiment's events; may interrupt it in a run.
///
/// The first [`ControlFlow::Break`] at an [`Event::Run`] ends the training, at a step from which it can be resumed; in an
/// exploration or a search only one at a step does. At any other event the answer is not looked at.
pub type Observer<'o> = dyn FnMut(Event<'_>) -> ControlFlow<()> + Send + 'o;

/// Something that happened in an experiment.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Something to know while the experiment continues: a sentence, maybe with a hint on a line of its own.
    Warning(&'a str),
    /// Something happened in a run.
    Run {
        /// Which.
        run: RunContext<'a>,
        /// What.
        event: tenfold_training::Event<'a>,
    },
    /// A run trains no longer, for whatever reason.
    RunEnded,
    /// A model is being evaluated.
    Evaluating {
        /// On which part of the data set, `train` or `test`; or which of several models.
        what: &'a str,
        /// Images done.
        done: usize,
        /// Images in all.
        of: usize,
    },
    /// A fold of a cross-validation is done.
    Fold(&'a Fold),
    /// A trial of an exploration or a search is done.
    Trial {
        /// The variant's name.
        variant: &'a str,
        /// What came of it.
        trial: &'a Trial,
    },
    /// A rung of a search is done.
    Rung(&'a RungResults),
}

/// Which run an event is of.
#[derive(Clone, Copy, Debug)]
pub struct RunContext<'a> {
    /// Where it leaves its files, if anywhere.
    pub folder: Option<&'a Path>,
    /// What it trains.
    pub recipe: &'a Recipe,
    /// What it is in its experiment.
    pub role: Role<'a>,
}

/// What a run is in its experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role<'a> {
    /// All of it.
    Alone,
    /// The one whose model this fold judges, counted from 1.
    Fold(usize),
    /// A trial of an exploration or a search.
    Trial {
        /// The variant's name.
        variant: &'a str,
        /// Counted from 1.
        number: usize,
    },
}

/// How an experiment ended.
#[derive(Clone, Debug)]
pub enum Outcome<T> {
    /// It was carried out, with these results.
    Finished(T),
    /// The observer ended it.
    Interrupted(Interruption),
}

impl<T> Outcome<T> {
    /// The results; none if it was interrupted.
    pub fn finished(self) -> Option<T> {
        match self {
            Self::Finished(results) => Some(results),
            Self::Interrupted(_) => None,
        }
    }
}

/// Where an experiment was interrupted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interruption {
    /// The folder from which it is resumed, if it has one.
    pub folder: Option<PathBuf>,
    /// How far it was.
    pub reached: Reached,
}

/// How far an experiment was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Reached {
    /// In a run.
    Run {
        /// Epochs that are done.
        epochs: usize,
        /// Images seen since.
        images: usize,
    },
    /// In an exploration or a search.
    Trials {
        /// Trials that are done.
        trials: usize,
        /// Trials in all; in a search at most.
        of: usize,
    },
}
