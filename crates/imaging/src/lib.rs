//! Pictures to digit images by MNIST's own rule: the one place that says how a picture becomes a network's input.
//!
//! [`Preparation::prepare`] runs all stages from a picture in memory on, and says what it found;
//! [`Preparation::prepare_colour`] does so for one in colour. Each stage is a function and a file of its own, for those who
//! want to see what becomes of a picture on the way:
//!
//! | stage | from | to |
//! |---|---|---|
//! | `decode`, `decode_colour` (feature `decode`) | bytes of a picture file, of many formats | [`GreyImage`], 0 black .. 255 white; [`ColourImage`] |
//! | [`ground`] | grey image | [`Ground`]: polarity, paper level, how much the paper varies |
//! | [`extract_ink`] | grey image, ground | [`Ink`], 0 paper .. 255 ink |
//! | [`digit_box`] | ink | [`InkBox`] around the digit, without far specks |
//! | [`cut_glyph`] | ink, box | [`Glyph`]: scaled to fit 20x20, centre of mass at the centre of 28x28 |
//!
//! [`Preparation::explain`] says what each stage found, with a picture of it.
//!
//! Bytes that cannot be decoded are an [`Error`]; a picture that is blank, or has marks too small for a digit, is a
//! [`Refusal`]. Anything else is taken for a digit: whether it is one, this crate does not know. [`FileKind`] says what
//! bytes are that are not a picture.
//!
//! These stages take the paper to have one level. Where the ink that they find is untidy, covers much of the border or falls
//! into many pieces, or there is none, it is looked for once more, as what differs from the paper *around* it: the paper is a
//! surface, the median over a window around each pixel (`paper.rs`), and the distance from it is measured along the ink's own
//! colour (`distance.rs`). The better of the two is taken (`candidate.rs`), by the ink alone, so that whoever prepares pictures
//! for any model gets the same pixels. Printed lines through the whole picture are taken out (`rules.rs`, `line.rs`), and what touches
//! the border as no digit does (a table, a shadow) is left out where a digit lies inside (`foreign.rs`). Where what is left may still be no
//! digit, the ink is what is narrower than all that lies around it (`narrow.rs`). Strokes that scaling makes thinner than a pixel
//! are made as thick as MNIST's (`stroke.rs`).
//!
//! Bytes and pixels come in as arguments; the crate opens no file and reads no clock or environment. One digit a picture is
//! assumed; for a page with many there are [`page_ink`] and [`pieces_and_runs`], whose pieces become digits elsewhere.
//!
//! ```
//! use tenfold_imaging::{GreyImage, Polarity, Preparation, Refusal};
//!
//! // A dark vertical stroke on light paper: a "1".
//! let mut pixels = vec![230; 100 * 100];
//! for y in 20..80 {
//!     pixels[y * 100 + 45..y * 100 + 53].fill(30);
//! }
//! let picture = GreyImage::new(100, 100, pixels)?;
//! let prepared = Preparation::default().prepare(&picture)?;
//! assert_eq!(prepared.pixels.len(), 28 * 28);
//! assert_eq!((prepared.facts.polarity, prepared.facts.paper), (Polarity::DarkOnLight, 230));
//!
//! let blank = GreyImage::new(100, 100, vec![230; 100 * 100])?;
//! assert!(matches!(Preparation::default().prepare(&blank), Err(Refusal::Blank { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The same, stage by stage:
//!
//! ```
//! use tenfold_imaging::{Centring, GreyImage, cut_glyph, digit_box, extract_ink, ground};
//!
//! let mut pixels = vec![230; 100 * 100];
//! for y in 20..80 {
//!     pixels[y * 100 + 45..y * 100 + 53].fill(30);
//! }
//! let picture = GreyImage::new(100, 100, pixels)?;
//! let ink = extract_ink(&picture, &ground(&picture, None))?;
//! let place = digit_box(&ink)?;
//! assert_eq!((place.left, place.top, place.width, place.height), (45, 20, 8, 60));
//! let glyph = cut_glyph(&ink, &place, 28, 20, Centring::CentreOfMass);
//! assert_eq!(glyph.pixels.len(), 28 * 28);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod candidate;
mod colour_image;
#[cfg(feature = "decode")]
mod decode;
mod digit_box;
mod distance;
mod error;
mod explanation;
mod file_kind;
mod foreign;
mod glyph;
mod histogram;
mod image;
mod ink;
mod ink_box;
mod line;
mod measured;
mod narrow;
mod page_ink;
mod paper;
mod pieces;
mod polarity;
mod preparation;
mod quality;
mod reduction;
mod resample;
mod rule;
mod rules;
mod stroke;
mod turn;

pub use crate::colour_image::ColourImage;
#[cfg(feature = "decode")]
pub use crate::decode::{Limits, decode, decode_colour};
pub use crate::digit_box::{MIN_DIGIT_PX, digit_box};
pub use crate::error::{Error, Refusal};
pub use crate::explanation::{Explanation, Stage};
pub use crate::file_kind::FileKind;
pub use crate::glyph::{Centring, Glyph, cut_glyph};
pub use crate::image::GreyImage;
pub use crate::ink::{Ink, MIN_CONTRAST, extract_ink};
pub use crate::ink_box::InkBox;
pub use crate::page_ink::{PageInk, page_ink};
pub use crate::pieces::{EDGE, Piece, Run, pieces_and_runs};
pub use crate::polarity::{Ground, Polarity, ground};
pub use crate::preparation::{Facts, Preparation, Prepared};
pub use crate::quality::Quality;
pub use crate::resample::scaled_square;
pub use crate::turn::Turn;
pub use tenfold_error_kind::ErrorKind;
