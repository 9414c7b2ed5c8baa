//! Finds the fields of a printed form in a picture of it, for a network to read.
//!
//! A [`Template`] says where on the paper each field is, whether its digits have cells of their own, and what is known of it. A [`Form`]
//! is a picture in which that has been found; what a network makes of its [glyphs](Form::glyphs) becomes a [`FormReading`].
//!
//! | stage | from | to |
//! |---|---|---|
//! | `template` | TOML | where fields are, in the units of the paper |
//! | `marks` | a picture | the four marks in the corners of the form |
//! | `projection` | these | where each place of the paper is in the picture |
//! | `upright` | that | each field as from straight above |
//! | `form` | these | what may be a digit in each, and what a network's answers say |
//!
//! ```
//! use tenfold_form::{Form, Template};
//! use tenfold_imaging::{GreyImage, Preparation};
//!
//! let template = Template::from_toml(
//!     r#"
//!     page = { width = 100, height = 50 }
//!
//!     [[field]]
//!     name = "year"
//!     box = [10, 10, 60, 30]
//!     known = { range = "1900-2100" }
//!     "#,
//! )?;
//! let scan = GreyImage::new(200, 100, vec![255; 200 * 100])?;
//! let form = Form::find(&scan.into(), &template, &Preparation::default())?;
//! let reading = form.read(&[], &[]);
//! assert_eq!(reading.fields[0].answer().unwrap_err().reason(), "blank");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Pixels come in as arguments; the crate opens no file, reads no clock and knows no network.

#![forbid(unsafe_code)]

mod error;
mod form;
mod marks;
mod projection;
mod reading;
mod template;
mod upright;

pub use crate::error::{Error, NotRegistered};
pub use crate::form::Form;
pub use crate::reading::{FormField, FormReading};
pub use crate::template::Template;
pub use tenfold_error_kind::ErrorKind;
