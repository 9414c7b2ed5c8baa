//! `cargo xtask seeds`: trains one recipe with several seeds and records the results in `bench/record/`.
//!
//! A single accuracy says little: the test set's 10,000 images and the choice of a seed move it by a tenth of a point
//! each. The table has every seed's final epoch, the mean and the spread; nothing is chosen by looking at the test set.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use clap::Args;
use serde_json::Value;
use tenfold_evaluation::Summary;

use crate::machine;

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

/// One seed's result.
struct Row {
    seed: u64,
    train_accuracy: f64,
    test_accuracy: f64,
    test_loss: f64,
    seconds: f64,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    ensure!(arguments.seeds > 0, "at least one seed");
    let scratch = tempfile::tempdir()?;
    let program = machine::build_tenfold(scratch.path())?;
    let commit = machine::commit()?;

    let mut rows = Vec::new();
    for seed in 1..=arguments.seeds {
        let row = train(&program, seed, &arguments.train, scratch.path())?;
        println!("seed {seed}: train {:.4}, test {:.4}, {:.0} s", row.train_accuracy, row.test_accuracy, row.seconds);
        rows.push(row);
    }
    let path = PathBuf::from("bench/record").join(format!("{}.md", arguments.name));
    fs::create_dir_all("bench/record")?;
    fs::write(&path, record(arguments, &commit, &rows)?)?;
    println!("{}", path.display());
    Ok(())
}

fn train(program: &Path, seed: u64, options: &[String], scratch: &Path) -> anyhow::Result<Row> {
    let folder = scratch.join(format!("seed-{seed}"));
    let status = Command::new(program)
        .args(["train", "--quiet", "--seed", &seed.to_string(), "--out"])
        .arg(&folder)
        .args(options)
        .stdout(std::process::Stdio::null())
        .status()?;
    ensure!(status.success(), "training with seed {seed} failed");
    let evaluation: Value = serde_json::from_slice(&fs::read(folder.join("evaluation.json"))?)?;
    let number = |path: &str| evaluation.pointer(path).and_then(Value::as_f64).with_context(|| path.to_owned());
    Ok(Row {
        seed,
        train_accuracy: number("/splits/train/accuracy")?,
        test_accuracy: number("/splits/test/accuracy")?,
        test_loss: number("/splits/test/loss")?,
        seconds: number("/train_seconds")?,
    })
}

fn record(arguments: &Arguments, commit: &str, rows: &[Row]) -> anyhow::Result<String> {
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
        writeln!(text, "| {} | {train:.3} % | {test:.2} % | {:.4} | {:.0} s |", row.seed, row.test_loss, row.seconds)?;
    }
    let over = |value: fn(&Row) -> f64| Summary::new(&rows.iter().map(value).collect::<Vec<_>>());
    let (train, test) = (over(|row| 100.0 * row.train_accuracy)?, over(|row| 100.0 * row.test_accuracy)?);
    let (loss, seconds) = (over(|row| row.test_loss)?, over(|row| row.seconds)?);
    let mean = |summary: &Summary, digits: usize| match summary.standard_deviation {
        Some(deviation) => format!("{:.digits$} ± {deviation:.digits$}", summary.mean),
        None => format!("{:.digits$}", summary.mean),
    };
    let (train, test, loss) = (mean(&train, 3), mean(&test, 3), mean(&loss, 4));
    writeln!(text, "| **mean ± sd** | **{train} %** | **{test} %** | {loss} | {} s |", mean(&seconds, 0))?;
    Ok(text)
}
