//! What the first directory of a TIFF says in numbers: read before its decoder, which takes much of it on trust.

use std::ops::Range;

use super::super::opened::{cut_short, unsupported};
use super::FORMAT;
use crate::{Error, Limits};

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const INTERPRETATION: u16 = 262;
const BIT_ORDER: u16 = 266;
const SAMPLES_A_PIXEL: u16 = 277;
const PLANES: u16 = 284;
const TILE_WIDTH: u16 = 322;

/// The interpretation of samples as grey levels, from black, and as places in a palette.
const GREY: u8 = 1;
const PALETTE: u32 = 3;

/// Four inks and an alpha.
const MOST_SAMPLES: u32 = 5;

pub(super) struct Directory<'a> {
    bytes: &'a [u8],
    is_big_endian: bool,
    entries: Vec<Entry>,
}

/// An entry that is one number.
struct Entry {
    tag: u16,
    number: u32,
    place: Range<usize>,
}

impl<'a> Directory<'a> {
    /// # Errors
    /// [`Error::Malformed`] if it is not all there.
    pub fn first(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut directory = Self { bytes, is_big_endian: bytes.starts_with(b"MM"), entries: Vec::new() };
        directory.entries = directory.read().ok_or_else(|| cut_short(FORMAT))?;
        Ok(directory)
    }

    fn read(&self) -> Option<Vec<Entry>> {
        let start = self.number(4..8)? as usize;
        let count = self.number(start..start.checked_add(2)?)? as usize;
        let mut entries = Vec::new();
        for at in (0..count).map(|index| start + 2 + 12 * index) {
            // Its tag, its type and how many values it has, and these, of 8, 16 or 32 bits.
            let (tag, kind) = (self.number(at..at + 2)? as u16, self.number(at + 2..at + 4)?);
            let Some(length) = [(1, 1), (3, 2), (4, 4)].into_iter().find(|&(known, _)| known == kind) else { continue };
            let place = at + 8..at + 8 + length.1;
            entries.push(Entry { tag, number: self.number(place.clone())?, place });
        }
        Some(entries)
    }

    fn number(&self, place: Range<usize>) -> Option<u32> {
        let bytes = self.bytes.get(place)?;
        let join = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
        Some(if self.is_big_endian { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) })
    }

    fn has(&self, tag: u16, is: impl Fn(u32) -> bool) -> bool {
        self.entries.iter().any(|entry| entry.tag == tag && is(entry.number))
    }

    /// Refuses what is too large, and what the decoder reads wrongly.
    ///
    /// # Errors
    /// [`Error::LimitExceeded`] or [`Error::Unsupported`].
    pub fn check(&self, limits: &Limits) -> Result<(), Error> {
        for entry in &self.entries {
            match entry.tag {
                WIDTH => limits.check_size((entry.number, 0))?,
                HEIGHT => limits.check_size((0, entry.number))?,
                SAMPLES_A_PIXEL if entry.number > MOST_SAMPLES => {
                    return Err(unsupported(FORMAT, format!("{} samples a pixel", entry.number)));
                }
                _ => {}
            }
        }
        if self.has(BIT_ORDER, |order| order != 1) {
            return Err(unsupported(FORMAT, "bits in reverse order"));
        }
        if self.has(PLANES, |planes| planes != 1) && self.has(TILE_WIDTH, |_| true) {
            return Err(unsupported(FORMAT, "tiles of separate planes"));
        }
        Ok(())
    }

    pub fn has_palette(&self) -> bool {
        self.has(INTERPRETATION, |interpretation| interpretation == PALETTE)
    }

    /// The same file, with the places in its palette called grey levels.
    pub fn with_grey_levels(&self) -> Vec<u8> {
        let mut bytes = self.bytes.to_vec();
        for entry in self.entries.iter().filter(|entry| entry.tag == INTERPRETATION) {
            let number = &mut bytes[entry.place.clone()];
            number.fill(0);
            let lowest = if self.is_big_endian { number.len() - 1 } else { 0 };
            number[lowest] = GREY;
        }
        bytes
    }
}
