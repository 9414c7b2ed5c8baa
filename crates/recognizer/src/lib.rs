//! Reads the digits in a picture: the product, for programs that add one crate.
//!
//! ```
//! use tenfold_recognizer::Recognizer;
//!
//! let recognizer = Recognizer::embedded();
//! let prediction = recognizer.predict(&std::fs::read("testdata/seven.png")?)?;
//! assert_eq!(prediction.label, "7");
//! println!("{} with probability {:.3}", prediction.label, prediction.probability);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Recognizer`] holds a model, one of [those inside this crate](EMBEDDED_MODELS) or of your own, and may be shared by any number of threads.
//! [`Recognizer::predict`] takes the bytes of a picture file, [`Recognizer::predict_image`] pixels, and
//! [`Recognizer::predict_batch`] many files, each with a result of its own. Every picture gets an answer or the reason why
//! there is none: an [`Error`], whose [`kind`](Error::kind) says what can be done about it. Blank pictures and specks are
//! [refused](Refusal), and so is what the model finds no digit [probable enough](Unsure) for.
//!
//! [`Recognizer::builder`] sets limits, threads, and what is ink:
//!
//! ```
//! use tenfold_recognizer::{Limits, Polarity, Recognizer};
//!
//! let recognizer = Recognizer::builder()
//!     .threads(4)
//!     .polarity(Polarity::DarkOnLight)
//!     .limits(Limits { pixels: 1_000_000, ..Limits::default() })
//!     .build()?;
//! # Ok::<(), tenfold_recognizer::Error>(())
//! ```
//!
//! # Stages
//!
//! What [`Recognizer::predict`] does in one call can be done step by step, to see what becomes of a picture on the way:
//!
//! | stage | from | to |
//! |---|---|---|
//! | [`decode`](Recognizer::decode) | bytes of a picture file | [`GreyImage`], upright |
//! | [`prepare`](Recognizer::prepare) | grey image | [`Prepared`]: the network's input, and the [`Facts`] found on the way |
//! | [`logits`](Recognizer::logits) or [`probabilities`](Recognizer::probabilities) | prepared pixels | a number for each class |
//! | [`rank`](Recognizer::rank) | probabilities | classes by name, most probable first |
//!
//! ```
//! use tenfold_recognizer::Recognizer;
//!
//! let recognizer = Recognizer::embedded();
//! let image = recognizer.decode(&std::fs::read("testdata/seven.png")?)?;
//! let prepared = recognizer.prepare(&image)?;
//! for row in prepared.pixels.chunks(28) {
//!     println!("{}", row.iter().map(|&pixel| if pixel < 128 { ' ' } else { '#' }).collect::<String>());
//! }
//! let ranking = recognizer.rank(&recognizer.probabilities(&prepared.pixels)?)?;
//! assert_eq!(ranking[0].label, "7");
//! assert!(ranking[0].probability >= ranking[1].probability);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Pages
//!
//! [`Recognizer::predict`] takes a picture for one digit: several come out as one. [`Recognizer::read`] finds all digits of a
//! page: a [`Reading`] of lines and fields, with the box of each digit and the most probable strings of each field. Where it is known which strings there may be, how long they
//! are or which check digits they end in, a [`Constraint`] finds the most probable of these ([`Recognizer::read_page`]); where
//! they are on a printed form a [`Template`] says ([`Recognizer::read_form`]).
//!
//! Bytes come in as arguments: nothing here opens a file or reads a clock or the environment.

#![forbid(unsafe_code)]

mod batch;
mod blur;
mod builder;
mod cause;
mod diagnosis;
mod embedded;
mod error;
mod examination;
mod heat_map;
mod prediction;
mod quarters;
mod read;
mod recognizer;
mod segmenter;
#[cfg(test)]
mod tests;
mod unsure;

pub use builder::Builder;
pub use cause::Cause;
pub use embedded::{EMBEDDED_MODEL, EMBEDDED_MODELS, EmbeddedModel};
pub use error::Error;
pub use examination::{Examination, Finding};
pub use heat_map::HeatMap;
pub use prediction::{Prediction, Ranked};
pub use recognizer::Recognizer;
pub use tenfold_error_kind::ErrorKind;
#[doc(inline)]
pub use tenfold_form::{Error as TemplateError, FormField, FormReading, NotRegistered, Template};
#[doc(inline)]
pub use tenfold_formats::{Error as ModelError, Provenance, SavedModel};
#[doc(inline)]
pub use tenfold_imaging::{
    Centring, ColourImage, Error as PictureError, Explanation, Facts, FileKind, GreyImage, InkBox, Limits, Polarity,
    Preparation, Prepared, Refusal, Stage,
};
#[doc(inline)]
pub use tenfold_network::{Cpu, Engine, Error as NetworkError, Level, Model};
#[doc(inline)]
pub use tenfold_reading::{
    Check, Checker, Choices, Constraint, Date, Digit, Error as ConstraintError, Field, FieldRefusal, Length, Line,
    Page, Pattern, Range, RankedText, Reading, SIGNS, ValidText,
};
pub use unsure::Unsure;
