//! How often the program was killed, where, and what came of it.

use std::collections::BTreeMap;

use anyhow::Result;

use super::trace::Point;
use crate::machine;

/// A command.
pub(super) struct Row {
    name: &'static str,
    /// Calls that change something, by name.
    calls: BTreeMap<String, usize>,
    /// Kills.
    pub killed: usize,
    /// Kills after which something was not as without.
    pub failures: usize,
}

impl Row {
    pub(super) fn new(name: &'static str, points: &[Point]) -> Self {
        let mut calls = BTreeMap::new();
        points.iter().for_each(|point| *calls.entry(point.call.clone()).or_insert(0) += 1);
        Self { name, calls, killed: 0, failures: 0 }
    }

    fn calls(&self) -> String {
        let calls = self.calls.iter().map(|(call, count)| format!("{count} {call}"));
        calls.collect::<Vec<_>>().join(", ")
    }
}

/// The table as it grows.
#[derive(Default)]
pub(super) struct Record {
    rows: Vec<Row>,
}

impl Record {
    /// Adds a row and prints it.
    pub(super) fn add(&mut self, row: Row) {
        println!("{:<30}{:>4} kills, {} wrong  ({})", row.name, row.killed, row.failures, row.calls());
        self.rows.push(row);
    }

    /// Kills after which something was not as without.
    pub(super) fn failures(&self) -> usize {
        self.rows.iter().map(|row| row.failures).sum()
    }

    /// The table as Markdown, with the command that made it here.
    pub(super) fn markdown(&self, options: &str) -> Result<String> {
        let (commit, processor, cores) = (machine::commit()?, machine::processor(), machine::cores()?);
        let rows = self.rows.iter().map(|row| {
            let Row { name, killed, failures, .. } = row;
            format!("| `{name}` | {} | {killed} | {failures} |\n", row.calls())
        });
        let killed: usize = self.rows.iter().map(|row| row.killed).sum();
        Ok(format!(
            "# Killed before every call that changes a file\n\n- command: `cargo xtask kills{options}`\n\
             - commit: {commit}\n- machine: {processor}, {cores} cores\n\n\
             Each command was killed (SIGKILL) before each of its calls in turn, then resumed, or run again where no run had\n\
             begun. Wrong is a kill after which any file differs from that of a command that nobody killed, or is missing, or\n\
             one is left behind. What the clock says is not compared: the seconds of epochs, in `metrics.jsonl`, `metrics.csv`,\n\
             `checkpoint*.safetensors`, `evaluation.json`, `results.json`, `search.md` and the pages, and when a run was started, in\n\
             `environment.json` and the pages.\n\n\
             | command | calls | kills | wrong |\n|---|---|---|---|\n{}| **all** | | {killed} | {} |\n",
            rows.collect::<String>(),
            self.failures()
        ))
    }
}
