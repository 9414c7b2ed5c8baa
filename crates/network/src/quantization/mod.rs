//! Networks in int8: what a quantised model holds beside its values, and what must be true of it.
//!
//! A byte `q` of an activation stands for `q s`, with one scale `s` for the whole tensor; a weight is `w s_o`, with a
//! whole number `w` in `-127..=127` and a scale for each filter `o`. A quantised model's values are these products,
//! rounded to `f32`, so that whatever reads values can read them. Division by `s_o` and rounding give `w` back exactly:
//! where scales are normal numbers, the two roundings move a quotient of at most 127 by less than `127 / 2^22`.

mod byte_layers;
mod calibrate;
mod check;
mod fold;
mod plan;
pub(crate) mod scales;
mod workspace;

pub use calibrate::quantize;
pub(crate) use plan::BytePlan;
pub use scales::{LayerScales, PIXEL_SCALE, Quantization};
pub(crate) use workspace::{ByteLayout, ByteWorkspace};
