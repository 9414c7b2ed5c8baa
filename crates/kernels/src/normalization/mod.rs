//! Batch normalisation per channel (Ioffe and Szegedy, 2015), with ReLU and 2x2 max pooling where they follow, in passes that
//! can be split over parts of a batch.
//!
//! Forward: `y = gamma (x - mean) / sqrt(variance + epsilon) + beta`, with mean and (biased) variance over all N, H, W.
//! Backward, with `h = (x - mean) / sqrt(variance + epsilon)` and `m = N H W`:
//! `dbeta = sum dy`, `dgamma = sum dy h`, `dx = gamma / sqrt(variance + epsilon) (dy - dbeta / m - h dgamma / m)`.
//! Both directions therefore first add up two numbers per channel over the whole batch and then rewrite the elements: four
//! passes, each of which reads the layer's input once. Whether ReLU let a number through is seen from the input again, so that
//! what lies between normalisation and pooling is never written.

mod backward;
mod forward;
mod sums;

use std::ops::Range;

use crate::isa::Isa;
pub use sums::{Moments, add_moments};

/// A batch normalisation of maps and what follows each number while it is in a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Normalization {
    /// Height, width and channels of a map.
    pub map: [usize; 3],
    /// Whether numbers below 0 become 0.
    pub relu: bool,
    /// Windows of 2x2 side by side, down and right from the first pixel, whose largest number is kept; none where nothing is
    /// pooled. Rows and columns that fill no window are left out.
    pub pooled: Option<[usize; 2]>,
}

/// Pixels that a pass goes through before the next channels: little enough to stay in a first-level cache, and to be added up
/// without loss.
const PIXELS: usize = 16;

impl Normalization {
    /// Floats of an image's map.
    pub fn input_len(&self) -> usize {
        self.map.iter().product()
    }

    /// Floats of what follows from it.
    pub fn output_len(&self) -> usize {
        let [height, width, channels] = self.map;
        let [height, width] = self.pooled.unwrap_or([height, width]);
        height * width * channels
    }

    /// Images in an input, which has an output and winners (if there are any) to match, and `coefficients` for its channels.
    ///
    /// # Panics
    /// If one has not.
    fn images(&self, input: &[f32], output: &[f32], winners: &[u8], coefficients: &[&[f32]]) -> usize {
        let [height, width, channels] = self.map;
        let images = input.len() / self.input_len();
        assert_eq!(input.len(), images * self.input_len(), "whole images of {self:?}");
        assert_eq!(output.len(), images * self.output_len(), "{images} outputs of {self:?}");
        assert_eq!(winners.len(), self.pooled.map_or(0, |_| output.len()), "a winner for each that is pooled");
        assert!(coefficients.iter().all(|all| all.len() == channels), "coefficients for {channels} channels");
        if let Some([rows, columns]) = self.pooled {
            assert!(2 * rows <= height && 2 * columns <= width, "the windows of {self:?} lie inside its map");
        }
        images
    }

    /// What an output must be above for a gradient to go back through it.
    ///
    /// # Safety
    /// The level's instructions are there.
    #[inline(always)]
    unsafe fn floor<I: Isa>(&self) -> I::Vector {
        // SAFETY: by contract.
        unsafe { if self.relu { I::zero() } else { I::splat(f32::NEG_INFINITY) } }
    }

    /// The offsets of a window's four pixels from its first.
    fn window(&self) -> [usize; 4] {
        let [_, width, channels] = self.map;
        [0, channels, width * channels, (width + 1) * channels]
    }

    /// The offset of the first window of row `row` of windows of an image, and that of what becomes of it.
    fn row_of_windows(&self, image: usize, row: usize) -> [usize; 2] {
        let ([height, width, channels], [rows, columns]) = (self.map, self.pooled.unwrap_or_default());
        [(image * height + 2 * row) * width * channels, (image * rows + row) * columns * channels]
    }
}

/// Ranges of pixels, one after the other.
#[inline(always)]
fn blocks(pixels: usize) -> impl Iterator<Item = Range<usize>> {
    (0..pixels).step_by(PIXELS).map(move |first| first..pixels.min(first + PIXELS))
}

/// The first channel of each vector of channels, and how many there are in it.
#[inline(always)]
fn vectors<I: Isa>(channels: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..channels).step_by(I::LANES).map(move |channel| (channel, I::LANES.min(channels - channel)))
}

/// `x scale + shift`, rounded twice at every level.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
unsafe fn normalized<I: Isa>(x: I::Vector, [scale, shift]: [I::Vector; 2]) -> I::Vector {
    // SAFETY: by contract.
    unsafe { I::add(I::mul(x, scale), shift) }
}
