//! `tenfold doctor`: what makes a picture hard to read, and what to do about it.

use std::path::Path;

use anyhow::Context;
use clap::Args;
use serde_json::json;
use tenfold_recognizer::{Engine, Examination, Finding, Recognizer};

use super::output::Output;
use super::pictures::{Answer, Pictures, TableRow, Wanted};
use super::{Outcome, pictures};

/// Say what makes a picture of a digit hard to read, and what to do about it
///
/// What was found at each stage is said in a sentence, from the picture's size to how near the second best answer is; where that is far
/// from what the model has learnt, advice stands below it. The exit code is that of `predict`.
///
/// With --json, one object per picture and line: "file", "findings", and for a digit "label" and "probability", or else "refused" and
/// "reason" as of `predict`. Each finding has "about" (size, border, ink, strokes, digits, focus or answer), "found" and "advice" (null if
/// there is nothing to do). A file that is not a picture has "error". With --csv, a line for each finding, which
/// also says why there is no answer.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pictures: Pictures,
}

const WANTED: Wanted = Wanted { none: "no digit", columns: &["about", "found", "advice"] };

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let builder = Recognizer::builder().engine(Engine { threads: 1, ..engine });
    let recognizer = arguments.pictures.recognizer(builder)?;
    arguments.pictures.each(&WANTED, output, |path| examine(&recognizer, path))
}

fn examine(recognizer: &Recognizer, path: &Path) -> anyhow::Result<Answer> {
    let name = path.display();
    let picture = recognizer.decode_colour(&pictures::bytes(path)?).with_context(|| name.to_string())?;
    let Examination { answer, findings, .. } = recognizer.examine(&picture);
    let (first, mut json, refusal) = match answer {
        Ok(prediction) => {
            let json = json!({ "label": prediction.label, "probability": prediction.probability });
            (prediction.label, json, None)
        }
        Err(error) => {
            let refused = error.to_string();
            let reason = error.reason().ok_or(error).with_context(|| name.to_string())?;
            let json = json!({ "refused": refused, "reason": reason });
            (format!("{}: {reason}", WANTED.none), json, Some((reason, refused)))
        }
    };
    json["findings"] = serde_json::to_value(&findings)?;
    let mut text = vec![format!("{name}: {first}")];
    text.extend(findings.iter().flat_map(lines));
    if findings.iter().all(|finding| finding.advice.is_none()) {
        text.push("  nothing makes this picture hard to read".to_owned());
    }
    let outcome = if refusal.is_some() { Outcome::Refused } else { Outcome::Done };
    let rows = findings.into_iter().map(|finding| row(finding, refusal.clone())).collect();
    Ok(Answer { outcome, text, json, rows })
}

fn lines(finding: &Finding) -> impl Iterator<Item = String> {
    let advice = finding.advice.as_ref().map(|advice| format!("    advice: {advice}"));
    std::iter::once(format!("  {}: {}", finding.about, finding.found)).chain(advice)
}

fn row(finding: Finding, refusal: Option<(&'static str, String)>) -> TableRow {
    let Finding { about, found, advice, .. } = finding;
    TableRow { answer: vec![about.to_owned(), found, advice.unwrap_or_default()], refusal }
}
