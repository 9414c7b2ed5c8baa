//! `cargo xtask pages`: how well whole pages are read: which digits are found where, and what they are read as.
//!
//! While anything is chosen it reads MNIST's training digits; the test digits measure what was chosen.

mod found;
mod turned;
mod written;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use clap::Args;
use tenfold_photograph::Kind;
use tenfold_recognizer::{ColourImage, ErrorKind, Reading, Recognizer};

use crate::machine;
use found::Found;
use written::{Writers, Written};

/// A page is turned as it was found to be if less than half a quarter is missing.
const HALF_QUARTER: f32 = 45.0;

/// Read whole pages of digits and print how many digits and lines are found and right
#[derive(Args)]
pub(crate) struct Arguments {
    /// Read MNIST's training digits, as while choosing, and not its test digits
    #[arg(long)]
    train: bool,
    /// Pages
    #[arg(long, value_name = "N", default_value_t = 200)]
    count: u32,
    /// Name of a model inside the program, or a model file
    #[arg(long, value_name = "MODEL", default_value = "reader")]
    model: String,
    /// Write every page on which more than one digit in a hundred is missed, or found where there is none, into this folder
    #[arg(long, value_name = "DIR")]
    wrong: Option<PathBuf>,
    /// Also write the table to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// A page that was read.
struct Page {
    found: Found,
    quarters: u32,
    /// How it was found to be turned, in quarters.
    told: u32,
    faults: Vec<Kind>,
    seconds: f64,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let recognizer = crate::pictures::recognizer(&arguments.model, None)?;
    let writers = Writers::of(!arguments.train)?;
    let mut pages = Vec::new();
    for number in 0..arguments.count {
        let written = writers.write(number);
        let page = read(&recognizer, &written)?;
        if let Some(folder) = &arguments.wrong
            && (page.found.recall() < 0.99 || page.found.precision() < 0.99)
        {
            keep(folder, number, &written.picture)?;
            println!("{number}: {:?}, turned {} told {}, {:?}", page.found, page.quarters, page.told, page.faults);
        }
        pages.push(page);
    }
    let text = table(arguments, &pages)?;
    print!("{text}");
    if let Some(out) = &arguments.out {
        fs::write(out, text).with_context(|| out.display().to_string())?;
    }
    Ok(())
}

fn read(recognizer: &Recognizer, written: &Written) -> anyhow::Result<Page> {
    let begin = Instant::now();
    let reading: Option<Reading> = match recognizer.read_colour(&written.picture) {
        Ok(reading) => Some(reading),
        Err(error) if error.kind() == ErrorKind::Refused => None,
        Err(error) => return Err(error.into()),
    };
    let seconds = begin.elapsed().as_secs_f64();
    let degrees = reading.as_ref().map_or(0.0, |reading| reading.turned_degrees);
    let told = ((degrees + HALF_QUARTER) / 90.0).floor() as u32;
    let found = Found::of(written, reading.as_ref());
    Ok(Page { found, quarters: written.quarters, told, faults: written.faults.clone(), seconds })
}

fn keep(folder: &Path, number: u32, picture: &ColourImage) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let colours = picture.colours().context("a page without colours")?;
    let (width, height) = (picture.grey().width(), picture.grey().height());
    let file = folder.join(format!("{number}.png"));
    Ok(image::save_buffer(file, colours, width, height, image::ExtendedColorType::Rgb8)?)
}

/// What became of all pages, and of those with each fault.
fn table(arguments: &Arguments, pages: &[Page]) -> anyhow::Result<String> {
    let digits = if arguments.train { "training" } else { "test" };
    let mut seconds: Vec<f64> = pages.iter().map(|page| page.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    let turned: Vec<&Page> = pages.iter().filter(|page| page.quarters > 0).collect();
    let told = turned.iter().filter(|page| page.told == page.quarters).count();
    let level = pages.iter().filter(|page| page.quarters == 0);
    let mut text = format!(
        "# Whole pages\n\n\
         - command: `cargo xtask pages --model {} --count {}{}`\n\
         - commit: {}\n\
         - {}\n\n\
         {} pages, each of lines of numbers by one writer of MNIST's {digits} digits, of any size, tilted by up to 6 degrees, \
         photographed with a sensor's noise and each of the faults below on one in four; one in five turned by a quarter or more. A digit is found if a box and its own \
         share half of what both cover.\n\n\
         - pages turned by a quarter or more: {told} of {} told as they are\n\
         - upright pages taken for turned: {} of {}\n\
         - time for a page: {:.3} s, the median\n\n\
         | pages | digits | found (recall) | boxes that are digits (precision) | read right | lines read whole |\n\
         |---|---|---|---|---|---|\n",
        arguments.model,
        arguments.count,
        if arguments.train { " --train" } else { "" },
        machine::commit()?,
        machine::processor(),
        pages.len(),
        turned.len(),
        level.clone().filter(|page| page.told != 0).count(),
        level.count(),
        seconds[seconds.len() / 2],
    );
    text += &row("all", pages, |_| true);
    text += &row("upright", pages, |page| page.quarters == 0);
    text += &row("turned", pages, |page| page.quarters > 0);
    for fault in written::FAULTS {
        text += &row(fault.name(), pages, |page| page.faults.contains(&fault));
    }
    Ok(text)
}

fn row(name: &str, pages: &[Page], is_in: impl Fn(&Page) -> bool) -> String {
    let some: Vec<&Page> = pages.iter().filter(|page| is_in(page)).collect();
    let all = some.iter().fold(Found::default(), |all, page| all.and(&page.found));
    let share = |part: usize, of: usize| 100.0 * part as f64 / of as f64;
    format!(
        "| {name}: {} | {} | {:.2} % | {:.2} % | {:.2} % | {:.1} % |\n",
        some.len(),
        all.digits,
        100.0 * all.recall(),
        100.0 * all.precision(),
        share(all.right, all.digits),
        share(all.whole, all.lines),
    )
}
