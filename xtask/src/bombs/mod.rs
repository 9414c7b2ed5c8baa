//! `cargo xtask bombs`: what the program makes of picture files that are small and ask for much, or that lie about their picture.
//!
//! Each file is made here, and `tenfold predict` runs on it as a process of its own.

mod files;
mod packed;
mod shells;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::{machine, process};
use files::{Bomb, bombs, largest};

/// Runs of each file; the middle one counts.
const RUNS: usize = 5;

/// How often a process is asked for its memory.
const PAUSE: Duration = Duration::from_micros(500);

/// Run predict on picture files that lie or ask for much, and record its time and memory
///
/// On Linux.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Only files whose format or name holds this text
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
    /// The program [default: build it]
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Write the table into this file, as Markdown
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What one run was like.
struct Run {
    milliseconds: f64,
    kibibytes: u64,
    code: Option<i32>,
    /// What was wrong, in a line.
    says: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let program = match &arguments.program {
        Some(program) => program.canonicalize().with_context(|| program.display().to_string())?,
        None => machine::build_tenfold(scratch.path())?,
    };
    let usual = Bomb { format: "PNM", name: "a stroke on 28x28 pixels", bytes: stroke() };
    let mut text = format!(
        "# Picture files that lie or ask for much\n\n- command: `cargo xtask bombs --out bench/record/bombs.md`\n\
         - commit: {}\n- machine: {}, {} cores\n\n\
         `tenfold predict FILE` as a process, from its start to its end: the middle of {RUNS} runs, and the most memory of any. \
         The first row is an ordinary picture. ",
        machine::commit()?,
        machine::processor(),
        machine::cores()?
    );
    text += "Code 1 is a file that is refused, 3 a picture in which nothing is to be read.\n\n";
    text += &arguments.table(&program, scratch.path(), [usual].into_iter().chain(bombs()?))?;
    text += "\nPictures of 49 megapixels, which are within the limits, blank and as small as files can be; two lack their end. They are \
             decoded as any other picture is.\n\n";
    text += &arguments.table(&program, scratch.path(), largest()?.into_iter())?;
    if let Some(out) = &arguments.out {
        fs::write(out, text).with_context(|| out.display().to_string())?;
    }
    Ok(())
}

impl Arguments {
    /// Runs the program on files, a row for each.
    fn table(&self, program: &Path, scratch: &Path, files: impl Iterator<Item = Bomb>) -> Result<String> {
        let mut table =
            "| format | file | bytes | ms | peak memory, KiB | code | |\n|---|---|---|---|---|---|---|\n".to_owned();
        for Bomb { format, name, bytes } in
            files.filter(|it| it.format.contains(&self.only) || it.name.contains(&self.only))
        {
            let file = scratch.join("bomb");
            fs::write(&file, &bytes)?;
            let mut runs = (0..RUNS).map(|_| run_on(program, &file)).collect::<Result<Vec<_>>>()?;
            runs.sort_by(|a, b| a.milliseconds.total_cmp(&b.milliseconds));
            let memory = runs.iter().map(|run| run.kibibytes).max().unwrap_or_default();
            let Run { milliseconds, code, says, .. } = runs.swap_remove(RUNS / 2);
            ensure!(matches!(code, Some(0 | 1 | 3)), "{format}, {name}: ended by {code:?}: {says}");
            let row = format!(
                "| {format} | {name} | {} | {milliseconds:.0} | {memory} | {} | {says} |",
                bytes.len(),
                code.unwrap_or(0)
            );
            println!("{row}");
            writeln!(table, "{row}")?;
        }
        Ok(table)
    }
}

/// Runs the program on a file.
fn run_on(program: &Path, file: &Path) -> Result<Run> {
    let start = Instant::now();
    let mut command = Command::new(program);
    command.args(["--threads", "1", "predict", "bomb"]).current_dir(file.parent().context("a file is in a folder")?);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut memory = None;
    while child.try_wait()?.is_none() {
        memory = process::high_water_mark(child.id()).max(memory);
        std::thread::sleep(PAUSE);
    }
    let milliseconds = 1_000.0 * start.elapsed().as_secs_f64();
    let output = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let says =
        said.lines().next().unwrap_or_default().trim_start_matches("error: ").trim_start_matches("bomb: ").to_owned();
    Ok(Run { milliseconds, kibibytes: memory.unwrap_or_default() / 1024, code: output.status.code(), says })
}

/// A picture with a digit.
fn stroke() -> Vec<u8> {
    let pixels = (0..784).map(|at| if (12..15).contains(&(at % 28)) && (4..24).contains(&(at / 28)) { 0 } else { 255 });
    b"P5 28 28 255\n".iter().copied().chain(pixels).collect()
}
