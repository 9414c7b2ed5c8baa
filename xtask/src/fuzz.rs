//! `cargo xtask fuzz`: runs every fuzz target for a number of inputs, or for a time, and records the results in `bench/record/`.
//!
//! Without AddressSanitizer: for safe code more inputs are worth more, they run five times as fast, and the limit on memory
//! is for the parser alone. Overflow checks and debug assertions are on.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::{machine, process};

/// Megabytes that a target's process may have, its corpus included, and that it may ask for at once.
const MEMORY: u32 = 500;
/// Seconds that an input may take.
const SECONDS: u32 = 3;
/// Seconds for a target whose inputs may announce 50 megapixels: a release build decodes them in one, a target, which counts
/// its branches and checks its arithmetic, in six.
const LARGE: (&str, u32) = ("picture_large", 12);

/// Run every fuzz target for a number of inputs, or for a time, and record the findings
#[derive(Args)]
pub(crate) struct Arguments {
    /// Inputs for each target, at most
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    runs: u64,
    /// Minutes for each target, at most
    #[arg(long, value_name = "N")]
    minutes: Option<u64>,
    /// Targets, where not all
    #[arg(long, value_name = "TARGET")]
    only: Vec<String>,
    /// Targets that run at the same time
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
}

/// The result of one target.
struct Row {
    target: String,
    executions: u64,
    seconds: f64,
    /// Of the slowest input.
    slowest: u64,
    megabytes: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let commit = machine::commit()?;
    cargo(&["run", "--release", "--manifest-path", "fuzz/Cargo.toml", "--example", "seeds"])?;
    let all = machine::output(env!("CARGO"), &["fuzz", "list"])?;
    let chosen = |target: &&str| arguments.only.is_empty() || arguments.only.iter().any(|only| only == target);
    let targets: Vec<&str> = all.lines().filter(chosen).collect();
    ensure!(!targets.is_empty(), "no such target; there are {}", all.replace('\n', ", "));
    targets.iter().try_for_each(|target| cargo(&["fuzz", "build", "--sanitizer", "none", target]))?;
    let next = std::sync::Mutex::new(targets.iter());
    let rows = std::thread::scope(|scope| {
        let worker = || {
            let mut rows = Vec::new();
            while let Some(target) = { next.lock().expect("no worker panics here").next() } {
                let row = fuzz(target, arguments).with_context(|| (*target).to_owned())?;
                println!("{target}: {} inputs in {:.0} s", row.executions, row.seconds);
                rows.push(row);
            }
            Ok(rows)
        };
        let workers: Vec<_> = (0..arguments.jobs.max(1)).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().expect("no worker panics")).collect::<Result<Vec<_>>>()
    })?;
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    let path = PathBuf::from("bench/record/fuzzing.md");
    let before = fs::read_to_string(&path).unwrap_or_default();
    fs::write(&path, record(&before, &commit, &rows)?)?;
    println!("{}", path.display());
    Ok(())
}

fn cargo(arguments: &[&str]) -> Result<()> {
    let status = Command::new(env!("CARGO")).args(arguments).status()?;
    ensure!(status.success(), "cargo {} failed", arguments.join(" "));
    Ok(())
}

/// Gives a target inputs, as many as are asked for or for as long.
///
/// # Errors
/// With the first input that panics, takes too long or too much memory: the end of what the target says, which names the
/// file it has written the input to.
fn fuzz(target: &str, Arguments { runs, minutes, .. }: &Arguments) -> Result<Row> {
    let host = machine::output("rustc", &["--print", "host-tuple"])?;
    let artifacts = format!("fuzz/artifacts/{target}/");
    fs::create_dir_all(&artifacts)?;
    let mut command = Command::new(format!("fuzz/target/{host}/release/{target}"));
    command.arg(format!("fuzz/corpus/{target}")).arg(format!("-artifact_prefix={artifacts}"));
    let seconds = if target == LARGE.0 { LARGE.1 } else { SECONDS };
    command.args([format!("-runs={runs}"), format!("-timeout={seconds}"), format!("-rss_limit_mb={MEMORY}")]);
    command.args([&format!("-malloc_limit_mb={MEMORY}"), "-dict=fuzz/words.dict", "-print_final_stats=1"]);
    command.args(minutes.map(|minutes| format!("-max_total_time={}", 60 * minutes)));
    // A week: the number of inputs, or the time, is the limit.
    let finished = process::run(&mut command, Duration::from_secs(7 * 24 * 3_600))?;
    let stat = |name: &str| {
        let line = finished.stderr.lines().find_map(|line| line.strip_prefix(&format!("stat::{name}:")));
        line.and_then(|number| number.trim().parse().ok()).with_context(|| format!("{target} printed no {name}"))
    };
    Ok(Row {
        target: target.to_owned(),
        executions: stat("number_of_executed_units")?,
        seconds: finished.seconds,
        slowest: stat("slowest_unit_time_sec")?,
        megabytes: stat("peak_rss_mb")?,
    })
}

/// The record `before` with these rows in the place of earlier ones of the same targets.
fn record(before: &str, commit: &str, rows: &[Row]) -> Result<String> {
    let machine = format!("{}, {} cores", machine::processor(), machine::cores()?);
    let mut lines: BTreeMap<String, String> =
        before.lines().filter_map(|line| Some((target_of(line)?, line.to_owned()))).collect();
    for Row { target, executions, seconds, slowest, megabytes } in rows {
        let found = format!("{executions} | {seconds:.0} | below {} s | {megabytes} MB", slowest + 1);
        lines.insert(target.clone(), format!("| `{target}` | {found} | {commit} | {machine} |"));
    }
    let mut text = format!(
        "# Hostile inputs\n\n- command: `cargo xtask fuzz`, or with `--only TARGET` for some of the rows and `--minutes N` for a time\n\n\
         A target stops at the first input that panics, takes {SECONDS} seconds ({} for `{}`, some two in a release build), \
         or brings its process to {MEMORY} MB; overflow checks and debug assertions are on. \
         None of the inputs below did; fewer than 10,000,000 mean that the target was ended after a time.\n\n\
         | target | inputs | seconds | slowest input | peak memory, corpus included | commit | machine |\n\
         |---|---|---|---|---|---|---|\n",
        LARGE.1, LARGE.0
    );
    lines.values().try_for_each(|line| writeln!(text, "{line}"))?;
    Ok(text)
}

/// The target that a line of the table is of.
fn target_of(line: &str) -> Option<String> {
    line.strip_prefix("| `")?.split_once('`').map(|(target, _)| target.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_takes_the_place_of_its_targets_earlier_one() {
        let row = |target: &str, executions| Row {
            target: target.to_owned(),
            executions,
            seconds: 2.4,
            slowest: 0,
            megabytes: 40,
        };
        let first = record("", "abc", &[row("onnx", 5), row("idx", 6)]).unwrap();
        let second = record(&first, "def", &[row("onnx", 7)]).unwrap();
        let rows: Vec<&str> = second.lines().filter(|line| target_of(line).is_some()).collect();
        assert!(rows[0].starts_with("| `idx` | 6 | 2 | below 1 s | 40 MB | abc |"), "{second}");
        assert!(rows[1].starts_with("| `onnx` | 7 | 2 | below 1 s | 40 MB | def |"), "{second}");
        assert_eq!(rows.len(), 2);
    }
}
