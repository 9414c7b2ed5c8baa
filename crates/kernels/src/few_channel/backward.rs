//! The gradient of the kernel, some taps at a time.

use super::lengths::{check, output_len};
use crate::convolution::Convolution;
use crate::epilogue::{DEAD, OutputGradient};
use crate::isa::{Isa, for_each_isa};
use crate::level::Cpu;

/// Taps whose gradients are summed up at a time.
const TAPS: usize = 9;

/// Floats of scratch space that [`few_channel_kernel_gradient`] needs where the output is pooled.
pub fn few_channel_scratch_len(geometry: &Convolution) -> usize {
    4 * geometry.window.input_len()
}

/// The kernel's gradient, overwriting `kernel_gradient` (`[i, j, C, O]`). `scratch`: at least
/// [`few_channel_scratch_len`] floats of any content if the output is pooled.
///
/// # Panics
/// As [`few_channel_convolution`](super::few_channel_convolution).
pub fn few_channel_kernel_gradient(
    cpu: Cpu,
    geometry: &Convolution,
    input: &[f32],
    gradient: OutputGradient<'_>,
    kernel_gradient: &mut [f32],
    scratch: &mut [f32],
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
            assert!(scratch.len() >= few_channel_scratch_len(geometry), "scratch space for {geometry:?}");
            (gradient, Companion::Pooled(winners.as_ptr(), scratch.as_mut_ptr()))
        }
    };
    let pooled = matches!(companion, Companion::Pooled(..));
    assert_eq!(from.len(), images * output_len(geometry, pooled), "gradients of {images} images of {geometry:?}");
    kernel_gradient.fill(0.0);
    let work = &Backward {
        geometry,
        images,
        input: input.as_ptr(),
        gradient: from.as_ptr(),
        companion,
        kernel_gradient: kernel_gradient.as_mut_ptr(),
    };
    // SAFETY: every length is asserted above; without padding every window lies inside the image.
    unsafe { for_each_isa!(cpu, backward(work: &Backward<'_>)) }
}

/// What else is needed to know where a gradient goes.
#[derive(Clone, Copy)]
enum Companion {
    /// Perhaps the output, whose ReLU stops gradients.
    Map(Option<*const f32>),
    /// The winners, and the scratch space for [`windows`].
    Pooled(*const u8, *mut f32),
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

impl Backward<'_> {
    /// The distances of two outputs' windows, one below and one beside the other.
    fn steps(&self) -> (usize, usize) {
        let window = &self.geometry.window;
        (window.stride[0] * window.width * window.channels, window.stride[1] * window.channels)
    }
}

/// The gradients of all taps.
///
/// # Safety
/// The level's instructions are there, and the pointers are valid as [`Backward`] says.
#[inline(always)]
unsafe fn backward<I: Isa>(work: &Backward<'_>) {
    let Convolution { window, filters } = work.geometry;
    let row = window.kernel[1] * window.channels;
    let taps = window.patch_len();
    for image in 0..work.images {
        if let Companion::Pooled(_, to) = work.companion {
            // SAFETY: the scratch space has four floats for each of an image's.
            unsafe { windows(work, image, to) };
        }
        for filter in (0..*filters).step_by(I::LANES) {
            for first in (0..taps).step_by(TAPS) {
                let mut offsets = [0; TAPS];
                for (offset, tap) in offsets.iter_mut().zip(first..taps) {
                    *offset = tap / row * window.width * window.channels + tap % row;
                }
                let taps = Taps { first, count: TAPS.min(taps - first), offsets };
                // SAFETY: the image, the filters and the taps are within the geometry.
                unsafe { tap_gradients::<I>(work, image, filter, &taps) };
            }
        }
    }
}

/// For each float of an image, as a tap of the first of a pooling window's four outputs: that tap of all four.
///
/// # Safety
/// The pointers are valid as [`Backward`] says, the image is one of its images, and `to` is valid for four floats for
/// each of an image.
#[inline(always)]
unsafe fn windows(work: &Backward<'_>, image: usize, to: *mut f32) {
    let length = work.geometry.window.input_len();
    let (down, right) = work.steps();
    // SAFETY: by contract; the last of the four is within the image.
    unsafe {
        let from = work.input.add(image * length);
        for at in 0..length - (down + right) {
            for (cell, offset) in [0, right, down, down + right].into_iter().enumerate() {
                *to.add(4 * at + cell) = *from.add(at + offset);
            }
        }
    }
}

/// Some taps of a window.
struct Taps {
    first: usize,
    count: usize,
    /// In the image from a window's corner; unused ones are 0, a valid tap whose sum is thrown away.
    offsets: [usize; TAPS],
}

/// Adds the gradients of some taps, for one vector of filters, over an image.
///
/// # Safety
/// As for [`backward`]; the image, the filter and the taps are among the geometry's.
#[inline(always)]
unsafe fn tap_gradients<I: Isa>(work: &Backward<'_>, image: usize, filter: usize, taps: &Taps) {
    let Convolution { window, filters } = work.geometry;
    let lanes = I::LANES.min(filters - filter);
    let (down, right) = work.steps();
    let input = work.input.wrapping_add(image * window.input_len());
    let (side, windows) = match work.companion {
        Companion::Map(_) => (1, std::ptr::null()),
        Companion::Pooled(_, windows) => (2, windows.cast_const()),
    };
    let [height, width] = window.output.map(|length| length / side);
    // SAFETY: every output's window is within its image, every gradient and companion within their arrays.
    unsafe {
        let mut sums = [I::zero(); TAPS];
        for y in 0..height {
            for x in 0..width {
                let at = ((image * height + y) * width + x) * filters + filter;
                let corner = side * (y * down + x * right);
                let gradient = I::load_first(work.gradient.add(at), lanes);
                match work.companion {
                    Companion::Map(None) => add_products::<I>(&mut sums, gradient, input.add(corner), taps),
                    Companion::Map(Some(output)) => {
                        let output = I::load_first(output.add(at), lanes);
                        let gradient = I::select_greater(output, I::zero(), gradient, I::zero());
                        add_products::<I>(&mut sums, gradient, input.add(corner), taps);
                    }
                    Companion::Pooled(winners, _) => {
                        let winner = I::load_bytes(winners.add(at), lanes);
                        let gradient = I::select_equal(winner, I::splat(f32::from(DEAD)), I::zero(), gradient);
                        add_picked::<I>(&mut sums, gradient, winner, windows.add(4 * corner), taps);
                    }
                }
            }
        }
        for (tap, &sum) in sums.iter().enumerate().take(taps.count) {
            let to = work.kernel_gradient.add((taps.first + tap) * filters + filter);
            I::store_first(to, lanes, I::add(I::load_first(to, lanes), sum));
        }
    }
}

/// Adds the products of one output's gradient with the taps of its window.
///
/// # Safety
/// The level's instructions are there; every tap is valid from `corner` on.
#[inline(always)]
unsafe fn add_products<I: Isa>(sums: &mut [I::Vector; TAPS], gradient: I::Vector, corner: *const f32, taps: &Taps) {
    for (sum, &offset) in sums.iter_mut().zip(&taps.offsets) {
        // SAFETY: by contract: the taps are within the image.
        *sum = unsafe { I::mul_add(gradient, I::splat(*corner.add(offset)), *sum) };
    }
}

/// As [`add_products`], with the window of the output that has won, in each lane another one of four.
///
/// # Safety
/// The level's instructions are there; every tap of every winner is valid from `corner` on.
#[inline(always)]
unsafe fn add_picked<I: Isa>(
    sums: &mut [I::Vector; TAPS],
    gradient: I::Vector,
    winner: I::Vector,
    corner: *const f32,
    taps: &Taps,
) {
    for (sum, &offset) in sums.iter_mut().zip(&taps.offsets) {
        // SAFETY: by contract: the taps are within the image.
        *sum = unsafe { I::mul_add(gradient, I::pick(corner.add(4 * offset), winner), *sum) };
    }
}
