//! The outputs, a block of them at a time.

use super::lengths::{check, output_len};
use crate::activation::Activation;
use crate::convolution::Convolution;
use crate::epilogue::{Epilogue, activate, activate_rest, pool};
use crate::isa::{Isa, for_each_isa};
use crate::level::Cpu;

/// Convolves `input` `[N, H, W, C]` with `kernel` `[i, j, C, O]`, adds `bias` (`[O]`) and goes on as `epilogue` says.
///
/// # Panics
/// If a length does not fit, the geometry pads its input, or an output that is to be pooled has an odd height or width.
pub fn few_channel_convolution(
    cpu: Cpu,
    geometry: &Convolution,
    input: &[f32],
    kernel: &[f32],
    bias: &[f32],
    epilogue: Epilogue<'_>,
) {
    let images = check(geometry, input, kernel);
    assert_eq!(bias.len(), geometry.filters, "a bias for each filter");
    let (activation, pooled, output, winners) = match epilogue {
        Epilogue::Map { activation, output } => (activation, false, output, &mut [][..]),
        Epilogue::Pooled { activation, output, winners } => {
            assert_eq!(output.len(), winners.len(), "a winner for each output");
            (activation, true, output, winners)
        }
    };
    assert_eq!(output.len(), images * output_len(geometry, pooled), "{images} output images of {geometry:?}");
    let work = &Forward {
        geometry,
        images,
        input: input.as_ptr(),
        kernel: kernel.as_ptr(),
        bias: bias.as_ptr(),
        activation,
        pooled,
        output: output.as_mut_ptr(),
        winners: winners.as_mut_ptr(),
    };
    // SAFETY: every length is asserted above; without padding every window lies inside the image.
    unsafe { for_each_isa!(cpu, forward(work: &Forward<'_>)) };
    activate_rest(cpu, activation, output);
}

/// A forward pass as pointers, valid for the geometry and number of images.
struct Forward<'a> {
    geometry: &'a Convolution,
    images: usize,
    input: *const f32,
    kernel: *const f32,
    bias: *const f32,
    activation: Option<Activation>,
    pooled: bool,
    output: *mut f32,
    winners: *mut u8,
}

/// A block of outputs: its first pixel and first filter.
#[derive(Clone, Copy)]
struct Block {
    image: usize,
    row: usize,
    column: usize,
    filter: usize,
}

/// All outputs.
///
/// # Safety
/// The level's instructions are there, and the pointers are valid as [`Forward`] says.
#[inline(always)]
unsafe fn forward<I: Isa>(work: &Forward<'_>) {
    let [height, width] = work.geometry.window.output;
    for image in 0..work.images {
        for row in (0..height).step_by(2) {
            let mut filter = 0;
            // SAFETY: each call's filters are within the geometry, and so are its rows.
            unsafe {
                while filter + 2 * I::LANES <= work.geometry.filters {
                    let at = Block { image, row, column: 0, filter };
                    if row + 2 <= height {
                        line::<I, 2, 2>(work, at, width)
                    } else {
                        line::<I, 1, 2>(work, at, width)
                    }
                    filter += 2 * I::LANES;
                }
                while filter < work.geometry.filters {
                    let at = Block { image, row, column: 0, filter };
                    if row + 2 <= height {
                        line::<I, 2, 1>(work, at, width)
                    } else {
                        line::<I, 1, 1>(work, at, width)
                    }
                    filter += I::LANES;
                }
            }
        }
    }
}

/// `ROWS` rows of outputs for `NV` vectors of filters.
///
/// # Safety
/// As for [`forward`]; the rows and filters are within the geometry.
#[inline(always)]
unsafe fn line<I: Isa, const ROWS: usize, const NV: usize>(work: &Forward<'_>, mut at: Block, width: usize) {
    // SAFETY: by contract; the columns of each block are within `width`.
    unsafe {
        while at.column + 4 <= width {
            block::<I, ROWS, 4, NV>(work, at);
            at.column += 4;
        }
        while at.column + 2 <= width {
            block::<I, ROWS, 2, NV>(work, at);
            at.column += 2;
        }
        if at.column < width {
            block::<I, ROWS, 1, NV>(work, at);
        }
    }
}

/// One block of outputs.
///
/// # Safety
/// As for [`forward`]; the block is within the geometry.
#[inline(always)]
unsafe fn block<I: Isa, const ROWS: usize, const COLUMNS: usize, const NV: usize>(work: &Forward<'_>, at: Block) {
    let Convolution { window, filters } = work.geometry;
    // Only the last vector of all can be cut, and it is never one of two.
    let lanes = I::LANES.min(filters - at.filter);
    // SAFETY: the block's pixels, their windows (there is no padding) and its filters are within the arrays.
    unsafe {
        let load = |from: *const f32| if NV == 1 { I::load_first(from, lanes) } else { I::load(from) };
        let mut sums = [[[I::zero(); NV]; COLUMNS]; ROWS];
        let corner = ((at.image * window.height + at.row * window.stride[0]) * window.width
            + at.column * window.stride[1])
            * window.channels;
        let (down, right) = (window.stride[0] * window.width * window.channels, window.stride[1] * window.channels);
        for i in 0..window.kernel[0] {
            // A row of the window is one run in the image, and the kernel's taps follow each other in the same order.
            for j in 0..window.kernel[1] * window.channels {
                let tap = work.kernel.add((i * window.kernel[1] * window.channels + j) * filters + at.filter);
                let mut weights = [I::zero(); NV];
                for (v, weight) in weights.iter_mut().enumerate() {
                    *weight = load(tap.add(v * I::LANES));
                }
                let from = work.input.add(corner + i * window.width * window.channels + j);
                for (y, row) in sums.iter_mut().enumerate() {
                    for (x, pixel) in row.iter_mut().enumerate() {
                        let value = I::splat(*from.add(y * down + x * right));
                        for (sum, &weight) in pixel.iter_mut().zip(&weights) {
                            *sum = I::mul_add(value, weight, *sum);
                        }
                    }
                }
            }
        }
        for v in 0..NV {
            let filter = at.filter + v * I::LANES;
            let bias = load(work.bias.add(filter));
            if work.pooled {
                finish_pooled::<I, ROWS, COLUMNS, NV>(work, Block { filter, ..at }, &sums, v, bias, lanes);
            } else {
                finish_map::<I, ROWS, COLUMNS, NV>(work, Block { filter, ..at }, &sums, v, bias, lanes);
            }
        }
    }
}

/// Writes a vector of filters of a block's outputs.
///
/// # Safety
/// As for [`block`].
#[inline(always)]
unsafe fn finish_map<I: Isa, const ROWS: usize, const COLUMNS: usize, const NV: usize>(
    work: &Forward<'_>,
    at: Block,
    sums: &[[[I::Vector; NV]; COLUMNS]; ROWS],
    v: usize,
    bias: I::Vector,
    lanes: usize,
) {
    let [height, width] = work.geometry.window.output;
    for (y, row) in sums.iter().enumerate() {
        for (x, pixel) in row.iter().enumerate() {
            let offset = ((at.image * height + at.row + y) * width + at.column + x) * work.geometry.filters + at.filter;
            // SAFETY: by contract: the block's pixels and filters are within the output.
            unsafe {
                let value = I::add(pixel[v], bias);
                let value = activate::<I>(value, work.activation);
                I::store_first(work.output.add(offset), lanes, value);
            }
        }
    }
}

/// Pools a vector of filters of a block's outputs, and writes them and their winners.
///
/// # Safety
/// As for [`block`].
#[inline(always)]
unsafe fn finish_pooled<I: Isa, const ROWS: usize, const COLUMNS: usize, const NV: usize>(
    work: &Forward<'_>,
    at: Block,
    sums: &[[[I::Vector; NV]; COLUMNS]; ROWS],
    v: usize,
    bias: I::Vector,
    lanes: usize,
) {
    let [height, width] = work.geometry.window.output.map(|side| side / 2);
    // Outputs to be pooled have an even height and width, so blocks come in whole windows.
    if ROWS < 2 {
        return;
    }
    for x in 0..COLUMNS / 2 {
        let window = [sums[0][2 * x][v], sums[0][2 * x + 1][v], sums[1][2 * x][v], sums[1][2 * x + 1][v]];
        let pixel = (at.image * height + at.row / 2) * width + at.column / 2 + x;
        let offset = pixel * work.geometry.filters + at.filter;
        // SAFETY: by contract: the block's windows and filters are within the output and the winners.
        unsafe {
            let (value, winner) = pool::<I>(window, bias, work.activation);
            I::store_first(work.output.add(offset), lanes, value);
            I::store_bytes(work.winners.add(offset), lanes, winner);
        }
    }
}
