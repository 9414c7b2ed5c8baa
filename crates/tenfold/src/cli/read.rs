//! `tenfold read`: all digits of each picture.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use tenfold_recognizer::{Builder, Checker, ColourImage, Engine, Field, FieldRefusal, Line, Reading, Recognizer};
use tenfold_report::annotation::{self, Note};

use super::known::Known;
use super::output::{Output, percent};
use super::pictures::{Answer, Pictures, TableRow, Wanted};
use super::{Outcome, files, pictures};

/// Read all digits in each picture (PNG, JPEG, WebP, GIF, BMP, TIFF or PNM): lines from the top, and in each from left to right
///
/// Digits that touch are parted and broken ones joined, by what is most probable as a whole. Wide gaps in a line are printed as
/// spaces. Other signs are taken for digits or left out. A picture without digits is refused with the reason; the exit code is
/// then 3.
///
/// If it is known which numbers there may be, how long they are or which check digits they end in, say so: beside what was read
/// stands the most probable of those, with its probability if one of them was written. What is like none of them is refused.
///
/// With --json, one object per picture and line: "file" and "lines". Each line has "text", "probability" (that all of it is right)
/// and "fields", what lies between wide gaps. Each field has "text", "probability", "ranking" (up to five strings, most probable
/// first), "digits" (each with "label", "probability" and "place") and "place": "left", "top", "width" and "height" in pixels of
/// the picture. If something is known of the fields each also has "valid": "text", "formatted" (with the signs of --pattern or the point
/// of --range), "probability" (among valid numbers), "among_all" (among all), "ranking" and "digits", or else "refused" and "reason"
/// (not_valid or too_long; with --strict also low_confidence). For a refusal of the whole picture there are "refused" and "reason" (blank, too_small or no_digits), for a file that is not a picture "error".
///
/// With --csv, a line for each line of a picture: file, line, text, probability, what was read whatever is known of it, and where there is
/// no answer a reason (error for a file that is not a picture) and a message.
///
/// Of a folder every file that is a picture is read, in the order of names; what is skipped is said at the end.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pictures: Pictures,
    /// Of a single picture, also draw what was read and where to this PNG file
    #[arg(long, value_name = "FILE")]
    annotate: Option<PathBuf>,
    /// Refuse each field that is less probable than --min-confidence, as a whole
    #[arg(long)]
    strict: bool,
    /// How probable a field must be for an answer, 0 to 1 [default: as the model says for a digit]
    #[arg(long, value_name = "P", requires = "strict")]
    min_confidence: Option<f32>,
    #[command(flatten)]
    known: Known,
}

const WANTED: Wanted = Wanted { none: "no digits", columns: &["line", "text", "probability", "read"] };

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let builder = Recognizer::builder().engine(engine);
    let builder = arguments.min_confidence.into_iter().fold(builder, Builder::min_confidence);
    let recognizer = arguments.pictures.recognizer(builder)?;
    let checker = arguments.known.checker()?;
    if let Some(target) = &arguments.annotate {
        arguments.pictures.check_single("--annotate")?;
        files::check_target(target, false)?;
    }
    arguments.pictures.each(&WANTED, output, |path| read(&recognizer, checker.as_ref(), path, arguments))
}

fn read(
    recognizer: &Recognizer,
    checker: Option<&Checker>,
    path: &Path,
    arguments: &Arguments,
) -> anyhow::Result<Answer> {
    let name = path.display();
    let reading_of = |bytes: &[u8]| -> Result<_, tenfold_recognizer::Error> {
        let picture = recognizer.decode_colour(bytes)?;
        let page = recognizer.find_page(&picture)?;
        let page = if arguments.known.whole_lines { page.joined() } else { page };
        let mut reading = recognizer.read_page(&page, checker)?;
        if arguments.strict {
            reading.refuse_below(recognizer.min_confidence());
        }
        Ok((picture, reading))
    };
    let (picture, reading) = reading_of(&pictures::bytes(path)?).with_context(|| name.to_string())?;
    if let Some(target) = &arguments.annotate {
        files::write(target, &annotated(&picture, &reading)?, false)?;
    }
    let lines = || (1..).zip(&reading.lines);
    Ok(Answer {
        outcome: if reading.is_refused() { Outcome::Refused } else { Outcome::Done },
        text: match &reading.lines[..] {
            [line] => vec![format!("{name}: {}", text(line))],
            _ => lines().map(|(number, line)| format!("{name}, line {number}: {}", text(line))).collect(),
        },
        json: serde_json::to_value(&reading)?,
        rows: lines().map(|(number, line)| row(number, line)).collect(),
    })
}

/// What the fields of a line say.
fn answers(line: &Line) -> Result<String, FieldRefusal> {
    Ok(line.fields.iter().map(Field::answer).collect::<Result<Vec<_>, _>>()?.join(" "))
}

/// The probability of all fields of a line.
fn product(line: &Line, of: fn(&Field) -> f32) -> f32 {
    line.fields.iter().map(of).product()
}

/// What a line says: its answers, and what was read where that is something else.
fn text(line: &Line) -> String {
    let percent = |probability: f32| percent(f64::from(probability));
    let read = format!("read as {}, {}", line.text, percent(line.probability));
    let answers = match answers(line) {
        Ok(answers) => answers,
        Err(refusal) => return format!("refused: {refusal} ({read})"),
    };
    let confidence = percent(product(line, Field::confidence));
    let is_other = |field: &Field| field.valid.as_ref().is_some_and(|valid| valid.text != field.text);
    if !line.fields.iter().any(is_other) {
        return format!("{answers} ({confidence})");
    }
    let among_all = product(line, |field| field.valid.as_ref().map_or(field.probability, |valid| valid.among_all));
    format!("{answers} ({confidence} of what is valid, {} of all; {read})", percent(among_all))
}

/// The same as a row of a table.
fn row(number: usize, line: &Line) -> TableRow {
    let (answers, confidence, refusal) = match answers(line) {
        Ok(answers) => (answers, product(line, Field::confidence).to_string(), None),
        Err(refusal) => (String::new(), String::new(), Some((refusal.reason(), refusal.to_string()))),
    };
    TableRow { answer: vec![number.to_string(), answers, confidence, line.text.clone()], refusal }
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
