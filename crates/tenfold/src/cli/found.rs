//! What was read on a page or in a form, as it is printed.

use std::path::Path;

use tenfold_recognizer::{Field, FieldRefusal, FormReading, Reading};

use super::Outcome;
use super::output::percent;
use super::pictures::{Answer, TableRow, Wanted};

pub(crate) const LINES: Wanted = Wanted { none: "no digits", columns: &["line", "text", "probability", "read"] };

pub(crate) const FIELDS: Wanted = Wanted { none: "no form", columns: &["field", "text", "probability", "read"] };

/// What is printed as one: a line of a page, or a field of a form.
struct Part<'a> {
    /// The line's number, or what the field is called.
    name: String,
    /// What was read, or why nothing was.
    read: Result<&'a [Field], FieldRefusal>,
}

pub(crate) fn page(path: &Path, reading: &Reading) -> anyhow::Result<Answer> {
    let lines = (1..).zip(&reading.lines);
    let parts: Vec<Part<'_>> =
        lines.map(|(number, line)| Part { name: number.to_string(), read: Ok(&line.fields) }).collect();
    let place = |part: &Part<'_>| match parts.len() {
        1 => String::new(),
        _ => format!(", line {}", part.name),
    };
    answer(path, &parts, place, serde_json::to_value(reading)?, reading.is_refused())
}

pub(crate) fn form(path: &Path, reading: &FormReading) -> anyhow::Result<Answer> {
    let read = reading.fields.iter().map(|field| match &field.read {
        Ok(read) => Ok(std::slice::from_ref(read)),
        Err(refusal) => Err(*refusal),
    });
    let names = reading.fields.iter().map(|field| field.name.clone());
    let parts: Vec<Part<'_>> = names.zip(read).map(|(name, read)| Part { name, read }).collect();
    answer(path, &parts, |part| format!(", {}", part.name), serde_json::to_value(reading)?, reading.is_refused())
}

fn answer(
    path: &Path,
    parts: &[Part<'_>],
    place: impl Fn(&Part<'_>) -> String,
    json: serde_json::Value,
    is_refused: bool,
) -> anyhow::Result<Answer> {
    Ok(Answer {
        outcome: if is_refused { Outcome::Refused } else { Outcome::Done },
        text: parts.iter().map(|part| format!("{}{}: {}", path.display(), place(part), part.text())).collect(),
        json,
        rows: parts.iter().map(Part::row).collect(),
    })
}

impl Part<'_> {
    /// What its fields say.
    fn answers(&self) -> Result<String, FieldRefusal> {
        Ok(self.read?.iter().map(Field::answer).collect::<Result<Vec<_>, _>>()?.join(" "))
    }

    /// What was read, whatever is known of it.
    fn written(&self) -> String {
        self.fields().iter().map(|field| field.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn fields(&self) -> &[Field] {
        self.read.unwrap_or_default()
    }

    /// The probability of all its fields.
    fn product(&self, of: fn(&Field) -> f32) -> f32 {
        self.fields().iter().map(of).product()
    }

    /// What it says, and what was read where that is something else.
    fn text(&self) -> String {
        let percent = |of| percent(f64::from(self.product(of)));
        let read = format!("read as {}, {}", self.written(), percent(|field| field.probability));
        let answers = match self.answers() {
            Ok(answers) => answers,
            Err(refusal) if self.read.is_err() => return format!("refused: {refusal}"),
            Err(refusal) => return format!("refused: {refusal} ({read})"),
        };
        let confidence = percent(Field::confidence);
        let is_other = |field: &Field| {
            field.valid.as_ref().is_some_and(|valid| ![&valid.text, &valid.formatted].contains(&&field.text))
        };
        if !self.fields().iter().any(is_other) {
            return format!("{answers} ({confidence})");
        }
        let among_all = percent(|field| field.valid.as_ref().map_or(field.probability, |valid| valid.among_all));
        format!("{answers} ({confidence} of what is valid, {among_all} of all; {read})")
    }

    /// The same as a row of a table.
    fn row(&self) -> TableRow {
        let (answers, confidence, refusal) = match self.answers() {
            Ok(answers) => (answers, self.product(Field::confidence).to_string(), None),
            Err(refusal) => (String::new(), String::new(), Some((refusal.reason(), refusal.to_string()))),
        };
        TableRow { answer: vec![self.name.clone(), answers, confidence, self.written()], refusal }
    }
}
