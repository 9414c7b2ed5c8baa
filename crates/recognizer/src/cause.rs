//! What in a picture itself keeps it from having an answer.

use std::fmt;

/// What in a picture itself keeps it from having an answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Cause {
    /// It surely shows two or more digits.
    Several {
        /// What they are read as, a space between fields.
        digits: String,
    },
    /// Its strokes have no edge.
    Blurred {
        /// How far it is from paper to ink, in pixels.
        edge: f32,
        /// The longer side of what was taken for the digit, in pixels.
        side: u32,
    },
}

impl Cause {
    /// The cause in a word: `several_digits` or `blurred`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Several { .. } => "several_digits",
            Self::Blurred { .. } => "blurred",
        }
    }
}

/// `several digits, expected one: 12345`
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Several { digits } => write!(f, "several digits, expected one: {digits}"),
            Self::Blurred { edge, side } => write!(
                f,
                "blurred: from paper to ink it is {edge:.1} px, of a mark of {side} px\nhint: take the picture again, in focus"
            ),
        }
    }
}
