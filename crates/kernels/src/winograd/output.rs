//! The two-dimensional transforms of the output, as [`input`](super::input) has those of the input, with what follows a
//! convolution.

use super::layout::{Group, Winograd};
use super::lines::{self, column};
use super::walk::{At, Transform, assert_lengths, frequency_row, run};
use crate::activation::Activation;
use crate::epilogue::{Epilogue, OutputGradient, activate, pool, unpool};
use crate::isa::Isa;
use crate::level::Cpu;

/// Every tile of a group's channels from the frequency domain to the output, plus `bias`, with what the epilogue adds.
pub(super) fn output(
    cpu: Cpu,
    layout: &Winograd,
    images: usize,
    group: &Group,
    products: &[f32],
    bias: &[f32],
    epilogue: &mut Epilogue<'_>,
) {
    let matrices = layout.matrices(images, group.width);
    assert_eq!(bias.len(), layout.geometry.filters, "a bias for each filter");
    let (from, bias) = (products.as_ptr(), bias.as_ptr());
    match epilogue {
        Epilogue::Map { activation, output } => {
            let map = layout.output_map(group);
            assert_lengths(images, &map, output, &matrices, products);
            let transform = Output { from, to: output.as_mut_ptr(), bias, activation: *activation };
            // SAFETY: as in `input`; there is a bias for every channel.
            unsafe { run(cpu, layout, images, &map, &matrices, &transform) }
        }
        Epilogue::Pooled { activation, output, winners } => {
            let map = layout.pooled_map(group);
            assert_lengths(images, &map, output, &matrices, products);
            assert_eq!(output.len(), winners.len(), "a winner for each output");
            let (to, winners) = (output.as_mut_ptr(), winners.as_mut_ptr());
            let transform = PooledOutput { from, to, winners, bias, activation: *activation };
            // SAFETY: as above; there is a winner for every output.
            unsafe { run(cpu, layout, images, &map, &matrices, &transform) }
        }
    }
}

/// The adjoint of [`output`]: gradients of a group's channels to the frequency domain.
pub(super) fn output_adjoint(
    cpu: Cpu,
    layout: &Winograd,
    images: usize,
    group: &Group,
    gradient: OutputGradient<'_>,
    products: &mut [f32],
) {
    let matrices = layout.matrices(images, group.width);
    let to = products.as_mut_ptr();
    match gradient {
        OutputGradient::Map { gradient, relu_output } => {
            let map = layout.output_map(group);
            assert_lengths(images, &map, gradient, &matrices, products);
            if let Some(output) = relu_output {
                assert_eq!(output.len(), gradient.len(), "an output for each gradient");
            }
            let output = relu_output.map(<[f32]>::as_ptr);
            let transform = OutputAdjoint { from: gradient.as_ptr(), output, to };
            // SAFETY: as in `input`; an output, if given, is as long as the gradient.
            unsafe { run(cpu, layout, images, &map, &matrices, &transform) }
        }
        OutputGradient::Pooled { gradient, winners } => {
            let map = layout.pooled_map(group);
            assert_lengths(images, &map, gradient, &matrices, products);
            assert_eq!(gradient.len(), winners.len(), "a winner for each gradient");
            let transform = PooledAdjoint { from: gradient.as_ptr(), winners: winners.as_ptr(), to };
            // SAFETY: as above; there is a winner for every gradient.
            unsafe { run(cpu, layout, images, &map, &matrices, &transform) }
        }
    }
}

/// One tile's outputs, `[row][column]`; places that a half tile lacks are zero.
///
/// # Safety
/// As [`Transform::tile`], for `from`.
#[inline(always)]
unsafe fn outputs<I: Isa, const H: bool, const W: bool, const WHOLE: bool>(
    at: &At<'_>,
    from: *const f32,
) -> [[I::Vector; 4]; 4] {
    // SAFETY: by contract.
    unsafe {
        let mut rows = [[I::zero(); 4]; 6];
        for y in (0..6).filter(|&y| lines::has(H, y)) {
            rows[y] = lines::output::<I>(W, frequency_row::<I, W, WHOLE>(at, from, y));
        }
        let mut pixels = [[I::zero(); 4]; 4];
        for x in 0..lines::outputs(W) {
            let column = lines::output::<I>(H, column(&rows, x));
            for (line, value) in pixels.iter_mut().zip(column) {
                line[x] = value;
            }
        }
        pixels
    }
}

struct Output {
    from: *const f32,
    to: *mut f32,
    bias: *const f32,
    activation: Option<Activation>,
}

impl Transform for Output {
    const PIXELS: fn(bool) -> usize = lines::outputs;

    #[inline(always)]
    unsafe fn tile<I: Isa, const H: bool, const W: bool, const WHOLE: bool>(&self, at: &At<'_>) {
        // SAFETY: by contract; there is a bias for every channel.
        unsafe {
            let bias = at.load::<I, WHOLE>(self.bias.add(at.map.first + at.channel));
            let pixels = outputs::<I, H, W, WHOLE>(at, self.from);
            for (y, line) in pixels.iter().enumerate().take(lines::outputs(H)) {
                for (x, &value) in line.iter().enumerate().take(lines::outputs(W)) {
                    if let Some(offset) = at.pixel::<WHOLE>(y, x) {
                        let value = I::add(value, bias);
                        let value = activate::<I>(value, self.activation);
                        at.store::<I, WHOLE>(self.to.add(offset), value);
                    }
                }
            }
        }
    }
}

struct PooledOutput {
    from: *const f32,
    to: *mut f32,
    winners: *mut u8,
    bias: *const f32,
    activation: Option<Activation>,
}

impl Transform for PooledOutput {
    const PIXELS: fn(bool) -> usize = lines::outputs;

    #[inline(always)]
    unsafe fn tile<I: Isa, const H: bool, const W: bool, const WHOLE: bool>(&self, at: &At<'_>) {
        // SAFETY: by contract; there is a bias for every channel and a winner for every output.
        unsafe {
            let bias = at.load::<I, WHOLE>(self.bias.add(at.map.first + at.channel));
            let pixels = outputs::<I, H, W, WHOLE>(at, self.from);
            for y in 0..lines::outputs(H) / 2 {
                for x in 0..lines::outputs(W) / 2 {
                    let (top, bottom) = (pixels[2 * y], pixels[2 * y + 1]);
                    let window = [top[2 * x], top[2 * x + 1], bottom[2 * x], bottom[2 * x + 1]];
                    let (value, winner) = pool::<I>(window, bias, self.activation);
                    at.store::<I, WHOLE>(self.to.add(at.cell(y, x)), value);
                    I::store_bytes(self.winners.add(at.cell(y, x)), at.lanes, winner);
                }
            }
        }
    }
}

struct OutputAdjoint {
    from: *const f32,
    /// Where it is not positive the gradient is zero.
    output: Option<*const f32>,
    to: *mut f32,
}

impl Transform for OutputAdjoint {
    const PIXELS: fn(bool) -> usize = lines::outputs;

    #[inline(always)]
    unsafe fn tile<I: Isa, const H: bool, const W: bool, const WHOLE: bool>(&self, at: &At<'_>) {
        // SAFETY: by contract; an output, if given, is as long as the gradient.
        unsafe {
            let mut pixels = [[I::zero(); 4]; 4];
            for (y, line) in pixels.iter_mut().enumerate().take(lines::outputs(H)) {
                for (x, pixel) in line.iter_mut().enumerate().take(lines::outputs(W)) {
                    if let Some(offset) = at.pixel::<WHOLE>(y, x) {
                        let gradient = at.load::<I, WHOLE>(self.from.add(offset));
                        *pixel = match self.output {
                            Some(output) => {
                                let output = at.load::<I, WHOLE>(output.add(offset));
                                I::select_greater(output, I::zero(), gradient, I::zero())
                            }
                            None => gradient,
                        };
                    }
                }
            }
            store_frequencies::<I, H, W, WHOLE>(at, pixels, self.to);
        }
    }
}

struct PooledAdjoint {
    from: *const f32,
    winners: *const u8,
    to: *mut f32,
}

impl Transform for PooledAdjoint {
    const PIXELS: fn(bool) -> usize = lines::outputs;

    #[inline(always)]
    unsafe fn tile<I: Isa, const H: bool, const W: bool, const WHOLE: bool>(&self, at: &At<'_>) {
        // SAFETY: by contract; there is a winner for every gradient.
        unsafe {
            let mut pixels = [[I::zero(); 4]; 4];
            for y in 0..lines::outputs(H) / 2 {
                for x in 0..lines::outputs(W) / 2 {
                    let gradient = at.load::<I, WHOLE>(self.from.add(at.cell(y, x)));
                    let winner = I::load_bytes(self.winners.add(at.cell(y, x)), at.lanes);
                    let [a, b, c, d] = unpool::<I>(gradient, winner);
                    (pixels[2 * y][2 * x], pixels[2 * y][2 * x + 1]) = (a, b);
                    (pixels[2 * y + 1][2 * x], pixels[2 * y + 1][2 * x + 1]) = (c, d);
                }
            }
            store_frequencies::<I, H, W, WHOLE>(at, pixels, self.to);
        }
    }
}

/// The frequencies of the gradient of one tile's outputs.
///
/// # Safety
/// As [`Transform::tile`], for `to`.
#[inline(always)]
unsafe fn store_frequencies<I: Isa, const H: bool, const W: bool, const WHOLE: bool>(
    at: &At<'_>,
    pixels: [[I::Vector; 4]; 4],
    to: *mut f32,
) {
    // SAFETY: by contract.
    unsafe {
        let mut rows = [[I::zero(); 6]; 4];
        for (row, line) in rows.iter_mut().zip(pixels) {
            *row = lines::output_adjoint::<I>(W, line);
        }
        for x in (0..6).filter(|&x| lines::has(W, x)) {
            let column = lines::output_adjoint::<I>(H, column(&rows, x));
            for y in (0..6).filter(|&y| lines::has(H, y)) {
                at.store::<I, WHOLE>(to.add(at.frequency(y, x)), column[y]);
            }
        }
    }
}
