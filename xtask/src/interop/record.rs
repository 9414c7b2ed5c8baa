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
    /// What comes after the table, in Markdown.
    sections: String,
}

impl Record {
    /// Adds a row and prints it.
    pub(super) fn add(&mut self, row: Row) {
        println!("{:<28}{:<78}{}", row.model, row.way.replace('`', ""), row.found);
        self.rows.push(row);
    }

    /// Adds a section after the table.
    pub(super) fn add_section(&mut self, section: String) {
        self.sections += &section;
    }

    /// Adds all of another record.
    pub(super) fn append(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.sections += &other.sections;
    }

    /// All of it as Markdown, with the command that made it here.
    pub(super) fn markdown(&self, command: &str, images: u32) -> Result<String> {
        let (commit, processor, cores) = (machine::commit()?, machine::processor(), machine::cores()?);
        let mut text = format!(
            "# Models in other programs\n\n- command: `{command}`\n- commit: {commit}\n\
             - machine: {processor}, {cores} cores\n"
        );
        if !self.rows.is_empty() {
            text += &format!(
                "\nWhat both programs answer for the first {images} test images of MNIST: the largest difference of a \
                 probability. The most probable class was the same for every image.\n\n\
                 | model | way | found |\n|---|---|---|\n"
            );
            text.extend(self.rows.iter().map(|Row { model, way, found }| format!("| {model} | {way} | {found} |\n")));
        }
        Ok(text + &self.sections)
    }
}
