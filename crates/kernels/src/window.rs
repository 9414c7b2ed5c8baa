//! The geometry of a window that slides over an image: shared by convolution and pooling.

use std::ops::Range;

/// What happens at the image's border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Windows lie wholly inside the image; rows and columns that fill no window are ignored (Keras `valid`).
    Valid,
    /// Zeros around the image, so that the output has `ceil(input / stride)` rows and columns; where their number is
    /// odd the extra one is at the bottom or right (Keras `same`).
    Same,
    /// So many zeros above and left of the image, and below and right of it. Each is less than the window's side, so that
    /// every window has a cell inside the image; rows and columns that fill no window are ignored (PyTorch's `padding`,
    /// ONNX's `pads`).
    Explicit {
        /// Rows above, columns left.
        before: [usize; 2],
        /// Rows below, columns right.
        after: [usize; 2],
    },
}

/// A `kernel` window moving by `stride` over an image of `height` x `width` x `channels`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Height of the input.
    pub height: usize,
    /// Width of the input.
    pub width: usize,
    /// Channels of the input.
    pub channels: usize,
    /// Height and width of the window.
    pub kernel: [usize; 2],
    /// Steps down and right between windows.
    pub stride: [usize; 2],
    /// Rows above and columns left of the image that count as padding.
    pub before: [usize; 2],
    /// Windows down and right: the output's height and width.
    pub output: [usize; 2],
}

impl Window {
    /// The geometry for an input of `[height, width, channels]`, or `None` if no window fits, a size is zero, or explicit
    /// padding is as wide as the window.
    pub fn new(input: [usize; 3], kernel: [usize; 2], stride: [usize; 2], padding: Padding) -> Option<Self> {
        let [height, width, channels] = input;
        let along = |axis: usize| positions(input[axis], kernel[axis], stride[axis], padding, axis);
        let ((rows, above), (columns, left)) = (along(0)?, along(1)?);
        Some(Self { height, width, channels, kernel, stride, before: [above, left], output: [rows, columns] })
    }

    /// Rows below and columns right of the image that the last windows reach over.
    pub fn after(&self) -> [usize; 2] {
        let after = |axis: usize, length: usize| {
            let end = (self.output[axis] - 1) * self.stride[axis] + self.kernel[axis];
            end.saturating_sub(self.before[axis] + length)
        };
        [after(0, self.height), after(1, self.width)]
    }

    /// The same window over the first `output` rows and columns of outputs only, with the input cut to what these read.
    ///
    /// # Panics
    /// If `output` is empty or larger than the output.
    pub fn cropped(self, output: [usize; 2]) -> Self {
        let cut = |axis: usize, length: usize| {
            assert!((1..=self.output[axis]).contains(&output[axis]), "{output:?} of the outputs of {self:?}");
            length.min(((output[axis] - 1) * self.stride[axis] + self.kernel[axis]).saturating_sub(self.before[axis]))
        };
        Self { height: cut(0, self.height), width: cut(1, self.width), output, ..self }
    }

    /// Whether some windows reach over the image's border.
    pub fn is_padded(&self) -> bool {
        self.before != [0, 0] || self.after() != [0, 0]
    }

    /// Floats of one input image.
    pub fn input_len(&self) -> usize {
        self.height * self.width * self.channels
    }

    /// Windows per image.
    pub fn positions(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// Floats of one window: kernel height x kernel width x channels.
    pub fn patch_len(&self) -> usize {
        self.kernel[0] * self.kernel[1] * self.channels
    }

    /// The kernel rows that fall inside the image for output row `row`, and a `top` such that kernel row `i` lies on input
    /// row `top + i - before[0]`.
    pub(crate) fn rows(&self, row: usize) -> (Range<usize>, usize) {
        inside(row * self.stride[0], self.before[0], self.kernel[0], self.height)
    }

    /// As [`Self::rows`], for columns.
    pub(crate) fn columns(&self, column: usize) -> (Range<usize>, usize) {
        inside(column * self.stride[1], self.before[1], self.kernel[1], self.width)
    }

    /// Calls `visit(cell, offset)` for every cell of the window at `[row, column]` that lies inside the image: the
    /// cell's number among the window's, counted row by row, and the offset of its first channel in the image.
    #[inline(always)]
    pub(crate) fn for_each_cell(&self, row: usize, column: usize, mut visit: impl FnMut(usize, usize)) {
        let (kernel_rows, top) = self.rows(row);
        let (kernel_columns, left) = self.columns(column);
        for kernel_row in kernel_rows {
            let y = top + kernel_row - self.before[0];
            for kernel_column in kernel_columns.clone() {
                let x = left + kernel_column - self.before[1];
                visit(kernel_row * self.kernel[1] + kernel_column, (y * self.width + x) * self.channels);
            }
        }
    }
}

/// Windows along one axis, `input` long, and the padding before the first; `None` if there are none.
fn positions(input: usize, kernel: usize, stride: usize, padding: Padding, axis: usize) -> Option<(usize, usize)> {
    if input == 0 || kernel == 0 || stride == 0 {
        return None;
    }
    let filled = |length: usize| Some(length.checked_sub(kernel)? / stride + 1);
    match padding {
        Padding::Valid => Some((filled(input)?, 0)),
        Padding::Same => {
            let count = input.div_ceil(stride);
            let covered = (count - 1).checked_mul(stride)?.checked_add(kernel)?;
            Some((count, covered.saturating_sub(input) / 2))
        }
        Padding::Explicit { before, after } => {
            let (before, after) = (before[axis], after[axis]);
            let is_narrow = before < kernel && after < kernel;
            is_narrow.then_some((filled(input.checked_add(before)?.checked_add(after)?)?, before))
        }
    }
}

/// The part of a window of `kernel` cells starting at `start - before` that lies in `0..length`, and `start`.
fn inside(start: usize, before: usize, kernel: usize, length: usize) -> (Range<usize>, usize) {
    let first = before.saturating_sub(start).min(kernel);
    let last = (length + before).saturating_sub(start).min(kernel);
    (first..last.max(first), start)
}
