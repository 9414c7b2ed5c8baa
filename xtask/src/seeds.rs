//! `cargo xtask seeds`: trains one recipe with several seeds and records the results in `bench/record/`.
//!
//! A single accuracy says little: the test set's 10,000 images and the choice of a seed move it by a tenth of a point
//! each. The table has every seed's final epoch, the mean and the spread; nothing is chosen by looking at the test set.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;

use crate::machine;
use crate::trained::{Trained, evaluation, mean_and_deviation, train};

/// Train with several seeds and record the accuracies
#[derive(Args)]
pub(crate) struct Arguments {
    /// Seeds 1 to N
    #[arg(long, value_name = "N", default_value_t = 5)]
    seeds: u64,
    /// Name of the record: bench/record/NAME.md
    #[arg(long, default_value = "paper-seeds")]
    name: String,
    /// Options of `tenfold train`, after `--`
    #[arg(last = true)]
    train: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    ensure!(arguments.seeds > 0, "at least one seed");
    let scratch = tempfile::tempdir()?;
    let program = machine::build_tenfold(scratch.path())?;
    let commit = machine::commit()?;

    let mut rows = Vec::new();
    for seed in 1..=arguments.seeds {
        let folder = scratch.path().join(format!("seed-{seed}"));
        let options = ["--quiet", "--seed", &seed.to_string(), "--out", &folder.to_string_lossy()].map(str::to_owned);
        train(&program, &[&options[..], &arguments.train].concat())?;
        let row = Trained::of(seed, &evaluation(&folder)?)?;
        println!(
            "seed {seed}: train {:.4}, test {:.4}, {:.0} s",
            row.train_accuracy, row.test_accuracy, row.train_seconds
        );
        rows.push(row);
    }
    let path = PathBuf::from("bench/record").join(format!("{}.md", arguments.name));
    fs::create_dir_all("bench/record")?;
    fs::write(&path, record(arguments, &commit, &rows)?)?;
    println!("{}", path.display());
    Ok(())
}

fn record(arguments: &Arguments, commit: &str, rows: &[Trained]) -> anyhow::Result<String> {
    let mut options = String::new();
    for option in &arguments.train {
        write!(options, " {option}")?;
    }
    let separator = if options.is_empty() { "" } else { " --" };
    let mut text = format!("# Accuracy over {} seeds\n\n", rows.len());
    writeln!(
        text,
        "- command: `cargo xtask seeds --seeds {} --name {}{separator}{options}`",
        rows.len(),
        arguments.name
    )?;
    writeln!(text, "- commit: {commit}\n- machine: {}, {} cores", machine::processor(), machine::cores()?)?;
    writeln!(
        text,
        "- every number is of the model after the last epoch; the test images were looked at once per seed\n"
    )?;
    text += "| seed | train accuracy | test accuracy | test loss | training |\n|---|---|---|---|---|\n";
    for row in rows {
        let (train, test) = (100.0 * row.train_accuracy, 100.0 * row.test_accuracy);
        writeln!(
            text,
            "| {} | {train:.3} % | {test:.2} % | {:.4} | {:.0} s |",
            row.seed, row.test_loss, row.train_seconds
        )?;
    }
    let over =
        |value: fn(&Trained) -> f64, digits| mean_and_deviation(&rows.iter().map(value).collect::<Vec<_>>(), digits);
    let (train, test) = (over(|row| 100.0 * row.train_accuracy, 3)?, over(|row| 100.0 * row.test_accuracy, 3)?);
    let (loss, seconds) = (over(|row| row.test_loss, 4)?, over(|row| row.train_seconds, 0)?);
    writeln!(text, "| **mean ± sd** | **{train} %** | **{test} %** | {loss} | {seconds} s |")?;
    Ok(text)
}
