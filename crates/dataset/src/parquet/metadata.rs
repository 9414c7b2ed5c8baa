//! What a file says of itself at its end: its columns, and where each has its data.

use super::malformed;
use super::thrift::{self, Fields};
use crate::Error;

const MAGIC: &[u8; 4] = b"PAR1";
/// The most bytes of it; a table of ten columns in a thousand parts has a tenth.
const MAX_BYTES: usize = 4 << 20;
/// The most rows: as many pictures as fit into a data set are fewer.
const MAX_ROWS: usize = 5_000_000;
/// The most columns.
const MAX_COLUMNS: usize = 1_000;

/// A file's columns and their data.
pub(super) struct Metadata<'a> {
    pub leaves: Vec<Leaf>,
    /// Each part of the rows, with a chunk for each leaf.
    pub groups: Vec<Vec<Chunk>>,
    notes: Vec<(&'a str, &'a str)>,
}

/// A column with values.
#[derive(Debug)]
pub(super) struct Leaf {
    /// Its name, after those of the columns that it is in.
    pub path: Vec<String>,
    /// Bytes or texts, not numbers.
    pub is_bytes: bool,
    pub kind: Kind,
    /// How many of its path may be missing; none if a list is among them.
    pub optional: Option<u8>,
}

/// How values are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    I32,
    I64,
    Bytes,
    Other,
}

/// The data of a column in a part of the rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk {
    pub codec: i64,
    pub values: usize,
    /// Where its first page begins.
    pub start: usize,
    pub bytes: usize,
}

impl<'a> Metadata<'a> {
    pub fn parse(file: &'a [u8]) -> Result<Self, Error> {
        let cut = || malformed("damaged or cut short".to_owned());
        let inside = file.strip_prefix(MAGIC).and_then(|rest| rest.strip_suffix(MAGIC)).ok_or_else(cut)?;
        let (rest, length) = inside.split_last_chunk::<4>().ok_or_else(cut)?;
        let length = u32::from_le_bytes(*length) as usize;
        if length > MAX_BYTES {
            return Err(malformed(format!("{length} bytes about its columns, expected at most {MAX_BYTES}")));
        }
        let start = rest.len().checked_sub(length).ok_or_else(cut)?;
        let (fields, _) = thrift::read(&rest[start..])?;
        let leaves = leaves(&fields)?;
        let group = |group: &Fields<'_>| {
            let chunks: Vec<Chunk> = group.structs(1).map(chunk).collect::<Option<_>>().ok_or_else(cut)?;
            if chunks.len() == leaves.len() { Ok(chunks) } else { Err(cut()) }
        };
        let groups = fields.structs(4).map(group).collect::<Result<Vec<_>, _>>()?;
        for column in 0..leaves.len() {
            let values = groups.iter().fold(0_usize, |sum, group| sum.saturating_add(group[column].values));
            if values > MAX_ROWS {
                return Err(malformed(format!("{values} rows, expected at most {MAX_ROWS}")));
            }
        }
        let notes = fields.structs(5).filter_map(|note| Some((note.text(1)?, note.text(2)?))).collect();
        Ok(Self { leaves, groups, notes })
    }

    /// What Hugging Face's `datasets` says that the numbers of a column are called; nothing if it says nothing.
    pub fn class_names(&self, column: &str) -> Vec<String> {
        let note = self.notes.iter().find(|(key, _)| *key == "huggingface");
        let value = note.and_then(|(_, text)| serde_json::from_str::<serde_json::Value>(text).ok());
        let names = value.and_then(|value| {
            let names = value["info"]["features"][column]["names"].as_array()?;
            names.iter().map(|name| name.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        names.unwrap_or_default()
    }
}

/// The columns with values, from the schema: a tree whose nodes say how many follow inside them.
fn leaves(fields: &Fields<'_>) -> Result<Vec<Leaf>, Error> {
    let elements: Vec<&Fields<'_>> = fields.structs(2).collect();
    if elements.len() > MAX_COLUMNS {
        return Err(malformed(format!("{} columns, expected at most {MAX_COLUMNS}", elements.len())));
    }
    let mut leaves = Vec::new();
    // The columns that are open: how many are still to come inside, the name, and how many may be missing up to there.
    let mut open: Vec<(usize, String, Option<u8>)> = Vec::new();
    for (index, element) in elements.iter().enumerate() {
        while open.last().is_some_and(|(inside, ..)| *inside == 0) {
            open.pop();
        }
        let above = open.last_mut().map_or(Some(0), |(inside, _, optional)| {
            *inside -= 1;
            *optional
        });
        let optional = match element.int(3) {
            // The root says nothing.
            _ if index == 0 => Some(0),
            Some(0) => above,
            Some(1) => above.and_then(|above| above.checked_add(1)),
            _ => None,
        };
        let name = element.text(4).unwrap_or_default().to_owned();
        match element.size(5).filter(|&inside| inside > 0) {
            Some(inside) => open.push((inside.min(MAX_COLUMNS), name, optional)),
            None => {
                let kind = match element.int(1) {
                    Some(1) => Kind::I32,
                    Some(2) => Kind::I64,
                    Some(6) => Kind::Bytes,
                    _ => Kind::Other,
                };
                let path = open.iter().skip(1).map(|(_, name, _)| name.clone()).chain([name]).collect();
                leaves.push(Leaf { path, is_bytes: kind == Kind::Bytes, kind, optional });
            }
        }
    }
    Ok(leaves)
}

fn chunk(chunk: &Fields<'_>) -> Option<Chunk> {
    let data = chunk.fields(3)?;
    let first = data.size(9)?;
    // Files of some writers say 0 where there is no dictionary.
    let dictionary = data.size(11).filter(|&start| start > 0);
    Some(Chunk {
        codec: data.int(4)?,
        values: data.size(5)?,
        start: dictionary.map_or(first, |start| start.min(first)),
        bytes: data.size(7)?,
    })
}
