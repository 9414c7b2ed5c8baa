//! Pictures on the command line, for the commands that read them: which, by which model, and what happens to each in turn.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use tenfold_dataset::csv::quoted;
use tenfold_recognizer::{Builder, Error, Limits, Polarity, Ranked, Recognizer};

use super::inputs::{self, Skipped};
use super::output::{Output, complain, lossy, message, percent, warn};
use super::{Outcome, files, names};

/// What a command looks for in pictures.
pub(crate) struct Wanted {
    /// How the line of a picture without it begins.
    pub none: &'static str,
    /// Its columns in a table, between the file and why there is no answer.
    pub columns: &'static [&'static str],
}

/// An answer, in each form in which it may be printed.
pub(crate) struct Answer {
    pub outcome: Outcome,
    pub text: Vec<String>,
    pub json: Value,
    pub rows: Vec<TableRow>,
}

/// A row of a table.
pub(crate) struct TableRow {
    /// The wanted columns.
    pub answer: Vec<String>,
    /// Why there is no answer, in a word and in a sentence.
    pub refusal: Option<(&'static str, String)>,
}

/// What is read, and by what.
#[derive(Args)]
pub(crate) struct Pictures {
    /// Pictures, folders of pictures, or patterns such as 'scans/*.png'; - is standard input
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<PathBuf>,
    /// Print a table (CSV) instead of text: a header, and a line for each answer
    #[arg(long, conflicts_with = "json")]
    csv: bool,
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
    /// What is to be built with the model and the ink that were asked for.
    pub(crate) fn recognizer(&self, builder: Builder) -> anyhow::Result<Recognizer> {
        let saved = files::reader(self.model.as_deref())?;
        let builder = match self.ink {
            None => builder,
            Some(Ink::Dark) => builder.polarity(Polarity::DarkOnLight),
            Some(Ink::Light) => builder.polarity(Polarity::LightOnDark),
        };
        Ok(builder.build_from_model(saved)?)
    }

    /// Reads each picture in turn, prints the answer or why there is none, and gives the worst of what came of them. What is
    /// wrong with one does not stop the others.
    pub(crate) fn each(
        &self,
        wanted: &Wanted,
        output: &mut Output,
        mut read: impl FnMut(&Path) -> anyhow::Result<Answer>,
    ) -> anyhow::Result<Outcome> {
        if self.csv {
            output.line([&["file"], wanted.columns, &["reason", "message"]].concat().join(","))?;
        }
        let mut outcome = Outcome::Done;
        for argument in &self.images {
            let paths = match inputs::named(argument) {
                Ok(paths) => paths,
                Err(error) => {
                    outcome = outcome.or_worse(self.no_answer(argument, wanted, &error, output)?);
                    continue;
                }
            };
            for path in paths {
                outcome = outcome.or_worse(match inputs::is_folder(&path) {
                    true => self.folder(&path, wanted, output, &mut read)?,
                    false => self.one(&path, wanted, output, &mut read)?,
                });
                if output.is_closed() {
                    return Ok(outcome);
                }
            }
        }
        Ok(outcome)
    }

    /// Reads all pictures of a folder, and says what was skipped.
    fn folder(
        &self,
        folder: &Path,
        wanted: &Wanted,
        output: &mut Output,
        read: &mut impl FnMut(&Path) -> anyhow::Result<Answer>,
    ) -> anyhow::Result<Outcome> {
        let files = match inputs::files_of(folder) {
            Ok(files) => files,
            Err(error) => return self.no_answer(folder, wanted, &error, output),
        };
        let (mut outcome, mut skipped, mut is_empty) = (Outcome::Done, Skipped::default(), true);
        for path in files {
            if !inputs::is_picture(&path, &mut skipped) {
                continue;
            }
            is_empty = false;
            outcome = outcome.or_worse(self.one(&path, wanted, output, read)?);
            if output.is_closed() {
                return Ok(outcome);
            }
        }
        if let Some(skipped) = inputs::sentence(folder, &skipped) {
            warn(&skipped);
        }
        match is_empty {
            true => self.no_answer(folder, wanted, &anyhow!("{}: no picture in this folder", folder.display()), output),
            false => Ok(outcome),
        }
    }

    fn one(
        &self,
        path: &Path,
        wanted: &Wanted,
        output: &mut Output,
        read: &mut impl FnMut(&Path) -> anyhow::Result<Answer>,
    ) -> anyhow::Result<Outcome> {
        let Answer { outcome, text, mut json, rows } = match read(path) {
            Ok(answer) => answer,
            Err(error) => return self.no_answer(path, wanted, &error, output),
        };
        if self.csv {
            rows.iter().try_for_each(|row| output.line(row.line(path)))?;
        } else if output.json {
            json["file"] = json!(lossy(path));
            output.value(&json)?;
        } else {
            text.iter().try_for_each(|line| output.line(line))?;
        }
        Ok(outcome)
    }

    /// Says why there is no answer for a picture; a refusal is an answer of its own.
    fn no_answer(
        &self,
        path: &Path,
        wanted: &Wanted,
        error: &anyhow::Error,
        output: &mut Output,
    ) -> anyhow::Result<Outcome> {
        let outcome = Outcome::from(error);
        let refused = error.downcast_ref::<Error>().filter(|_| outcome == Outcome::Refused);
        let reason = refused.and_then(Error::reason);
        if self.csv {
            let message = refused.map_or_else(|| message(error), ToString::to_string);
            let refusal = Some((reason.unwrap_or("error"), message));
            output.line(TableRow { answer: vec![String::new(); wanted.columns.len()], refusal }.line(path))?;
            return Ok(outcome);
        }
        match (refused, output.json) {
            (Some(refusal), true) => {
                let mut value = match refusal {
                    Error::Unsure(unsure) => serde_json::to_value(unsure)?,
                    _ => json!({}),
                };
                value["file"] = json!(lossy(path));
                value["refused"] = json!(refusal.to_string());
                value["reason"] = json!(reason);
                output.value(&value)?;
            }
            (Some(refusal), false) => output.line(format!("{}: {}: {refusal}", path.display(), wanted.none))?,
            (None, true) => output.value(&json!({ "file": lossy(path), "error": message(error) }))?,
            (None, false) => complain(error),
        }
        Ok(outcome)
    }

    /// Checks that there is one picture, for an option that is about one.
    pub(crate) fn check_single(&self, option: &str) -> anyhow::Result<()> {
        inputs::check_single(&self.images, option)
    }
}

impl TableRow {
    /// The file, the answer, and why there is none.
    fn line(&self, path: &Path) -> String {
        let file = lossy(path);
        let (reason, message) = self.refusal.clone().unwrap_or_default();
        let message = message.replace('\n', "; ");
        let values = [&file].into_iter().chain(&self.answer).map(String::as_str).chain([reason, &message]);
        values.map(quoted).collect::<Vec<_>>().join(",")
    }
}

/// The bytes of a picture.
pub(crate) fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    files::read(path, Limits::default().bytes)
}

/// `7 (99.98 %)`, or as many classes as asked for.
pub(crate) fn text_of(ranking: &[Ranked], top: usize) -> String {
    let ranked = ranking.iter().take(top.max(1));
    let texts: Vec<String> =
        ranked.map(|ranked| format!("{} ({})", ranked.label, percent(f64::from(ranked.probability)))).collect();
    texts.join(", ")
}
