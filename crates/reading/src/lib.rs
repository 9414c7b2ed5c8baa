//! Finds all digits of a page, in lines from left to right, for a network to read: touching and broken ones too.
//!
//! A [`Page`] is everything that may be a digit in a picture, as images that are prepared as those of one digit are; what a network
//! makes of these, [`Page::read`] turns into a [`Reading`]. Which neighbouring parts are one digit is decided last, when it is
//! known how sure the network is of each:
//!
//! | stage | from | to |
//! |---|---|---|
//! | `marks` | pieces of ink | those that may be digits, without specks, rules, frames |
//! | `skew`, `upright` | marks | the page turned so that its lines are level |
//! | `lines` | marks | lines from the top, and in each fields from left to right |
//! | `seams`, `labels` | what is wide enough for two digits | segments, cut where digits may touch |
//! | `glyphs` | what may be a digit | it prepared for a reader |
//! | `context` | what may be a digit | it among its neighbours, for a network that knows whole digits from parts |
//! | `judgement` | what that network says | what may be a whole digit, and which |
//! | `legibility` | the same | how much of the page is digits as it is turned |
//! | `lattice` | segments | neighbours that may be one digit, and how likely each is by its form |
//! | `answers` | the networks' answers | how probable each digit is, and how likely it is one |
//! | `paths` | these, and the lattice | the most probable strings |
//! | `constraint`, `automaton` | what is known of a string | the strings that fulfil it |
//! | `valid` | these, the arcs and the answers | the most probable of them |
//!
//! ```
//! use tenfold_imaging::{GreyImage, Preparation};
//! use tenfold_reading::Page;
//!
//! // Two strokes side by side, and a network that takes all for a 1.
//! let ink = |at: usize| (20..80).contains(&(at / 100)) && [30, 31, 32, 60, 61, 62].contains(&(at % 100));
//! let picture = GreyImage::new(100, 100, (0..100 * 100).map(|at| if ink(at) { 0 } else { 255 }).collect())?;
//! let page = Page::find(&picture.into(), &Preparation::default())?;
//! let labels: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
//! let one = [0.01, 0.91, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01];
//! let reading = page.read(&one.repeat(page.glyphs().len() / (28 * 28)), &labels)?;
//! assert_eq!(reading.lines[0].text, "11");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Pixels come in as arguments; the crate opens no file, reads no clock and knows no network.

#![forbid(unsafe_code)]

mod agreement;
mod answers;
mod automaton;
mod constraint;
mod context;
mod error;
mod glyphs;
mod judgement;
mod labels;
mod lattice;
mod legibility;
mod lines;
mod marks;
mod page;
mod paths;
mod reading;
mod seams;
mod skew;
mod upright;
mod valid;

pub use crate::constraint::{Check, Checker, Choices, Constraint, Date, Length, Pattern, Range};
pub use crate::error::Error;
pub use crate::judgement::SIGNS;
pub use crate::page::{Cell, Page};
pub use crate::reading::{Digit, Field, FieldRefusal, Line, RankedText, Reading, ValidText};
pub use tenfold_error_kind::ErrorKind;
