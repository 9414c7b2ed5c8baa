//! Parquet tables of pictures and labels, as Hugging Face has MNIST: `image: struct{bytes, path}` and `label`.
//!
//! The part of the format that such tables need is our own: columns of bytes, texts and whole numbers, plain or by a
//! dictionary, not compressed or by Snappy or gzip, in pages of both versions (parquet-format 2.11). The library that reads
//! all of it is slower to compile than the rest of this crate with all that it needs. Every length in a file is compared with
//! the bytes that are there, or with a limit, before memory is taken.
//!
//! The pictures are a column `bytes` inside another, or a column `image` of bytes. The labels are a column `label` (or
//! `labels`, `class`, `target`, `digit`) of whole numbers or texts; where the file says what the numbers are called
//! (`ClassLabel` of Hugging Face's `datasets`), these are the labels.

mod column;
mod encoding;
mod metadata;
mod page;
mod thrift;

use tenfold_imaging::Preparation;

use crate::pictures::Pictures;
use crate::{Error, Labelled, Labels};
use column::Value;
use metadata::{Leaf, Metadata};

const FORMAT: &str = "Parquet";
const LABEL_NAMES: [&str; 5] = ["label", "labels", "class", "target", "digit"];

/// Reads a table. Pictures become images as a folder of them does: those that are images already, all of the canvas' size and
/// light on dark, stay as they are.
///
/// # Errors
/// [`Error::Malformed`] for what is not such a table, or holds what is not read, or a picture that cannot be;
/// [`Error::NoLabels`]; as [`Labels::push`].
pub fn parse(bytes: &[u8], preparation: &Preparation) -> Result<Labelled, Error> {
    let metadata = Metadata::parse(bytes)?;
    let picture = metadata.leaves.iter().position(is_picture).ok_or_else(|| {
        let found: Vec<String> = metadata.leaves.iter().map(|leaf| leaf.path.join(".")).collect();
        malformed(format!("expected a column of pictures, image.bytes, found {}", crate::class_names::list(&found)))
    })?;
    let label = metadata.leaves.iter().position(is_label);
    let label = label.ok_or(Error::NoLabels { names: &LABEL_NAMES })?;

    let names = metadata.class_names(&metadata.leaves[label].path.join("."));
    let mut labels = Labels::default();
    column::read(bytes, &metadata, label, &mut |value| match value {
        Value::Number(number) => {
            let name = usize::try_from(number).ok().and_then(|number| names.get(number).cloned());
            labels.push(&name.unwrap_or_else(|| number.to_string()))
        }
        Value::Bytes(bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|_| malformed("a label that is not UTF-8".to_owned()))?;
            labels.push(text)
        }
    })?;
    let mut pictures = Pictures::new(preparation);
    let of_row = |row: usize, error: Error| malformed(format!("row {row}: {error}"));
    let mut row = 0;
    column::read(bytes, &metadata, picture, &mut |value| {
        row += 1;
        match value {
            Value::Bytes(bytes) => pictures.push(bytes).map_err(|error| of_row(row, error)),
            Value::Number(_) => Err(malformed("a column of pictures that are numbers".to_owned())),
        }
    })?;
    let images = pictures.finish().map_err(|(index, error)| of_row(index + 1, error))?;
    Ok(Labelled { images, labels })
}

fn is_picture(leaf: &Leaf) -> bool {
    leaf.is_bytes && (matches!(&leaf.path[..], [_, name] if name == "bytes") || leaf.path == ["image"])
}

fn is_label(leaf: &Leaf) -> bool {
    matches!(&leaf.path[..], [name] if LABEL_NAMES.iter().any(|label| name.eq_ignore_ascii_case(label)))
}

fn malformed(problem: String) -> Error {
    Error::Malformed { format: FORMAT, problem }
}

#[cfg(test)]
mod tests;
