//! The images as the integer kernels read them: every window inside, four bytes at a time.

use crate::window::Window;

/// Bytes read at once. A window's row of fewer is read beyond its end, with weights of zero for what is there.
pub(super) const GROUP: usize = 4;

/// An image, or a copy of one with zeros around it where windows reach over its border.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    window: Window,
    /// Height and width in pixels.
    size: [usize; 2],
    /// Pixels above and left of the image.
    before: [usize; 2],
    /// Whether it is a copy.
    copied: bool,
}

impl Frame {
    pub(super) fn new(window: Window) -> Self {
        let reach = |axis: usize| (window.output[axis] - 1) * window.stride[axis] + window.kernel[axis];
        let is_padded = window.is_padded();
        let size = if is_padded { [reach(0), reach(1)] } else { [window.height, window.width] };
        let copied = is_padded || window.kernel[1] * window.channels < GROUP;
        Self { window, size, before: window.before, copied }
    }

    /// Bytes of a row of pixels.
    pub(super) fn pitch(&self) -> usize {
        self.size[1] * self.window.channels
    }

    /// Bytes of one frame.
    pub(super) fn len(&self) -> usize {
        self.size[0] * self.pitch()
    }

    /// Bytes that [`Self::fill`] needs for the frames of `images` images.
    pub(super) fn scratch_len(&self, images: usize) -> usize {
        if self.copied { images * self.len() + GROUP - 1 } else { 0 }
    }

    /// The frames of the images in `input`, in `scratch` if they are copies.
    ///
    /// # Panics
    /// If `scratch` is shorter than [`Self::scratch_len`].
    pub(super) fn fill<'a>(&self, input: &'a [u8], scratch: &'a mut [u8]) -> &'a [u8] {
        if !self.copied {
            return input;
        }
        let Window { height, width, channels, .. } = self.window;
        let frames = &mut scratch[..self.scratch_len(input.len() / self.window.input_len())];
        if self.before == [0, 0] && self.size == [height, width] {
            let (copy, rest) = frames.split_at_mut(input.len());
            copy.copy_from_slice(input);
            rest.fill(0);
            return frames;
        }
        frames.fill(0);
        let [above, left] = self.before;
        let rows = height.min(self.size[0].saturating_sub(above));
        let used = width.min(self.size[1].saturating_sub(left)) * channels;
        for (image, frame) in input.chunks_exact(self.window.input_len()).zip(frames.chunks_exact_mut(self.len())) {
            for row in 0..rows {
                let to = (above + row) * self.pitch() + left * channels;
                frame[to..to + used].copy_from_slice(&image[row * width * channels..][..used]);
            }
        }
        frames
    }
}
