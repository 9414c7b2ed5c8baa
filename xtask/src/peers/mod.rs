//! `cargo xtask peers`: Tenfold beside other libraries on the same machine, written into `bench/record/`.
//!
//! A machine is not equally fast at all times, so the contestants of a table take turns, a few seconds each, and Tenfold
//! is compared with the peers of the same round. A contestant that fails stays in the table, with its error.

mod contestants;
mod record;
mod results;
mod speed;
mod versions;
mod workplace;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use clap::Args;

use crate::{machine, process};
use contestants::{Contestant, Group, Program, WHOLE_RUN, Work, groups};
use record::Provenance;
use results::Measured;
use speed::Speed;
use workplace::Workplace;

/// Compare the speed with other libraries and record it
///
/// Needs Python 3 with venv and pip, and a C++ compiler for torch.compile. Downloads several gigabytes of packages.
#[derive(Args)]
pub(crate) struct Arguments {
    /// How many times each contestant is measured
    #[arg(long, value_name = "R", default_value_t = 5)]
    rounds: usize,
    /// Time for each measurement, in seconds
    #[arg(long, value_name = "S", default_value_t = 3.0)]
    seconds: f64,
    /// Make one table, such as train_16; can be repeated [default: all but whole_run]
    #[arg(long, value_name = "GROUP")]
    only: Vec<String>,
    /// Also compare runs of ten epochs, which takes minutes for each contestant and round
    #[arg(long)]
    whole_runs: bool,
    /// Leave out the peers in Rust, whose 288 packages take long to compile
    #[arg(long)]
    without_rust: bool,
    /// Folder for the Python environments, to keep them for the next time [default: a temporary one]
    #[arg(long, value_name = "DIR")]
    venv: Option<PathBuf>,
    /// An earlier build of the program, to be measured beside this one
    #[arg(long, value_name = "FILE")]
    earlier: Option<PathBuf>,
}

/// Beyond its measuring time, how long a contestant may load, compile and warm up.
const GRACE: Duration = Duration::from_secs(600);
/// How long a whole run may take.
const WHOLE_RUN_LIMIT: Duration = Duration::from_secs(3600);

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let Arguments { rounds, seconds, .. } = *arguments;
    ensure!(rounds > 0, "at least one round");
    ensure!(seconds > 0.0 && seconds <= 600.0, "--seconds is {seconds}, expected up to 600");
    let groups = chosen(arguments)?;
    let mut workplace = Workplace::new(arguments.venv.as_deref(), arguments.earlier.as_deref())?;
    for contestant in groups.iter().flat_map(|group| &group.contestants) {
        workplace.prepare(contestant);
    }
    let provenance = provenance(arguments)?;
    let tables: Vec<Measured> =
        groups.into_iter().map(|group| measure_group(group, &workplace, rounds, seconds)).collect();

    let name = record::folder_name(&provenance.processor, provenance.cores);
    let folder = machine::root().join("bench/record").join(name);
    let name = file_name(&arguments.only);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(format!("{name}.md")), record::markdown(&provenance, &tables))?;
    let mut json = serde_json::to_string_pretty(&record::json(&provenance, &tables))?;
    json.push('\n');
    fs::write(folder.join(format!("{name}.json")), json)?;
    println!("{}", folder.join(format!("{name}.md")).display());
    Ok(())
}

/// The tables that are asked for.
fn chosen(arguments: &Arguments) -> Result<Vec<Group>> {
    let Arguments { only, whole_runs, without_rust, earlier, .. } = arguments;
    let names: Vec<&str> = groups().iter().map(|group| group.name).collect();
    if let Some(unknown) = only.iter().find(|name| !names.contains(&name.as_str())) {
        bail!("--only {unknown}: expected one of {}", names.join(", "));
    }
    let is_chosen = |group: &Group| match group.name {
        WHOLE_RUN if *whole_runs => true,
        name if only.is_empty() => name != WHOLE_RUN,
        name => only.iter().any(|chosen| chosen == name),
    };
    let mut groups: Vec<Group> = groups().into_iter().filter(is_chosen).collect();
    for Group { contestants, .. } in &mut groups {
        contestants.retain(|contestant| !without_rust || !matches!(contestant.program, Program::Rust { .. }));
        if earlier.is_some() {
            contestants.splice(1..1, contestants[0].earlier());
        }
    }
    Ok(groups)
}

/// The record's file name: a part of the tables does not replace all of them.
fn file_name(only: &[String]) -> String {
    if only.is_empty() { "peers".to_owned() } else { format!("peers-{}", only.join("-")) }
}

fn provenance(arguments: &Arguments) -> Result<Provenance> {
    let Arguments { rounds, seconds, ref only, whole_runs, without_rust, ref earlier, venv: _ } = *arguments;
    let mut command = format!("cargo xtask peers --rounds {rounds} --seconds {seconds}");
    for name in only {
        command += &format!(" --only {name}");
    }
    if whole_runs {
        command += " --whole-runs";
    }
    if without_rust {
        command += " --without-rust";
    }
    if earlier.is_some() {
        command += " --earlier FILE";
    }
    let load = fs::read_to_string("/proc/loadavg").ok();
    Ok(Provenance {
        command,
        commit: machine::commit()?,
        date: machine::output("git", &["log", "-1", "--format=%cs"])?,
        processor: machine::processor(),
        cores: machine::cores()?,
        load: load.and_then(|text| Some(text.split(' ').next()?.to_owned())),
        versions: versions::versions()?,
        rounds,
        seconds,
    })
}

/// Has every contestant of a table run once in each round.
fn measure_group(group: Group, workplace: &Workplace, rounds: usize, seconds: f64) -> Measured {
    println!("\n{}", group.title);
    let mut measured = Measured { rounds: vec![Vec::new(); group.contestants.len()], skipped: None, group };
    measured.skipped = missing(&measured.group, workplace);
    if let Some(reason) = &measured.skipped {
        println!("  not measured: {reason}");
        return measured;
    }
    for round in 1..=rounds {
        for (contestant, results) in measured.group.contestants.iter().zip(&mut measured.rounds) {
            let result = measure(contestant, &measured.group, workplace, seconds);
            match &result {
                Ok(speed) => println!("  {round} {:<24}{:>10.0} images/s", contestant.name, speed.median),
                Err(problem) => println!("  {round} {:<24}failed: {problem:#}", contestant.name),
            }
            results.push(result.map_err(|problem| format!("{problem:#}")));
        }
    }
    measured
}

/// Why Tenfold cannot take part in a table, if its `bench` does not know what is to be measured.
fn missing(group: &Group, workplace: &Workplace) -> Option<String> {
    const MOMENT: f64 = 0.01;
    let ours = &group.contestants[0];
    let Program::Tenfold { measurement } = ours.program else { return None };
    if group.task.work == Work::WholeRun {
        return None;
    }
    let problem = measure(ours, group, workplace, MOMENT).err()?;
    problem.to_string().contains("invalid value").then(|| format!("`tenfold bench` does not know {measurement}"))
}

fn measure(contestant: &Contestant, group: &Group, workplace: &Workplace, seconds: f64) -> Result<Speed> {
    let mut command = workplace.command(contestant, group.task, seconds)?;
    let limit = match group.task.work {
        Work::WholeRun => WHOLE_RUN_LIMIT,
        Work::Train | Work::Predict => GRACE + Duration::from_secs_f64(seconds),
    };
    Speed::of(contestant.program, group.task.work, &process::run(&mut command, limit)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(only: &[&str], whole_runs: bool) -> Arguments {
        let only = only.iter().map(|&name| name.to_owned()).collect();
        Arguments { rounds: 5, seconds: 3.0, only, whole_runs, without_rust: false, venv: None, earlier: None }
    }

    #[test]
    fn tables_are_chosen_by_name_and_whole_runs_on_demand() {
        let names = |only: &[&str], whole_runs| -> Vec<&str> {
            chosen(&arguments(only, whole_runs)).unwrap().iter().map(|group| group.name).collect()
        };
        let all: Vec<&str> = groups().iter().map(|group| group.name).collect();
        assert_eq!(names(&[], true), all);
        assert_eq!(names(&[], false), all[..all.len() - 1]);
        assert_eq!(names(&["predict_1", "train_64"], false), ["train_64", "predict_1"]);
        assert_eq!(names(&["train_64"], true), ["train_64", "whole_run"]);
        assert_eq!(names(&["whole_run"], false), ["whole_run"]);
        let error = chosen(&arguments(&["train_17"], false)).err().unwrap();
        assert!(error.to_string().contains("--only train_17: expected one of train_16, train_64"), "{error}");
    }

    #[test]
    fn a_part_is_recorded_beside_the_whole() {
        assert_eq!(file_name(&[]), "peers");
        assert_eq!(file_name(&["train_16".to_owned(), "avx2_16".to_owned()]), "peers-train_16-avx2_16");
    }
}
