//! Convolution of images with few channels, such as a network's first: direct, with the outputs in registers.
//!
//! With one to a few input channels a window holds only some ten numbers: too few for a transform to pay for itself, or
//! for runs of products as long as [`convolution`](crate::convolution) wants them. Here a block of 2x4 output pixels by
//! two vectors of filters is summed up over the window and goes through its epilogue without leaving registers. The
//! kernel's gradient keeps the sums of some taps in registers over the whole image. There is no gradient of the input: it
//! is the first layer's.

use crate::convolution::Convolution;
use crate::epilogue::{Epilogue, OutputGradient, pool, unpool};
use crate::isa::{Isa, for_each_isa};
use crate::level::Cpu;

/// Input channels up to which this is the better way.
pub const MAX_FEW_CHANNELS: usize = 4;

/// Taps whose gradients are summed up at a time.
const TAPS: usize = 9;

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
    let (relu, pooled, output, winners) = match epilogue {
        Epilogue::Map { relu, output } => (relu, false, output, &mut [][..]),
        Epilogue::Pooled { relu, output, winners } => {
            assert_eq!(output.len(), winners.len(), "a winner for each output");
            (relu, true, output, winners)
        }
    };
    assert_eq!(output.len(), images * output_len(geometry, pooled), "{images} output images of {geometry:?}");
    let work = &Forward {
        geometry,
        images,
        input: input.as_ptr(),
        kernel: kernel.as_ptr(),
        bias: bias.as_ptr(),
        relu,
        pooled,
        output: output.as_mut_ptr(),
        winners: winners.as_mut_ptr(),
    };
    // SAFETY: every length is asserted above; without padding every window lies inside the image.
    unsafe { for_each_isa!(cpu, forward(work: &Forward<'_>)) }
}

/// The kernel's gradient, overwriting `kernel_gradient` (`[i, j, C, O]`).
///
/// # Panics
/// As [`few_channel_convolution`].
pub fn few_channel_kernel_gradient(
    cpu: Cpu,
    geometry: &Convolution,
    input: &[f32],
    gradient: OutputGradient<'_>,
    kernel_gradient: &mut [f32],
) {
    let images = check(geometry, input, kernel_gradient);
    let (from, companion) = match gradient {
        OutputGradient::Map { gradient, relu_output } => {
            if let Some(output) = relu_output {
                assert_eq!(output.len(), gradient.len(), "an output for each gradient");
            }
            (gradient, Companion::Map(relu_output.map(<[f32]>::as_ptr)))
        }
        OutputGradient::Pooled { gradient, winners } => {
            assert_eq!(winners.len(), gradient.len(), "a winner for each gradient");
            (gradient, Companion::Pooled(winners.as_ptr()))
        }
    };
    let pooled = matches!(companion, Companion::Pooled(_));
    assert_eq!(from.len(), images * output_len(geometry, pooled), "gradients of {images} images of {geometry:?}");
    let work = &Backward {
        geometry,
        images,
        input: input.as_ptr(),
        gradient: from.as_ptr(),
        companion,
        kernel_gradient: kernel_gradient.as_mut_ptr(),
    };
    // SAFETY: as in `few_channel_convolution`.
    unsafe { for_each_isa!(cpu, backward(work: &Backward<'_>)) }
}

fn check(geometry: &Convolution, input: &[f32], kernel: &[f32]) -> usize {
    let window = &geometry.window;
    let inside = |axis: usize, length: usize| {
        window.before[axis] == 0 && (window.output[axis] - 1) * window.stride[axis] + window.kernel[axis] <= length
    };
    assert!(inside(0, window.height) && inside(1, window.width), "a convolution without padding: {window:?}");
    assert_eq!(kernel.len(), geometry.kernel_len(), "a kernel of {geometry:?}");
    let images = input.len() / window.input_len();
    assert_eq!(input.len(), images * window.input_len(), "whole input images of {geometry:?}");
    images
}

/// Floats of one image's output, or of its pooled output.
fn output_len(geometry: &Convolution, pooled: bool) -> usize {
    let [height, width] = geometry.window.output;
    if !pooled {
        return geometry.output_len();
    }
    assert!(height % 2 == 0 && width % 2 == 0, "an output of {height}x{width} in whole 2x2 windows");
    geometry.output_len() / 4
}

/// A forward pass as pointers, valid for the geometry and number of images.
struct Forward<'a> {
    geometry: &'a Convolution,
    images: usize,
    input: *const f32,
    kernel: *const f32,
    bias: *const f32,
    relu: bool,
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
#[inline(always)]
unsafe fn line<I: Isa, const ROWS: usize, const NV: usize>(work: &Forward<'_>, mut at: Block, width: usize) {
    // SAFETY: the caller's; the columns of each block are within `width`.
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
            // SAFETY: the caller's: the block's pixels and filters are within the output.
            unsafe {
                let value = I::add(pixel[v], bias);
                let value = if work.relu { I::max(I::zero(), value) } else { value };
                I::store_first(work.output.add(offset), lanes, value);
            }
        }
    }
}

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
        // SAFETY: the caller's: the block's windows and filters are within the output and the winners.
        unsafe {
            let (value, winner) = pool::<I>(window, bias, work.relu);
            I::store_first(work.output.add(offset), lanes, value);
            I::store_bytes(work.winners.add(offset), lanes, winner);
        }
    }
}

/// What else is needed to know where a gradient goes.
#[derive(Clone, Copy)]
enum Companion {
    /// Perhaps the output, whose ReLU stops gradients.
    Map(Option<*const f32>),
    /// The winners.
    Pooled(*const u8),
}

/// A backward pass as pointers, valid for the geometry and number of images.
struct Backward<'a> {
    geometry: &'a Convolution,
    images: usize,
    input: *const f32,
    gradient: *const f32,
    companion: Companion,
    kernel_gradient: *mut f32,
}

#[inline(always)]
unsafe fn backward<I: Isa>(work: &Backward<'_>) {
    let Convolution { window, filters } = work.geometry;
    let taps = window.patch_len();
    for filter in (0..*filters).step_by(I::LANES) {
        for first in (0..taps).step_by(TAPS) {
            let mut offsets = [0; TAPS];
            let count = TAPS.min(taps - first);
            for (offset, tap) in offsets.iter_mut().zip(first..taps) {
                let (i, j) = (tap / (window.kernel[1] * window.channels), tap % (window.kernel[1] * window.channels));
                *offset = i * window.width * window.channels + j;
            }
            // SAFETY: the filters and taps are within the geometry.
            unsafe { tap_gradients::<I>(work, filter, first, &offsets, count) };
        }
    }
}

/// The gradients of `count` taps from `first` on, for one vector of filters, over all images. `offsets`: of the taps in a
/// window; unused ones are 0, a valid tap whose sum is thrown away.
#[inline(always)]
unsafe fn tap_gradients<I: Isa>(
    work: &Backward<'_>,
    filter: usize,
    first: usize,
    offsets: &[usize; TAPS],
    count: usize,
) {
    let Convolution { window, filters } = work.geometry;
    let lanes = I::LANES.min(filters - filter);
    let pooled = matches!(work.companion, Companion::Pooled(_));
    let [height, width] = window.output.map(|side| if pooled { side / 2 } else { side });
    let (down, right) = (window.stride[0] * window.width * window.channels, window.stride[1] * window.channels);
    let step = if pooled { 2 } else { 1 };
    // SAFETY: every pixel's window is within its image, every gradient and companion within their arrays.
    unsafe {
        let mut sums = [I::zero(); TAPS];
        for image in 0..work.images {
            for y in 0..height {
                for x in 0..width {
                    let at = ((image * height + y) * width + x) * filters + filter;
                    let gradient = I::load_first(work.gradient.add(at), lanes);
                    let corner = work.input.add(image * window.input_len() + step * (y * down + x * right));
                    match work.companion {
                        Companion::Map(None) => add_taps::<I>(&mut sums, gradient, corner, offsets),
                        Companion::Map(Some(output)) => {
                            let output = I::load_first(output.add(at), lanes);
                            let gradient = I::select_greater(output, I::zero(), gradient, I::zero());
                            add_taps::<I>(&mut sums, gradient, corner, offsets);
                        }
                        Companion::Pooled(winners) => {
                            let parts = unpool::<I>(gradient, I::load_bytes(winners.add(at), lanes));
                            for (part, offset) in parts.into_iter().zip([0, right, down, down + right]) {
                                add_taps::<I>(&mut sums, part, corner.add(offset), offsets);
                            }
                        }
                    }
                }
            }
        }
        for (tap, &sum) in sums.iter().enumerate().take(count) {
            let to = work.kernel_gradient.add((first + tap) * filters + filter);
            I::store_first(to, lanes, sum);
        }
    }
}

/// Adds the products of one output pixel's gradient with the taps of its window.
#[inline(always)]
unsafe fn add_taps<I: Isa>(
    sums: &mut [I::Vector; TAPS],
    gradient: I::Vector,
    corner: *const f32,
    offsets: &[usize; TAPS],
) {
    for (sum, &offset) in sums.iter_mut().zip(offsets) {
        // SAFETY: the caller's: the taps are within the image.
        *sum = unsafe { I::mul_add(gradient, I::splat(*corner.add(offset)), *sum) };
    }
}
