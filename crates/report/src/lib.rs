//! Knowledge to pictures and pages: charts, galleries of digit images, and one HTML file that holds them all.
//!
//! | module | from | to |
//! |---|---|---|
//! | [`chart`] | numbers | an SVG, for a page or a file of its own |
//! | `raster` (feature `raster`) | a chart | a PNG |
//! | `gallery` (feature `raster`) | digit images with captions | a PNG |
//! | `annotation` (feature `raster`) | a picture and notes on places in it | a PNG |
//! | `sheet` (feature `raster`) | pictures with words beside them | a PNG |
//! | [`Sprite`] | many digit images | one PNG as a data URI |
//! | [`page`] | text, tables, charts, digit images | one HTML file that loads nothing |
//!
//! Plain numbers and pixels come in, text and bytes go out: nothing is trained, opened or fetched here.
//!
//! ```
//! use tenfold_report::chart::{Axis, Chart, Colour, LineChart, Panel, Series, Theme};
//! use tenfold_report::page::{Block, Page};
//!
//! let losses = Series::new("train", Colour::Blue, [(1.0, 0.31), (2.0, 0.09), (3.0, 0.06)]);
//! let chart = LineChart {
//!     title: "Loss".into(),
//!     description: "The training loss falls from 0.31 to 0.06 in three epochs.".into(),
//!     x: Axis::count("epoch"),
//!     panels: vec![Panel::new(Axis::value("cross-entropy"), [losses])],
//! };
//! let page = Page::new("A run").section("loss", "Loss", vec![Block::Charts(vec![chart.svg(Theme::Page)])]);
//! assert!(page.to_html().starts_with("<!DOCTYPE html>"));
//! ```

#![forbid(unsafe_code)]

#[cfg(feature = "raster")]
pub mod annotation;
mod caption;
pub mod chart;
mod error;
mod escape;
#[cfg(feature = "raster")]
pub mod gallery;
mod images;
mod number;
pub mod page;
#[cfg(feature = "raster")]
pub mod raster;
#[cfg(feature = "raster")]
pub mod sheet;
mod sprite;

pub use crate::caption::Caption;
pub use crate::error::Error;
pub use crate::images::DigitImages;
pub use crate::number::{grouped, percent};
pub use crate::sprite::{MAX_SPRITE_PIXELS, Sprite};
pub use tenfold_error_kind::ErrorKind;

/// The longest side of an image: far over any image of one character.
pub const MAX_SIDE_PX: usize = 4096;
