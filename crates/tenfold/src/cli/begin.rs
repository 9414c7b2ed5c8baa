//! Where a run, or a set of runs, begins: anew, or where another process stopped.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use tenfold_training::{Engine, Recipe, RunFile, RunFolder};

use super::environment::{Environment, Kind};
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
    /// Replace an earlier run in the folder given with --out
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
    arguments: &'a BeginArguments,
}

impl BeginArguments {
    /// Those of a run that goes on.
    pub(crate) fn again(run: &Path) -> Self {
        Self { resume: Some(run.to_owned()), ..Self::default() }
    }

    /// Reads and checks what is asked for; nothing is written yet.
    pub(crate) fn settle(&self, kind: Kind, engine: Engine) -> anyhow::Result<Beginning<'_>> {
        match &self.resume {
            None => {
                let recipe = self.recipe.recipe()?;
                recipe.check()?;
                let environment = Environment::new(kind, self.data.as_deref(), engine)?;
                Ok(Beginning { recipe, environment, engine, arguments: self })
            }
            Some(path) => self.settle_again(path, kind, engine),
        }
    }

    fn settle_again(&self, path: &Path, kind: Kind, engine: Engine) -> anyhow::Result<Beginning<'_>> {
        let folder = RunFolder::open(path)?;
        folder.tidy()?;
        let recipe: Recipe = files::toml(&folder.file(RunFile::Config))?;
        recipe.check()?;
        let environment = Environment::read(&folder)?;
        if environment.kind != kind {
            let (expected, found) = (kind.command(), environment.kind.command());
            bail!("{}: expected a run of {expected}, found one of {found}", path.display());
        }
        let (engine, lacks) = environment.engine(engine);
        if lacks {
            let (has, cpu) = (engine.cpu.level(), &environment.cpu);
            output::warn(&format!("the run was begun with {cpu}, this machine has {has}: the last bits will differ"));
        }
        Ok(Beginning { recipe, environment, engine, arguments: self })
    }
}

impl Beginning<'_> {
    /// The folder of the run that goes on; none for a new one.
    pub(crate) fn resumed(&self) -> Option<&Path> {
        self.arguments.resume.as_deref()
    }

    /// The folder, with the recipe and the environment in it. A new one that nobody has named is called after the recipe,
    /// with what it is a run of before it, unless that is `train`.
    pub(crate) fn folder(&self) -> anyhow::Result<RunFolder> {
        let BeginArguments { recipe, out, force, resume, .. } = self.arguments;
        let name = match self.environment.kind {
            Kind::Train => recipe.name().to_owned(),
            kind => format!("{}-{}", kind.command(), recipe.name()),
        };
        let folder = match (resume, out) {
            (Some(path), _) => return Ok(RunFolder::open(path)?),
            (None, Some(path)) => RunFolder::create(path, *force)?,
            (None, None) => RunFolder::create_numbered(Path::new(RUNS), &name)?,
        };
        self.environment.write(&folder)?;
        // Last: with its recipe, a folder is a run that can go on.
        write_recipe(&self.recipe, &folder)?;
        Ok(folder)
    }
}

/// Writes a run's `config.toml`.
pub(crate) fn write_recipe(recipe: &Recipe, folder: &RunFolder) -> anyhow::Result<()> {
    let config = toml::to_string(recipe).context("config.toml")?;
    Ok(folder.write(RunFile::Config, config.as_bytes())?)
}
