//! Pictures to digit images by MNIST's own rule: the one place that says how a picture becomes a network's input.
//!
//! One stage a file, one public function a stage, and [`Preparation::prepare`] that runs them all:
//!
//! | stage | from | to |
//! |---|---|---|
//! | `decode` (feature `decode`) | PNG or JPEG bytes | [`GreyImage`], 0 black .. 255 white |
//! | [`ground`] | grey image | polarity, paper level, how much the paper varies |
//! | [`extract_ink`] | grey image, ground | [`Ink`], 0 paper .. 255 ink |
//! | [`digit_box`] | ink | the box around the digit, without far specks |
//! | [`cut_glyph`] | ink, box | [`Glyph`]: scaled to fit 20x20, centre of mass at the centre of 28x28 |
//!
//! [`FileKind`] says what bytes are that are no picture.
//!
//! Bytes and pixels come in as arguments; the crate opens no file and reads no clock or environment. Even lighting is
//! assumed, and one digit a picture: local paper levels (shadows), ruled lines and segmentation are stages of their own
//! that belong between the ones above.
//!
//! ```
//! use tenfold_imaging::{GreyImage, Preparation};
//!
//! // A dark vertical stroke on light paper: a "1".
//! let mut pixels = vec![230; 100 * 100];
//! for y in 20..80 {
//!     pixels[y * 100 + 45..y * 100 + 53].fill(30);
//! }
//! let picture = GreyImage::new(100, 100, pixels)?;
//! let prepared = Preparation::default().prepare(&picture)?;
//! assert_eq!(prepared.pixels.len(), 28 * 28);
//! assert_eq!((prepared.facts.paper, prepared.facts.ink), (230, 30));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

#[cfg(feature = "decode")]
mod decode;
mod digit_box;
mod error;
mod file_kind;
mod glyph;
mod histogram;
mod image;
mod ink;
mod pieces;
mod polarity;
mod preparation;
mod resample;

#[cfg(feature = "decode")]
pub use crate::decode::{Limits, decode};
pub use crate::digit_box::{InkBox, MIN_DIGIT_PX, digit_box};
pub use crate::error::{Error, ErrorKind, Refusal};
pub use crate::file_kind::FileKind;
pub use crate::glyph::{Centring, Glyph, cut_glyph};
pub use crate::image::GreyImage;
pub use crate::ink::{Ink, MIN_CONTRAST, extract_ink};
pub use crate::polarity::{Ground, Polarity, ground};
pub use crate::preparation::{Facts, Preparation, Prepared};
