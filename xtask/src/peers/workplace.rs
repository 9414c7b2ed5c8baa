//! What contestants need before they can run: programs, packages, images and models, in a temporary folder.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tenfold_dataset::{Part, Source, idx};

use super::contestants::{Contestant, MODELS, Program, Task, Work};
use crate::{machine, process};

/// Something that takes long to make and that several contestants share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// A Python environment with the packages of a requirements file.
    Packages(&'static str),
    /// A program of `bench/peers/rust`.
    Program(&'static str),
    /// The ONNX files.
    Models,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Packages(name) => write!(f, "the packages of requirements/{name}.txt"),
            Self::Program(name) => write!(f, "the Rust peer {name}"),
            Self::Models => f.write_str("the ONNX files"),
        }
    }
}

/// Where contestants run.
pub(super) struct Workplace {
    scratch: TempDir,
    /// Python environments, a folder each.
    environments: PathBuf,
    tenfold: PathBuf,
    earlier: Option<PathBuf>,
    /// What was tried, and why it failed where it did.
    needs: BTreeMap<Need, Result<(), String>>,
}

/// Packages that write the ONNX files.
const EXPORT: &str = "onnxruntime";
/// Building a library, or downloading its packages, may take this long.
const PREPARATION_LIMIT: Duration = Duration::from_secs(2 * 3600);

impl Workplace {
    /// Builds Tenfold and writes MNIST as IDX files; peers are prepared by [`Self::prepare`].
    ///
    /// `environments`: a folder for Python environments to keep, or `None` for a temporary one. `earlier`: an earlier
    /// build.
    pub(super) fn new(environments: Option<&Path>, earlier: Option<&Path>) -> Result<Self> {
        let scratch = tempfile::tempdir()?;
        let earlier = earlier.map(fs::canonicalize).transpose().context("the earlier build")?;
        let tenfold = machine::build_tenfold(scratch.path())?;
        for (name, part) in [("train", Part::Train), ("t10k", Part::Test)] {
            let images = Source::Embedded.load(part)?;
            fs::create_dir_all(scratch.path().join("mnist"))?;
            let file = |kind: &str| scratch.path().join(format!("mnist/{name}-{kind}-ubyte"));
            fs::write(file("images-idx3"), idx::write_images(&images))?;
            fs::write(file("labels-idx1"), idx::write_labels(&images))?;
        }
        let environments = match environments {
            Some(folder) => std::path::absolute(folder)?,
            None => scratch.path().join("python"),
        };
        Ok(Self { scratch, environments, tenfold, earlier, needs: BTreeMap::new() })
    }

    /// Makes what `contestant` needs, once; what fails is reported by [`Self::command`].
    pub(super) fn prepare(&mut self, contestant: &Contestant) {
        for need in needs(contestant) {
            if self.needs.contains_key(&need) {
                continue;
            }
            println!("preparing {need}");
            let outcome = self.make(need).map_err(|error| format!("{need}: {error:#}"));
            if let Err(problem) = &outcome {
                println!("  {problem}");
            }
            self.needs.insert(need, outcome);
        }
    }

    fn make(&self, need: Need) -> Result<()> {
        let peers = machine::root().join("bench/peers");
        let finish = |command: &mut Command| process::run(command, PREPARATION_LIMIT).map(drop);
        match need {
            Need::Packages(name) => {
                let environment = self.environments.join(name);
                if !environment.join("bin/python").exists() {
                    finish(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
                }
                let file = peers.join(format!("requirements/{name}.txt"));
                finish(self.python(name).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(file))
            }
            Need::Program(name) => {
                let mut cargo = Command::new(env!("CARGO"));
                cargo.args(["build", "--release", "--locked", "--bin", name]);
                cargo.arg("--manifest-path").arg(peers.join("rust/Cargo.toml"));
                finish(cargo.arg("--target-dir").arg(peers.join("rust/target")))
            }
            Need::Models => {
                let model = machine::root().join("crates/recognizer/models/paper.safetensors");
                let mut export = self.python(EXPORT);
                export.arg(peers.join("export_onnx.py")).arg(model).arg(self.scratch.path());
                finish(export.arg("--data").arg(self.images()))
            }
        }
    }

    /// What has `contestant` do `task`.
    ///
    /// # Errors
    /// If something that it needs could not be made.
    pub(super) fn command(&self, contestant: &Contestant, task: Task, seconds: f64) -> Result<Command> {
        for need in needs(contestant) {
            match self.needs.get(&need) {
                Some(Ok(())) => {}
                Some(Err(problem)) => bail!("{problem}"),
                None => bail!("{need} has not been prepared"),
            }
        }
        let peers = machine::root().join("bench/peers");
        let mut command = match contestant.program {
            Program::Tenfold { .. } => Command::new(&self.tenfold),
            Program::Earlier { .. } => Command::new(self.earlier.as_ref().context("no earlier build is given")?),
            Program::Python { script, requirements } => {
                let mut command = self.python(requirements);
                command.arg(peers.join(script));
                command
            }
            Program::Rust { name } => {
                let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
                Command::new(peers.join("rust/target/release").join(name))
            }
        };
        for argument in contestant.arguments(task, seconds) {
            if MODELS.contains(&argument.as_str()) {
                command.arg(self.scratch.path().join(argument));
            } else {
                command.arg(argument);
            }
        }
        if contestant.is_peer() {
            command.arg("--data").arg(self.images());
        }
        // A whole run of Tenfold leaves its files in the folder it is started in.
        let folder = if task.work == Work::WholeRun { self.scratch.path() } else { machine::root() };
        command.env_remove("TENFOLD_CPU").envs(contestant.environment.iter().copied());
        command.current_dir(folder);
        Ok(command)
    }

    fn python(&self, environment: &str) -> Command {
        let mut command = Command::new(self.environments.join(environment).join("bin/python"));
        // Neither compiled scripts nor compiled networks are left behind.
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("TORCHINDUCTOR_CACHE_DIR", self.scratch.path().join("inductor"));
        command
    }

    fn images(&self) -> PathBuf {
        self.scratch.path().join("mnist")
    }
}

fn needs(contestant: &Contestant) -> Vec<Need> {
    let mut needs = match contestant.program {
        Program::Tenfold { .. } | Program::Earlier { .. } => Vec::new(),
        Program::Python { requirements, .. } => vec![Need::Packages(requirements)],
        Program::Rust { name } => vec![Need::Program(name)],
    };
    if contestant.options.iter().any(|option| MODELS.contains(option)) {
        needs.extend([Need::Packages(EXPORT), Need::Models]);
    }
    needs
}
