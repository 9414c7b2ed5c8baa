//! What one layer makes of its input: the shape of its output, its tensors and its cost, or why it cannot be.
//!
//! Settings come from files: every size is limited here before it is multiplied or anything is allocated for it, and so is
//! the work, which a few bytes could otherwise make endless.

use tenfold_kernels::Window;

use crate::architecture::{Padding, Shape};
use crate::tensor::Role;

/// Numbers in one image anywhere in a network: 32 MiB of floats, such as 32 channels of 512x512 pixels.
pub(crate) const MAX_ACTIVATIONS: usize = 1 << 23;
/// Numbers in one image in all layers together: 256 MiB of floats.
pub(crate) const MAX_ALL_ACTIVATIONS: usize = 1 << 26;
/// The longest side of a window and the longest stride.
const MAX_SIDE: usize = 1_024;

/// The work for one image in all layers together, as [`Effect::work`] counts it: 4.6 times that of the paper's network for
/// images of 512x512. One core with AVX-512 takes half a second for the most that convolutions may ask for, and two or
/// three for pooling.
pub(crate) const MAX_WORK: u64 = 1 << 34;
/// Numbers that the widest vector works on at once.
pub(crate) const LANES: usize = 16;

/// What reading a cell of a window costs in pooling, in multiplications.
pub(crate) const CELL_WORK: u64 = 4;

/// A layer's consequences, before it has a name and its tensors a place.
pub(crate) struct Effect {
    pub output: Shape,
    pub tensors: Vec<(Role, Vec<usize>)>,
    pub multiply_accumulates: u64,
    /// Multiplications, or what takes as long, for one image. Filters, units, and the channels of pooling count in whole
    /// vectors: one alone takes as long as sixteen.
    pub work: u64,
}

impl Effect {
    /// Of a layer without parameters that passes over each number once.
    pub(crate) fn shape_only(output: Shape) -> Self {
        let work = product([output.height, output.width, output.channels]);
        Self { output, tensors: Vec::new(), multiply_accumulates: 0, work }
    }
}

/// The product of some sizes, or the largest number if it is larger still.
pub(crate) fn product<const N: usize>(sizes: [usize; N]) -> u64 {
    sizes.into_iter().fold(1, |product: u64, size| product.saturating_mul(size as u64))
}

/// The geometry of a window over `input`.
pub(crate) fn check_window(
    input: Shape,
    size: [usize; 2],
    stride: [usize; 2],
    padding: Padding,
) -> Result<Window, String> {
    for (name, sizes) in [("window", size), ("stride", stride)] {
        if sizes.iter().any(|side| !(1..=MAX_SIDE).contains(side)) {
            return Err(format!("a {name} of {}x{}, expected sides of 1 to {MAX_SIDE}", sizes[0], sizes[1]));
        }
    }
    if let Padding::Explicit { before, after } = padding
        && (0..2).any(|axis| before[axis].max(after[axis]) >= size[axis])
    {
        let found = format!("a padding of {before:?} before and {after:?} after the image");
        return Err(format!("{found}, expected less than the window's {}x{}", size[0], size[1]));
    }
    padding
        .windows(input, size, stride)
        .ok_or_else(|| format!("a window of {}x{} does not fit into {input}", size[0], size[1]))
}

pub(crate) fn check_count(name: &str, count: usize) -> Result<(), String> {
    if (1..=MAX_ACTIVATIONS).contains(&count) {
        return Ok(());
    }
    Err(format!("{count} {name}, expected 1 to {MAX_ACTIVATIONS}"))
}

pub(crate) fn check_fraction(name: &str, value: f32) -> Result<(), String> {
    if (0.0..1.0).contains(&value) {
        return Ok(());
    }
    Err(format!("{name} is {value}, expected 0 up to but not including 1"))
}

/// Refuses shapes that are empty or too large, without overflow; the error is the shape in words.
pub(crate) fn check_size(shape: Shape) -> Result<(), String> {
    let length = shape.height.checked_mul(shape.width).and_then(|area| area.checked_mul(shape.channels));
    match length {
        Some(1..=MAX_ACTIVATIONS) => Ok(()),
        _ => {
            Err(format!("{}x{}x{}, expected 1 to {MAX_ACTIVATIONS} numbers", shape.height, shape.width, shape.channels))
        }
    }
}
