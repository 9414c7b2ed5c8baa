//! A space: recipes among which the best is searched, and how. A TOML file; `docs/search.md` is its grammar.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde::Deserialize;
use tenfold_dataset::{Dataset, DivideBy};
use tenfold_random::{Purpose, Stream};
use tenfold_training::{Recipe, RecipeChanges, RunFile, RunFolder};
use toml::{Table, Value};

use super::axis::{Axis, Setting, WrittenAxis, merge, written};
use super::rungs::{Rung, WrittenRung, rungs};
use crate::environment::FoldPlan;
use crate::error::{Error, Result};
use crate::run_toml::{MAX_TOML_BYTES, parse_toml};

/// The most variants that a search may begin with.
const MAX_VARIANTS: usize = 1_000;

/// How often is drawn for one variant that is not like another.
const DRAWS: usize = 1_000;

/// A space as a file has it.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct WrittenSpace {
    variants: Option<usize>,
    seed: u64,
    eta: usize,
    folds: usize,
    rungs: Option<Vec<WrittenRung>>,
    recipe: Table,
    axis: Vec<WrittenAxis>,
}

impl Default for WrittenSpace {
    fn default() -> Self {
        Self { variants: None, seed: 1, eta: 3, folds: 5, rungs: None, recipe: Table::new(), axis: Vec::new() }
    }
}

/// Recipes among which the best is searched: what all have, axes along which they differ, and how many of them are trained how
/// long.
///
/// ```
/// use std::path::Path;
///
/// use tenfold_experiment::Space;
///
/// let text = "variants = 4\n[[axis]]\nsetting = 'optimizer.learning_rate'\nlog_uniform = [0.001, 0.1]";
/// Space::parse(Path::new("space.toml"), text.as_bytes())?;
/// let error = Space::parse(Path::new("space.toml"), text.replace("variants = 4", "").as_bytes()).unwrap_err().to_string();
/// assert!(error.contains("expected how many variants are drawn"), "a range has no end of combinations: {error}");
/// # Ok::<(), tenfold_experiment::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Space {
    /// How many variants are drawn; none: all combinations.
    variants: Option<usize>,
    /// Which are drawn.
    seed: u64,
    /// Of each rung, one in so many goes on.
    pub(super) eta: usize,
    folds: usize,
    /// At least one; the last trains whole recipes.
    pub(super) rungs: Vec<Rung>,
    /// What all variants have.
    recipe: Table,
    axes: Vec<Axis>,
    /// The file.
    text: String,
}

/// What each axis is called, and its value or the name of that.
pub(super) type Settings = BTreeMap<String, Value>;

/// A recipe of a space.
pub(super) struct Drawn {
    pub settings: Settings,
    pub recipe: Recipe,
}

impl Space {
    /// The space in `text`, the bytes of the TOML file `path`.
    ///
    /// # Errors
    /// [`Error::File`] for what is not a space: where, what was expected, and what was found.
    pub fn parse(path: &Path, text: &[u8]) -> Result<Self> {
        let written: WrittenSpace = parse_toml(path, text)?;
        Self::new(written, String::from_utf8_lossy(text).into_owned()).map_err(|problem| Error::file(path, problem))
    }

    /// That of the search in `folder`.
    ///
    /// # Errors
    /// [`Error::Data`] if its file cannot be read; [`Error::File`] if that is not a space.
    pub fn saved(folder: &RunFolder) -> Result<Self> {
        let path = folder.file(RunFile::Space);
        Self::parse(&path, &tenfold_dataset::read_file(&path, MAX_TOML_BYTES)?)
    }

    fn new(written: WrittenSpace, text: String) -> std::result::Result<Self, String> {
        let WrittenSpace { variants, seed, eta, folds, rungs: written_rungs, recipe, axis } = written;
        let within = |name: &str, range: std::ops::RangeInclusive<usize>, found: usize| match range.contains(&found) {
            true => Ok(()),
            false => Err(format!("{name}: expected {} to {}, found {found}", range.start(), range.end())),
        };
        within("variants", 1..=MAX_VARIANTS, variants.unwrap_or(1))?;
        within("eta", 2..=100, eta)?;
        within("folds", 2..=1_000, folds)?;
        let mut axes: Vec<Axis> = Vec::new();
        for (number, axis) in (1..).zip(axis) {
            let axis = Axis::new(axis).map_err(|problem| format!("axis {number}: {problem}"))?;
            if axes.iter().any(|other| other.name() == axis.name()) {
                return Err(format!("axis {number}: expected settings that differ, found {} again", axis.name()));
            }
            axes.push(axis);
        }
        let rungs = rungs(written_rungs, folds)?;
        let space = Self { variants, seed, eta, folds, rungs, recipe, axes, text };
        match (space.combinations(), variants) {
            (None, None) => {
                Err("variants: expected how many variants are drawn, as an axis is a range, found none".into())
            }
            (Some(all), None) if all > MAX_VARIANTS => Err(format!(
                "variants: expected at most {MAX_VARIANTS}, found {all} combinations\nhint: say how many are drawn"
            )),
            _ => Ok(space),
        }
    }

    /// The file that says it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The folds that judge on these images: by group where groups are known.
    pub(super) fn plan(&self, images: &Dataset) -> FoldPlan {
        let by = if images.groups().is_some() { DivideBy::Group } else { DivideBy::Image };
        FoldPlan { folds: self.folds, by, ..FoldPlan::default() }
    }

    /// The shares of their epochs that variants are trained for in some rung, the least first.
    pub(super) fn shares(&self) -> Vec<f64> {
        let mut shares: Vec<f64> = self.rungs.iter().map(|rung| rung.share).collect();
        shares.dedup();
        shares
    }

    /// How many variants there are; none where an axis is a range.
    fn combinations(&self) -> Option<usize> {
        self.axes.iter().try_fold(1_usize, |all, axis| Some(all.saturating_mul(axis.len()?)))
    }

    /// The variants, as changes of `base`: all combinations in order, or as many as are drawn, no two alike.
    ///
    /// # Errors
    /// [`Error::Variant`] for one that is not a recipe.
    pub(super) fn variants(&self, base: &Recipe) -> Result<Vec<Drawn>> {
        let most = self.variants.unwrap_or(MAX_VARIANTS);
        match self.combinations() {
            Some(all) if all <= most => {
                (0..all).map(|index| self.variant(index + 1, base, self.combination(index))).collect()
            }
            _ => {
                let mut seen = HashSet::new();
                let labels = |drawn: &[Setting]| drawn.iter().map(|it| it.label.to_string()).collect::<Vec<_>>();
                let draws = (0..(most * DRAWS) as u32).map(|index| self.draw(index));
                let others = draws.filter(|drawn| seen.insert(labels(drawn))).take(most);
                (1..).zip(others).map(|(number, drawn)| self.variant(number, base, drawn)).collect()
            }
        }
    }

    /// The combination of this position, in which the last axis varies fastest.
    fn combination(&self, mut index: usize) -> Vec<Setting> {
        let mut settings: Vec<Setting> = Vec::new();
        for axis in self.axes.iter().rev() {
            let len = axis.len().expect("all axes are lists");
            settings.push(axis.at(index % len));
            index /= len;
        }
        settings.reverse();
        settings
    }

    fn draw(&self, index: u32) -> Vec<Setting> {
        let draw =
            |(number, axis): (u32, &Axis)| axis.draw(&mut Stream::new(self.seed, Purpose::Search, number, index));
        (0..).zip(&self.axes).map(draw).collect()
    }

    /// The variant of this number with these settings, one of each axis.
    fn variant(&self, number: usize, base: &Recipe, settings: Vec<Setting>) -> Result<Drawn> {
        let mut changes = self.recipe.clone();
        let named = |(axis, setting): (&Axis, &Setting)| (axis.name().to_owned(), setting.label.clone());
        let labels: Settings = self.axes.iter().zip(&settings).map(named).collect();
        settings.into_iter().for_each(|setting| merge(&mut changes, setting.changes));
        let refused = |error: Error| {
            let all: Vec<String> =
                labels.iter().map(|(setting, value)| format!("{setting} = {}", written(value))).collect();
            Error::Variant { name: format!("{} with {}", variant_name(number), all.join(", ")), error: Box::new(error) }
        };
        let changes = RecipeChanges::deserialize(changes)
            .map_err(|error| refused(Error::file(RunFile::Space.name().as_ref(), error.message())))?;
        // The seed of all, also where a preset has its own.
        let changes = RecipeChanges { seed: changes.seed.or(Some(base.seed)), ..changes };
        let recipe = changes.apply(base).and_then(|recipe| recipe.check().map(|()| recipe));
        Ok(Drawn { recipe: recipe.map_err(|error| refused(error.into()))?, settings: labels })
    }
}

/// What the variant of this number, counted from 1, is called.
pub(super) fn variant_name(number: usize) -> String {
    format!("v{number}")
}
