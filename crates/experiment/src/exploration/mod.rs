//! Many variants of a recipe with the same budget, in one table.

mod queue;
mod results;
mod text;
mod trial;
mod variants;

use std::sync::Arc;

use tenfold_dataset::{Dataset, DivideBy, Division};
use tenfold_error_kind::ErrorKind;
use tenfold_training::{Engine, Run, RunFile, RunFolder};

use crate::environment::{Environment, FoldPlan};
use crate::error::{Error, Result};
use crate::event::{Event, Interruption, Observer, Outcome, Reached};
use crate::images::training_images_for;
use crate::model_file::check_model_file;
use crate::run_json::write_json;
use crate::setup::Setup;

pub use results::{Diverged, ExplorationResults, Judged, Trial, TrialEnd, VariantResults};
pub use variants::{BUILT_IN_VARIANTS, Variant, read_variants, saved_variants};

/// Which images are drawn to judge.
const SEED: u64 = 1;

/// With seeds instead of folds, the share of images that judge: as many as one of six folds.
const JUDGING_SHARE: f64 = 1.0 / 6.0;

/// Variants of a recipe that are each to be trained several times, always on the same images, and compared with the first.
/// Trial K starts from a recipe's seed plus K - 1.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tenfold_experiment::dataset::{DivideBy, Part, Source, hold_out};
/// use tenfold_experiment::network::Architecture;
/// use tenfold_experiment::{Engine, Exploration, Judging, Recipe, Variant};
///
/// let images = Source::Embedded.load(Part::Test)?;
/// let some = images.subset(&hold_out(images.labels(), 0.05, 1)?.validation)?;
/// let architecture = Architecture::preset("linear").expect("a preset");
/// let plain = Recipe { architecture, epochs: 1, ..Recipe::paper() };
/// let large_batches = Recipe { batch: 128, ..plain.clone() };
/// let variants = [("plain", plain), ("large batches", large_batches)];
/// let variants = variants.map(|(name, recipe)| Variant { name: name.to_owned(), recipe }).to_vec();
///
/// let judging = Judging::Seeds { seeds: 2, by: DivideBy::Image };
/// let exploration = Exploration::new(variants, some, judging, Engine::default())?;
/// let results = exploration.carry_out(&mut |_| ControlFlow::Continue(()))?.finished().expect("nobody interrupts");
/// assert!(results.variants[1].gain.expect("none diverged") < 0.0, "eight times fewer steps");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Exploration {
    pub(crate) variants: Vec<Variant>,
    pub(crate) images: Arc<Dataset>,
    /// Of each trial.
    pub(crate) divisions: Vec<Division>,
    pub(crate) engine: Engine,
    /// Trials at the same time.
    jobs: usize,
    /// What it leaves, if anything.
    pub(crate) files: Option<Files>,
    /// Of the images.
    pub(crate) warnings: Vec<String>,
}

/// Where an exploration leaves its files.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) folder: RunFolder,
    pub(crate) environment: Environment,
    /// The name of each variant's folder in it.
    names: Vec<String>,
}

/// Which images judge the variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judging {
    /// One trial per fold, on the others.
    Folds(FoldPlan),
    /// Trials from different seeds, always on the same five sixths of the images, judged by the last sixth.
    Seeds {
        /// How many, at least 1.
        seeds: u16,
        /// What the last sixth is drawn of: images, or groups of them, none of which is trained on.
        by: DivideBy,
    },
}

impl Judging {
    fn divisions(self, images: &Dataset) -> Result<Vec<Division>> {
        match self {
            Self::Folds(plan) => plan.divisions(images),
            Self::Seeds { seeds, by } => Ok(vec![images.hold_out(by, JUDGING_SHARE, SEED)?; usize::from(seeds.max(1))]),
        }
    }
}

impl Exploration {
    /// Of these variants, the first of which the others are compared with, on these images; in memory: no file is written.
    ///
    /// # Errors
    /// [`Error::Variants`] without variants, [`Error::Variant`] for a recipe that cannot be, alone or with these images;
    /// what [`FoldPlan::divisions`] says.
    pub fn new(
        variants: Vec<Variant>,
        images: impl Into<Arc<Dataset>>,
        judging: Judging,
        engine: Engine,
    ) -> Result<Self> {
        let images = images.into();
        if variants.is_empty() {
            return Err(Error::Variants("expected at least one, found none".to_owned()));
        }
        let divisions = judging.divisions(&images)?;
        Self { variants, images, divisions, engine, jobs: 1, files: None, warnings: Vec::new() }.checked()
    }

    /// Of what a setup says, in its folder, with so many trials at the same time ([`Self::with_jobs`]): what is there is
    /// resumed, with the variants that [`saved_variants`] finds there.
    /// The folder is made, or an earlier run in it replaced, once all that can be wrong with the variants and the images is
    /// checked.
    ///
    /// # Errors
    /// As [`Self::new`] and [`Self::with_jobs`]; [`Error::Variants`] for names that cannot be folders'; [`Error::Training`] if the folder cannot be used.
    pub fn in_folder(setup: Setup, variants: Vec<Variant>, jobs: usize, observe: &mut Observer<'_>) -> Result<Self> {
        let images = training_images_for(&setup.recipe.architecture, &setup.environment.source())?;
        Self::of_images(setup, variants, images, &[], jobs, observe)
    }

    /// As [`Self::in_folder`], on images that are loaded, with `more` files in its folder.
    pub(crate) fn of_images(
        setup: Setup,
        mut variants: Vec<Variant>,
        images: Dataset,
        more: &[(RunFile, Vec<u8>)],
        jobs: usize,
        observe: &mut Observer<'_>,
    ) -> Result<Self> {
        let environment = setup.environment.clone();
        let judging = match (environment.folds, environment.seeds) {
            (Some(plan), _) => Judging::Folds(plan),
            (None, seeds) => Judging::Seeds { seeds: seeds.unwrap_or(1), by: setup.recipe.validation_by },
        };
        for Variant { recipe, .. } in &mut variants {
            recipe.architecture = recipe.architecture.for_classes(images.classes());
        }
        let names = variants::folder_names(&variants)?;
        let list = variants::to_toml(&variants)?;
        let all = Self::new(variants, images, judging, environment.engine())?;
        let all = all.with_jobs(jobs)?;
        for variant in &all.variants {
            check_model_file(&variant.recipe, all.images.names()).map_err(|error| variant.failed(error))?;
        }
        let warnings = setup.warn(&all.images, observe)?;
        let folder = setup.into_folder(&[more, &[(RunFile::Variants, list.into_bytes())]].concat())?;
        Ok(Self { files: Some(Files { folder, environment, names }), warnings, ..all })
    }

    /// As it is, with so many trials at the same time, at least 1, which share the engine's threads.
    ///
    /// # Errors
    /// [`Error::Jobs`] if there is not enough memory for so many trials of each variant.
    pub fn with_jobs(self, jobs: usize) -> Result<Self> {
        let jobs = jobs.clamp(1, self.variants.len() * self.divisions.len());
        let engine = Engine { threads: (self.engine.threads / jobs).max(1), ..self.engine };
        Self { jobs, engine, ..self }.checked()
    }

    /// Finds what fails at once before anything is trained: by making as many runs of a variant as there may be at the same
    /// time.
    fn checked(self) -> Result<Self> {
        for variant in &self.variants {
            let run = |_| {
                let (recipe, images, division) = (&variant.recipe, &self.images, &self.divisions[0]);
                Run::with_division(recipe.clone(), Arc::clone(images), division.clone(), self.engine)
            };
            let runs = (0..self.jobs).map(run).collect::<std::result::Result<Vec<_>, _>>();
            runs.map_err(|error| match (error.kind(), self.jobs) {
                (ErrorKind::Memory, 2..) => Error::Jobs { jobs: self.jobs, error },
                _ => error.into(),
            })
            .map_err(|error| variant.failed(error))?;
        }
        Ok(self)
    }

    /// Where it leaves its files, if anywhere.
    pub fn folder(&self) -> Option<&RunFolder> {
        self.files.as_ref().map(|files| &files.folder)
    }

    /// That of all trials after so many.
    pub(crate) fn interruption(&self, trials: usize, of: usize) -> Interruption {
        let folder = self.folder().map(|folder| folder.path().to_owned());
        Interruption { folder, reached: Reached::Trials { trials, of } }
    }

    /// Trains what is still to be trained, and compares the variants. With a folder, that gets a run per trial and
    /// `results.json`.
    ///
    /// # Errors
    /// Any [`Error`] of a trial but that it diverged, which is a result.
    pub fn carry_out(&self, observe: &mut Observer<'_>) -> Result<Outcome<ExplorationResults>> {
        let variants = self.variants.len();
        let all = (0..self.divisions.len()).flat_map(|number| (0..variants).map(move |variant| (variant, number)));
        let trials = self.trials(all, |_| Ok(()), observe)?;
        let (trials, of) =
            (trials.into_iter().map(|(trial, _)| trial).collect::<Vec<_>>(), variants * self.divisions.len());
        if trials.len() < of {
            return Ok(Outcome::Interrupted(self.interruption(trials.len(), of)));
        }
        let results = ExplorationResults::new(&self.variants, &self.divisions, &trials)?;
        let judging = self.divisions[0].validation.len();
        let results = results.warned(self.warnings.clone(), self.images.labels(), judging)?;
        if let Some(Files { folder, .. }) = &self.files {
            write_json(folder, RunFile::Results, &results)?;
        }
        Ok(Outcome::Finished(results))
    }
}

#[cfg(test)]
mod tests {
    use tenfold_dataset::{Part, Source};

    use super::*;

    #[test]
    fn seeds_by_group_are_judged_by_groups_that_no_trial_has_seen() {
        let images = Source::Embedded.load(Part::Test).unwrap();
        let groups = |indices: &[u32]| -> std::collections::BTreeSet<u32> {
            indices.iter().map(|&index| images.known_groups().unwrap()[index as usize]).collect()
        };
        for (by, shares) in [(DivideBy::Image, true), (DivideBy::Group, false)] {
            let divisions = Judging::Seeds { seeds: 2, by }.divisions(&images).unwrap();
            assert!(divisions.len() == 2 && divisions[0] == divisions[1]);
            let Division { train, validation } = &divisions[0];
            assert_ne!(groups(train).is_disjoint(&groups(validation)), shares, "{by:?}");
            assert!((1_400..=1_700).contains(&validation.len()), "{by:?}: {} images", validation.len());
        }
    }
}
