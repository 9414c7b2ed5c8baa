//! `tenfold predict`: which digit each picture shows.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use tenfold_recognizer::{Builder, Engine, Error, Recognizer};

use super::output::{Output, warn};
use super::pictures::{Answer, Pictures, TableRow, Wanted, text_of};
use super::review::Review;
use super::why::{Reasons, Why};
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
/// ink around it says, in log-odds, above 0 for the answer and below against it; with --nearest
/// "nearest", each image with "index" (from 0, among those that train), "label" and "distance". With --csv, a line for each picture: file, label and probability, or in place of these a reason (error
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
    #[command(flatten)]
    why: Why,
    /// Copy each picture that may show a digit but has no sure answer to this folder, into a folder of its likeliest class: once they
    /// are put right by hand, `train --from MODEL --data DIR --rehearse N` learns them
    #[arg(long, value_name = "DIR")]
    review: Option<PathBuf>,
}

const WANTED: Wanted = Wanted { none: "no digit", columns: &["label", "probability"] };

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let builder = Recognizer::builder().engine(Engine { threads: 1, ..engine });
    let builder = arguments.min_confidence.into_iter().fold(builder, Builder::min_confidence);
    let builder = arguments.target_error.into_iter().fold(builder, Builder::target_error_rate);
    let recognizer = arguments.pictures.recognizer(builder)?;
    if let Some(sheet) = &arguments.why.explain {
        arguments.pictures.check_single("--explain")?;
        files::check_target(sheet, false)?;
    }
    let reasons = Reasons::new(&arguments.why, &recognizer)?;
    let mut review = arguments.review.as_deref().map(Review::new).transpose()?;
    let read = |path: &Path| predict(&recognizer, &reasons, review.as_mut(), path, arguments);
    let outcome = arguments.pictures.each(&WANTED, output, read)?;
    if let Some(advice) = review.and_then(|review| review.advice()) {
        warn(&advice);
    }
    Ok(outcome)
}

/// A share, also as percent.
fn rate(text: &str) -> Result<f64, String> {
    let (number, percent) = text.strip_suffix('%').map_or((text, 1.0), |number| (number.trim_end(), 100.0));
    let number: f64 = number.parse().map_err(|_| "expected a rate such as 0.1% or 0.001".to_owned())?;
    Ok(number / percent)
}

fn predict(
    recognizer: &Recognizer,
    reasons: &Reasons<'_>,
    review: Option<&mut Review>,
    path: &Path,
    arguments: &Arguments,
) -> anyhow::Result<Answer> {
    let name = path.display();
    let bytes = pictures::bytes(path)?;
    reasons.draw(&bytes)?;
    let prediction = recognizer.predict(&bytes);
    if let (Err(Error::Unsure(unsure)), Some(review)) = (&prediction, review) {
        review.keep(path, &bytes, &unsure.ranking[0].label)?;
    }
    let prediction = prediction.with_context(|| name.to_string())?;
    let mut text = vec![format!("{name}: {}", text_of(&prediction.ranking, arguments.top))];
    let mut json = serde_json::to_value(&prediction)?;
    reasons.add(&bytes, &mut text, &mut json)?;
    let first = [prediction.label, prediction.probability.to_string()];
    let rows = vec![TableRow { answer: first.into(), refusal: None }];
    Ok(Answer { outcome: Outcome::Done, text, json, rows })
}
