//! The command line: its commands and options, and what carries them out.

mod begin;
mod bench;
mod calibrate;
mod compare;
mod convert;
mod cross_validate;
mod data;
mod doctor;
mod ensemble;
mod evaluate;
mod exit;
mod explore;
mod files;
mod found;
mod inputs;
mod interrupt;
mod known;
mod model;
mod names;
mod output;
mod pictures;
mod pixels;
mod predict;
mod progress;
mod quantize;
mod read;
mod recipe;
mod report;
mod review;
mod runs;
mod search;
mod train;
mod watcher;
mod why;

use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use tenfold_network::{Cpu, Level};
use tenfold_training::Engine;

use exit::Outcome;
use output::Output;

const AFTER_HELP: &str = "\
Start here:
  tenfold predict photo.png     read the digit in a picture, with a model inside the program
  tenfold read page.jpg         read all digits in a picture, line by line
  tenfold doctor photo.png      say what makes a picture hard to read, and what to do about it
  tenfold train                 train the paper's network on all of MNIST, which is inside the program too
  tenfold evaluate              how good the model is, digit by digit
  tenfold cross-validate        how good the recipe is, on images its models have not seen
  tenfold data show             what the images are

Exit codes:
  0  done
  1  something was wrong with a file, an image or a setting; standard error says what
  2  the command line was not understood
  3  predict, read, doctor: every picture was opened, but at least one is blank, has marks too small for a digit, or has no digits; or,
     where it is known what may be written, has something else, or is none of its form
  130  interrupted; what was done is kept, and the last line says how to resume

Environment:
  NO_COLOR      no colours
  TENFOLD_CPU   instructions to use: portable, simd128, neon, avx2 or avx512 (default: the best the machine has)";

/// Reads handwritten digits, and trains the networks that do.
#[derive(Parser)]
#[command(name = "tenfold", version, after_help = AFTER_HELP, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

/// Options of every command.
#[derive(Args)]
#[command(next_help_heading = "Options of every command")]
struct Global {
    /// Print JSON instead of text; each command's help names the keys
    #[arg(long, global = true)]
    json: bool,
    /// Print no progress, only results and errors
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Number of threads; results do not depend on it [default: all]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Compute every convolution directly, without Winograd's transforms: slower, and rounded differently
    #[arg(long, global = true)]
    exact: bool,
}

#[derive(Subcommand)]
enum Command {
    Train(train::Arguments),
    CrossValidate(cross_validate::Arguments),
    Evaluate(evaluate::Arguments),
    Compare(compare::Arguments),
    Explore(explore::Arguments),
    Search(search::Arguments),
    Predict(predict::Arguments),
    Read(read::Arguments),
    Doctor(doctor::Arguments),
    Calibrate(calibrate::Arguments),
    Report(report::Arguments),
    #[command(subcommand)]
    Runs(runs::Command),
    Bench(bench::Arguments),
    Convert(convert::Arguments),
    Quantize(quantize::Arguments),
    Ensemble(ensemble::Arguments),
    #[command(subcommand)]
    Model(model::Command),
    #[command(subcommand)]
    Data(data::Command),
}

pub(crate) fn main() -> ExitCode {
    let Cli { command, global } = Cli::parse();
    match run(command, &global) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            output::complain(&error);
            Outcome::from(&error).into()
        }
    }
}

fn run(command: Command, global: &Global) -> anyhow::Result<Outcome> {
    let engine = engine(global)?;
    let mut output = Output::new(global.json, global.quiet);
    match command {
        Command::Train(arguments) => train::run(&arguments, engine, &mut output),
        Command::CrossValidate(arguments) => cross_validate::run(&arguments, engine, &mut output),
        Command::Evaluate(arguments) => evaluate::run(&arguments, engine, &mut output),
        Command::Compare(arguments) => compare::run(&arguments, engine, &mut output),
        Command::Explore(arguments) => explore::run(&arguments, engine, &mut output),
        Command::Search(arguments) => search::run(&arguments, engine, &mut output),
        Command::Calibrate(arguments) => calibrate::run(&arguments, &mut output),
        Command::Report(arguments) => report::run(&arguments, engine, &mut output),
        Command::Runs(command) => runs::run(&command, &mut output),
        Command::Predict(arguments) => predict::run(&arguments, engine, &mut output),
        Command::Read(arguments) => read::run(&arguments, engine, &mut output),
        Command::Doctor(arguments) => doctor::run(&arguments, engine, &mut output),
        Command::Convert(arguments) => convert::run(&arguments, engine, &mut output),
        Command::Bench(arguments) => bench::run(&arguments, engine, &mut output),
        Command::Quantize(arguments) => quantize::run(&arguments, engine, &mut output),
        Command::Ensemble(arguments) => ensemble::run(&arguments, &mut output),
        Command::Model(command) => model::run(&command, engine, &mut output),
        Command::Data(command) => data::run(&command, &mut output),
    }
}

/// What to compute with, from the options and the environment.
fn engine(global: &Global) -> anyhow::Result<Engine> {
    let mut engine = Engine { exact: global.exact, ..Engine::default() };
    if let Some(threads) = global.threads {
        engine.threads = usize::from(threads);
    }
    if let Some(name) = std::env::var_os("TENFOLD_CPU") {
        let level: Level = name.to_string_lossy().parse().context("TENFOLD_CPU")?;
        engine.cpu = Cpu::with_level(level)
            .with_context(|| format!("TENFOLD_CPU: this machine has no {level}, only up to {}", engine.cpu.level()))?;
    }
    Ok(engine)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
