//! The crate from outside: bytes that may be pictures, and images that are prepared already.

#[cfg(feature = "decode")]
mod decode;
#[cfg(feature = "decode")]
mod files;
#[cfg(feature = "decode")]
mod formats;
#[cfg(feature = "decode")]
mod malformed;
mod mnist;
#[cfg(feature = "decode")]
mod orientation;
#[cfg(feature = "decode")]
mod png_kinds;
