//! A convolution or a dense layer on bytes, with its weights packed once.

use super::frame::{Frame, GROUP};
use crate::convolution::Convolution;
use crate::window::{Padding, Window};

/// Taps of a filter up to which no sum of products of bytes can leave 32 bits.
pub const MAX_QUANTIZED_TAPS: usize = i32::MAX as usize / (255 * 128);

/// Filters whose weights lie together: a multiple of every level's lanes.
pub(super) const PANEL: usize = 16;

/// Pixels of a pooling window.
pub(super) const WINDOW: usize = 4;

/// Weights of one group of taps for a panel of filters: a whole cache line.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Weights(pub(super) [[i8; GROUP]; PANEL]);

/// What a panel's sums are multiplied by, and what is added then.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Scaling {
    pub(super) scale: [f32; PANEL],
    pub(super) bias: [f32; PANEL],
}

/// A convolution or a dense layer on bytes: packed weights, and a scale and a bias for each filter.
///
/// ```
/// use tenfold_kernels::{Cpu, QuantizedLayer, QuantizedOutput};
///
/// let layer = QuantizedLayer::dense(2, 1, &[100, -100], &[0.5], &[0.25]);
/// let mut output = [0.0];
/// layer.forward(Cpu::detect(), &[3, 1], QuantizedOutput::Floats(&mut output), &mut vec![0; layer.scratch_len(1)]);
/// assert_eq!(output, [200.0 * 0.5 + 0.25]);
/// ```
#[derive(Clone, Debug)]
pub struct QuantizedLayer {
    pub(super) geometry: Convolution,
    pub(super) pooled: bool,
    pub(super) frame: Frame,
    /// Where each group of taps lies in a frame, from a window's first byte on.
    pub(super) offsets: Vec<usize>,
    /// Where in a frame each output's window begins; if pooled, that of the first of its four pixels.
    pub(super) starts: Vec<usize>,
    /// From that one's window to those of the four.
    pub(super) pixels: [usize; WINDOW],
    /// `[O / 16, groups]`.
    pub(super) weights: Vec<Weights>,
    /// `[O / 16]`.
    pub(super) scaling: Vec<Scaling>,
}

impl QuantizedLayer {
    /// A convolution; `pooled`: only the largest output of each 2x2 window is wanted.
    ///
    /// `kernel`: `[i, j, C, O]`; `scales`, `biases`: `[O]`.
    ///
    /// # Panics
    /// If a length does not fit, a filter has more than [`MAX_QUANTIZED_TAPS`] taps, a scale is not finite and positive
    /// or a bias not finite, the geometry has a size of zero, or a map that is to be pooled an odd height or width.
    pub fn convolution(geometry: Convolution, pooled: bool, kernel: &[i8], scales: &[f32], biases: &[f32]) -> Self {
        let Convolution { window, filters } = geometry;
        assert!(geometry.output_len() > 0 && window.patch_len() > 0, "a geometry without a size of zero: {geometry:?}");
        assert!(window.patch_len() <= MAX_QUANTIZED_TAPS, "{} taps are too many", window.patch_len());
        assert_eq!(kernel.len(), geometry.kernel_len(), "a kernel of {geometry:?}");
        assert!(scales.len() == filters && biases.len() == filters, "a scale and a bias for each filter");
        assert!(scales.iter().all(|scale| scale.is_finite() && *scale > 0.0), "scales that are finite and positive");
        assert!(biases.iter().all(|bias| bias.is_finite()), "biases that are finite");
        let [height, width] = window.output;
        assert!(!pooled || height % 2 == 0 && width % 2 == 0, "an output of {height}x{width} in whole 2x2 windows");
        let frame = Frame::new(window);
        let groups = groups(&window);
        let in_frame = |group: &Group| group.row * frame.pitch() + group.start;
        let (down, right) = (window.stride[0] * frame.pitch(), window.stride[1] * window.channels);
        let side = if pooled { 2 } else { 1 };
        let columns = |row| (0..width / side).map(move |column| side * (row * down + column * right));
        Self {
            offsets: groups.iter().map(in_frame).collect(),
            starts: (0..height / side).flat_map(columns).collect(),
            pixels: [0, right, down, down + right],
            weights: pack(&geometry, &groups, kernel),
            scaling: scales.chunks(PANEL).zip(biases.chunks(PANEL)).map(|(s, b)| Scaling::new(s, b)).collect(),
            geometry,
            pooled,
            frame,
        }
    }

    /// A dense layer: a convolution of an image of one pixel. `kernel`: `[inputs, outputs]`.
    ///
    /// # Panics
    /// As [`Self::convolution`].
    pub fn dense(inputs: usize, outputs: usize, kernel: &[i8], scales: &[f32], biases: &[f32]) -> Self {
        let window = Window::new([1, 1, inputs], [1, 1], [1, 1], Padding::Valid).expect("one pixel in one pixel");
        Self::convolution(Convolution { window, filters: outputs }, false, kernel, scales, biases)
    }

    /// Bytes of one input: `[H, W, C]`.
    pub fn input_len(&self) -> usize {
        self.geometry.window.input_len()
    }

    /// Numbers in one output: `[H', W', O]`, half as high and wide if pooled.
    pub fn output_len(&self) -> usize {
        self.geometry.output_len() / if self.pooled { 4 } else { 1 }
    }

    /// Bytes of scratch space that [`Self::forward`] needs for `images` images.
    pub fn scratch_len(&self, images: usize) -> usize {
        self.frame.scratch_len(images)
    }
}

impl Scaling {
    /// For up to a panel of filters; the others get zeros.
    fn new(scales: &[f32], biases: &[f32]) -> Self {
        let mut scaling = Self { scale: [0.0; PANEL], bias: [0.0; PANEL] };
        scaling.scale[..scales.len()].copy_from_slice(scales);
        scaling.bias[..biases.len()].copy_from_slice(biases);
        scaling
    }
}

/// Four neighbouring taps of a window's row, which is one run of bytes in the image.
struct Group {
    row: usize,
    /// The first tap's place in its row.
    start: usize,
    /// Taps before this one belong to the group before.
    first: usize,
}

/// The groups of a window's taps, row by row. The last of a row that is not whole groups begins earlier, so that nothing
/// beyond the row is read; a row of less than a group is the only one that ends beyond.
fn groups(window: &Window) -> Vec<Group> {
    let run = window.kernel[1] * window.channels;
    let row = |row| {
        (0..run).step_by(GROUP).map(move |first| Group { row, start: first.min(run.saturating_sub(GROUP)), first })
    };
    (0..window.kernel[0]).flat_map(row).collect()
}

fn pack(geometry: &Convolution, groups: &[Group], kernel: &[i8]) -> Vec<Weights> {
    let run = geometry.window.kernel[1] * geometry.window.channels;
    let mut packed = Vec::with_capacity(geometry.filters.div_ceil(PANEL) * groups.len());
    for panel in (0..geometry.filters).step_by(PANEL) {
        for group in groups {
            let mut weights = Weights([[0; GROUP]; PANEL]);
            for (filter, lane) in (panel..geometry.filters).zip(&mut weights.0) {
                for (tap, weight) in (group.start..run).zip(lane) {
                    if tap >= group.first {
                        *weight = kernel[(group.row * run + tap) * geometry.filters + filter];
                    }
                }
            }
            packed.push(weights);
        }
    }
    packed
}
