//! The best recipe of a space: many variants are trained a little, the best of them more, by successive halving.
//!
//! Every variant of a rung is judged by the same images, and each image by a model that was not trained on it. Of each rung one
//! in so many advances to the next, with more folds, whole trainings that are kept, or with more epochs, which are trained afresh:
//! what a run is after a part of its epochs says little where its learning rate falls to the last of them (Jamieson and
//! Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016). In the last rung the
//! leader is compared with the others after each fold, and the search is over once it is told apart from all of them.

mod answers;
mod axis;
mod files;
mod results;
mod rung_results;
mod rungs;
mod space;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use tenfold_dataset::{Dataset, DivideBy};
use tenfold_training::{Engine, Recipe, RunFile, RunFolder, Trained};

use crate::cross_validation::check_held_out;
use crate::environment::FoldPlan;
use crate::error::Result;
use crate::event::{Event, Observer, Outcome};
use crate::exploration::{Exploration, Judging, Trial, Variant};
use crate::images::training_images_for;
use crate::setup::Setup;
use answers::Answers;
pub use results::{SearchResults, SearchedVariant};
pub use rung_results::{Behind, Decision, RungFigures, RungResults, RungVariant};
use rung_results::{Standing, Standings};
use rungs::{Rung, shortened};
use space::Settings;
pub use space::Space;

/// What is to be known of figures of images without groups.
const NO_GROUPS: &str = "no groups of these images are known, such as their writers: folds are drawn image by image, which \
    flatters recipes that remember hands";

/// A search for the best recipe of a [`Space`], on folds by group where groups are known, as those of MNIST's writers.
///
/// ```
/// use std::ops::ControlFlow;
/// use std::path::Path;
///
/// use tenfold_experiment::dataset::{Part, Source, hold_out};
/// use tenfold_experiment::{Engine, Recipe, Search, Space};
///
/// let images = Source::Embedded.load(Part::Test)?;
/// let some = images.subset(&hold_out(images.labels(), 0.05, 1)?.validation)?;
/// let space = "
///     folds = 2
///     recipe = { preset = 'linear', epochs = 2 }
///     [[axis]]
///     setting = 'optimizer.learning_rate'
///     choice = [1e-7, 0.01]";
/// let space = Space::parse(Path::new("space.toml"), space.as_bytes())?;
/// let search = Search::new(space, &Recipe::paper(), some, Engine::default())?;
/// let results = search.carry_out(&mut |_| ControlFlow::Continue(()))?.finished().expect("nobody interrupts");
/// assert!(results.best.as_deref() == Some("v2") && results.told_apart, "{}", results.verdict);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Search {
    /// Each variant, for each share of its epochs that a rung trains, on each fold.
    exploration: Exploration,
    space: Space,
    plan: FoldPlan,
    /// What the space's variants are changes of.
    base: Recipe,
    variants: Vec<SearchedVariant>,
}

/// What is trained, by its position among the exploration's variants and its fold.
type Done = BTreeMap<(usize, usize), (Trial, Option<Answers>)>;

impl Search {
    /// In a space of changes of `base`, on these images; in memory: no file is written.
    ///
    /// # Errors
    /// [`Error::Variant`](crate::Error::Variant) for a recipe that cannot be, alone or with these images; what
    /// [`FoldPlan::divisions`] says.
    pub fn new(space: Space, base: &Recipe, images: impl Into<Arc<Dataset>>, engine: Engine) -> Result<Self> {
        let (images, (variants, settings)) = (images.into(), all_lengths(&space, base)?);
        let plan = space.plan(&images);
        let exploration = Exploration::new(variants, images, Judging::Folds(plan), engine)?;
        Self::of_trials(exploration, space, plan, base.clone(), settings)
    }

    /// In a space of changes of the setup's recipe, in its folder, with so many trials at the same time: what is there is resumed,
    /// with the space that [`Space::saved`] finds there. The folder is made, or an earlier run in it replaced, once all that can be
    /// wrong with the variants and the images is checked.
    ///
    /// # Errors
    /// As [`Self::new`] and [`Exploration::with_jobs`]; [`Error::Training`](crate::Error::Training) if the folder cannot be used.
    pub fn in_folder(mut setup: Setup, space: Space, jobs: usize, observe: &mut Observer<'_>) -> Result<Self> {
        let (variants, settings) = all_lengths(&space, &setup.recipe)?;
        let images = training_images_for(&setup.recipe.architecture, &setup.environment.source())?;
        let (plan, base) = (*setup.environment.folds.get_or_insert(space.plan(&images)), setup.recipe.clone());
        let more = [(RunFile::Space, space.text().as_bytes().to_vec())];
        let mut exploration = Exploration::of_images(setup, variants, images, &more, jobs, observe)?;
        if plan.by == DivideBy::Image {
            let _ = observe(Event::Warning(NO_GROUPS));
            exploration.warnings.push(NO_GROUPS.to_owned());
        }
        Self::of_trials(exploration, space, plan, base, settings)
    }

    fn of_trials(
        exploration: Exploration,
        space: Space,
        plan: FoldPlan,
        base: Recipe,
        settings: Vec<Settings>,
    ) -> Result<Self> {
        let searched = |(number, (settings, variant)): (usize, (_, &Variant))| -> Result<SearchedVariant> {
            let parameters = variant.recipe.architecture.outline()?.parameters;
            Ok(SearchedVariant { name: space::variant_name(number), settings, parameters })
        };
        // The same network at every length.
        let variants =
            (1..).zip(settings.into_iter().zip(&exploration.variants)).map(searched).collect::<Result<_>>()?;
        Ok(Self { exploration, space, plan, base, variants })
    }

    /// What the search begins with, in the order of their numbers.
    pub fn variants(&self) -> &[SearchedVariant] {
        &self.variants
    }

    /// Where it leaves its files, if anywhere.
    pub fn folder(&self) -> Option<&RunFolder> {
        self.exploration.folder()
    }

    /// Trains what is still to be trained, rung by rung, and finds the best. With a folder, that gets a run per trial,
    /// `results.json`, the log `search.md`, the best recipe as `best.toml` and a report.
    ///
    /// # Errors
    /// Any [`Error`](crate::Error) of a trial but that it diverged, which is a result.
    pub fn carry_out(&self, observe: &mut Observer<'_>) -> Result<Outcome<SearchResults>> {
        let (mut going, mut done): (Vec<usize>, _) = ((0..self.variants.len()).collect(), Done::new());
        let mut rungs: Vec<RungResults> = Vec::new();
        while !going.is_empty() {
            match self.rung(rungs.len(), &going, &mut done, observe)? {
                Some(rung) => {
                    let _ = observe(Event::Rung(&rung));
                    going = rung.going_on();
                    rungs.push(rung);
                }
                None => return Ok(Outcome::Interrupted(self.exploration.interruption(done.len(), self.most_trials()))),
            }
        }
        let results = SearchResults::new(self, rungs)?;
        self.write(&results)?;
        Ok(Outcome::Finished(results))
    }

    /// Trains these variants as much as the rung at `index` says, or in the last until the leader is told apart. None if the
    /// observer interrupts.
    fn rung(
        &self,
        index: usize,
        going: &[usize],
        done: &mut Done,
        observe: &mut Observer<'_>,
    ) -> Result<Option<RungResults>> {
        let Rung { folds, share } = self.space.rungs[index];
        let is_last = index + 1 == self.space.rungs.len();
        // Where nothing is trained for it the leader is looked at too.
        let first_look = if is_last { self.kept(index).max(1) } else { folds };
        let positions: Vec<usize> = going.iter().map(|&variant| self.position(variant, share)).collect();
        for fold in 0..folds {
            let has_diverged = |at: usize| (0..fold).any(|fold| done.get(&(at, fold)).is_some_and(|it| it.1.is_none()));
            let is_missing = |&at: &usize| !done.contains_key(&(at, fold)) && !has_diverged(at);
            let missing: Vec<usize> = positions.iter().copied().filter(is_missing).collect();
            let answered = |trained: &Trained| Answers::new(trained, self.exploration.engine);
            let trials = self.exploration.trials(missing.iter().map(|&at| (at, fold)), answered, observe)?;
            let is_interrupted = trials.len() < missing.len();
            done.extend(trials.into_iter().map(|(trial, answers)| ((trial.variant, trial.number), (trial, answers))));
            if is_interrupted {
                return Ok(None);
            }
            let folds_done = fold + 1;
            if folds_done >= first_look {
                let standings = self.standings(going, share, folds_done, done);
                let (looks, eta) = (folds - first_look + 1, (!is_last).then_some(self.space.eta));
                let rung = RungResults::new(index + 1, share, standings, looks, eta)?;
                if folds_done == folds || rung.is_told_apart() {
                    return Ok(Some(rung));
                }
            }
        }
        Ok(None)
    }

    /// How these variants stand after the first so many folds.
    fn standings<'a>(&'a self, going: &[usize], share: f64, folds: usize, done: &'a Done) -> Standings<'a> {
        let Exploration { images, divisions, variants, .. } = &self.exploration;
        let judging = || divisions[..folds].iter().flat_map(|it| &it.validation).map(|&index| index as usize);
        let standing = |&variant: &usize| {
            let at = self.position(variant, share);
            let trials = (0..folds).filter_map(|fold| done.get(&(at, fold))).collect();
            Standing { variant, epochs: variants[at].recipe.epochs, trials }
        };
        Standings {
            folds,
            labels: judging().map(|index| images.label(index)).collect(),
            groups: images.groups().map(|groups| judging().map(|index| groups[index]).collect()),
            standings: going.iter().map(standing).collect(),
        }
    }

    /// Folds that the variants of the rung at `index` have been trained on before.
    fn kept(&self, index: usize) -> usize {
        let before = index.checked_sub(1).map(|before| self.space.rungs[before]);
        before.filter(|before| before.share == self.space.rungs[index].share).map_or(0, |before| before.folds)
    }

    /// Where a variant is among the exploration's, for a share of its epochs.
    fn position(&self, variant: usize, share: f64) -> usize {
        let length = self.space.shares().iter().position(|&other| other == share).unwrap_or(0);
        length * self.variants.len() + variant
    }

    /// The recipe of a variant, all of it.
    fn recipe(&self, variant: usize) -> &Recipe {
        &self.exploration.variants[self.position(variant, 1.0)].recipe
    }

    /// How many trials there are unless a variant diverges or the leader is told apart early.
    fn most_trials(&self) -> usize {
        let (mut trials, mut going) = (0, self.variants.len());
        for (index, rung) in self.space.rungs.iter().enumerate() {
            trials += going * (rung.folds - self.kept(index));
            going = rung_results::survivors(going, self.space.eta);
        }
        trials
    }
}

/// The variants of a space, for each share of their epochs, and their settings.
fn all_lengths(space: &Space, base: &Recipe) -> Result<(Vec<Variant>, Vec<Settings>)> {
    let drawn = space.variants(base)?;
    let mut variants = Vec::new();
    for share in space.shares() {
        for (number, drawn) in (1..).zip(&drawn) {
            let name = space::variant_name(number);
            let name = if share == 1.0 { name } else { format!("{name} at {share}") };
            variants.push(Variant { name, recipe: shortened(&drawn.recipe, share) });
        }
    }
    for variant in &variants {
        check_held_out(&variant.recipe).map_err(|error| variant.failed(error))?;
    }
    Ok((variants, drawn.into_iter().map(|drawn| drawn.settings).collect()))
}
