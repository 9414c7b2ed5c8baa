//! `cargo xtask degradations`: what photographs cost, fault by fault.
//!
//! Digits are drawn on pages with one degradation each, and with pens of every width. While anything is chosen it reads MNIST's
//! training digits; the test digits measure what was chosen.

mod drawn;
mod table;

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use tenfold_photograph::Kind;
use tenfold_recognizer::ColourImage;

use crate::machine;
use drawn::Digits;
use table::{Answer, Row};

/// Widths of pens in pixels.
const PENS: [f32; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 40.0];

/// Read digits on drawn photographs and print what each degradation costs
#[derive(Args)]
pub(crate) struct Arguments {
    /// Read MNIST's training digits, as while choosing, and not its test digits
    #[arg(long)]
    train: bool,
    /// Digits for each row, evenly from all
    #[arg(long, value_name = "N", default_value_t = 500)]
    count: u32,
    /// Name of a model inside the program, or a model file
    #[arg(long, value_name = "MODEL", default_value = "reader")]
    model: String,
    /// Only the rows with this in their names
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Also write the table to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write every picture that is read wrongly into this folder, and how it was understood
    #[arg(long, value_name = "DIR")]
    wrong: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let recognizer = crate::pictures::recognizer(&arguments.model, None)?;
    let digits = Digits::of_mnist(!arguments.train, arguments.count)?;
    let is_wanted = |name: &str| arguments.only.as_deref().is_none_or(|only| name.contains(only));
    let read = |name: &str, picture: &(dyn Fn(u32) -> (ColourImage, u8) + Sync)| {
        let answers = answers(arguments.count, &|number| {
            let (picture, digit) = picture(number);
            let answer = Answer::of(digit, recognizer.predict_colour(&picture))?;
            if let Some(folder) = arguments.wrong.as_deref().filter(|_| !answer.is_right()) {
                drawn::keep(folder, &format!("{name}-{number}-{digit}"), &picture, &recognizer)?;
            }
            Ok(answer)
        })?;
        Ok::<_, anyhow::Error>(Row::of(name, &answers))
    };
    let clean = read("28x28", &|number| digits.plain(number))?;
    let mut rows = vec![read("page", &|number| digits.on_page(number, None))?];
    for kind in Kind::ALL.into_iter().filter(|kind| is_wanted(kind.name())) {
        rows.push(read(kind.name(), &|number| digits.on_page(number, Some(kind)))?);
    }
    let mut pens = Vec::new();
    for pen in PENS.into_iter().filter(|_| is_wanted("pen")) {
        pens.push(read(&format!("{pen} px"), &|number| drawn::by_pen(number, pen))?);
    }
    let text = format!(
        "# What photographs cost\n\n\
         - command: `cargo xtask degradations --model {} --count {}{}`\n\
         - commit: {}\n\n{}",
        arguments.model,
        arguments.count,
        if arguments.train { " --train" } else { "" },
        machine::commit()?,
        table::table(&clean, &rows, &pens, if arguments.train { "training" } else { "test" }),
    );
    print!("{text}");
    if let Some(out) = &arguments.out {
        fs::write(out, text).with_context(|| out.display().to_string())?;
    }
    Ok(())
}

/// The answers for pictures 0 to `count`, on all cores.
fn answers(count: u32, answer: &(dyn Fn(u32) -> anyhow::Result<Answer> + Sync)) -> anyhow::Result<Vec<Answer>> {
    let cores = machine::cores()? as u32;
    let parts: Vec<anyhow::Result<Vec<Answer>>> = std::thread::scope(|scope| {
        let part = |core: u32| scope.spawn(move || (core..count).step_by(cores as usize).map(answer).collect());
        let threads: Vec<_> = (0..cores).map(part).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let mut all = Vec::new();
    for part in parts {
        all.extend(part?);
    }
    Ok(all)
}
