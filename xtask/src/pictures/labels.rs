//! The list of pictures: comma-separated, with the names of the columns in the first line.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};

const COLUMNS: &str = "file,label,kind,person";

/// What is known of a picture.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Label {
    /// Its path in the folder, with `/`.
    pub file: String,
    /// The digit it shows, or in words what it shows else.
    pub label: String,
    /// Photo, scan, drawing or printed.
    pub kind: String,
    /// Whose it is.
    pub person: String,
}

impl Label {
    /// The first part of its path.
    pub fn folder(&self) -> &str {
        self.file.split_once('/').map_or("", |(folder, _)| folder)
    }
}

/// What is known of the pictures in a folder.
pub(crate) fn read(folder: &Path) -> anyhow::Result<Vec<Label>> {
    let path = folder.join("labels.csv");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    parse(&text).with_context(|| path.display().to_string())
}

fn parse(text: &str) -> anyhow::Result<Vec<Label>> {
    let mut lines = text.lines();
    ensure!(lines.next() == Some(COLUMNS), "the first line is not '{COLUMNS}'");
    let labels = lines.enumerate().map(|(index, line)| {
        let found: Option<[String; 4]> = fields(line).try_into().ok();
        let [file, label, kind, person] = found.with_context(|| format!("line {} has not four fields", index + 2))?;
        Ok(Label { file, label, kind, person })
    });
    labels.collect()
}

/// The fields of a line; one in quotes may have commas in it.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut is_quoted) = (vec![String::new()], false);
    for letter in line.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(String::new()),
            _ => fields.last_mut().expect("it begins with one").push(letter),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_labels() {
        let found =
            parse("file,label,kind,person\nsingle/1.png,7,scan,p1\nnone/2.jpg,\"a toy, a bag\",photo,p2\n").unwrap();
        let texts = |label: &Label| [&label.file, &label.label, &label.kind, &label.person].map(String::clone);
        assert_eq!(texts(&found[0]), ["single/1.png", "7", "scan", "p1"]);
        assert_eq!(texts(&found[1]), ["none/2.jpg", "a toy, a bag", "photo", "p2"]);
        assert_eq!(found[1].folder(), "none");
        assert!(parse("file,label\n").is_err());
        let error = parse("file,label,kind,person\nsingle/1.png,7,scan\n").unwrap_err().to_string();
        assert_eq!(error, "line 2 has not four fields");
    }
}
