//! The geometry of a two-dimensional convolution (cross-correlation, as every framework means it).

use crate::window::Window;

/// A convolution's geometry: a window and the channels it produces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convolution {
    /// How the kernel moves over one image.
    pub window: Window,
    /// O, the output channels.
    pub filters: usize,
}

impl Convolution {
    /// Floats of the kernel, `[kernel height, kernel width, C, O]`.
    pub fn kernel_len(&self) -> usize {
        self.window.patch_len() * self.filters
    }

    /// Floats of one output image, `[output height, output width, O]`.
    pub fn output_len(&self) -> usize {
        self.window.positions() * self.filters
    }

    /// The images that `input` holds.
    ///
    /// # Panics
    /// If a length does not fit: `input` and `output` hold the same number of whole images, `kernel` the kernel.
    pub(crate) fn images(&self, input: &[f32], output: &[f32], kernel: &[f32]) -> usize {
        let Self { window, filters } = self;
        let fits = |sizes: [usize; 4]| sizes.into_iter().try_fold(1, usize::checked_mul).is_some();
        // Otherwise a product that wraps around might equal a length.
        assert!(
            fits([window.height, window.width, window.channels, 1])
                && fits([window.output[0], window.output[1], *filters, 1])
                && fits([window.kernel[0], window.kernel[1], window.channels, *filters]),
            "sizes within memory, {self:?}"
        );
        let images = input.len() / window.input_len();
        assert_eq!(input.len(), images * window.input_len(), "whole input images, {self:?}");
        assert_eq!(output.len(), images * self.output_len(), "{images} output images of {self:?}");
        assert_eq!(kernel.len(), self.kernel_len(), "a kernel of {self:?}");
        images
    }
}
