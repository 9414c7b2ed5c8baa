//! `tenfold predict`: which digit each picture shows.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use tenfold_recognizer::{Builder, ColourImage, Engine, Explanation, HeatMap, Ranked, Recognizer, Stage};
use tenfold_report::sheet::{self, Row};

use super::output::{Output, grouped, percent};
use super::pictures::{Answer, Pictures, TableRow, Wanted};
use super::{Outcome, files, pictures};

/// Read the digit in each picture (PNG, JPEG, WebP, GIF, BMP, TIFF or PNM; one digit per picture)
///
/// A picture that is blank, whose marks are too small, or that shows nothing the model knows well enough, is refused with the
/// reason; the exit code is then 3.
///
/// With --json, one object per picture and line: "file" and, for a digit, "label", "probability", "ranking" (every class
/// with its probability) and "facts" (how the picture was understood); for a refusal "refused" and "reason"
/// (blank, too_small, not_a_digit, several_digits, blurred or low_confidence), with the last four also "ranking", "min_confidence" and "facts"; for a file that
/// is not a picture "error". With --heat-map a digit also has "heat_map", rows of a number for each pixel of the prepared image: what the
/// ink around it says, in log-odds, above 0 for the answer and below against it. With --csv, a line for each picture: file, label and probability, or in place of these a reason (error
/// for a file that is not a picture) and a message.
///
/// Of a folder every file that is a picture is read, in the order of names; what is skipped is said at the end.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pictures: Pictures,
    /// How many classes to name per picture
    #[arg(long, value_name = "N", default_value_t = 1)]
    top: usize,
    /// How probable a digit must be for an answer, 0 to 1: with 0 every mark of a digit's size gets one [default: as the model says]
    #[arg(long, value_name = "P")]
    min_confidence: Option<f32>,
    /// Refuse what would make more of the answers wrong than this, as 0.1% or 0.001: one of the rates that the model has a
    /// threshold for (`model show`), for digits like those that it was found on
    #[arg(long, value_name = "RATE", value_parser = rate)]
    target_error: Option<f64>,
    /// Of a single picture, also draw what each stage found to this PNG file, with a sentence each
    #[arg(long, value_name = "FILE")]
    explain: Option<PathBuf>,
    /// With --json, also say which ink speaks for the answer and which against it
    #[arg(long, requires = "json")]
    heat_map: bool,
}

const WANTED: Wanted = Wanted { none: "no digit", columns: &["label", "probability"] };

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let builder = Recognizer::builder().engine(Engine { threads: 1, ..engine });
    let builder = arguments.min_confidence.into_iter().fold(builder, Builder::min_confidence);
    let builder = arguments.target_error.into_iter().fold(builder, Builder::target_error_rate);
    let recognizer = arguments.pictures.recognizer(builder)?;
    if let Some(sheet) = &arguments.explain {
        arguments.pictures.check_single("--explain")?;
        files::check_target(sheet, false)?;
    }
    arguments.pictures.each(&WANTED, output, |path| predict(&recognizer, path, arguments))
}

/// A share, also as percent.
fn rate(text: &str) -> Result<f64, String> {
    let (number, percent) = text.strip_suffix('%').map_or((text, 1.0), |number| (number.trim_end(), 100.0));
    let number: f64 = number.parse().map_err(|_| "expected a rate such as 0.1% or 0.001".to_owned())?;
    Ok(number / percent)
}

fn predict(recognizer: &Recognizer, path: &Path, arguments: &Arguments) -> anyhow::Result<Answer> {
    let name = path.display();
    let bytes = pictures::bytes(path)?;
    if let Some(sheet) = &arguments.explain
        && let Ok(picture) = recognizer.decode_colour(&bytes)
    {
        files::write(sheet, &explained(recognizer, &picture)?, false)?;
    }
    let prediction = recognizer.predict(&bytes).with_context(|| name.to_string())?;
    let first = [prediction.label.clone(), prediction.probability.to_string()];
    let mut json = serde_json::to_value(&prediction)?;
    if arguments.heat_map {
        let prepared = recognizer.prepare_colour(&recognizer.decode_colour(&bytes)?)?;
        let HeatMap { evidence, .. } = recognizer.heat_map(&prepared.pixels)?;
        json["heat_map"] = evidence.chunks(recognizer.preparation().side() as usize).collect();
    }
    Ok(Answer {
        outcome: Outcome::Done,
        text: vec![format!("{name}: {}", text_of(&prediction.ranking, arguments.top))],
        json,
        rows: vec![TableRow { answer: first.into(), refusal: None }],
    })
}

/// How a picture was understood, as a PNG.
fn explained(recognizer: &Recognizer, picture: &ColourImage) -> anyhow::Result<Vec<u8>> {
    let Explanation { mut stages, prepared, .. } = recognizer.explain(picture);
    let (Ok(prepared), Some(last)) = (prepared, stages.last_mut()) else {
        return Ok(sheet::png(&stages.iter().map(row).collect::<Vec<_>>())?);
    };
    let ranking = recognizer.rank(&recognizer.probabilities(&prepared.pixels)?)?;
    last.sentence += &format!("; read as {}", text_of(&ranking, 3));
    let HeatMap { label, evidence, .. } = recognizer.heat_map(&prepared.pixels)?;
    let strongest = evidence.iter().fold(f32::MIN_POSITIVE, |most, said| most.max(said.abs()));
    let tint: Vec<f32> = evidence.iter().map(|said| said / strongest).collect();
    let times = match f64::from(strongest).exp() {
        factor @ ..1e6 => grouped(factor.round() as u64),
        _ => "more than a million".to_owned(),
    };
    let words = format!(
        "orange where ink speaks for {label}, blue where it speaks against it; at the strongest place it changes the odds {times} times"
    );
    let mut rows: Vec<Row<'_>> = stages.iter().map(row).collect();
    rows.extend(rows.last().map(|digit| Row { heading: "why", words: &words, tint: Some(&tint), ..*digit }));
    Ok(sheet::png(&rows)?)
}

fn row(stage: &Stage) -> Row<'_> {
    let place = stage.place.map(|place| [place.left, place.top, place.width, place.height]);
    Row {
        heading: stage.name,
        words: &stage.sentence,
        pixels: stage.image.pixels(),
        width: stage.image.width() as usize,
        mark: place.map(|place| place.map(|length| length as usize)),
        tint: None,
    }
}

/// `7 (99.98 %)`, or as many classes as asked for.
fn text_of(ranking: &[Ranked], top: usize) -> String {
    let ranked = ranking.iter().take(top.max(1));
    let texts: Vec<String> =
        ranked.map(|ranked| format!("{} ({})", ranked.label, percent(f64::from(ranked.probability)))).collect();
    texts.join(", ")
}
