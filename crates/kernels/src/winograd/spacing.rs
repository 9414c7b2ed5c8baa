//! How far the matrices of a frequency-domain buffer lie apart.

/// Floats between two frequencies' matrices beyond their size.
const GAP: usize = 16;

/// The distance between two frequencies' matrices of `length` floats.
pub(super) const fn spaced(length: usize) -> usize {
    length.next_multiple_of(GAP) + GAP
}
