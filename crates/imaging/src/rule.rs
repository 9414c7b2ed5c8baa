//! A line across a picture, and the picture along it.

/// Two lines lie at least so many pixels apart.
const APART: f32 = 4.0;

/// A line across a picture or down it.
pub(crate) struct Rule {
    /// Where it begins and ends, across.
    pub(crate) ends: [f32; 2],
    /// The sum of its means over all strips.
    pub(crate) strength: f32,
}

impl Rule {
    /// Where it lies, across, so far along of a whole length.
    pub(crate) fn across(&self, along: f32, length: f32) -> f32 {
        self.ends[0] + (self.ends[1] - self.ends[0]) * along / length
    }

    /// Whether another begins or ends too near to be one of its own.
    pub(crate) fn is_near(&self, other: &Self) -> bool {
        (0..2).any(|end| (self.ends[end] - other.ends[end]).abs() < APART)
    }
}

/// A picture along one of its axes.
#[derive(Clone, Copy)]
pub(crate) struct Axis {
    /// Pixels along lines.
    pub(crate) length: usize,
    /// Pixels across them.
    pub(crate) breadth: usize,
    /// From one pixel along a line to the next, in the picture's memory.
    pub(crate) step: usize,
    /// From one pixel across to the next.
    pub(crate) step_across: usize,
    /// Lines are less wide.
    pub(crate) reach: usize,
}
