//! From the gradient of what follows to that of the input, once the sums over the whole batch are known.

use super::{Normalization, blocks, normalized, vectors};
use crate::epilogue::unpool;
use crate::isa::{Isa, for_each_isa, load, store};
use crate::level::Cpu;

impl Normalization {
    /// `dx = scale dy + slope x + offset` per channel, which is the backward formula with its terms collected: overwrites
    /// `input_gradient`.
    ///
    /// `input`: `[N, H, W, C]`; `coefficients`: `scale`, `shift`, `slope` and `offset`, the first two and `winners` those of
    /// [`forward`](Self::forward); `output_gradient`: of what forward gave.
    ///
    /// # Panics
    /// If a length does not fit.
    pub fn backward(
        &self,
        cpu: Cpu,
        input: &[f32],
        coefficients: [&[f32]; 4],
        output_gradient: &[f32],
        winners: &[u8],
        input_gradient: &mut [f32],
    ) {
        let images = self.images(input, output_gradient, winners, &coefficients);
        assert_eq!(input.len(), input_gradient.len(), "a gradient for each input");
        let (input, coefficients) = (input.as_ptr(), coefficients.map(<[f32]>::as_ptr));
        let (from, winners, to) = (output_gradient.as_ptr(), winners.as_ptr(), input_gradient.as_mut_ptr());
        let work = &Work { layer: self, images, input, coefficients, from, winners, to };
        // SAFETY: the lengths are asserted above.
        unsafe {
            match self.pooled {
                None => for_each_isa!(cpu, whole(work: &Work<'_>)),
                Some(_) => for_each_isa!(cpu, pooled(work: &Work<'_>)),
            }
        }
    }
}

/// A pass as pointers, valid for the layer and number of images.
struct Work<'a> {
    layer: &'a Normalization,
    images: usize,
    input: *const f32,
    coefficients: [*const f32; 4],
    from: *const f32,
    winners: *const u8,
    to: *mut f32,
}

/// # Safety
/// The level's instructions are there, and the pointers are valid as [`Work`] says.
#[inline(always)]
unsafe fn whole<I: Isa>(work: &Work<'_>) {
    let [height, width, channels] = work.layer.map;
    for pixels in blocks(work.images * height * width) {
        for (channel, lanes) in vectors::<I>(channels) {
            // SAFETY: pixels and channels are among those of the images.
            unsafe {
                let [scale, shift, slope, offset] = work.coefficients.map(|all| load::<I>(all.add(channel), lanes));
                let floor = work.layer.floor::<I>();
                for pixel in pixels.clone() {
                    let at = pixel * channels + channel;
                    let x = load::<I>(work.input.add(at), lanes);
                    let y = normalized::<I>(x, [scale, shift]);
                    let dy = I::select_greater(y, floor, load::<I>(work.from.add(at), lanes), I::zero());
                    let dx = I::mul_add(scale, dy, I::mul_add(slope, x, offset));
                    store::<I>(work.to.add(at), lanes, dx);
                }
            }
        }
    }
}

/// # Safety
/// As for [`whole`].
#[inline(always)]
unsafe fn pooled<I: Isa>(work: &Work<'_>) {
    let [height, width, channels] = work.layer.map;
    let ([rows, columns], cells) = (work.layer.pooled.unwrap_or_default(), work.layer.window());
    for row in 0..work.images * rows {
        let [at, from] = work.layer.row_of_windows(row / rows, row % rows);
        for (channel, lanes) in vectors::<I>(channels) {
            // SAFETY: the windows lie inside the image, and there is a gradient and a winner for each.
            unsafe {
                let [scale, _, slope, offset] = work.coefficients.map(|all| load::<I>(all.add(channel), lanes));
                for column in 0..columns {
                    let first = at + 2 * column * channels + channel;
                    let from = from + column * channels + channel;
                    let winner = I::load_bytes(work.winners.add(from), lanes);
                    let parts = unpool::<I>(load::<I>(work.from.add(from), lanes), winner);
                    for (dy, cell) in parts.into_iter().zip(cells) {
                        let x = load::<I>(work.input.add(first + cell), lanes);
                        let dx = I::mul_add(scale, dy, I::mul_add(slope, x, offset));
                        store::<I>(work.to.add(first + cell), lanes, dx);
                    }
                }
            }
        }
    }
    // The pixels that are in no window had no part in the output, but in the mean and the variance.
    for row in 0..work.images * height {
        let first = if row % height < 2 * rows { 2 * columns } else { 0 };
        for pixel in row * width + first..(row + 1) * width {
            for (channel, lanes) in vectors::<I>(channels) {
                // SAFETY: the pixel is one of the images'.
                unsafe {
                    let [slope, offset] = [2, 3].map(|i: usize| load::<I>(work.coefficients[i].add(channel), lanes));
                    let at = pixel * channels + channel;
                    let x = load::<I>(work.input.add(at), lanes);
                    store::<I>(work.to.add(at), lanes, I::mul_add(slope, x, offset));
                }
            }
        }
    }
}
