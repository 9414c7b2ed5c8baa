//! What one layer makes of its input: the shape of its output, its tensors and its cost, or why it cannot be.
//!
//! Settings come from files: every size is limited here before it is multiplied or anything is allocated for it.

use tenfold_kernels::{Convolution, MAX_POOL_WINDOW, Window};

use crate::architecture::{Layer, Padding, PoolKind, Shape};
use crate::outline::{LayerOutline, Role};

/// Numbers in one image anywhere in a network, in all of its layers together, and in a convolution's scratch space:
/// 64 MiB of floats.
pub(crate) const MAX_ACTIVATIONS: usize = 1 << 24;
/// The longest side of a window and the longest stride.
const MAX_SIDE: usize = 1_024;

/// A layer's consequences, before it has a name and its tensors a place.
pub(crate) struct Effect {
    pub output: Shape,
    pub tensors: Vec<(Role, Vec<usize>)>,
    pub multiply_accumulates: u64,
}

impl Effect {
    fn shape_only(output: Shape) -> Self {
        Self { output, tensors: Vec::new(), multiply_accumulates: 0 }
    }
}

/// The effect of `layer` on `input`; the error is what is wrong, in words.
pub(crate) fn effect(layer: &Layer, input: Shape) -> Result<Effect, String> {
    match *layer {
        Layer::Conv2d { filters, kernel, stride, padding, bias } => {
            let geometry = convolution(input, filters, kernel, stride, padding)?;
            let [height, width] = geometry.window.output;
            let fan_in = geometry.window.patch_len();
            let role = Role::Kernel { fan_in, fan_out: kernel[0] * kernel[1] * filters };
            let mut tensors = vec![(role, vec![kernel[0], kernel[1], input.channels, filters])];
            tensors.extend(bias.then(|| (Role::Bias, vec![filters])));
            let output = Shape { height, width, channels: filters };
            let unrolled = geometry.window.positions().saturating_mul(fan_in);
            if unrolled > MAX_ACTIVATIONS {
                return Err(format!("windows of {unrolled} numbers in all, expected at most {MAX_ACTIVATIONS}"));
            }
            let multiply_accumulates = (unrolled as u64).saturating_mul(filters as u64);
            Ok(Effect { output, tensors, multiply_accumulates })
        }
        Layer::Pool { kind, size, stride, padding } => {
            let [height, width] = window(input, size, stride, padding)?.output;
            if kind == PoolKind::Max && size[0] * size[1] > MAX_POOL_WINDOW {
                return Err(format!("a window of {} cells, expected at most {MAX_POOL_WINDOW}", size[0] * size[1]));
            }
            Ok(Effect::shape_only(Shape { height, width, channels: input.channels }))
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
            let multiply_accumulates = (input.channels as u64).saturating_mul(units as u64);
            Ok(Effect { output: Shape::flat(units), tensors, multiply_accumulates })
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
            Ok(Effect { output: input, tensors, multiply_accumulates: input.len() as u64 })
        }
        Layer::Dropout { rate } => {
            check_fraction("rate", rate)?;
            Ok(Effect::shape_only(input))
        }
    }
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

/// The geometry of a convolution over `input`.
fn convolution(
    input: Shape,
    filters: usize,
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: Padding,
) -> Result<Convolution, String> {
    check_count("filters", filters)?;
    Ok(Convolution { window: window(input, kernel, stride, padding)?, filters })
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
