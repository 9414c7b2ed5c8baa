//! One axis of a convolution: which outputs read which inputs through which taps.

use std::ops::Range;

use crate::window::Window;

/// Output `u` reads through each tap `t` input `stride u + t - before`, if there is such an input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub inputs: usize,
    pub outputs: usize,
    pub taps: usize,
    pub stride: usize,
    /// How many inputs the first output's first tap lies before the first; if it lies after that, less than none.
    pub before: isize,
}

/// Neighbouring outputs and neighbouring taps such that each of the outputs reads an input through each of the taps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub outputs: Range<usize>,
    pub taps: Range<usize>,
    /// The input that the first output reads through the first tap; 0 if there are no taps.
    pub input: usize,
}

impl Axis {
    /// The axis numbered `axis` of `window`: 0 for rows, 1 for columns.
    ///
    /// # Panics
    /// If its stride is 0, or its outputs reach further than memory does.
    pub(super) fn of(window: &Window, axis: usize) -> Self {
        let (inputs, outputs) = ([window.height, window.width][axis], window.output[axis]);
        let (taps, stride, before) = (window.kernel[axis], window.stride[axis], window.before[axis]);
        let reach = outputs.checked_mul(stride).and_then(|reach| {
            let sum = [taps, inputs, before].into_iter().try_fold(reach, usize::checked_add)?;
            isize::try_from(sum).ok()
        });
        assert!(stride > 0 && reach.is_some(), "a window within memory: {window:?}");
        Self { inputs, outputs, taps, stride, before: before as isize }
    }

    /// Cuts the outputs into spans, each with every tap that has an input for it.
    pub(super) fn by_output(self) -> impl Iterator<Item = Span> {
        let [inputs, taps] = [self.inputs, self.taps].map(|length| length as isize);
        let mut next = 0;
        std::iter::from_fn(move || {
            let output = next;
            let start = (output * self.stride) as isize - self.before;
            let first = (-start).clamp(0, taps);
            let end = (inputs - start).clamp(first, taps);
            // Windows within the image follow each other and are alike; those that the border cuts all differ.
            next = match end - first {
                0 if taps == 0 => self.outputs,
                live if live == taps => (inputs - taps + self.before) as usize / self.stride + 1,
                _ => output + 1,
            };
            next = next.min(self.outputs);
            let input = if first < end { (start + first) as usize } else { 0 };
            (output < self.outputs).then_some(Span { outputs: output..next, taps: first as usize..end as usize, input })
        })
    }

    /// Cuts the taps into spans of one tap, each with every output that has an input for it.
    pub(super) fn by_tap(self) -> impl Iterator<Item = Span> {
        (0..self.taps).map(move |tap| {
            // The first input and the end of the inputs, counted from where the first output's tap lies.
            let from_tap = |input: usize| (input as isize + self.before - tap as isize).max(0) as usize;
            let first = from_tap(0).div_ceil(self.stride).min(self.outputs);
            let end = from_tap(self.inputs).div_ceil(self.stride).clamp(first, self.outputs);
            let input = if first < end { (first * self.stride + tap) as isize - self.before } else { 0 };
            Span { outputs: first..end, taps: tap..tap + 1, input: input as usize }
        })
    }
}

impl Span {
    /// The part of the span whose outputs are in `range`; `stride`: the axis's.
    pub(super) fn within(&self, range: &Range<usize>, stride: usize) -> Self {
        let first = self.outputs.start.max(range.start);
        let end = self.outputs.end.min(range.end).max(first);
        Self { outputs: first..end, taps: self.taps.clone(), input: self.input + (first - self.outputs.start) * stride }
    }
}

/// The length, at least 1, of parts that are as few and as even as possible: of `total` things, at most `most` a part.
pub(super) const fn even_part(total: usize, most: usize) -> usize {
    let parts = total.div_ceil(most);
    if parts == 0 { 1 } else { total.div_ceil(parts) }
}
