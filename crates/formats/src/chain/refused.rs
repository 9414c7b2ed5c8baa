//! Why an operator cannot be a part of a chain.

use std::fmt;

use tenfold_network::{Padding, Shape};

/// Numbers in one image: beyond what a network may have, so that products of sizes stay far from overflow.
pub(crate) const MAX_NUMBERS: usize = 1 << 24;

/// Why an operator cannot come next, as the end of a sentence that begins with its name.
#[derive(Debug, PartialEq)]
pub(crate) enum Refused {
    /// A branch does not begin where the other way to it passes.
    Beside,
    /// Too many blocks lie in each other.
    TooDeep,
    AfterSoftmax,
    AfterTemperature,
    /// Zeros were put around the image, and no window takes them in.
    NoWindow,
    /// Zeros were put around the image, and may be larger than the numbers in it.
    MaximumOfZeros,
    /// Zeros were put around the image, and the window adds padding by a rule.
    PaddedTwice,
    /// Zeros were put around the image, and a mean adds padding that it does not count.
    ZerosCountedAlone,
    NoFit {
        image: Shape,
        size: [usize; 2],
        stride: [usize; 2],
        padding: Padding,
    },
    NoRange {
        low: f32,
        high: f32,
    },
    TooLarge(Shape),
    EndsInZeros,
    /// The answers are not logits, and no softmax follows them.
    EndsInSigmoid,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Beside => f.write_str("joins two results, neither of which the other is made from"),
            Self::TooDeep => f.write_str("ends a block that has too many others in it, one within the other"),
            Self::AfterSoftmax => f.write_str("comes after the softmax, which must be the end"),
            Self::AfterTemperature => f.write_str("comes after the temperature, expected a softmax"),
            Self::NoWindow => {
                f.write_str("comes after zeros around the image, expected a convolution, an average or a maximum")
            }
            Self::MaximumOfZeros => {
                f.write_str("takes the largest of numbers and zeros around them; supported is that after ReLU")
            }
            Self::PaddedTwice => f.write_str("pads an image with zeros around it, expected valid padding"),
            Self::ZerosCountedAlone => {
                f.write_str("counts the zeros around the image and not its own padding, expected one of these")
            }
            Self::NoFit { image, size, stride, padding } => {
                let padding = in_words(*padding);
                write!(f, "a window of {size:?}, stride {stride:?}, does not fit into {image} with {padding}")
            }
            Self::NoRange { low, high } => {
                write!(f, "limits numbers to at least {low} and at most {high}, expected a range")
            }
            Self::TooLarge(shape) => write!(f, "has images of {shape}, expected at most {MAX_NUMBERS} numbers"),
            Self::EndsInZeros => f.write_str("ends in zeros around an image"),
            Self::EndsInSigmoid => f.write_str(
                "ends in a sigmoid, whose outputs are neither logits nor probabilities of classes that exclude each other\n\
                 hint: end in a softmax, and train again",
            ),
        }
    }
}

fn in_words(padding: Padding) -> String {
    match padding {
        Padding::Valid => "valid padding".to_owned(),
        Padding::Same => "same padding".to_owned(),
        Padding::Explicit { before: [above, left], after: [below, right] } => format!(
            "zeros around it: {above} rows above, {below} below, {left} columns left, {right} right \
             (fewer than the window has)"
        ),
    }
}
