//! What is known of a run, or a set of runs, before its images are loaded: anew, or where another process stopped.

use std::path::{Path, PathBuf};

use tenfold_dataset::Dataset;
use tenfold_formats::{SavedModel, safetensors};
use tenfold_network::Model;
use tenfold_training::{Distillation, DistillationChanges, Recipe, RecipeChanges, RunFile, RunFolder, RunKind, Start};

use crate::chosen_epoch::PATIENCE;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::event::{Event, Observer};
use crate::opened_model::{open_start_file, open_teacher_file};
use crate::run_toml::{read_recipe, write_recipe};
use crate::warnings;

/// A run, or a set of runs, that leaves its files in a folder.
#[derive(Debug)]
pub struct Setup {
    /// What is trained, or what the trained recipes are changes of.
    pub recipe: Recipe,
    /// With what and on which images; it says what is a run of what.
    pub environment: Environment,
    /// Where the files go.
    pub place: Place,
    /// What the recipe starts from, if it starts from a model; see [`Self::starting_from`].
    pub start: Option<SavedModel>,
    /// What the recipe learns from, if it has a distillation; see [`Self::learning_from`].
    pub teacher: Option<SavedModel>,
}

/// Where the files of a run go.
#[derive(Debug)]
pub enum Place {
    /// Into this folder, which must be new or empty.
    New {
        /// The folder.
        path: PathBuf,
        /// Whether an earlier run there is replaced, if nothing else is there.
        replace: bool,
    },
    /// Into the first free folder `base/name-1`, `base/name-2` and so on; what is not a single run has its kind before `name`.
    Numbered {
        /// The folder around it.
        base: PathBuf,
        /// The first part of its name.
        name: String,
    },
    /// Into the folder of the run that is resumed, which this process has to itself.
    Resumed(RunFolder),
}

impl Setup {
    /// That of the run of this kind in the folder `path`, to resume it: with its own recipe and instructions, and so many
    /// threads.
    ///
    /// # Errors
    /// [`Error::Training`] if there is no such run or another process works on it; [`Error::File`] for a run of another kind
    /// or files that are damaged.
    pub fn resume(path: &Path, kind: RunKind, threads: usize) -> Result<Self> {
        let environment = Environment::read(&RunFolder::open(path)?)?;
        if environment.kind != kind {
            let problem = format!("expected a run of {kind}, found one of {}", environment.kind);
            return Err(Error::file(path, problem));
        }
        let folder = RunFolder::resume(path, kind)?;
        let recipe = read_recipe(&folder)?;
        recipe.check()?;
        let environment = Environment { threads, ..environment };
        let start = recipe.start.as_ref().map(|_| open_start_file(&folder)).transpose()?;
        let teacher = recipe.distillation.as_ref().map(|it| open_teacher_file(&folder, it)).transpose()?;
        Ok(Self { recipe, environment, place: Place::Resumed(folder), start, teacher })
    }

    /// The same, going on from a model in place of initial values: its network is the recipe's.
    #[must_use]
    pub fn starting_from(mut self, model: SavedModel, start: Start) -> Self {
        self.recipe.architecture = model.model.architecture().clone();
        (self.recipe.start, self.start) = (Some(start), Some(model));
        self
    }

    /// The same, learning from `teachers` beside the labels, from several of them as one; `distillation` says what they are called and
    /// may say more.
    ///
    /// # Errors
    /// [`Error::Format`] if they cannot be one; [`Error::Training`] for settings out of range.
    pub fn learning_from(self, mut teachers: Vec<SavedModel>, distillation: DistillationChanges) -> Result<Self> {
        let teacher = if teachers.len() == 1 { teachers.remove(0) } else { SavedModel::ensemble(&teachers)? };
        let by = Distillation::by(Vec::new(), &safetensors::write(&teacher)?);
        let distillation = DistillationChanges { sha256: Some(by.sha256), ..distillation };
        let recipe = RecipeChanges { distillation, ..RecipeChanges::default() }.apply(&self.recipe)?;
        recipe.check()?;
        Ok(Self { recipe, teacher: Some(teacher), ..self })
    }

    /// The model to learn from, if there is one, for the classes of `images`.
    pub(crate) fn teaching_model(&self, images: &Dataset) -> Result<Option<&SavedModel>> {
        let teacher = match (&self.teacher, &self.recipe.distillation) {
            (Some(teacher), _) => teacher,
            (None, None) => return Ok(None),
            (None, Some(_)) => {
                let (name, expected) = ("the teacher", "the model that the recipe's distillation is by");
                return Err(tenfold_training::Error::Setting { name, expected, found: "none".to_owned() }.into());
            }
        };
        if teacher.labels != images.names() {
            let (name, expected) = ("the teacher", "one for the classes of the images");
            let found = format!("one for {} classes of other names", teacher.labels.len());
            return Err(tenfold_training::Error::Setting { name, expected, found }.into());
        }
        Ok(Some(teacher))
    }

    /// The model to start from, if there is one, for the classes of `images`: where these are others, in number or by name, its
    /// last layer and the recipe's are new.
    pub(crate) fn starting_model(&mut self, images: &Dataset) -> Result<Option<Model>> {
        let Some(SavedModel { model, labels, .. }) = self.start.take() else { return Ok(None) };
        // What a resumed run has kept is for its classes already.
        if matches!(self.place, Place::Resumed(_)) || labels == images.names() {
            return Ok(Some(model));
        }
        let model = model.with_classes(images.classes(), self.recipe.initializer, self.recipe.seed)?;
        self.recipe.architecture = model.architecture().clone();
        Ok(Some(model))
    }

    /// Reports what is to be known before anything is trained on `images`; what is wrong with these is also returned.
    pub(crate) fn warn(&self, images: &Dataset, observe: &mut Observer<'_>) -> Result<Vec<String>> {
        let (has, cpu) = (self.environment.engine().cpu.level().name(), &self.environment.cpu);
        if has != cpu {
            let text = format!("the run was begun with {cpu}, but this machine has {has}: its rounding will differ");
            let _ = observe(Event::Warning(&text));
        }
        // Its images are held out for nothing else in a single run.
        if self.recipe.patience.is_some() && self.environment.kind != RunKind::Train {
            let _ = observe(Event::Warning(PATIENCE));
        }
        let warnings = warnings::of_images(&self.environment.source(), images)?;
        for warning in &warnings {
            let _ = observe(Event::Warning(warning));
        }
        Ok(warnings)
    }

    /// The folder, with the environment, `more` and the recipe in it.
    pub(crate) fn into_folder(self, more: &[(RunFile, Vec<u8>)]) -> Result<RunFolder> {
        let kind = self.environment.kind;
        let folder = match self.place {
            Place::Resumed(folder) => return Ok(folder),
            Place::New { path, replace } => RunFolder::create(&path, kind, replace)?,
            Place::Numbered { base, name } => match kind {
                RunKind::Train => RunFolder::create_numbered(&base, &name, kind)?,
                kind => RunFolder::create_numbered(&base, &format!("{kind}-{name}"), kind)?,
            },
        };
        self.environment.write(&folder)?;
        for (file, contents) in more {
            folder.write(*file, contents)?;
        }
        // Last: with its recipe, a folder is a run that can be resumed.
        write_recipe(&self.recipe, &folder)?;
        Ok(folder)
    }
}
