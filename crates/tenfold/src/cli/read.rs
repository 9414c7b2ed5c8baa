//! `tenfold read`: all digits of each picture.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use tenfold_experiment::MAX_TOML_BYTES;
use tenfold_recognizer::{Builder, Checker, ColourImage, Digit, Engine, Field, Recognizer, Template};
use tenfold_report::annotation::{self, Note};

use super::known::Known;
use super::output::{Output, warn};
use super::pictures::{Answer, Pictures};
use super::{Outcome, files, found, pictures};

/// Read all digits in each picture (PNG, JPEG, WebP, GIF, BMP, TIFF or PNM): lines from the top, and in each from left to right
///
/// Digits that touch are parted and broken ones joined, by what is most probable as a whole. Wide gaps in a line are printed as
/// spaces. Points, commas, dashes, slashes and colons are read as such; other signs are left out. A page that is turned by up to some 15 degrees, by a quarter, upside down, or
/// both, is read as it stands upright, and that is said; places stay those in the picture. A picture without digits is refused with the reason; the exit code is
/// then 3.
///
/// If it is known which numbers there may be, how long they are or which check digits they end in, say so: beside what was read
/// stands the most probable of those, with its probability if one of them was written. What is like none of them is refused.
///
/// With --template the pictures are of a form, and only its fields are read, each by itself.
///
/// With --json, one object per picture and line: "file", "turned_degrees" (by how much the page is turned clockwise) and "lines", or of
/// a form "file" and "fields". Each line has "text", "probability" (that all
/// of it is right) and "fields", what lies between wide gaps. Each field has "text", "probability", "ranking" (up to five strings, most
/// probable first), "digits" (each digit and sign, with "label", "probability" and "place"), "agreed" (whether a second reader reads the same)
/// and "place": "left", "top", "width" and "height" in pixels of
/// the picture; that of a form also "name" and "area", its box. If something is known of a field it also has "valid": "text", "formatted"
/// (with the signs of --pattern or the point of --range), "probability" (among valid numbers), "among_all" (among all), "ranking" and
/// "digits". A field without an answer has "refused" and "reason" (not_valid or too_long; with --strict also low_confidence; of a form,
/// then without the others, also blank, too_small, no_digits, empty_cell or several_lines). So has a picture as a whole (blank, too_small
/// or no_digits; with --template not_registered); a file that is not a picture has "error".
///
/// With --csv, a line for each line of a picture: file, line, text, probability, what was read whatever is known of it, and where there is
/// no answer a reason (error for a file that is not a picture) and a message. Of a form, a line for each field, with its name.
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
    /// The pictures are of a form: this TOML file says where its fields are, and what is known of each
    #[arg(long, value_name = "FILE", conflicts_with = "Known")]
    template: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let builder = Recognizer::builder().engine(engine);
    let builder = arguments.min_confidence.into_iter().fold(builder, Builder::min_confidence);
    let recognizer = arguments.pictures.recognizer(builder)?;
    let checker = arguments.known.checker()?;
    let template = arguments.template.as_deref().map(template).transpose()?;
    if let Some(target) = &arguments.annotate {
        arguments.pictures.check_single("--annotate")?;
        files::check_target(target, false)?;
    }
    match template {
        Some(template) => {
            arguments.pictures.each(&found::FIELDS, output, |path| form(&recognizer, &template, path, arguments))
        }
        None => {
            arguments.pictures.each(&found::LINES, output, |path| page(&recognizer, checker.as_ref(), path, arguments))
        }
    }
}

fn template(path: &Path) -> anyhow::Result<Template> {
    let bytes = files::read(path, MAX_TOML_BYTES)?;
    let text = str::from_utf8(&bytes).with_context(|| format!("{}: not a text file", path.display()))?;
    Template::from_toml(text).with_context(|| path.display().to_string())
}

fn page(
    recognizer: &Recognizer,
    checker: Option<&Checker>,
    path: &Path,
    arguments: &Arguments,
) -> anyhow::Result<Answer> {
    let reading_of = |picture: &ColourImage| -> Result<_, tenfold_recognizer::Error> {
        let page = recognizer.find_page(picture)?;
        let page = if arguments.known.whole_lines { page.joined() } else { page };
        let mut reading = recognizer.read_page(&page, checker)?;
        if arguments.strict {
            reading.refuse_below(recognizer.min_confidence());
        }
        Ok(reading)
    };
    let picture = decoded(recognizer, path)?;
    let reading = reading_of(&picture).with_context(|| path.display().to_string())?;
    if reading.turned_degrees != 0.0 {
        warn(&format!("{}: read as a page turned clockwise by {} degrees", path.display(), reading.turned_degrees));
    }
    arguments.annotate(&picture, reading.lines.iter().flat_map(|line| &line.fields))?;
    found::page(path, &reading)
}

fn form(recognizer: &Recognizer, template: &Template, path: &Path, arguments: &Arguments) -> anyhow::Result<Answer> {
    let picture = decoded(recognizer, path)?;
    let mut reading = recognizer.read_form(&picture, template).with_context(|| path.display().to_string())?;
    if arguments.strict {
        reading.refuse_below(recognizer.min_confidence());
    }
    arguments.annotate(&picture, reading.fields.iter().flat_map(|field| &field.read))?;
    found::form(path, &reading)
}

fn decoded(recognizer: &Recognizer, path: &Path) -> anyhow::Result<ColourImage> {
    recognizer.decode_colour(&pictures::bytes(path)?).with_context(|| path.display().to_string())
}

impl Arguments {
    /// Draws the picture with each digit's box and what it was read as, if that was asked for.
    fn annotate<'a>(&self, picture: &ColourImage, fields: impl Iterator<Item = &'a Field>) -> anyhow::Result<()> {
        let Some(target) = &self.annotate else { return Ok(()) };
        let note = |digit: &'a Digit| {
            let place = [digit.place.left, digit.place.top, digit.place.width, digit.place.height];
            Note { place: place.map(|length| length as usize), words: &digit.label }
        };
        let notes: Vec<Note<'_>> = fields.flat_map(|field| &field.digits).map(note).collect();
        let grey = picture.grey();
        files::write(target, &annotation::png(grey.pixels(), grey.width() as usize, &notes)?, false)
    }
}
