//! `cargo xtask pictures DIR`: how well the recogniser reads people's own pictures.
//!
//! `DIR/labels.csv` names the pictures: file, label, kind, person. Those of `single/` show one digit, those of `none/` no digit;
//! `strings/` shows several, which `cargo xtask strings` reads. Pictures of other people stay out of the repository; the table may
//! come into it. What is taken for a digit is counted on letters, clothes and generated images as well: these are never trained on.

mod acceptance;
pub(crate) mod labels;
mod others;
mod table;

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use tenfold_recognizer::{Builder, EmbeddedModel, Error, ErrorKind, Prediction, Recognizer};

use crate::machine;
use acceptance::Group;
use labels::Label;

/// Read a folder of people's own pictures and print how well that went
#[derive(Args)]
pub(crate) struct Arguments {
    /// Folder with labels.csv and the folders single and none
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Name of a model inside the program, or a model file
    #[arg(long, value_name = "MODEL", default_value = "reader")]
    model: String,
    /// How probable a digit must be for an answer [default: as the model says]
    #[arg(long, value_name = "P")]
    min_confidence: Option<f32>,
    /// Folder with EMNIST's letters, upright, labelled as in its set "by class": of 10 to 61 for A to Z and a to z
    #[arg(long, value_name = "FOLDER")]
    letters: Option<PathBuf>,
    /// Folder with Fashion-MNIST's four files
    #[arg(long, value_name = "FOLDER")]
    clothes: Option<PathBuf>,
    /// Also write the table to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let labels = labels::read(&arguments.folder)?;
    let recognizer = recognizer(&arguments.model, arguments.min_confidence)?;
    let of = |folder: &str| labels.iter().filter(|label| label.folder() == folder).cloned().collect::<Vec<_>>();
    let read = |labels| arguments.read(&recognizer, labels);
    let (single, none) = (read(of("single"))?, read(of("none"))?);
    let head = format!(
        "# People's own pictures\n\n\
         - command: `cargo xtask pictures DIR --model {}{}{}{}`\n\
         - commit: {}\n\
         - `strings/` is left out: {} pictures of several digits, for `cargo xtask strings`\n\n",
        arguments.model,
        arguments.min_confidence.map_or(String::new(), |least| format!(" --min-confidence {least}")),
        if arguments.letters.is_some() { " --letters EMNIST" } else { "" },
        if arguments.clothes.is_some() { " --clothes FASHION-MNIST" } else { "" },
        machine::commit()?,
        of("strings").len(),
    );
    let mut groups = vec![Group::of_readings("pictures of people", &none)];
    for others in others::all(arguments.letters.as_deref(), arguments.clothes.as_deref())? {
        groups.push(others.read(&recognizer)?);
    }
    let table = head + &table::table(&single, &none)? + &acceptance::table(&single, &groups)?;
    print!("{table}");
    if let Some(out) = &arguments.out {
        fs::write(out, table).with_context(|| out.display().to_string())?;
    }
    Ok(())
}

/// A picture and what was read in it.
struct Reading {
    label: Label,
    /// What it was read as and how probable that is; `None` if it was refused.
    answer: Option<(String, f32)>,
}

impl Reading {
    /// How probable it is as it was read; 0 if it was refused.
    fn confidence(&self) -> f32 {
        self.answer.as_ref().map_or(0.0, |(_, probability)| *probability)
    }

    fn is_right(&self) -> bool {
        self.answer.as_ref().is_some_and(|(read, _)| *read == self.label.label)
    }
}

/// The recogniser with a model inside the program, by its name, or with that in a file. `min_confidence`: of an answer, if it is not
/// as the model says.
pub(crate) fn recognizer(model: &str, min_confidence: Option<f32>) -> anyhow::Result<Recognizer> {
    let builder = Recognizer::builder().threads(machine::cores()?);
    let builder = min_confidence.into_iter().fold(builder, Builder::min_confidence);
    if EmbeddedModel::named(model).is_some() {
        return Ok(builder.build_from_name(model)?);
    }
    let bytes = fs::read(model).with_context(|| model.to_owned())?;
    builder.build_from_bytes(&bytes).with_context(|| model.to_owned())
}

impl Arguments {
    /// Reads all these pictures.
    ///
    /// # Errors
    /// If one is missing or is not a picture.
    fn read(&self, recognizer: &Recognizer, labels: Vec<Label>) -> anyhow::Result<Vec<Reading>> {
        let bytes = |label: &Label| fs::read(self.folder.join(&label.file)).with_context(|| label.file.clone());
        let pictures = labels.iter().map(bytes).collect::<anyhow::Result<Vec<_>>>()?;
        let answers = recognizer.predict_batch(&pictures);
        let readings = labels.into_iter().zip(answers).map(|(label, answer)| {
            let answer = unless_refused(answer).with_context(|| label.file.clone())?;
            Ok(Reading { label, answer: answer.map(|prediction| (prediction.label, prediction.probability)) })
        });
        readings.collect()
    }
}

/// What was read; `None` if the picture was refused.
fn unless_refused(answer: Result<Prediction, Error>) -> Result<Option<Prediction>, Error> {
    match answer {
        Err(error) if error.kind() == ErrorKind::Refused => Ok(None),
        answer => answer.map(Some),
    }
}
