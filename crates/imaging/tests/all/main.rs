//! The crate from outside: bytes that may be pictures, and images that are prepared already.

#[cfg(feature = "decode")]
mod decode;
mod mnist;
