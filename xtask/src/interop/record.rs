//! What was compared, and how far it was apart.

use anyhow::Result;

use crate::machine;

/// One way of one model.
pub(super) struct Row {
    /// Which model.
    pub model: String,
    /// Between which programs, through which format.
    pub way: String,
    /// The largest difference of a probability, or what else was compared.
    pub found: String,
}

/// The table as it grows.
#[derive(Default)]
pub(super) struct Record {
    rows: Vec<Row>,
}

impl Record {
    /// Adds a row and prints it.
    pub(super) fn add(&mut self, row: Row) {
        println!("{:<28}{:<78}{}", row.model, row.way.replace('`', ""), row.found);
        self.rows.push(row);
    }

    /// The table as Markdown, with the command that made it here.
    pub(super) fn markdown(&self, command: &str, images: u32) -> Result<String> {
        let (commit, processor, cores) = (machine::commit()?, machine::processor(), machine::cores()?);
        let rows = self.rows.iter().map(|Row { model, way, found }| format!("| {model} | {way} | {found} |\n"));
        Ok(format!(
            "# Models in other programs\n\n- command: `{command}`\n- commit: {commit}\n\
             - machine: {processor}, {cores} cores\n\n\
             What both programs answer for the first {images} test images of MNIST: the largest difference of a \
             probability. The most probable class was the same for every image.\n\n\
             | model | way | found |\n|---|---|---|\n{}",
            rows.collect::<String>()
        ))
    }
}
