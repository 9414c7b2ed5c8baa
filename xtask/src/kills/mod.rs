//! `cargo xtask kills`: a SIGKILL before every call that changes a file or a folder, and what comes of it.
//!
//! Every command is run once to its end. Then it is run again and again on the same material, each time killed before the
//! next of these calls; what it was doing is resumed, or run again where it had not begun; and every file must be as after
//! the first run, with nothing beside them. The state after a call is the state before the next, so that with a kill before
//! each, the program dies in every state in which its files can be.

mod cases;
mod material;
mod record;
mod trace;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::machine;
use cases::{CASES, Case};
use material::Material;
use record::{Record, Row};
use trace::{End, Point};
use tree::Tree;

/// Kill the program before every write, fsync, rename and the like, and compare what it leaves after it was resumed
///
/// Needs strace, on Linux.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Only this many kills of each command, spread over all of its calls
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "6")]
    sample: Option<usize>,
    /// Only commands whose name holds this text
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
    /// The program [default: build it]
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Write the table into this file, as Markdown
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let program = match &arguments.program {
        Some(program) => program.canonicalize().with_context(|| program.display().to_string())?,
        None => machine::build_tenfold(scratch.path())?,
    };
    let material = Material::new(program, scratch.path())?;
    let mut record = Record::default();
    for case in CASES.iter().filter(|case| case.name.contains(&arguments.only)) {
        record.add(attack(case, &material, arguments.sample)?);
    }
    if let Some(file) = &arguments.out {
        fs::write(file, record.markdown(&arguments.options())?)?;
    }
    let wrong = record.failures();
    ensure!(wrong == 0, "{wrong} kills left something else than no kill does");
    Ok(())
}

impl Arguments {
    /// What the table depends on, as it was typed.
    fn options(&self) -> String {
        let sample = self.sample.map_or(String::new(), |count| format!(" --sample {count}"));
        let only = if self.only.is_empty() { String::new() } else { format!(" --only '{}'", self.only) };
        let program =
            self.program.as_ref().map_or(String::new(), |program| format!(" --program {}", program.display()));
        sample + &only + &program
    }
}

/// Kills a case at every point, or at `sample` of them.
fn attack(case: &Case, material: &Material, sample: Option<usize>) -> Result<Row> {
    material.lay_out(case)?;
    let points = trace::points(&mut material.command(case.command)?)?;
    let expected = Tree::read(&material.workplace())?;
    if let Some(missing) = case.leaves.iter().find(|file| !expected.has(file)) {
        bail!("{}: does not leave {missing}", case.name);
    }
    let mut row = Row::new(case.name, &points);
    for point in spread(&points, sample) {
        material.lay_out(case)?;
        row.killed += 1;
        let found = match trace::kill(&mut material.command(case.command)?, point)? {
            End::Killed => finish(case, material).and_then(|()| expected.compare(&Tree::read(&material.workplace())?)),
            End::NotReached => Err(anyhow::anyhow!("the call was not reached")),
        };
        if let Err(error) = found {
            println!("{}, killed before {point}: {error:#}", case.name);
            row.failures += 1;
        }
    }
    Ok(row)
}

/// What a person does after a kill: resumes the run, if there is one; else runs the command again.
fn finish(case: &Case, material: &Material) -> Result<()> {
    let begun = case.run.is_some_and(|run| material.workplace().join(run).join("config.toml").is_file());
    material.finish(if begun { case.again } else { case.anew() })
}

/// `count` of `all`, the first and the last among them, or all.
fn spread(all: &[Point], count: Option<usize>) -> Vec<&Point> {
    let count = count.unwrap_or(all.len()).min(all.len());
    (0..count).map(|place| &all[place * (all.len() - 1) / (count - 1).max(1)]).collect()
}

/// Copies a folder with all in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
