//! Tables of numbers as text, as Kaggle has MNIST: `label,pixel0,pixel1,...`, a line for each image.
//!
//! Values are separated by commas, semicolons or tabs. A first line of names may say which column is the label (`label`,
//! `class`, `target`, `digit` or `y`); without one the first column is. All other columns are the pixels of a square image,
//! row by row, whole numbers from 0 (background) to 255 (ink). A label is any name.
//!
//! ```
//! use tenfold_dataset::csv;
//!
//! let table = csv::parse(b"label,pixel0,pixel1,pixel2,pixel3\n7,0,255,0,255\n")?;
//! assert_eq!((table.images.height, table.images.width), (2, 2));
//! assert_eq!(table.labels.iter().collect::<Vec<_>>(), ["7"]);
//! # Ok::<(), tenfold_dataset::Error>(())
//! ```

mod fields;

use std::fmt::Write;

use crate::class_names::excerpt;
use crate::images::square_side;
use crate::{Dataset, Error, Images, Labelled, Labels};
pub use fields::quoted;
use fields::{Fields, separator};

const FORMAT: &str = "CSV";
/// What the column of labels is called, in any case.
const LABEL_NAMES: [&str; 5] = ["label", "class", "target", "digit", "y"];

/// Reads a table, not compressed. Memory is taken for what is there: no number in a table says how much follows.
///
/// # Errors
/// [`Error::Malformed`] with the line and column for what is not such a table; [`Error::NoLabels`] for one with names of columns
/// and none for labels; [`Error::ManyClasses`] or [`Error::ClassName`] for labels that are no classes; [`Error::Empty`].
pub fn parse(bytes: &[u8]) -> Result<Labelled, Error> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let lines = bytes.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut lines = (1_usize..).zip(lines).filter(|(_, line)| !line.is_empty()).peekable();
    let Some(&(_, first)) = lines.peek() else { return Err(Error::Empty) };
    let layout = Layout::of(first)?;
    if layout.has_head {
        lines.next();
    }
    let (mut pixels, mut labels) = (Vec::new(), Labels::default());
    for (number, line) in lines {
        layout.read(number, line, &mut pixels, &mut labels)?;
    }
    Ok(Labelled { images: Images { pixels: pixels.into(), height: layout.side, width: layout.side }, labels })
}

/// Writes a data set as Kaggle does, not compressed.
///
/// # Errors
/// [`Error::Inexpressible`] if its images are not square.
pub fn write(dataset: &Dataset) -> Result<Vec<u8>, Error> {
    if dataset.height() != dataset.width() {
        let problem = format!("images of {}x{} pixels, expected square ones", dataset.height(), dataset.width());
        return Err(Error::Inexpressible { format: FORMAT, problem });
    }
    let names: Vec<String> = dataset.names().iter().map(|name| quoted(name)).collect();
    let levels: Vec<String> = (0..=u8::MAX).map(|pixel| format!(",{pixel}")).collect();
    let mut text = "label".to_owned();
    for pixel in 0..dataset.height() * dataset.width() {
        let _ = write!(text, ",pixel{pixel}");
    }
    text.push('\n');
    for index in 0..dataset.len() {
        text += &names[usize::from(dataset.label(index))];
        dataset.image(index).iter().for_each(|&pixel| text += &levels[usize::from(pixel)]);
        text.push('\n');
    }
    Ok(text.into_bytes())
}

/// What each line of a table is.
struct Layout {
    separator: u8,
    /// Whether the first line has names.
    has_head: bool,
    columns: usize,
    /// Which column is the label.
    label: usize,
    side: usize,
}

impl Layout {
    /// As the first line has it.
    fn of(first: &[u8]) -> Result<Self, Error> {
        let separator = separator(first);
        let fields: Vec<_> = Fields::new(first, separator).collect();
        let columns = fields.len();
        let has_head = fields.iter().skip(1).any(|field| pixel(field).is_none() && !is_number(field));
        let is_label = |field: &[u8]| LABEL_NAMES.iter().any(|name| field.eq_ignore_ascii_case(name.as_bytes()));
        let label = match has_head {
            true => fields.iter().position(|field| is_label(field)).ok_or(Error::NoLabels { names: &LABEL_NAMES })?,
            false => 0,
        };
        let side = square_side(columns - 1).ok_or_else(|| {
            let problem =
                format!("a label and {} pixels a line, expected those of a square image, as 784", columns - 1);
            Error::Malformed { format: FORMAT, problem }
        })?;
        Ok(Self { separator, has_head, columns, label, side })
    }

    fn read(&self, number: usize, line: &[u8], pixels: &mut Vec<u8>, labels: &mut Labels) -> Result<(), Error> {
        let malformed =
            |problem: String| Error::Malformed { format: FORMAT, problem: format!("line {number}{problem}") };
        let mut columns = 0;
        for field in Fields::new(line, self.separator) {
            if columns == self.label {
                let name =
                    std::str::from_utf8(&field).map_err(|_| malformed(": a label that is not UTF-8".to_owned()))?;
                labels.push(name)?;
            } else if let Some(pixel) = pixel(&field) {
                pixels.push(pixel);
            } else {
                let found = excerpt(&String::from_utf8_lossy(&field));
                let column = columns + 1;
                return Err(malformed(format!(", column {column}: expected a pixel from 0 to 255, found '{found}'")));
            }
            columns += 1;
        }
        match columns == self.columns {
            true => Ok(()),
            false => Err(malformed(format!(": expected {} values, found {columns}", self.columns))),
        }
    }
}

/// A whole number from 0 to 255, such as `255` or `255.0`.
fn pixel(field: &[u8]) -> Option<u8> {
    let whole = match field.iter().position(|&byte| byte == b'.') {
        Some(point) if field[point + 1..].iter().all(|&digit| digit == b'0') => &field[..point],
        Some(_) => return None,
        None => field,
    };
    if !(1..=3).contains(&whole.len()) {
        return None;
    }
    let digit = |value: u16, &byte: &u8| byte.is_ascii_digit().then(|| 10 * value + u16::from(byte - b'0'));
    whole.iter().try_fold(0, digit).and_then(|value| u8::try_from(value).ok())
}

fn is_number(field: &[u8]) -> bool {
    std::str::from_utf8(field).is_ok_and(|text| text.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests;
