//! From the input to what follows, once the statistics of the whole batch are known.

use super::{Normalization, blocks, normalized, vectors};
use crate::epilogue::{DEAD, pool};
use crate::isa::{Isa, for_each_isa, load, store};
use crate::level::Cpu;

impl Normalization {
    /// `y = x scale + shift` per channel, with `scale = gamma / deviation` and `shift = beta - mean scale`, and what follows.
    ///
    /// `input`: `[N, H, W, C]`; `scale`, `shift`: `[C]`; `output`: the same as the input or `[N, windows, C]`, overwritten;
    /// `winners`: as long where it is pooled, each which of its window's pixels an output was, 0 to 3 row by row, or
    /// [`DEAD`] where ReLU cut it off. The first of equals wins.
    ///
    /// # Panics
    /// If a length does not fit.
    pub fn forward(
        &self,
        cpu: Cpu,
        input: &[f32],
        [scale, shift]: [&[f32]; 2],
        output: &mut [f32],
        winners: &mut [u8],
    ) {
        let images = self.images(input, output, winners, &[scale, shift]);
        let (input, coefficients) = (input.as_ptr(), [scale.as_ptr(), shift.as_ptr()]);
        let (output, winners) = (output.as_mut_ptr(), winners.as_mut_ptr());
        let work = &Work { layer: self, images, input, coefficients, output, winners };
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
    coefficients: [*const f32; 2],
    output: *mut f32,
    winners: *mut u8,
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
                let coefficients = work.coefficients.map(|all| load::<I>(all.add(channel), lanes));
                let floor = work.layer.floor::<I>();
                for pixel in pixels.clone() {
                    let at = pixel * channels + channel;
                    let y = normalized::<I>(load::<I>(work.input.add(at), lanes), coefficients);
                    // A NaN stays one.
                    store::<I>(work.output.add(at), lanes, I::max(floor, y));
                }
            }
        }
    }
}

/// # Safety
/// As for [`whole`].
#[inline(always)]
unsafe fn pooled<I: Isa>(work: &Work<'_>) {
    let channels = work.layer.map[2];
    let ([rows, columns], cells) = (work.layer.pooled.unwrap_or_default(), work.layer.window());
    for row in 0..work.images * rows {
        let [from, to] = work.layer.row_of_windows(row / rows, row % rows);
        for (channel, lanes) in vectors::<I>(channels) {
            // SAFETY: the windows lie inside the image, and there is an output and a winner for each.
            unsafe {
                let coefficients = work.coefficients.map(|all| load::<I>(all.add(channel), lanes));
                let floor = work.layer.floor::<I>();
                for column in 0..columns {
                    let pixel = work.input.add(from + 2 * column * channels + channel);
                    let window = cells.map(|cell| normalized::<I>(load::<I>(pixel.add(cell), lanes), coefficients));
                    let (best, winner) = pool::<I>(window, I::zero(), None);
                    let winner = I::select_greater(best, floor, winner, I::splat(f32::from(DEAD)));
                    let at = to + column * channels + channel;
                    store::<I>(work.output.add(at), lanes, I::max(floor, best));
                    I::store_bytes(work.winners.add(at), lanes, winner);
                }
            }
        }
    }
}
