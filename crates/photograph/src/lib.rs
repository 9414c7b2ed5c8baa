//! Photographs of a digit on paper, drawn: what a preparation of pictures is measured with and tested by.
//!
//! A [`Page`] says where a digit stands, how large, on which paper and of which ink. [`Page::photograph`] draws it with any number
//! of [`Degradation`]s, as people's pictures have them: paper that is coloured, ruled or rough, uneven light, a table beside the
//! sheet, a lens, a sensor and a file that lose something. Everything is a pure function of a seed and numbers.
//!
//! | module | degradations |
//! |---|---|
//! | `paper` | texture, rules, squares, a box, what shows through, specks, the paper's edge, a finger |
//! | `view` | perspective, rotation |
//! | `light` | gradient, vignette, the edge of a shadow, a lit strip |
//! | `camera` | blur, noise, JPEG |
//!
//! ```
//! use tenfold_imaging::{GreyImage, Preparation};
//! use tenfold_photograph::{Degradation, Page};
//!
//! // A digit image as MNIST has them, 0 paper .. 255 ink: a "1".
//! let pixels = (0..28 * 28).map(|at| if (12..15).contains(&(at % 28)) && (4..24).contains(&(at / 28)) { 255 } else { 0 });
//! let digit = GreyImage::new(28, 28, pixels.collect())?;
//!
//! let page = Page { size: [300, 200], middle: [120.0, 90.0], scale: 2.0, ..Page::default() };
//! let picture = page.photograph(&digit, &[Degradation::Jpeg { quality: 60 }, Degradation::Rotation { radians: 0.1 }], 1, 0);
//! assert_eq!((picture.grey().width(), picture.grey().height()), (300, 200));
//! let place = Preparation::default().prepare_colour(&picture).unwrap().facts.ink_box;
//! assert!(place.left > 100 && place.left + place.width < 140);
//! # Ok::<(), tenfold_imaging::Error>(())
//! ```

#![forbid(unsafe_code)]

mod camera;
mod canvas;
mod degradation;
mod kind;
mod light;
mod page;
mod paper;
mod photograph;
mod strength;
#[cfg(test)]
mod tests;
mod view;

pub use crate::degradation::Degradation;
pub use crate::kind::Kind;
pub use crate::page::Page;
