//! `tenfold predict`: which digit each picture shows.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::json;
use tenfold_recognizer::{Engine, Limits, Polarity, Prediction, Recognizer};

use super::output::{Output, complain, lossy, message, percent};
use super::{Outcome, files, names};

/// Read the digit in each picture (PNG or JPEG; one digit per picture)
///
/// A picture that is blank, or whose marks are too small, is refused with the reason; the exit code is then 3.
///
/// With --json, one object per picture and line: "file" and, for a digit, "label", "probability", "ranking" (every class
/// with its probability) and "facts" (how the picture was understood); for a refusal "refused"; for a file that is not a
/// picture "error".
#[derive(Args)]
pub(crate) struct Arguments {
    /// Pictures; - is standard input
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<PathBuf>,
    #[arg(long, value_name = "MODEL", help = names::default_model_help())]
    model: Option<PathBuf>,
    /// How many classes to name per picture
    #[arg(long, value_name = "N", default_value_t = 1)]
    top: usize,
    /// What is ink and what is paper [default: decided from each picture]
    #[arg(long, value_enum)]
    ink: Option<Ink>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Ink {
    /// Dark ink on light paper
    Dark,
    /// Light ink on dark ground, as in MNIST
    Light,
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let saved = files::model(arguments.model.as_deref())?;
    let builder = Recognizer::builder().engine(Engine { threads: 1, ..engine });
    let recognizer = match arguments.ink {
        None => builder,
        Some(Ink::Dark) => builder.polarity(Polarity::DarkOnLight),
        Some(Ink::Light) => builder.polarity(Polarity::LightOnDark),
    }
    .build_from_model(saved)?;
    let mut outcome = Outcome::Done;
    for path in &arguments.images {
        let one = predict(&recognizer, path, arguments.top, output)?;
        // A file that could not be read is worse than a picture that was refused.
        if outcome != Outcome::Failed && one != Outcome::Done {
            outcome = one;
        }
        if output.is_closed() {
            break;
        }
    }
    Ok(outcome)
}

/// Reads one picture. What is wrong with it is printed and does not stop the others.
fn predict(recognizer: &Recognizer, path: &Path, top: usize, output: &mut Output) -> anyhow::Result<Outcome> {
    let name = path.display();
    let bytes = files::read(path, Limits::default().bytes);
    match bytes.and_then(|bytes| recognizer.predict(&bytes).with_context(|| name.to_string())) {
        Ok(prediction) => {
            if output.json {
                let mut value = serde_json::to_value(&prediction)?;
                value["file"] = json!(lossy(path));
                output.value(&value)?;
            } else {
                output.line(format!("{name}: {}", text(&prediction, top)))?;
            }
            Ok(Outcome::Done)
        }
        Err(error) => {
            let (outcome, refusal) = (Outcome::from(&error), error.root_cause());
            match (outcome, output.json) {
                (Outcome::Refused, true) => {
                    output.value(&json!({ "file": lossy(path), "refused": refusal.to_string() }))?;
                }
                (Outcome::Refused, false) => output.line(format!("{name}: no digit: {refusal}"))?,
                (_, true) => output.value(&json!({ "file": lossy(path), "error": message(&error) }))?,
                (_, false) => complain(&error),
            }
            Ok(outcome)
        }
    }
}

/// `7 (99.98 %)`, or as many classes as asked for.
fn text(prediction: &Prediction, top: usize) -> String {
    let ranked = prediction.ranking.iter().take(top.max(1));
    let texts: Vec<String> =
        ranked.map(|ranked| format!("{} ({})", ranked.label, percent(f64::from(ranked.probability)))).collect();
    texts.join(", ")
}
