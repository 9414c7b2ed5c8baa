//! The two-dimensional transforms of the input: a one-dimensional one along the rows of a tile and then along its columns,
//! for as many channels at once as a vector has lanes.
//!
//! Each transform is a [`Transform`]: what to do with one tile and one vector of channels. [`run`] goes through images, tiles
//! and channels and picks the copy of it that was compiled for the tile's kind, so that the sizes of all loops are known.

use super::layout::Winograd;
use super::lines::{self, column};
use super::walk::{At, Transform, assert_lengths, frequency_row, run};
use crate::isa::Isa;
use crate::level::Cpu;
use crate::window::Window;

/// Every tile of the images `[N, H, W, C]` to the frequency domain.
pub(super) fn input(cpu: Cpu, layout: &Winograd, images: usize, input: &[f32], frequencies: &mut [f32]) {
    let (map, matrices) = (layout.input_map(), layout.matrices(images, layout.geometry.window.channels));
    assert_lengths(images, &map, input, &matrices, frequencies);
    let transform = Input { from: input.as_ptr(), to: frequencies.as_mut_ptr() };
    // SAFETY: `run` gives addresses inside the two buffers, whose lengths are asserted above.
    unsafe { run(cpu, layout, images, &map, &matrices, &transform) }
}

/// The adjoint of [`input`]: overwrites the images with the sums of the gradients of all tiles they are part of.
pub(super) fn input_adjoint(cpu: Cpu, layout: &Winograd, images: usize, frequencies: &[f32], gradient: &mut [f32]) {
    let (map, matrices) = (layout.input_map(), layout.matrices(images, layout.geometry.window.channels));
    assert_lengths(images, &map, gradient, &matrices, frequencies);
    let Window { height, width, output, before, .. } = layout.geometry.window;
    let covered = output[0] + 2 >= height + before[0] && output[1] + 2 >= width + before[1];
    let transform = InputAdjoint { from: frequencies.as_ptr(), to: gradient.as_mut_ptr(), covered };
    // SAFETY: as in `input`.
    unsafe { run(cpu, layout, images, &map, &matrices, &transform) }
}

struct Input {
    from: *const f32,
    to: *mut f32,
}

impl Transform for Input {
    const PIXELS: fn(bool) -> usize = lines::inputs;

    #[inline(always)]
    unsafe fn tile<I: Isa, const H: bool, const W: bool, const WHOLE: bool>(&self, at: &At<'_>) {
        // SAFETY: by contract.
        unsafe {
            let mut rows = [[I::zero(); 6]; 6];
            for (y, row) in rows.iter_mut().enumerate().take(lines::inputs(H)) {
                let mut pixels = [I::zero(); 6];
                for (x, pixel) in pixels.iter_mut().enumerate().take(lines::inputs(W)) {
                    if let Some(offset) = at.pixel::<WHOLE>(y, x) {
                        *pixel = at.load::<I, WHOLE>(self.from.add(offset));
                    }
                }
                *row = lines::input::<I>(W, pixels);
            }
            for x in (0..6).filter(|&x| lines::has(W, x)) {
                let column = lines::input::<I>(H, column(&rows, x));
                for y in (0..6).filter(|&y| lines::has(H, y)) {
                    at.store::<I, WHOLE>(self.to.add(at.frequency(y, x)), column[y]);
                }
            }
        }
    }
}

struct InputAdjoint {
    from: *const f32,
    to: *mut f32,
    /// Whether every pixel is part of a tile.
    covered: bool,
}

impl Transform for InputAdjoint {
    const PIXELS: fn(bool) -> usize = lines::inputs;

    /// Where no tile reads there is no gradient.
    #[inline(always)]
    unsafe fn start(&self, offset: usize, length: usize) {
        if !self.covered {
            // SAFETY: by contract; all bits zero is the float 0.
            unsafe { self.to.add(offset).write_bytes(0, length) };
        }
    }

    #[inline(always)]
    unsafe fn tile<I: Isa, const H: bool, const W: bool, const WHOLE: bool>(&self, at: &At<'_>) {
        // SAFETY: by contract.
        unsafe {
            let mut rows = [[I::zero(); 6]; 6];
            for y in (0..6).filter(|&y| lines::has(H, y)) {
                rows[y] = lines::input_adjoint::<I>(W, frequency_row::<I, W, WHOLE>(at, self.from, y));
            }
            for x in 0..lines::inputs(W) {
                let column = lines::input_adjoint::<I>(H, column(&rows, x));
                for (y, &value) in column.iter().enumerate().take(lines::inputs(H)) {
                    if let Some(offset) = at.pixel::<WHOLE>(y, x) {
                        let to = self.to.add(offset);
                        let is_first = at.is_first(y, x);
                        let value = if is_first { value } else { I::add(at.load::<I, WHOLE>(to), value) };
                        at.store::<I, WHOLE>(to, value);
                    }
                }
            }
        }
    }
}
