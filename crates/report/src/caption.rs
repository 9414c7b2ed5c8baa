//! What stands below an image.

use crate::chart::Colour;

/// A short text below an image, such as `4 → 9  0.83`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// The text.
    pub text: String,
    /// Its colour: by custom blue for right answers and orange for wrong ones.
    pub colour: Colour,
}

impl Caption {
    /// A caption that says neither right nor wrong.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), colour: Colour::Ink }
    }

    /// A caption of an answer: blue if it is right, orange if it is wrong.
    pub fn answer(text: impl Into<String>, is_right: bool) -> Self {
        Self { text: text.into(), colour: if is_right { Colour::Blue } else { Colour::Orange } }
    }
}
