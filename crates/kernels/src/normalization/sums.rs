//! The sums over the batch: two numbers per channel in either direction.

use super::{Normalization, blocks, normalized, vectors};
use crate::epilogue::DEAD;
use crate::isa::{Isa, for_each_isa, load, store};
use crate::level::Cpu;

/// What a channel's mean and variance, or the two sums of its gradient, are made from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// Forward: sum of `x`. Backward: sum of `dy`.
    pub first: f64,
    /// Forward: sum of `x^2`. Backward: sum of `dy (x - mean)`.
    pub second: f64,
}

impl Moments {
    /// The mean and the biased variance of `count` values with these sums; the variance is never below 0.
    pub fn mean_and_variance(self, count: usize) -> (f64, f64) {
        let mean = self.first / count as f64;
        (mean, (self.second / count as f64 - mean * mean).max(0.0))
    }
}

/// Adds the sums of `x` and `x^2` over the rows of `input` (`[n, C]`) to `moments` (`[C]`).
///
/// What is added up are the distances from the first row, a few at a time in single precision and those sums in double: a
/// variance is as precise as the values, however far they are from 0.
///
/// # Panics
/// If `input` is not whole rows.
pub fn add_moments(cpu: Cpu, input: &[f32], moments: &mut [Moments]) {
    let channels = moments.len();
    assert!(input.len().is_multiple_of(channels), "whole rows of {channels} channels");
    let mut distances = vec![Moments::default(); channels];
    let sums = distances.as_mut_slice();
    // SAFETY: the input is whole rows.
    unsafe { for_each_isa!(cpu, add_distances(input: &[f32], sums: &mut [Moments])) };
    let count = (input.len() / channels) as f64;
    for ((moments, Moments { first, second }), &origin) in moments.iter_mut().zip(distances).zip(input) {
        let origin = f64::from(origin);
        moments.first += first + count * origin;
        moments.second += second + 2.0 * origin * first + count * origin * origin;
    }
}

/// # Safety
/// The level's instructions are there, and `input` is whole rows of as many numbers as there are sums.
#[inline(always)]
unsafe fn add_distances<I: Isa>(input: &[f32], sums: &mut [Moments]) {
    let channels = sums.len();
    for pixels in blocks(input.len() / channels) {
        for (channel, lanes) in vectors::<I>(channels) {
            // SAFETY: pixels and channels are among those of the input.
            unsafe {
                let origin = load::<I>(input.as_ptr().add(channel), lanes);
                let [mut first, mut second] = [I::zero(); 2];
                for pixel in pixels.clone() {
                    let x = load::<I>(input.as_ptr().add(pixel * channels + channel), lanes);
                    let distance = I::sub(x, origin);
                    first = I::add(first, distance);
                    second = I::mul_add(distance, distance, second);
                }
                add::<I>([first, second], &mut sums[channel..channel + lanes]);
            }
        }
    }
}

impl Normalization {
    /// Adds the sums of `dy` and `dy (x - mean)` to `moments` (`[C]`), `dy` being the gradient of the normalised numbers.
    ///
    /// `input`: `[N, H, W, C]`; `scale`, `shift` and `winners`: those of [`forward`](Self::forward); `mean`: `[C]`;
    /// `output_gradient`: of what forward gave.
    ///
    /// # Panics
    /// If a length does not fit.
    pub fn add_gradient_sums(
        &self,
        cpu: Cpu,
        input: &[f32],
        [scale, shift, mean]: [&[f32]; 3],
        output_gradient: &[f32],
        winners: &[u8],
        moments: &mut [Moments],
    ) {
        let images = self.images(input, output_gradient, winners, &[scale, shift, mean]);
        assert_eq!(moments.len(), self.map[2], "moments for each channel");
        let coefficients = [scale, shift, mean].map(<[f32]>::as_ptr);
        let (input, gradient, winners) = (input.as_ptr(), output_gradient.as_ptr(), winners.as_ptr());
        let work = &mut Work { layer: self, images, input, coefficients, gradient, winners, moments };
        // SAFETY: the lengths are asserted above.
        unsafe {
            match self.pooled {
                None => for_each_isa!(cpu, whole(work: &mut Work<'_>)),
                Some(_) => for_each_isa!(cpu, pooled(work: &mut Work<'_>)),
            }
        }
    }
}

/// A pass as pointers, valid for the layer and number of images.
struct Work<'a> {
    layer: &'a Normalization,
    images: usize,
    input: *const f32,
    coefficients: [*const f32; 3],
    gradient: *const f32,
    winners: *const u8,
    moments: &'a mut [Moments],
}

/// # Safety
/// The level's instructions are there, and the pointers are valid as [`Work`] says.
#[inline(always)]
unsafe fn whole<I: Isa>(work: &mut Work<'_>) {
    let [height, width, channels] = work.layer.map;
    for pixels in blocks(work.images * height * width) {
        for (channel, lanes) in vectors::<I>(channels) {
            // SAFETY: pixels and channels are among those of the images.
            unsafe {
                let [scale, shift, mean] = work.coefficients.map(|all| load::<I>(all.add(channel), lanes));
                let floor = work.layer.floor::<I>();
                let [mut first, mut second] = [I::zero(); 2];
                for pixel in pixels.clone() {
                    let at = pixel * channels + channel;
                    let x = load::<I>(work.input.add(at), lanes);
                    let y = normalized::<I>(x, [scale, shift]);
                    let dy = I::select_greater(y, floor, load::<I>(work.gradient.add(at), lanes), I::zero());
                    first = I::add(first, dy);
                    second = I::mul_add(dy, I::sub(x, mean), second);
                }
                add::<I>([first, second], &mut work.moments[channel..channel + lanes]);
            }
        }
    }
}

/// # Safety
/// As for [`whole`].
#[inline(always)]
unsafe fn pooled<I: Isa>(work: &mut Work<'_>) {
    let channels = work.layer.map[2];
    let ([rows, columns], cells) = (work.layer.pooled.unwrap_or_default(), work.layer.window());
    for row in 0..work.images * rows {
        let [from, to] = work.layer.row_of_windows(row / rows, row % rows);
        for (channel, lanes) in vectors::<I>(channels) {
            // SAFETY: the windows lie inside the image, and there is a gradient and a winner for each.
            unsafe {
                let mean = load::<I>(work.coefficients[2].add(channel), lanes);
                let [mut first, mut second] = [I::zero(); 2];
                for column in 0..columns {
                    let pixel = work.input.add(from + 2 * column * channels + channel);
                    let at = to + column * channels + channel;
                    let winner = I::load_bytes(work.winners.add(at), lanes);
                    let dy = load::<I>(work.gradient.add(at), lanes);
                    let dy = I::select_equal(winner, I::splat(f32::from(DEAD)), I::zero(), dy);
                    let mut x = load::<I>(pixel, lanes);
                    for (cell, &offset) in cells.iter().enumerate().skip(1) {
                        x = I::select_equal(winner, I::splat(cell as f32), load::<I>(pixel.add(offset), lanes), x);
                    }
                    first = I::add(first, dy);
                    second = I::mul_add(dy, I::sub(x, mean), second);
                }
                add::<I>([first, second], &mut work.moments[channel..channel + lanes]);
            }
        }
    }
}

/// Adds a vector's lanes to the moments of as many channels.
///
/// # Safety
/// The level's instructions are there, and there are no more moments than lanes.
#[inline(always)]
unsafe fn add<I: Isa>(sums: [I::Vector; 2], moments: &mut [Moments]) {
    let mut lanes = [[0.0; 16]; 2];
    for (lanes, sums) in lanes.iter_mut().zip(sums) {
        // SAFETY: by contract; no level has more lanes.
        unsafe { store::<I>(lanes.as_mut_ptr(), I::LANES, sums) };
    }
    let [first, second] = lanes;
    for ((moments, first), second) in moments.iter_mut().zip(first).zip(second) {
        moments.first += f64::from(first);
        moments.second += f64::from(second);
    }
}
