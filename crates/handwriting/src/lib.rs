//! Digits drawn stroke by stroke, in the forms that people write in different countries, and what is not a digit: letters, signs,
//! scribbles.
//!
//! [`digits`] are templates: a 1 with and without upstroke and foot, a 7 with and without bar, open and closed 4; so are
//! [`letters`], [`other_letters`], [`punctuation`] and [`signs`]. A [`Hand`] is a writer with habits of their own, who writes them as [`Trace`]s; a [`Pen`] makes
//! ink of a trace. Everything is a pure function of a seed and numbers.
//!
//! ```
//! use tenfold_handwriting::{Hand, Pen};
//! use tenfold_imaging::Preparation;
//!
//! let hand = Hand::new(1, 42);
//! let ink = hand.write(7, 0).draw(60.0, &Pen::round(4.0));
//! let digit = Preparation::default().prepare(&ink).unwrap();
//! assert_eq!(digit.pixels.len(), 28 * 28);
//! ```

#![forbid(unsafe_code)]

mod curve;
mod digits;
mod form;
mod hand;
mod letters;
mod other_letters;
mod pen;
mod punctuation;
mod scribble;
mod signs;
mod trace;

pub use crate::digits::digits;
pub use crate::form::Form;
pub use crate::hand::Hand;
pub use crate::letters::{LIKE_DIGITS, letters};
pub use crate::other_letters::other_letters;
pub use crate::pen::Pen;
pub use crate::punctuation::punctuation;
pub use crate::scribble::scribble;
pub use crate::signs::signs;
pub use crate::trace::Trace;
