//! What was compared, and how far it was apart.

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

    /// The table as Markdown.
    pub(super) fn markdown(&self, command: &str, commit: &str, images: u32) -> String {
        let rows = self.rows.iter().map(|Row { model, way, found }| format!("| {model} | {way} | {found} |\n"));
        format!(
            "# Models in other programs\n\n- command: `{command}`\n- commit: {commit}\n\n\
             What both programs answer for the first {images} test images of MNIST: the largest difference of a \
             probability. The most probable class was the same for every image.\n\n\
             | model | way | found |\n|---|---|---|\n{}",
            rows.collect::<String>()
        )
    }
}
