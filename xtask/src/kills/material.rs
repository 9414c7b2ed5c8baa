//! What the commands work on: some sixty images, a network of 170 parameters, a model of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tenfold_dataset::{Part, Source, hold_out, idx};

use super::cases::Case;
use super::copy;
use crate::process;

/// The longest that a command may take.
const LIMIT: Duration = Duration::from_secs(60);

/// A network that is trained in milliseconds.
const NETWORK: &str = r#"input = [28, 28, 1]
layers = [
    { type = "pool", kind = "average", size = [7, 7], stride = [7, 7] },
    { type = "flatten" },
    { type = "dense", units = 10 },
]
"#;

/// Recipes for it, one of which cannot be trained.
const SPACE: &str = r#"folds = 2
rungs = [{ folds = 1, share_of_epochs = 0.5 }, {}]
[[axis]]
setting = "optimizer.learning_rate"
choice = [0.01, 1e38, 0.1]
"#;

/// Variants of it, one of which cannot be trained.
const VARIANTS: &str = r#"[[variant]]
name = "plain"
[[variant]]
name = "diverging"
optimizer = { type = "sgd", learning_rate = 1e38, momentum = 0.9, nesterov = false }
[[variant]]
name = "another rate"
optimizer = { type = "sgd", learning_rate = 0.1, momentum = 0.9, nesterov = false }
"#;

/// The program and the folder that each case starts from.
pub(super) struct Material {
    program: PathBuf,
    base: PathBuf,
    /// Case after case, in the same place: runs remember where their images are.
    workplace: PathBuf,
    /// What the case under way starts from.
    prepared: PathBuf,
}

impl Material {
    pub(super) fn new(program: PathBuf, scratch: &Path) -> Result<Self> {
        let [base, workplace, prepared] = ["base", "work", "prepared"].map(|name| scratch.join(name));
        let material = Self { program, base, workplace, prepared };
        let images = Source::Embedded.load(Part::Test)?;
        fs::create_dir_all(material.base.join("data"))?;
        for (prefix, share, seed) in [("train", 0.006, 1), ("t10k", 0.002, 2)] {
            let part = images.subset(&hold_out(images.labels(), share, seed)?.validation)?;
            let file = |name: &str| material.base.join("data").join(format!("{prefix}-{name}-ubyte"));
            fs::write(file("images-idx3"), idx::write_images(&part))?;
            fs::write(file("labels-idx1"), idx::write_labels(&part))?;
        }
        fs::write(material.base.join("net.toml"), NETWORK)?;
        fs::write(material.base.join("list.toml"), VARIANTS)?;
        fs::write(material.base.join("space.toml"), SPACE)?;
        copy(&material.base, &material.workplace)?;
        material.finish("train --data data --network net.toml --epochs 20 --quiet --out run")?;
        fs::copy(material.workplace.join("run/model.safetensors"), material.base.join("model.safetensors"))?;
        Ok(material)
    }

    /// Where commands run.
    pub(super) fn workplace(&self) -> PathBuf {
        self.workplace.clone()
    }

    /// Makes the workplace what the case starts from; the first time by its commands before.
    pub(super) fn lay_out(&self, case: &Case) -> Result<()> {
        let prepared = self.prepared.join(case.name);
        if !prepared.exists() {
            self.reset(&self.base)?;
            case.before.iter().try_for_each(|step| self.prepare(step))?;
            copy(&self.workplace, &prepared)?;
        }
        self.reset(&prepared)
    }

    fn reset(&self, from: &Path) -> Result<()> {
        if self.workplace.exists() {
            fs::remove_dir_all(&self.workplace)?;
        }
        copy(from, &self.workplace)
    }

    /// A command of the program, or `remove FILE`, or `edit FILE OLD;NEW`.
    fn prepare(&self, step: &str) -> Result<()> {
        match step.split_once(' ') {
            Some(("remove", file)) => Ok(fs::remove_file(self.workplace.join(file))?),
            Some(("edit", rest)) => {
                let (file, change) = rest.split_once(' ').context("edit FILE OLD;NEW")?;
                let (old, new) = change.split_once(';').context("edit FILE OLD;NEW")?;
                let path = self.workplace.join(file);
                let text = fs::read_to_string(&path)?;
                ensure!(text.contains(old), "{file} has no {old}");
                Ok(fs::write(path, text.replace(old, new))?)
            }
            Some(_) => self.finish(step),
            None => bail!("unknown step {step}"),
        }
    }

    /// The program with the arguments that are the words of `line`.
    pub(super) fn command(&self, line: &str) -> Result<Command> {
        let mut command = Command::new(&self.program);
        command.args(line.split_whitespace()).current_dir(&self.workplace);
        Ok(command)
    }

    /// Runs a command to its end.
    pub(super) fn finish(&self, line: &str) -> Result<()> {
        process::run(&mut self.command(line)?, LIMIT).with_context(|| line.to_owned())?;
        Ok(())
    }
}
