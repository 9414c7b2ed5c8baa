//! The crate from outside: every chart, every page, and both as pixels.

mod charts;
mod network;
mod page;
#[cfg(feature = "raster")]
mod raster;
mod samples;
