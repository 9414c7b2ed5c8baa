//! Pictures on the command line, for the commands that read them: which, by which model, and what happens to each in turn.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;
use tenfold_recognizer::{Builder, Engine, Error, Limits, Polarity, Recognizer};

use super::output::{Output, complain, lossy, message};
use super::{Outcome, files, names};

/// What is read, and by what.
#[derive(Args)]
pub(crate) struct Pictures {
    /// Pictures; - is standard input
    #[arg(required = true, value_name = "IMAGE")]
    pub images: Vec<PathBuf>,
    #[arg(long, value_name = "MODEL", help = names::reader_help())]
    model: Option<PathBuf>,
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

impl Pictures {
    /// `min_confidence`: of an answer, if it is not as the model says.
    pub(crate) fn recognizer(&self, engine: Engine, min_confidence: Option<f32>) -> anyhow::Result<Recognizer> {
        let saved = files::reader(self.model.as_deref())?;
        let builder = min_confidence.into_iter().fold(Recognizer::builder().engine(engine), Builder::min_confidence);
        let builder = match self.ink {
            None => builder,
            Some(Ink::Dark) => builder.polarity(Polarity::DarkOnLight),
            Some(Ink::Light) => builder.polarity(Polarity::LightOnDark),
        };
        Ok(builder.build_from_model(saved)?)
    }

    /// Does `one` to each picture in turn, and gives the worst of what came of them.
    pub(crate) fn each(
        &self,
        output: &mut Output,
        mut one: impl FnMut(&Path, &mut Output) -> anyhow::Result<Outcome>,
    ) -> anyhow::Result<Outcome> {
        let mut outcome = Outcome::Done;
        for path in &self.images {
            let one = one(path, output)?;
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
}

/// The bytes of a picture.
pub(crate) fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    files::read(path, Limits::default().bytes)
}

/// Says why there is no answer for a picture; a refusal is an answer, and begins with `refused`.
pub(crate) fn no_answer(
    path: &Path,
    refused: &str,
    error: &anyhow::Error,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    let (outcome, refusal) = (Outcome::from(error), error.root_cause());
    match (outcome, output.json) {
        (Outcome::Refused, true) => {
            let refused = error.downcast_ref::<Error>();
            let mut value = match refused {
                Some(Error::Unsure(unsure)) => serde_json::to_value(unsure)?,
                _ => json!({}),
            };
            value["file"] = json!(lossy(path));
            value["refused"] = json!(refusal.to_string());
            value["reason"] = json!(refused.and_then(Error::reason));
            output.value(&value)?;
        }
        (Outcome::Refused, false) => output.line(format!("{}: {refused}: {refusal}", path.display()))?,
        (_, true) => output.value(&json!({ "file": lossy(path), "error": message(error) }))?,
        (_, false) => complain(error),
    }
    Ok(outcome)
}
