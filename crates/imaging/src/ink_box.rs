//! A rectangle of the picture with ink in it.

use serde::Serialize;

/// A rectangle of pixels in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct InkBox {
    /// The first column, from the left.
    pub left: u32,
    /// The first row, from the top.
    pub top: u32,
    /// Number of columns, at least 1.
    pub width: u32,
    /// Number of rows, at least 1.
    pub height: u32,
}

impl InkBox {
    /// The length of the longer side in pixels.
    pub fn longer_side(&self) -> u32 {
        self.width.max(self.height)
    }

    /// The smallest box around both.
    pub fn union(self, other: Self) -> Self {
        let left = self.left.min(other.left);
        let top = self.top.min(other.top);
        let right = (self.left + self.width).max(other.left + other.width);
        let bottom = (self.top + self.height).max(other.top + other.height);
        Self { left, top, width: right - left, height: bottom - top }
    }

    /// Whether another box lies inside this, with none of their sides in common.
    pub(crate) fn encloses(self, other: Self) -> bool {
        let within = |from: u32, length: u32, other: u32, other_length: u32| {
            other > from && other + other_length < from + length
        };
        within(self.left, self.width, other.left, other.width) && within(self.top, self.height, other.top, other.height)
    }

    /// The same place in a picture of so many columns and rows of which each pixel here is a block of `factor` by `factor`, those at
    /// its right and lower end cut off.
    pub fn enlarged(self, factor: u32, [columns, rows]: [u32; 2]) -> Self {
        let (left, top) = (self.left * factor, self.top * factor);
        let width = (self.width * factor).min(columns - left);
        Self { left, top, width, height: (self.height * factor).min(rows - top) }
    }

    /// Empty rows or columns between two boxes, whichever are more; 0 if they touch or overlap.
    pub fn gap(self, other: Self) -> u32 {
        let between =
            |a: u32, a_len: u32, b: u32, b_len: u32| b.saturating_sub(a + a_len).max(a.saturating_sub(b + b_len));
        between(self.left, self.width, other.left, other.width).max(between(
            self.top,
            self.height,
            other.top,
            other.height,
        ))
    }
}
