//! `cargo xtask presets`: trains each preset with several seeds and records in `bench/record/` what that came to.
//!
//! Runs stay in a folder, from which they are resumed. What is known of each is a line of `presets.jsonl`, from which the
//! table `presets.md` is made, so that one preset can be trained again without the others.

mod record;
mod row;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use tenfold_network::PRESETS;
use tenfold_training::Recipe;

use crate::machine;
use crate::trained::train;
use row::Row;

/// Train each preset with several seeds and record accuracy, cost and times
#[derive(Args)]
pub(crate) struct Arguments {
    /// Only this preset; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Seeds 1 to N of each
    #[arg(long, value_name = "N", default_value_t = 5)]
    seeds: u64,
    /// Threads of each run [default: all]
    #[arg(long, value_name = "N")]
    threads: Option<u16>,
    /// Folder of the runs: what is finished there is not trained again, and what was interrupted is resumed
    #[arg(long, value_name = "DIR", default_value = "target/presets")]
    runs: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    ensure!(arguments.seeds > 0, "at least one seed");
    let chosen = arguments.presets()?;
    let scratch = tempfile::tempdir()?;
    let program = machine::build_tenfold(scratch.path())?;
    let commit = machine::commit()?;
    let mut rows = record::read()?;
    for name in chosen {
        for seed in 1..=arguments.seeds {
            let folder = arguments.runs.join(format!("{name}-seed-{seed}"));
            let recipe = Recipe { seed, ..Recipe::preset(name)? };
            let is_new = arguments.carry_out(&program, name, &recipe, &folder)?;
            let at = rows.iter().position(|row| row.preset == name && row.trained.seed == seed);
            // What is recorded of a run keeps the commit and the times of then.
            if is_new || at.is_none() {
                let row = Row::measured(name, &recipe, &commit, &folder)?;
                println!("{row}");
                at.map(|at| rows.remove(at));
                rows.push(row);
                record::write(&mut rows)?;
            }
        }
    }
    let path = record::write(&mut rows)?;
    println!("{}", path.display());
    Ok(())
}

impl Arguments {
    /// The names of those that are asked for.
    fn presets(&self) -> anyhow::Result<Vec<&'static str>> {
        let names = PRESETS.map(|preset| preset.name);
        for name in &self.only {
            ensure!(names.contains(&name.as_str()), "unknown preset '{name}': expected one of {}", names.join(", "));
        }
        let is_chosen = |name: &&str| self.only.is_empty() || self.only.iter().any(|only| only == name);
        Ok(names.into_iter().filter(is_chosen).collect())
    }

    /// Trains a run, or what is left of it. False if it was finished already.
    fn carry_out(&self, program: &Path, name: &str, recipe: &Recipe, folder: &Path) -> anyhow::Result<bool> {
        let path = folder.to_string_lossy().into_owned();
        let config = folder.join("config.toml");
        let mut options = match fs::read_to_string(&config) {
            Ok(text) => {
                let found: Recipe = toml::from_str(&text).with_context(|| config.display().to_string())?;
                ensure!(found == *recipe, "{path}: a run of another recipe than the preset's\nhint: remove it");
                if folder.join("evaluation.json").is_file() {
                    return Ok(false);
                }
                vec!["--resume".to_owned(), path]
            }
            // Of what was killed before it had a recipe nothing is lost.
            Err(_) => {
                let seed = recipe.seed.to_string();
                ["--preset", name, "--seed", &seed, "--force", "--out", &path].map(str::to_owned).to_vec()
            }
        };
        if let Some(threads) = self.threads {
            options.extend(["--threads".to_owned(), threads.to_string()]);
        }
        train(program, &options)?;
        Ok(true)
    }
}
