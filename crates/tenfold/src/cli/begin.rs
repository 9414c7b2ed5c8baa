//! Where a run, or a set of runs, begins: anew, or where another process stopped.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clap::Args;
use tenfold_experiment::Environment;
use tenfold_training::{Engine, Error, Recipe, RunFile, RunFolder, RunKind};

use super::recipe::RecipeArguments;
use super::{files, output};

/// Where runs go unless `--out` says otherwise.
pub(crate) const RUNS: &str = "runs";

/// What to train, on what, and where the files go.
#[derive(Args, Default)]
pub(crate) struct BeginArguments {
    #[command(flatten)]
    recipe: RecipeArguments,
    /// Folder with the four IDX files of MNIST or of a set like it [default: MNIST, inside the program]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Folder for the run's files; must be new or empty [default: the next free runs/NAME-N]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace an earlier run in the folder given with --out: the files that it has written, and only if no others are there
    #[arg(long, requires = "out")]
    force: bool,
    /// Go on with the run in this folder, with its own settings; in its config.toml more epochs may be asked for
    #[arg(long, value_name = "RUN", conflicts_with_all = ["RecipeArguments", "data", "out", "force"])]
    resume: Option<PathBuf>,
}

/// Everything that is settled before images are loaded.
pub(crate) struct Beginning<'a> {
    pub recipe: Recipe,
    pub environment: Environment,
    pub engine: Engine,
    pub place: Place<'a>,
}

/// Where the files go.
pub(crate) enum Place<'a> {
    /// Where the arguments say, once everything is checked.
    New(&'a BeginArguments),
    /// The folder of the run that goes on, in which no other process can go on.
    Resumed(RunFolder),
}

impl BeginArguments {
    /// Those of a run that goes on.
    pub(crate) fn again(run: &Path) -> Self {
        Self { resume: Some(run.to_owned()), ..Self::default() }
    }

    /// Reads and checks what is asked for; nothing is written yet.
    pub(crate) fn settle(&self, kind: RunKind, engine: Engine) -> anyhow::Result<Beginning<'_>> {
        match &self.resume {
            None => {
                let recipe = self.recipe.recipe()?;
                recipe.check()?;
                let environment = Environment::new(kind, command_line(), self.data.as_deref(), engine)?;
                Ok(Beginning { recipe, environment, engine, place: Place::New(self) })
            }
            Some(path) => settle_again(path, kind, engine),
        }
    }
}

/// As it was typed.
fn command_line() -> Vec<String> {
    std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect()
}

fn settle_again(path: &Path, kind: RunKind, engine: Engine) -> anyhow::Result<Beginning<'_>> {
    let environment = Environment::read(&RunFolder::open(path)?)?;
    if environment.kind != kind {
        bail!("{}: expected a run of {kind}, found one of {}", path.display(), environment.kind);
    }
    let folder = RunFolder::resume(path, kind)?;
    let recipe: Recipe = files::toml(&folder.file(RunFile::Config))?;
    recipe.check()?;
    let (engine, lacks) = environment.engine(engine);
    if lacks {
        let (has, cpu) = (engine.cpu.level(), &environment.cpu);
        output::warn(&format!("the run was begun with {cpu}, this machine has {has}: its rounding will differ"));
    }
    Ok(Beginning { recipe, environment, engine, place: Place::Resumed(folder) })
}

impl Place<'_> {
    /// The folder, with the environment, `more` and the recipe in it. A new one that nobody has named is called after the
    /// recipe, with what it is a run of before it, unless that is `train`.
    pub(crate) fn folder(
        self,
        recipe: &Recipe,
        environment: &Environment,
        more: &[(RunFile, Vec<u8>)],
    ) -> anyhow::Result<RunFolder> {
        let arguments = match self {
            Self::New(arguments) => arguments,
            Self::Resumed(folder) => return Ok(folder),
        };
        let kind = environment.kind;
        let name = match kind {
            RunKind::Train => arguments.recipe.name().to_owned(),
            kind => format!("{kind}-{}", arguments.recipe.name()),
        };
        let folder = match &arguments.out {
            Some(path) => RunFolder::create(path, kind, arguments.force).map_err(hinted)?,
            None => RunFolder::create_numbered(Path::new(RUNS), &name, kind)?,
        };
        environment.write(&folder)?;
        for (file, contents) in more {
            folder.write(*file, contents)?;
        }
        // Last: with its recipe, a folder is a run that can go on.
        write_recipe(recipe, &folder)?;
        Ok(folder)
    }
}

/// Writes a run's `config.toml`.
pub(crate) fn write_recipe(recipe: &Recipe, folder: &RunFolder) -> anyhow::Result<()> {
    let config = toml::to_string(recipe).context("config.toml")?;
    Ok(folder.write(RunFile::Config, config.as_bytes())?)
}

/// An error with what to do about it on the command line.
fn hinted(error: Error) -> anyhow::Error {
    let hint = match &error {
        Error::FolderExists { .. } => "choose another folder with --out, or replace the run in it with --force",
        Error::NotARun { .. } => "--force replaces runs only; choose another folder with --out",
        Error::Unmarked { .. } => {
            "--resume gives it one, after which --force replaces it; or remove the folder yourself"
        }
        _ => return error.into(),
    };
    anyhow!("{error}\nhint: {hint}")
}
