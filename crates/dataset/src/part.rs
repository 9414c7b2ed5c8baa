//! The two halves of a data set.

/// Which half of a data set: the one to learn from, or the one to be judged by, once, at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The training images.
    Train,
    /// The test images.
    Test,
}
