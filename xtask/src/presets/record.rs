//! The record of all presets: a line of JSON for each run, and the table that is made of them.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use tenfold_evaluation::Summary;
use tenfold_network::PRESETS;

use super::row::Row;
use crate::machine::root;
use crate::trained::{Trained, mean_and_deviation};

const HEAD: &str = "\
# Presets

- command: `cargo xtask presets`; one run again: `tenfold train --preset NAME --seed N`
- every number is of the model after the last epoch, trained on all training images; the test images were looked at once per
  run, after it
- ± is the standard deviation over seeds; the interval is that of the mean, by Student's t on the logit scale
- loss and calibration error (ECE) are of the test images; training is the wall time of all steps; prediction is the median for
  one image alone on one thread

";

/// The runs that are recorded, but for those of recipes that are no preset's any more.
pub(super) fn read() -> anyhow::Result<Vec<Row>> {
    let path = lines_path();
    let text = if path.is_file() { fs::read_to_string(&path)? } else { String::new() };
    parse(&text).with_context(|| path.display().to_string())
}

fn parse(text: &str) -> anyhow::Result<Vec<Row>> {
    let rows = text.lines().map(serde_json::from_str).collect::<Result<Vec<Row>, _>>()?;
    Ok(rows.into_iter().filter(Row::is_current).collect())
}

/// Writes the lines and the table, in the order of presets and seeds; returns the table's path.
pub(super) fn write(rows: &mut [Row]) -> anyhow::Result<PathBuf> {
    let place = |row: &Row| (PRESETS.iter().position(|preset| preset.name == row.preset), row.trained.seed);
    rows.sort_by_key(place);
    fs::write(lines_path(), lines(rows)?)?;
    let path = lines_path().with_extension("md");
    fs::write(&path, table(rows)?)?;
    Ok(path)
}

fn lines_path() -> PathBuf {
    root().join("bench/record/presets.jsonl")
}

fn lines(rows: &[Row]) -> anyhow::Result<String> {
    let lines = rows.iter().map(|row| Ok(serde_json::to_string(row)? + "\n"));
    lines.collect()
}

fn table(rows: &[Row]) -> anyhow::Result<String> {
    let mut text = HEAD.to_owned();
    text += "| preset | seeds | test accuracy | interval of the mean | loss | ECE | parameters | multiply-adds | training | \
             prediction |\n|---|---|---|---|---|---|---|---|---|---|\n";
    for preset in PRESETS {
        let own: Vec<&Row> = rows.iter().filter(|row| row.preset == preset.name).collect();
        if own.is_empty() {
            continue;
        }
        let values = |value: fn(&Row) -> f64| own.iter().map(|row| value(row)).collect::<Vec<f64>>();
        let over = |value, digits| mean_and_deviation(&values(value), digits);
        let interval = Summary::of_rates(&values(|row| row.trained.test_accuracy))?.mean_95;
        let interval =
            interval.map_or(String::new(), |it| format!("{:.3} to {:.3} %", 100.0 * it.low, 100.0 * it.high));
        let outline = preset.architecture().outline()?;
        writeln!(
            text,
            "| `{}` | {} | **{} %** | {interval} | {} | {} | {} | {} | {} s | {} us |",
            preset.name,
            own.len(),
            over(|row| 100.0 * row.trained.test_accuracy, 3)?,
            over(|row| row.trained.test_loss, 4)?,
            over(|row| row.trained.calibration_error, 4)?,
            outline.parameters,
            outline.multiply_accumulates(),
            over(|row| row.trained.train_seconds, 1)?,
            over(|row| row.predict_us, 0)?,
        )?;
    }
    text += "\n## Runs\n\n| preset | seed | train accuracy | test accuracy | loss | ECE | training | commit | machine |\n\
             |---|---|---|---|---|---|---|---|---|\n";
    for Row { preset, trained, commit, machine, .. } in rows {
        let Trained { seed, train_accuracy, test_accuracy, test_loss, calibration_error, train_seconds } = trained;
        let (train, test) = (100.0 * train_accuracy, 100.0 * test_accuracy);
        writeln!(
            text,
            "| `{preset}` | {seed} | {train:.3} % | {test:.2} % | {test_loss:.4} | {calibration_error:.4} | \
             {train_seconds:.1} s | {commit} | {machine} |"
        )?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tenfold_training::Recipe;

    use super::*;

    fn row(preset: &str, seed: u64, accuracy: f64) -> Row {
        let evaluation = json!({
            "cpu": "avx2", "threads": 2, "train_seconds": 12.25,
            "splits": {
                "train": { "accuracy": 0.75 },
                "test": { "accuracy": accuracy, "loss": 0.5, "calibration_error": 0.125 },
            },
        });
        let recipe = Recipe { seed, ..Recipe::preset(preset).unwrap() };
        Row::of(preset, &recipe, "abc", &evaluation, 31.4).unwrap()
    }

    #[test]
    fn evaluations_become_lines_and_a_table() {
        let rows = [row("linear", 1, 0.92), row("linear", 2, 0.94), row("paper", 1, 0.99)];
        let again = parse(&lines(&rows).unwrap()).unwrap();
        assert_eq!(again, rows);
        let table = table(&again).unwrap();
        // By hand: t(1) = 12.706 times the standard error 0.01, over 0.93 * 0.07, is 1.952 on the logit scale.
        let linear = "| `linear` | 2 | **93.000 ± 1.414 %** | 65.360 to 98.942 % | 0.5000 ± 0.0000 | 0.1250 ± 0.0000 | 7850 | \
                      7840 | 12.2 ± 0.0 s | 31 ± 0 us |";
        assert!(table.contains(linear), "{table}");
        let paper = "| `paper` | 1 | **99.000 %** |  | 0.5000 | 0.1250 | 159254 | 5514344 | 12.2 s | 31 us |";
        assert!(table.contains(paper), "{table}");
        assert!(table.contains("| `linear` | 2 | 75.000 % | 94.00 % | 0.5000 | 0.1250 | 12.2 s | abc | "), "{table}");
        assert!(!table.contains("`mlp`"), "what was not trained has no row");
    }

    #[test]
    fn a_run_of_another_recipe_is_left_out() {
        let other = Recipe { epochs: 3, ..Recipe::preset("linear").unwrap() };
        let evaluation = json!({
            "cpu": "avx2", "threads": 2, "train_seconds": 1.0,
            "splits": {
                "train": { "accuracy": 0.5 },
                "test": { "accuracy": 0.5, "loss": 0.5, "calibration_error": 0.5 },
            },
        });
        let rows = [Row::of("linear", &other, "abc", &evaluation, 1.0).unwrap(), row("mlp", 1, 0.9)];
        assert_eq!(parse(&lines(&rows).unwrap()).unwrap(), rows[1..]);
        assert!(parse("{}").is_err());
        let error = Row::of("linear", &other, "abc", &json!({ "cpu": "x", "threads": 1 }), 1.0).unwrap_err();
        assert!(error.to_string().contains("/splits/train/accuracy"), "{error}");
    }
}
