//! The kernel's gradient: blocks of it, summed up in registers over about a hundred pixels.
//!
//! The output's gradient of these pixels is copied to a *panel*, as many vectors of filters as a block has: aligned and
//! without gaps it stays in the first-level cache while every cell of the kernel, a tap and a channel, is multiplied
//! with it.

use std::mem::MaybeUninit;
use std::ops::Range;

use super::axis::{Axis, Span, even_part};
use super::packing::{Group, groups};

use crate::convolution::Convolution;
use crate::isa::{Isa, load, store};
use crate::level::Cpu;

/// Pixels of a panel: with more, the panel and the input's pixels would push each other out of the first-level cache, with
/// fewer, blocks would be loaded and stored more often.
const PIXELS: usize = 100;
/// Floats of a panel of four vectors of sixteen, the most there are.
const PANEL: usize = PIXELS * 64;
/// Cells of the blocks at a run's end; those past it are its last cell again.
const LAST_CELLS: usize = 4;

/// Writes the loss's derivative with respect to the kernel, summed over the images, to `kernel_gradient`.
///
/// `dK[i, j, c, o] = sum over n, y, x of input[n, y s + i, x s + j, c] output_gradient[n, y, x, o]`. Shapes as for
/// [`convolution`](crate::convolution).
///
/// # Panics
/// If a length does not fit the geometry.
pub fn convolution_kernel_gradient(
    cpu: Cpu,
    geometry: &Convolution,
    input: &[f32],
    output_gradient: &[f32],
    kernel_gradient: &mut [f32],
) {
    let images = geometry.images(input, output_gradient, kernel_gradient);
    // The blocks of a kernel are added to, run by run.
    kernel_gradient.fill(0.0);
    let work = &KernelGradient {
        images,
        rows: Axis::of(&geometry.window, 0),
        columns: Axis::of(&geometry.window, 1),
        channels: geometry.window.channels,
        filters: geometry.filters,
        input: input.as_ptr(),
        output_gradient: output_gradient.as_ptr(),
        kernel_gradient: kernel_gradient.as_mut_ptr(),
    };
    // SAFETY: the lengths are asserted above, and the axes are the geometry's.
    unsafe { run_blocked!(cpu, work: &KernelGradient) }
}

/// A kernel's gradient as pointers, valid for all that the axes name.
struct KernelGradient {
    images: usize,
    rows: Axis,
    columns: Axis,
    channels: usize,
    filters: usize,
    /// `[images, rows.inputs, columns.inputs, channels]`.
    input: *const f32,
    /// `[images, rows.outputs, columns.outputs, filters]`.
    output_gradient: *const f32,
    /// `[rows.taps, columns.taps, channels, filters]`, added to; overlaps nothing else.
    kernel_gradient: *mut f32,
}

/// Room for a panel.
#[repr(align(64))]
struct Panel([MaybeUninit<f32>; PANEL]);

/// Outputs, neighbours in each direction, and where the panel with their gradients is.
struct Chunk {
    images: Range<usize>,
    rows: Range<usize>,
    columns: Range<usize>,
    panel: *const f32,
}

/// Neighbouring cells of a kernel row, one or more taps with all their channels, and the outputs that read through them.
struct Run {
    rows: Span,
    columns: Span,
    cells: usize,
}

impl KernelGradient {
    /// All groups of filters, `MOST` being the most vectors of a group.
    ///
    /// # Safety
    /// The level's instructions are there, and the pointers are valid as the type says.
    #[inline(always)]
    unsafe fn run<I: Isa, const MOST: usize>(&self) {
        for group in groups(self.filters, [I::LANES, MOST]) {
            // SAFETY: the group is one of the kernel's. As many registers are used as in a correlation.
            unsafe {
                match (MOST, group.width / I::LANES) {
                    (4, 4) => self.group::<I, 6, 4>(group),
                    (4, 3) => self.group::<I, 8, 3>(group),
                    (4, 2) => self.group::<I, 12, 2>(group),
                    (2, 2) => self.group::<I, 6, 2>(group),
                    (1, _) => self.group::<I, 6, 1>(group),
                    _ => self.group::<I, 12, 1>(group),
                }
            }
        }
    }

    /// All pixels and cells for a group of `NV` vectors of filters.
    ///
    /// # Safety
    /// The level's instructions are there, the pointers are valid as the type says, and the group is one of its
    /// filters.
    #[inline(always)]
    unsafe fn group<I: Isa, const CELLS: usize, const NV: usize>(&self, group: Group) {
        let mut panel = Panel([MaybeUninit::uninit(); PANEL]);
        let panel = panel.0.as_mut_ptr().cast::<f32>();
        let columns = even_part(self.columns.outputs, PIXELS);
        let rows = even_part(self.rows.outputs, (PIXELS / columns).max(1));
        let images = even_part(self.images, (PIXELS / columns / rows).max(1));
        for image in (0..self.images).step_by(images) {
            for row in (0..self.rows.outputs).step_by(rows) {
                for column in (0..self.columns.outputs).step_by(columns) {
                    let chunk = Chunk {
                        images: image..self.images.min(image + images),
                        rows: row..self.rows.outputs.min(row + rows),
                        columns: column..self.columns.outputs.min(column + columns),
                        panel,
                    };
                    // SAFETY: by contract; the chunk's pixels are outputs, at most as many as a panel has.
                    unsafe {
                        self.fill::<I, NV>(panel, &chunk, group);
                        self.chunk::<I, CELLS, NV>(&chunk, group);
                    }
                }
            }
        }
    }

    /// Copies a chunk's gradients to the panel, with zeros beyond the last filter.
    ///
    /// # Safety
    /// As for [`Self::group`]; `panel` is valid for a chunk of `NV` vectors.
    #[inline(always)]
    unsafe fn fill<I: Isa, const NV: usize>(&self, mut panel: *mut f32, chunk: &Chunk, group: Group) {
        for image in chunk.images.clone() {
            for row in chunk.rows.clone() {
                for column in chunk.columns.clone() {
                    let pixel = (image * self.rows.outputs + row) * self.columns.outputs + column;
                    // SAFETY: by contract.
                    unsafe {
                        let from = self.output_gradient.add(pixel * self.filters + group.first);
                        for v in 0..NV {
                            I::store(panel, load::<I>(from.add(v * I::LANES), group.lanes::<I>(v, NV)));
                            panel = panel.add(I::LANES);
                        }
                    }
                }
            }
        }
    }

    /// Adds a chunk's part to all cells.
    ///
    /// # Safety
    /// As for [`Self::group`]; the chunk is one of the images' pixels, and the panel holds its gradients.
    #[inline(always)]
    unsafe fn chunk<I: Isa, const CELLS: usize, const NV: usize>(&self, chunk: &Chunk, group: Group) {
        // Where the border cuts windows, a single tap has more outputs at a time, all taps together have more cells.
        let by_tap = self.channels >= LAST_CELLS && self.columns.by_output().nth(1).is_some();
        for rows in self.rows.by_tap() {
            let (mut taps, mut outputs) = (self.columns.by_tap(), self.columns.by_output());
            let spans: &mut dyn Iterator<Item = Span> = if by_tap { &mut taps } else { &mut outputs };
            for columns in spans {
                let run = Run {
                    rows: rows.within(&chunk.rows, self.rows.stride),
                    columns: columns.within(&chunk.columns, self.columns.stride),
                    cells: columns.taps.len() * self.channels,
                };
                if run.rows.outputs.is_empty() || run.columns.outputs.is_empty() {
                    continue;
                }
                let mut cell = 0;
                // SAFETY: by contract; the run's outputs are of the chunk, and the blocks begin within the run.
                unsafe {
                    while cell + CELLS <= run.cells {
                        self.block::<I, CELLS, NV>(chunk, &run, cell, group);
                        cell += CELLS;
                    }
                    while cell < run.cells {
                        self.block::<I, LAST_CELLS, NV>(chunk, &run, cell, group);
                        cell += LAST_CELLS;
                    }
                }
            }
        }
    }

    /// Adds a chunk's part to `CELLS` cells of a run from `first` on.
    ///
    /// # Safety
    /// As for [`Self::chunk`]; the cells are cells of the run.
    #[inline(always)]
    unsafe fn block<I: Isa, const CELLS: usize, const NV: usize>(
        &self,
        chunk: &Chunk,
        run: &Run,
        first: usize,
        group: Group,
    ) {
        let mut cells = [0; CELLS];
        for (number, cell) in cells.iter_mut().enumerate() {
            *cell = if CELLS == LAST_CELLS { number.min(run.cells - 1 - first) } else { number };
        }
        // SAFETY: by contract. All sums are read before one is written, so that a cell may come twice.
        unsafe {
            let mut sums = [[I::zero(); NV]; CELLS];
            self.add_products::<I, CELLS, NV>(&mut sums, &cells, chunk, run, first);
            let tap = run.rows.taps.start * self.columns.taps + run.columns.taps.start;
            let to = self.kernel_gradient.add((tap * self.channels + first) * self.filters + group.first);
            for (sums, &cell) in sums.iter_mut().zip(&cells) {
                for (v, sum) in sums.iter_mut().enumerate() {
                    let from = to.add(cell * self.filters + v * I::LANES);
                    *sum = I::add(load::<I>(from, group.lanes::<I>(v, NV)), *sum);
                }
            }
            for (sums, &cell) in sums.iter().zip(&cells) {
                for (v, &sum) in sums.iter().enumerate() {
                    let to = to.add(cell * self.filters + v * I::LANES);
                    store::<I>(to, group.lanes::<I>(v, NV), sum);
                }
            }
        }
    }

    /// Adds the products of the cells `first + cells` of each of a run's outputs with the output's gradient.
    ///
    /// # Safety
    /// The level's instructions are there; every output and every cell named is within the arrays.
    #[inline(always)]
    unsafe fn add_products<I: Isa, const CELLS: usize, const NV: usize>(
        &self,
        sums: &mut [[I::Vector; NV]; CELLS],
        cells: &[usize; CELLS],
        chunk: &Chunk,
        run: &Run,
        first: usize,
    ) {
        let (row, panel_row) = (self.columns.inputs * self.channels, chunk.columns.len() * NV * I::LANES);
        let corner = (chunk.images.start * self.rows.inputs + run.rows.input) * row;
        let panel_corner = (run.rows.outputs.start - chunk.rows.start) * panel_row;
        let mut image = Place {
            input: self.input.wrapping_add(corner + run.columns.input * self.channels + first),
            gradient: chunk
                .panel
                .wrapping_add(panel_corner + (run.columns.outputs.start - chunk.columns.start) * NV * I::LANES),
        };
        for _ in chunk.images.clone() {
            let mut line = image;
            for _ in run.rows.outputs.clone() {
                let mut pixel = line;
                for _ in run.columns.outputs.clone() {
                    // SAFETY: the run's outputs have their gradients in the panel, and their cells in the input.
                    unsafe {
                        let mut vectors = [I::zero(); NV];
                        for (v, vector) in vectors.iter_mut().enumerate() {
                            *vector = I::load(pixel.gradient.add(v * I::LANES));
                        }
                        for (sums, &cell) in sums.iter_mut().zip(cells) {
                            let value = I::splat(*pixel.input.add(cell));
                            for (sum, &vector) in sums.iter_mut().zip(&vectors) {
                                *sum = I::mul_add(value, vector, *sum);
                            }
                        }
                    }
                    pixel = pixel.after(self.columns.stride * self.channels, NV * I::LANES);
                }
                line = line.after(self.rows.stride * row, panel_row);
            }
            image = image.after(self.rows.inputs * row, chunk.rows.len() * panel_row);
        }
    }
}

/// An output's place: what the first cell reads, and its gradient in the panel.
#[derive(Clone, Copy)]
struct Place {
    input: *const f32,
    gradient: *const f32,
}

impl Place {
    /// The place so many floats further; that of no output if there is none left.
    #[inline(always)]
    fn after(self, input: usize, gradient: usize) -> Self {
        Self { input: self.input.wrapping_add(input), gradient: self.gradient.wrapping_add(gradient) }
    }
}
