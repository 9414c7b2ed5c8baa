//! Where the windows begin, output after output.

use super::layer::{QuantizedLayer, WINDOW};

/// The windows' first bytes in the order of the outputs, all images in one sequence; after the last it stays there.
pub(super) struct Walk<'a> {
    /// Of one image's outputs, from the image's first byte on; if pooled, of each output's first pixel.
    starts: &'a [usize],
    /// Bytes from a pooling window's first pixel to each of its pixels.
    pixels: [usize; WINDOW],
    /// The number in its image of the next output.
    next: usize,
    /// The first byte of its image.
    image: usize,
    image_len: usize,
    /// Outputs from the next on.
    left: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(layer: &'a QuantizedLayer, outputs: usize) -> Self {
        Self {
            starts: &layer.starts,
            pixels: layer.pixels,
            next: 0,
            image: 0,
            image_len: layer.frame.len(),
            left: outputs,
        }
    }

    /// The next `PX` pixels' first bytes; the four pixels of a pooling window follow each other.
    #[inline(always)]
    pub(super) fn next<const PX: usize>(&mut self, pooled: bool) -> [usize; PX] {
        let mut starts = [0; PX];
        if pooled {
            for window in starts.chunks_exact_mut(WINDOW) {
                let first = self.image + self.starts[self.next];
                for (start, pixel) in window.iter_mut().zip(self.pixels) {
                    *start = first + pixel;
                }
                self.advance(1);
            }
        } else if let Some(next) = self.starts.get(self.next..self.next + PX)
            && PX < self.left
        {
            // All in one image, as most blocks are.
            for (start, next) in starts.iter_mut().zip(next) {
                *start = self.image + next;
            }
            self.advance(PX);
        } else {
            for start in &mut starts {
                *start = self.image + self.starts[self.next];
                self.advance(1);
            }
        }
        starts
    }

    /// Goes on by `outputs`, not beyond the next image's first.
    #[inline(always)]
    fn advance(&mut self, outputs: usize) {
        if self.left <= outputs {
            return;
        }
        self.left -= outputs;
        self.next += outputs;
        if self.next == self.starts.len() {
            self.next = 0;
            self.image += self.image_len;
        }
    }
}
