//! `tenfold read`: all digits of each picture.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use serde_json::json;
use tenfold_recognizer::{ColourImage, Engine, Line, Reading, Recognizer};
use tenfold_report::annotation::{self, Note};

use super::output::{Output, lossy, percent};
use super::pictures::{Pictures, no_answer};
use super::{Outcome, files, pictures};

/// Read all digits in each picture (PNG or JPEG): lines from the top, and in each from left to right
///
/// Digits that touch are parted and broken ones joined, by what is most probable as a whole. Wide gaps in a line are printed as
/// spaces. Other signs are taken for digits or left out. A picture without digits is refused with the reason; the exit code is
/// then 3.
///
/// With --json, one object per picture and line: "file" and "lines". Each line has "text", "probability" (that all of it is right)
/// and "fields", what lies between wide gaps. Each field has "text", "probability", "ranking" (up to five strings, most probable
/// first), "digits" (each with "label", "probability" and "place") and "place": "left", "top", "width" and "height" in pixels of
/// the picture. For a refusal there are "refused" and "reason" (blank, too_small or no_digits), for a file that is not a picture "error".
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pictures: Pictures,
    /// Of a single picture, also draw what was read and where to this PNG file
    #[arg(long, value_name = "FILE")]
    annotate: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let recognizer = arguments.pictures.recognizer(engine, None)?;
    if let Some(target) = &arguments.annotate {
        let pictures = arguments.pictures.images.len();
        ensure!(pictures == 1, "--annotate: expected one picture, found {pictures}");
        files::check_target(target, false)?;
    }
    arguments.pictures.each(output, |path, output| read(&recognizer, path, arguments, output))
}

/// Reads one picture. What is wrong with it is printed and does not stop the others.
fn read(recognizer: &Recognizer, path: &Path, arguments: &Arguments, output: &mut Output) -> anyhow::Result<Outcome> {
    let name = path.display();
    let reading_of = |bytes: Vec<u8>| {
        let picture = recognizer.decode_colour(&bytes)?;
        let reading = recognizer.read_colour(&picture)?;
        Ok((picture, reading))
    };
    let read = pictures::bytes(path)
        .and_then(|bytes| reading_of(bytes).map_err(|error: tenfold_recognizer::Error| error.into()))
        .with_context(|| name.to_string());
    let (picture, reading) = match read {
        Ok(read) => read,
        Err(error) => return no_answer(path, "no digits", &error, output),
    };
    if let Some(target) = &arguments.annotate {
        files::write(target, &annotated(&picture, &reading)?, false)?;
    }
    if output.json {
        let mut value = serde_json::to_value(&reading)?;
        value["file"] = json!(lossy(path));
        output.value(&value)?;
        return Ok(Outcome::Done);
    }
    let text = |line: &Line| format!("{} ({})", line.text, percent(f64::from(line.probability)));
    match &reading.lines[..] {
        [line] => output.line(format!("{name}: {}", text(line)))?,
        lines => {
            for (index, line) in lines.iter().enumerate() {
                output.line(format!("{name}, line {}: {}", index + 1, text(line)))?;
            }
        }
    }
    Ok(Outcome::Done)
}

/// The picture with each digit's box and what it was read as, as a PNG.
fn annotated(picture: &ColourImage, reading: &Reading) -> anyhow::Result<Vec<u8>> {
    let digits = reading.lines.iter().flat_map(|line| &line.fields).flat_map(|field| &field.digits);
    let notes: Vec<Note<'_>> = digits
        .map(|digit| {
            let place = [digit.place.left, digit.place.top, digit.place.width, digit.place.height];
            Note { place: place.map(|length| length as usize), words: &digit.label }
        })
        .collect();
    let grey = picture.grey();
    Ok(annotation::png(grey.pixels(), grey.width() as usize, &notes)?)
}
