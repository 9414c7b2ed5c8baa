//! What can be done to one image, in 32-bit floats from the first step to the last: augmentations and corruptions are made
//! of these.
//!
//! | module | what it does |
//! |---|---|
//! | `plane` | one image in floats, and one with a border of background |
//! | `affine` | resized, slanted, turned, shifted: where each pixel then comes from |
//! | `warp` | each pixel from any place of the image, by bilinear interpolation |
//! | `displacement` | a smooth random field of places: elastic distortion |
//! | `blur` | Gaussian blur |
//! | `strokes` | strokes wider or narrower |
//!
//! Each is plain arithmetic in one order, without fused multiply-adds and with `libm`'s functions, so that its bytes are the
//! same on every machine. The types hold room to work in, which is kept from one image to the next.

mod affine;
mod blur;
mod displacement;
mod plane;
mod strokes;
mod warp;

pub(crate) use affine::Affine;
pub(crate) use blur::Blur;
pub(crate) use displacement::Displacement;
pub(crate) use plane::Plane;
pub(crate) use strokes::Strokes;
pub(crate) use warp::Warp;

#[cfg(test)]
mod tests;
