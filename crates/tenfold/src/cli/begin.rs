//! The options with which a run, or a set of runs, begins: anew, or where another process stopped.

use std::path::PathBuf;

use anyhow::anyhow;
use clap::{Args, Command, Id};
use tenfold_experiment::{Environment, Error, Place, Setup};
use tenfold_training::{Engine, Error as TrainingError, RunKind};

use super::output::command_line;
use super::recipe::RecipeArguments;

/// Where runs go unless `--out` says otherwise.
pub(crate) const RUNS: &str = "runs";

/// What to train, on what, and where the files go.
#[derive(Args)]
pub(crate) struct BeginArguments {
    #[command(flatten)]
    recipe: RecipeArguments,
    /// Data set: a CSV, NPZ or Parquet file, a folder with a folder of pictures for each class, or one with MNIST's four IDX
    /// files [default: MNIST, inside the program]
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Folder for the run's files; must be new or empty [default: the next free runs/NAME-N]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace an earlier run in the folder given with --out: the files that it has written, and only if no others are there
    #[arg(long, requires = "out")]
    force: bool,
    /// Resume the run in this folder, with its own settings; in its config.toml more epochs may be asked for
    #[arg(long, value_name = "RUN", conflicts_with_all = settled())]
    resume: Option<PathBuf>,
}

/// The options whose values a run that is resumed has already: all of a recipe, among others.
fn settled() -> impl Iterator<Item = Id> {
    // clap's own group of a recipe's options leaves out those beside flattened ones.
    let recipe = RecipeArguments::augment_args(Command::new("recipe"));
    let options: Vec<Id> = recipe.get_arguments().map(|option| option.get_id().clone()).collect();
    options.into_iter().chain(["data", "out", "force"].map(Id::from))
}

impl BeginArguments {
    /// Reads and checks what is asked for; nothing is written yet. `started` has the environment of a run that is not resumed
    /// say what else it is started with.
    pub(crate) fn setup(
        &self,
        kind: RunKind,
        engine: Engine,
        started: impl FnOnce(Environment) -> Environment,
    ) -> anyhow::Result<Setup> {
        if let Some(path) = &self.resume {
            return Ok(Setup::resume(path, kind, engine.threads)?);
        }
        let recipe = self.recipe.recipe()?;
        recipe.check()?;
        let environment = started(Environment::new(kind, command_line(), self.data.as_deref(), engine)?);
        let place = match &self.out {
            Some(path) => Place::New { path: path.clone(), replace: self.force },
            None => Place::Numbered { base: RUNS.into(), name: self.recipe.name().to_owned() },
        };
        Ok(Setup { recipe, environment, place, start: None, teacher: None })
    }

    /// An error of an experiment that begins so, with what to do about it on the command line.
    pub(crate) fn hinted(&self, error: Error) -> anyhow::Error {
        let Error::Training(cause) = &error else { return error.into() };
        let hint = match cause {
            _ if self.resume.is_some() => return error.into(),
            TrainingError::FolderExists { .. } => {
                "choose another folder with --out, or replace the run in it with --force"
            }
            TrainingError::NotARun { .. } => "--force replaces runs only; choose another folder with --out",
            TrainingError::Unmarked { .. } => {
                "--resume gives it one, after which --force replaces it; or remove the folder yourself"
            }
            _ => return error.into(),
        };
        anyhow!("{error}\nhint: {hint}")
    }
}
