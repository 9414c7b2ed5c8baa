//! Results to standard output, complaints to standard error; nothing else in the program prints.

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use anyhow::Context;
use serde::Serialize;
pub(crate) use tenfold_report::{grouped, percent};

/// Where a command's results go, as text or as JSON.
pub(crate) struct Output {
    /// JSON, one value per line, instead of text.
    pub json: bool,
    /// No progress.
    pub quiet: bool,
    stdout: io::Stdout,
    /// Whoever read has gone.
    closed: bool,
}

impl Output {
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet, stdout: io::stdout(), closed: false }
    }

    /// Prints a line of text. A reader who has gone, as `head` does after its lines, is not an error: the work continues, and
    /// nothing more is printed.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) -> anyhow::Result<()> {
        if self.closed {
            return Ok(());
        }
        match writeln!(self.stdout, "{}", text.as_ref()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            written => written.context("standard output"),
        }
    }

    /// Whether nobody reads any more, so that work which is done for nothing but what it prints may end.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Prints the last event of several runs as one line of JSON: their results, and the folder where everything is.
    pub(crate) fn finished(&mut self, folder: Option<&Path>, results: &impl Serialize) -> anyhow::Result<()> {
        let mut value = serde_json::to_value(results)?;
        value["event"] = "finished".into();
        value["folder"] = folder.map(lossy).into();
        self.value(&value)
    }

    /// Prints a value as one line of JSON.
    pub(crate) fn value(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        let text = serde_json::to_string(value)?;
        self.line(text)
    }
}

/// Prints an error with its causes, once each, and its hint on a line of its own.
pub(crate) fn complain(error: &anyhow::Error) {
    // When standard error is gone there is nobody left to print for.
    let _ = writeln!(io::stderr(), "error: {}", message(error));
}

/// Prints something the user should know, though the work continues.
pub(crate) fn warn(text: &str) {
    let _ = writeln!(io::stderr(), "warning: {text}");
}

/// Prints each warning.
pub(crate) fn warn_all(warnings: &[String]) {
    warnings.iter().for_each(|warning| warn(warning));
}

/// How the line of a hint begins.
const HINT: &str = "hint: ";

/// An error and its causes in one sentence, and after it their hints, each on a line of its own.
pub(crate) fn message(error: &anyhow::Error) -> String {
    let (mut parts, mut hints) = (Vec::new(), Vec::new());
    for cause in error.chain().map(ToString::to_string) {
        let (own, text): (Vec<&str>, Vec<&str>) = cause.lines().partition(|line| line.starts_with(HINT));
        parts.push(text.join("\n"));
        hints.extend(own.into_iter().map(str::to_owned));
    }
    // A cause whose text its parent already quotes is not printed twice, nor is a hint.
    parts.dedup_by(|cause, parent| parent.contains(cause.as_str()));
    let mut lines = vec![parts.join(": ")];
    for hint in hints {
        if !lines.contains(&hint) {
            lines.push(hint);
        }
    }
    lines.join("\n")
}

/// The command line of this process; what is not text in it is replaced.
pub(crate) fn command_line() -> Vec<String> {
    std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect()
}

/// A path for people and for JSON, which hold text: where it is not UTF-8, what can be shown of it.
pub(crate) fn lossy(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_said_once() {
        let error = anyhow::anyhow!("no such file").context("data/x: no such file").context("cannot load");
        assert_eq!(message(&error), "cannot load: data/x: no such file");
    }

    #[test]
    fn hints_come_last_and_once() {
        let error =
            anyhow::anyhow!("no such file\nhint: look\nhint: again").context("data/x\nhint: look").context("load");
        assert_eq!(message(&error), "load: data/x: no such file\nhint: look\nhint: again");
    }
}
