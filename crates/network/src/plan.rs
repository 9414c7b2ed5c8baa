//! From an architecture to the steps that a slice of a batch goes through.
//!
//! Three things are decided here, once, for training and for prediction alike:
//!
//! - *Fusion*: an activation, and 2x2 max pooling where a kernel offers it and no window reaches over the border, become
//!   part of the convolution or dense layer before them; in prediction a batch normalisation is folded into the
//!   convolution's kernel and bias.
//! - *Trimming*: only what is used is computed. Pooling that drops a last row makes the row useless, and every row of
//!   every layer before it that feeds nothing else; the outputs that remain, and all gradients, are the same.
//! - *Methods*: each convolution gets the kernels that suit its shape.

use std::ops::Range;

use serde::Serialize;

use crate::architecture::{Layer, PoolKind, Shape};
use crate::effect::layer_window;
use crate::engine::Engine;
use crate::layer::{BatchNorm, Clip, Convolution, Dense, Dropout, Method, Operation, Pool, Relu, Tail};
use crate::outline::{LayerOutline, Outline};

/// What a plan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Forward and backward.
    Training,
    /// Forward only, with values that do not change.
    Prediction,
}

/// What a network does to the images of a slice.
#[derive(Debug)]
pub(crate) struct Plan {
    pub purpose: Purpose,
    /// The part of an input image that is used, from its top left corner.
    pub input: Shape,
    pub steps: Vec<PlannedStep>,
    /// The steps between two points at which the slices of a batch wait for each other: every range after the first
    /// starts with a step that needs sums over the whole batch. In prediction there is one segment.
    pub segments: Vec<Range<usize>>,
}

/// One operation of a plan.
#[derive(Debug)]
pub(crate) struct PlannedStep {
    pub operation: Box<dyn Operation>,
    /// The layers that have become part of it.
    pub layers: Range<usize>,
    /// What is computed of one image.
    pub output: Shape,
}

impl Plan {
    pub(crate) fn new(outline: &Outline, purpose: Purpose, engine: Engine) -> Self {
        let training = purpose == Purpose::Training;
        let shapes = trimmed(outline, training);
        let mut steps = Vec::new();
        let mut statistics = 0;
        let mut index = 0;
        while index < outline.layers.len() {
            let layer = &outline.layers[index];
            let after = &outline.layers[index + 1..];
            // How many of the layers after this one become part of its operation.
            let mut fused = 0;
            let operation: Option<Box<dyn Operation>> = match layer.layer {
                Layer::Conv2d { filters, .. } => {
                    let window = used_window(layer, shapes[index], shapes[index + 1]);
                    let geometry = tenfold_kernels::Convolution { window, filters };
                    let method = Method::choose(geometry, steps.is_empty(), engine.exact);
                    let tail = Tail::of(after, &geometry, method.can_pool(), training);
                    fused = tail.layers;
                    Some(Box::new(Convolution::new(layer, geometry, method, tail)))
                }
                Layer::Dense { .. } => {
                    let relu = after.first().is_some_and(|next| next.layer == Layer::Relu);
                    fused = usize::from(relu);
                    Some(Box::new(Dense::new(layer, relu)))
                }
                Layer::Pool { kind, .. } => {
                    Some(Box::new(Pool { kind, window: used_window(layer, shapes[index], shapes[index + 1]) }))
                }
                Layer::Relu => Some(Box::new(Relu)),
                Layer::Clip { low, high } => Some(Box::new(Clip { limits: [low, high] })),
                Layer::BatchNorm { .. } => {
                    statistics += 1;
                    Some(Box::new(BatchNorm::new(layer, statistics - 1)))
                }
                Layer::Dropout { rate } if training => {
                    Some(Box::new(Dropout { rate, length: layer.output.len(), layer: index as u32 }))
                }
                Layer::Dropout { .. } | Layer::Flatten => None,
            };
            let output = shapes[index + 1 + fused];
            let layers = index..index + 1 + fused;
            steps.extend(operation.map(|operation| PlannedStep { operation, layers, output }));
            index += 1 + fused;
        }
        Self { purpose, input: shapes[0], segments: segments(&steps, training), steps }
    }

    /// Numbers in one image of the last step's output.
    pub(crate) fn output_len(&self) -> usize {
        self.len_before(self.steps.len())
    }

    /// Numbers in one image of what the step numbered `index` takes, or of the last step's output.
    pub(crate) fn len_before(&self, index: usize) -> usize {
        if index == 0 { self.input.len() } else { self.steps[index - 1].output.len() }
    }
}

/// The ranges of steps between those that wait for the whole batch.
fn segments(steps: &[PlannedStep], training: bool) -> Vec<Range<usize>> {
    let waits = (0..steps.len()).filter(|&step| training && steps[step].operation.batch_statistics().is_some());
    let mut borders = vec![0];
    borders.extend(waits);
    borders.push(steps.len());
    borders.windows(2).map(|border| border[0]..border[1]).collect()
}

impl Tail {
    /// What of the layers `after` a convolution can become part of it.
    pub(crate) fn of(
        after: &[LayerOutline],
        geometry: &tenfold_kernels::Convolution,
        can_pool: bool,
        training: bool,
    ) -> Self {
        let mut tail = Self::default();
        let next = |tail: &Self| after.get(tail.layers);
        if !training && let Some(norm) = next(&tail).filter(|next| matches!(next.layer, Layer::BatchNorm { .. })) {
            tail.norm = Some(norm.clone());
            tail.layers += 1;
        }
        if next(&tail).is_some_and(|next| next.layer == Layer::Relu) {
            tail.relu = true;
            tail.layers += 1;
        }
        if can_pool && next(&tail).is_some_and(|next| pools_in_place(next, geometry.window.output)) {
            tail.pooled = true;
            tail.layers += 1;
        }
        tail
    }
}

/// Whether a layer is the max pooling that a convolution's kernel offers, of a map of the size `computed`: whole windows of
/// 2x2 side by side, the first of which begins at the map's first pixel.
fn pools_in_place(layer: &LayerOutline, computed: [usize; 2]) -> bool {
    let Layer::Pool { kind: PoolKind::Max, size: [2, 2], stride: [2, 2], .. } = layer.layer else { return false };
    // What is computed of a map is what its windows read: an odd side is that of a last window over the map's edge.
    layer_window(layer).before == [0, 0] && computed.iter().all(|side| side % 2 == 0)
}

/// The part of each layer's input that is computed, from its top left corner, and at the end that of the output.
pub(crate) fn trimmed(outline: &Outline, training: bool) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = outline.layers.iter().map(|layer| layer.input).collect();
    shapes.extend(outline.layers.last().map(|layer| layer.output));
    for (index, layer) in outline.layers.iter().enumerate().rev() {
        // In training their results depend on every number, or on a number's place among all; what they give whole is
        // passed on whole up to the next window.
        if training && matches!(layer.layer, Layer::BatchNorm { .. } | Layer::Dropout { .. }) {
            let after = outline.layers[index + 1..].iter().take_while(|after| keeps_shape(&after.layer));
            for (whole, shape) in std::iter::once(layer).chain(after).zip(&mut shapes[index + 1..]) {
                *shape = whole.output;
            }
            continue;
        }
        let used = shapes[index + 1];
        shapes[index] = match layer.layer {
            Layer::Conv2d { .. } | Layer::Pool { .. } => {
                let window = layer_window(layer).cropped([used.height, used.width]);
                Shape { height: window.height, width: window.width, ..layer.input }
            }
            Layer::Relu | Layer::Clip { .. } | Layer::BatchNorm { .. } | Layer::Dropout { .. } => used,
            Layer::Flatten | Layer::Dense { .. } => layer.input,
        };
    }
    shapes
}

/// Whether a layer works on each number by itself.
const fn keeps_shape(layer: &Layer) -> bool {
    matches!(layer, Layer::Relu | Layer::Clip { .. } | Layer::BatchNorm { .. } | Layer::Dropout { .. })
}

/// The window of a convolution or pooling layer over the part of its input that there is, for the part of its output
/// that is used.
pub(crate) fn used_window(layer: &LayerOutline, input: Shape, used: Shape) -> tenfold_kernels::Window {
    let window = layer_window(layer).cropped([used.height, used.width]);
    // More than is read may be there, if the layer before makes more.
    assert!(window.height <= input.height && window.width <= input.width, "{} reads what is there", layer.name);
    tenfold_kernels::Window { height: input.height, width: input.width, ..window }
}
