//! `cargo xtask strings`: how well whole strings of digits are read, of one writer each, and people's own pictures of strings.
//!
//! While anything is chosen it reads MNIST's training digits; the test digits measure what was chosen.

mod checked;
mod table;
mod written;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use tenfold_dataset::{DivideBy, Part, Source};
use tenfold_recognizer::{ErrorKind, Reading, Recognizer};

use crate::machine;
use crate::pictures::labels;
use crate::segmenter::HELD_OUT;
use table::Answer;
use written::{Gaps, Writers};

/// Neighbours that do not touch, and that may.
const GAPS: [Gaps; 3] = [
    Gaps { name: "apart by 1 to 6 px", pixels: [1, 6] },
    Gaps { name: "apart by 6 px to overlapping by 4", pixels: [-4, 6] },
    Gaps { name: "apart by 4 px to overlapping by 6", pixels: [-6, 4] },
];

/// Read strings of digits and print how many are right as a whole
#[derive(Args)]
pub(crate) struct Arguments {
    /// Read MNIST's training digits, as while choosing, and not its test digits
    #[arg(long)]
    train: bool,
    /// Of MNIST's training digits, read only those by writers whom `train --validation 0.2 --validation-by writer` holds out
    #[arg(long, requires = "train")]
    held_out: bool,
    /// Strings of each kind
    #[arg(long, value_name = "N", default_value_t = 1000)]
    count: u32,
    /// Name of a model inside the program, or a model file
    #[arg(long, value_name = "MODEL", default_value = "reader")]
    model: String,
    /// Folder of people's pictures, as `pictures` takes it
    #[arg(long, value_name = "DIR")]
    pictures: Option<PathBuf>,
    /// Also read strings of 16 digits, the last of which is a check digit by Luhn's rule, with and without knowing that
    #[arg(long)]
    luhn: bool,
    /// Print each string that is read wrongly
    #[arg(long)]
    wrong: bool,
    /// Also write the table to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Arguments {
    /// The writers of the digits that are read.
    fn writers(&self) -> anyhow::Result<Writers> {
        let part = if self.train { Part::Train } else { Part::Test };
        let digits = Source::Embedded.load(part)?;
        let (share, seed) = HELD_OUT;
        Ok(Writers::of(&match self.held_out {
            true => digits.subset(&digits.hold_out(DivideBy::Group, share, seed)?.validation)?,
            false => digits,
        }))
    }
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let recognizer = crate::pictures::recognizer(&arguments.model, None)?;
    let digits = if arguments.train { "training" } else { "test" };
    let mut text = format!(
        "# Strings of digits\n\n\
         - command: `cargo xtask strings --model {} --count {}{}{}{}{}`\n\
         - commit: {}\n\n\
         {} strings of each kind, of 1 to {} digits by one writer, slanted, of any size: by the writers of MNIST's {digits} digits \
         and by drawn hands. A pixel is one of a digit image of 28. Signs are points, commas, dashes, slashes and colons between \
         digits, or a minus, in three of five strings.\n\n",
        arguments.model,
        arguments.count,
        if arguments.train { " --train" } else { "" },
        if arguments.held_out { " --held-out" } else { "" },
        if arguments.luhn { " --luhn" } else { "" },
        if arguments.pictures.is_some() { " --pictures DIR" } else { "" },
        machine::commit()?,
        arguments.count,
        written::LONGEST,
    );
    text += &table::head();
    let mut all = Vec::new();
    for (name, writers) in [("MNIST", arguments.writers()?), ("hands", Writers::Hands(7))] {
        for (gaps, with_signs) in GAPS.map(|gaps| (gaps, false)).into_iter().chain([(GAPS[0], true)]) {
            let answers: Vec<Answer> = (0..arguments.count)
                .map(|number| {
                    let written = match with_signs {
                        true => writers.write_signs(number, gaps),
                        false => writers.write(number, gaps),
                    };
                    let reading = read(&recognizer, |it| it.read_image(&written.picture))?;
                    Ok(Answer::of(written.text, reading))
                })
                .collect::<anyhow::Result<_>>()?;
            if arguments.wrong {
                print!("{}", table::wrong(&answers));
            }
            let signs = if with_signs { ", with signs" } else { "" };
            text += &table::row(&format!("{name}, {}{signs}", gaps.name), &answers)?;
            all.extend(answers);
        }
    }
    text += &format!("\nStated probabilities, of all of these:\n\n{}", table::head_of_calibration());
    let all: Vec<&Answer> = all.iter().collect();
    text += &table::calibration("as read", &all);
    text += &format!("\n{}", table::agreement(&all));
    if arguments.luhn {
        text += &checked::table(&recognizer, arguments)?;
    }
    if let Some(folder) = &arguments.pictures {
        text += &pictures(&recognizer, folder)?;
    }
    print!("{text}");
    if let Some(out) = &arguments.out {
        fs::write(out, text).with_context(|| out.display().to_string())?;
    }
    Ok(())
}

/// What a page is read as; nothing if it is refused.
fn read(
    recognizer: &Recognizer,
    one: impl Fn(&Recognizer) -> Result<Reading, tenfold_recognizer::Error>,
) -> anyhow::Result<Option<Reading>> {
    match one(recognizer) {
        Ok(reading) => Ok(Some(reading)),
        Err(error) if error.kind() == ErrorKind::Refused => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The table of people's pictures of strings. Those whose labels have anything but digits are left out.
fn pictures(recognizer: &Recognizer, folder: &Path) -> anyhow::Result<String> {
    let is_exact = |label: &str| label.chars().all(|sign| sign.is_ascii_digit() || sign == '/' || sign == ' ');
    let all = labels::read(folder)?;
    let strings: Vec<_> = all.iter().filter(|label| label.folder() == "strings").collect();
    let exact: Vec<_> = strings.iter().filter(|label| is_exact(&label.label)).collect();
    let mut answers = Vec::new();
    let mut rows = String::new();
    for label in &exact {
        let bytes = fs::read(folder.join(&label.file)).with_context(|| label.file.clone())?;
        let answer = Answer::of(label.label.replace(' ', ""), read(recognizer, |it| it.read(&bytes))?);
        let percent = 100.0 * answer.probability;
        rows += &format!("| {} | {} | {} | {} ({percent:.1} %) |\n", label.file, label.kind, answer.text, answer.read);
        answers.push(answer);
    }
    let right = answers.iter().filter(|answer| answer.is_right()).count();
    Ok(format!(
        "\nPeople's own pictures: {right} of {} read whole, lines parted by `/`; area under risk-coverage {:.5}. {} more are left \
         out: their labels are approximate, or have other signs than digits.\n\n\
         | picture | kind | shows | read as |\n|---|---|---|---|\n{rows}",
        answers.len(),
        table::area(&answers)?,
        strings.len() - exact.len(),
    ))
}
