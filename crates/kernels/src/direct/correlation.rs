//! The engine of the forward pass and of the input's gradient: blocks of outputs, summed up in registers.
//!
//! The outputs whose windows the image's border cuts alike form a *class*: a rectangle of pixels in every image. Within
//! a class each pixel is a sum of the same products, so a block takes any pixels of it, of whatever row or image. A
//! kernel row's taps and channels are one run of numbers, in the image as in the kernel: each is a scalar per pixel
//! times some vectors of weights.

use super::axis::{Axis, Span};
use super::packing::{Group, groups};
use crate::activation::Activation;
use crate::epilogue::activate;
use crate::isa::{Isa, load, store};
use crate::level::Cpu;

/// A correlation as pointers.
///
/// Each pixel that the axes name in `images` images lies inside an allocation: in the input with `channels` floats, in the
/// output with `filters`. The output overlaps nothing else.
pub(super) struct Correlation {
    pub images: usize,
    pub rows: Axis,
    pub columns: Axis,
    pub channels: usize,
    pub filters: usize,
    pub input: *const f32,
    /// Floats from an image, a row and a pixel of the input to the next.
    pub input_steps: [usize; 3],
    /// The kernel, `[rows.taps, columns.taps, channels, filters]`, packed for the level.
    pub weights: *const f32,
    /// `[filters]`, added to each pixel.
    pub bias: Option<*const f32>,
    /// What is made of each output, as far as that is done in registers.
    pub activation: Option<Activation>,
    /// Overwritten.
    pub output: *mut f32,
    /// Floats from an image, a row and a pixel of the output to the next.
    pub output_steps: [usize; 3],
}

/// Computes every output of a correlation.
///
/// # Safety
/// The pointers are valid as [`Correlation`] says.
pub(super) unsafe fn correlate(cpu: Cpu, work: &Correlation) {
    // SAFETY: by contract.
    unsafe { run_blocked!(cpu, work: &Correlation) }
}

/// Pixels that sum up the same products.
struct Class {
    rows: Span,
    columns: Span,
}

impl Correlation {
    /// All groups of filters, `MOST` being the most vectors of a group.
    ///
    /// # Safety
    /// The level's instructions are there, and the pointers are valid as [`Correlation`] says.
    #[inline(always)]
    unsafe fn run<I: Isa, const MOST: usize>(&self) {
        for group in groups(self.filters, [I::LANES, MOST]) {
            // SAFETY: the group is one of the kernel's. 32 registers hold up to 24 sums, 4 vectors of weights and a scalar;
            // 16 registers hold 12, 2 and 1, or at the portable level, with two for a vector, 6, 1 and 1.
            unsafe {
                match (MOST, group.width / I::LANES) {
                    (4, 4) => self.group::<I, 6, 4>(group),
                    (4, 3) => self.group::<I, 8, 3>(group),
                    (4, 2) => self.group::<I, 8, 2>(group),
                    (2, 2) => self.group::<I, 6, 2>(group),
                    (1, _) => self.group::<I, 6, 1>(group),
                    _ => self.group::<I, 8, 1>(group),
                }
            }
        }
    }

    /// All pixels for a group of `NV` vectors of filters.
    ///
    /// # Safety
    /// As for [`Self::run`]; the group is one of the correlation's filters.
    #[inline(always)]
    unsafe fn group<I: Isa, const PIXELS: usize, const NV: usize>(&self, group: Group) {
        // A block of two pixels takes as long as four additions, one after the other: for so few it is the cheaper one.
        let few = if NV > 2 { 4 } else { 2 };
        for rows in self.rows.by_output() {
            for columns in self.columns.by_output() {
                let mut left = self.images * rows.outputs.len() * columns.outputs.len();
                let class = Class { rows: rows.clone(), columns };
                let mut pixels = Pixels::new(self, &class);
                while left > 0 {
                    // SAFETY: by contract; the class is one of the correlation's.
                    unsafe {
                        if left > few {
                            self.block::<I, PIXELS, NV>(&mut pixels, group);
                            left = left.saturating_sub(PIXELS);
                        } else {
                            self.block::<I, 2, NV>(&mut pixels, group);
                            left = left.saturating_sub(2);
                        }
                    }
                }
            }
        }
    }

    /// The next `PIXELS` pixels of a class; if there are fewer, the last one again and again.
    ///
    /// # Safety
    /// As for [`Self::group`]; the pixels are of a class of the correlation.
    #[inline(always)]
    unsafe fn block<I: Isa, const PIXELS: usize, const NV: usize>(&self, pixels: &mut Pixels<'_>, group: Group) {
        let [mut inputs, mut outputs] = [[0; PIXELS]; 2];
        for (input, output) in inputs.iter_mut().zip(&mut outputs) {
            (*input, *output) = (pixels.input, pixels.output + group.first);
            pixels.step();
        }
        let Class { rows, columns } = pixels.class;
        let run = columns.taps.len() * self.channels;
        let height = if run == 0 { 0 } else { rows.taps.len() };
        let cells = self.rows.taps * self.columns.taps * self.channels;
        // SAFETY: the pixels are of a class of the correlation, the runs those of its taps, the filters those of a group
        // by the caller; see `Correlation`.
        unsafe {
            let mut sums = [[I::zero(); NV]; PIXELS];
            for row in 0..height {
                let tap = (rows.taps.start + row) * self.columns.taps + columns.taps.start;
                let weights = self.weights.add(cells * group.first + tap * self.channels * group.width);
                let mut from = [self.input; PIXELS];
                for (from, &input) in from.iter_mut().zip(&inputs) {
                    *from = self.input.add(input + row * self.input_steps[1]);
                }
                add_products::<I, PIXELS, NV>(&mut sums, &from, weights, run);
            }
            let mut bias = [I::zero(); NV];
            if let Some(from) = self.bias {
                for (v, bias) in bias.iter_mut().enumerate() {
                    *bias = load::<I>(from.add(group.first + v * I::LANES), group.lanes::<I>(v, NV));
                }
            }
            for (sums, &output) in sums.iter().zip(&outputs) {
                for (v, (&sum, &bias)) in sums.iter().zip(&bias).enumerate() {
                    let value = I::add(sum, bias);
                    let value = activate::<I>(value, self.activation);
                    store::<I>(self.output.add(output + v * I::LANES), group.lanes::<I>(v, NV), value);
                }
            }
        }
    }
}

/// Adds to each pixel's sums the products of `count` numbers from its place on with as many rows of weights.
///
/// # Safety
/// The level's instructions are there; `count` numbers from each place on are valid, and as many rows of weights.
#[inline(always)]
unsafe fn add_products<I: Isa, const PIXELS: usize, const NV: usize>(
    sums: &mut [[I::Vector; NV]; PIXELS],
    from: &[*const f32; PIXELS],
    weights: *const f32,
    count: usize,
) {
    for k in 0..count {
        // SAFETY: by contract: `count` floats from each place on, and as many times `NV` vectors of weights.
        unsafe {
            let mut vectors = [I::zero(); NV];
            for (v, vector) in vectors.iter_mut().enumerate() {
                *vector = I::load(weights.add((k * NV + v) * I::LANES));
            }
            for (sums, from) in sums.iter_mut().zip(from) {
                let value = I::splat(*from.add(k));
                for (sum, &vector) in sums.iter_mut().zip(&vectors) {
                    *sum = I::mul_add(value, vector, *sum);
                }
            }
        }
    }
}

/// The pixels of a class in order, image by image and row by row.
struct Pixels<'a> {
    work: &'a Correlation,
    class: &'a Class,
    image: usize,
    row: usize,
    column: usize,
    /// Where the pixel's window begins in the input: what the class's first tap reads.
    input: usize,
    /// Where the pixel is in the output.
    output: usize,
}

impl<'a> Pixels<'a> {
    #[inline(always)]
    fn new(work: &'a Correlation, class: &'a Class) -> Self {
        let mut pixels = Self { work, class, image: 0, row: 0, column: 0, input: 0, output: 0 };
        pixels.start_row();
        pixels
    }

    #[inline(always)]
    fn start_row(&mut self) {
        let Self { work, class: Class { rows, columns }, .. } = self;
        let input = [self.image, rows.input + self.row * work.rows.stride, columns.input];
        let output = [self.image, rows.outputs.start + self.row, columns.outputs.start];
        let offset = |at: [usize; 3], steps: [usize; 3]| at[0] * steps[0] + at[1] * steps[1] + at[2] * steps[2];
        self.input = offset(input, work.input_steps);
        self.output = offset(output, work.output_steps);
    }

    /// Goes on to the next pixel, or stays at the last.
    #[inline(always)]
    fn step(&mut self) {
        let Self { work, class: Class { rows, columns }, .. } = self;
        if self.column + 1 < columns.outputs.len() {
            self.column += 1;
            self.input += work.columns.stride * work.input_steps[2];
            self.output += work.output_steps[2];
            return;
        }
        if self.row + 1 < rows.outputs.len() {
            self.row += 1;
        } else if self.image + 1 < work.images {
            (self.image, self.row) = (self.image + 1, 0);
        } else {
            return;
        }
        self.column = 0;
        self.start_row();
    }
}
