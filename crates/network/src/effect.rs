//! What one layer makes of its input: the shape of its output, its tensors and its cost, or why it cannot be.
//!
//! Settings come from files: every size is limited here before it is multiplied or anything is allocated for it, and so is
//! the work, which a few bytes could otherwise make endless.

use tenfold_kernels::{MAX_POOL_WINDOW, Window};

use crate::architecture::{Layer, Padding, PoolKind, Shape};
use crate::outline::{LayerOutline, Role};

/// Numbers in one image anywhere in a network: 32 MiB of floats, such as 32 channels of 512x512 pixels.
pub(crate) const MAX_ACTIVATIONS: usize = 1 << 23;
/// Numbers in one image in all layers together: 256 MiB of floats.
pub(crate) const MAX_ALL_ACTIVATIONS: usize = 1 << 26;
/// The longest side of a window and the longest stride.
const MAX_SIDE: usize = 1_024;
/// Numbers in one window of a convolution.
const MAX_FAN_IN: u64 = 1 << 20;

/// The work for one image in all layers together, as [`Effect::work`] counts it: 4.6 times that of the paper's network for
/// images of 512x512. One core with AVX-512 takes half a second for the most that convolutions may ask for, and two or
/// three for pooling.
pub(crate) const MAX_WORK: u64 = 1 << 34;
/// Numbers that the widest vector works on at once.
const LANES: usize = 16;
/// What reading a cell of a pooling window costs, in multiplications.
const CELL_WORK: u64 = 4;

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
    fn shape_only(output: Shape) -> Self {
        let work = product([output.height, output.width, output.channels]);
        Self { output, tensors: Vec::new(), multiply_accumulates: 0, work }
    }
}

/// The effect of `layer` on `input`; the error is what is wrong, in words.
pub(crate) fn effect(layer: &Layer, input: Shape) -> Result<Effect, String> {
    match *layer {
        Layer::Conv2d { filters, kernel, stride, padding, bias } => {
            check_count("filters", filters)?;
            let [height, width] = window(input, kernel, stride, padding)?.output;
            let taps = product([kernel[0], kernel[1], input.channels]);
            if taps > MAX_FAN_IN {
                return Err(format!("a window of {taps} numbers, expected at most {MAX_FAN_IN}"));
            }
            let fan_in = taps as usize;
            let role = Role::Kernel { fan_in, fan_out: (kernel[0] * kernel[1]).saturating_mul(filters) };
            let mut tensors = vec![(role, vec![kernel[0], kernel[1], input.channels, filters])];
            tensors.extend(bias.then(|| (Role::Bias, vec![filters])));
            let output = Shape { height, width, channels: filters };
            let multiply_accumulates = product([height, width, fan_in, filters]);
            let work = product([height, width, fan_in, filters.next_multiple_of(LANES)]);
            Ok(Effect { output, tensors, multiply_accumulates, work })
        }
        Layer::Pool { kind, size, stride, padding } => {
            let ([height, width], channels) = (window(input, size, stride, padding)?.output, input.channels);
            if kind == PoolKind::Max && size[0] * size[1] > MAX_POOL_WINDOW {
                return Err(format!("a window of {} cells, expected at most {MAX_POOL_WINDOW}", size[0] * size[1]));
            }
            let cells = product([height, width, size[0] * size[1], channels.next_multiple_of(LANES)]);
            let work = cells.saturating_mul(CELL_WORK);
            Ok(Effect { work, ..Effect::shape_only(Shape { height, width, channels }) })
        }
        Layer::Flatten => Ok(Effect::shape_only(Shape::flat(input.len()))),
        Layer::Dense { units, bias } => {
            if !input.is_flat() {
                return Err(format!("takes one row of numbers, found {input}\nhint: put a flatten layer before it"));
            }
            check_count("units", units)?;
            let role = Role::Kernel { fan_in: input.channels, fan_out: units };
            let mut tensors = vec![(role, vec![input.channels, units])];
            tensors.extend(bias.then(|| (Role::Bias, vec![units])));
            let multiply_accumulates = product([input.channels, units]);
            let work = product([input.channels, units.next_multiple_of(LANES)]);
            Ok(Effect { output: Shape::flat(units), tensors, multiply_accumulates, work })
        }
        Layer::Relu => Ok(Effect::shape_only(input)),
        Layer::Clip { low, high } => {
            if !(low.is_finite() && high.is_finite() && low < high) {
                return Err(format!("limits of {low} and {high}, expected finite ones, the first below the second"));
            }
            Ok(Effect::shape_only(input))
        }
        Layer::BatchNorm { momentum, epsilon } => {
            check_fraction("momentum", momentum)?;
            if !(epsilon.is_finite() && epsilon > 0.0) {
                return Err(format!("epsilon is {epsilon}, expected a number above 0"));
            }
            let roles = [Role::Gamma, Role::Beta, Role::MovingMean, Role::MovingVariance];
            let tensors = roles.map(|role| (role, vec![input.channels])).to_vec();
            Ok(Effect { tensors, multiply_accumulates: input.len() as u64, ..Effect::shape_only(input) })
        }
        Layer::Dropout { rate } => {
            check_fraction("rate", rate)?;
            Ok(Effect::shape_only(input))
        }
    }
}

/// The product of some sizes, or the largest number if it is larger still.
fn product<const N: usize>(sizes: [usize; N]) -> u64 {
    sizes.into_iter().fold(1, |product: u64, size| product.saturating_mul(size as u64))
}

/// The window of a convolution or pooling layer.
///
/// # Panics
/// If the layer is neither.
pub(crate) fn layer_window(layer: &LayerOutline) -> Window {
    let (Layer::Conv2d { kernel: size, stride, padding, .. } | Layer::Pool { size, stride, padding, .. }) = layer.layer
    else {
        unreachable!("{} has no window", layer.name);
    };
    window(layer.input, size, stride, padding).expect("the outline has accepted this window")
}

/// The geometry of a window over `input`.
fn window(input: Shape, size: [usize; 2], stride: [usize; 2], padding: Padding) -> Result<Window, String> {
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

fn check_count(name: &str, count: usize) -> Result<(), String> {
    if (1..=MAX_ACTIVATIONS).contains(&count) {
        return Ok(());
    }
    Err(format!("{count} {name}, expected 1 to {MAX_ACTIVATIONS}"))
}

fn check_fraction(name: &str, value: f32) -> Result<(), String> {
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
