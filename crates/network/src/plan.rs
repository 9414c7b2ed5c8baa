//! From an architecture to the steps that a slice of a batch goes through.
//!
//! Three things are decided here, once, for training and for prediction, in floats and in bytes:
//!
//! - *Fusion*: an activation, and 2x2 max pooling where a kernel offers it and no window reaches over the border, become
//!   part of the convolution or dense layer before them; in prediction a batch normalisation is folded into the
//!   convolution's kernel and bias ([`Place::epilogue`]), and in training ReLU and 2x2 max pooling become part of it
//!   ([`Place::after_norm`]).
//! - *Trimming*: only what is used is computed. Pooling that drops a last row makes the row useless, and every row of
//!   every layer before it that feeds nothing else; the outputs that remain, and all gradients, are the same.
//! - *Methods*: each layer makes the operation that suits its place ([`Kind::operation`](crate::layer::Kind::operation)).

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use serde::Serialize;

use crate::architecture::Shape;
use crate::engine::Engine;
use crate::layer::{Fused, LayerOutline, Operation, Place, Reach};
use crate::outline::Outline;

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
    pub steps: Vec<PlannedStep<Box<dyn Operation>>>,
    /// The steps between two points at which the slices of a batch wait for each other: every range after the first
    /// starts with a step that needs sums over the whole batch. In prediction there is one segment.
    pub segments: Vec<Range<usize>>,
}

/// One operation of a plan.
#[derive(Debug)]
pub(crate) struct PlannedStep<O> {
    pub operation: O,
    /// The layers that have become part of it.
    pub layers: Range<usize>,
    /// What is computed of one image.
    pub output: Shape,
    /// For a step that joins a branch with its trunk: the step that takes what the trunk is, too.
    pub trunk: Option<usize>,
}

impl Plan {
    pub(crate) fn new(outline: &Outline, purpose: Purpose, engine: Engine) -> Self {
        let training = purpose == Purpose::Training;
        let shapes = trimmed(outline, training);
        let steps = lower(outline, &shapes, |place| {
            place.layer.layer.rules().operation(&Place { training, exact: engine.exact, ..place })
        });
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

/// Takes a network apart into the operations that `make` makes of layer after layer and of those that become part of them;
/// `shapes`: what is computed before, between and after the layers. The places are those of a prediction.
pub(crate) fn lower<O>(
    outline: &Outline,
    shapes: &[Shape],
    make: impl Fn(Place<'_>) -> Option<Fused<O>>,
) -> Vec<PlannedStep<O>> {
    let mut steps = Vec::new();
    let mut next = 0;
    let trunks: BTreeSet<usize> = outline.layers.iter().filter_map(|layer| layer.trunk).collect();
    // For each layer with which a branch begins, the step that takes what it takes.
    let mut taken = HashMap::new();
    while let Some(layer) = outline.layers.get(next) {
        if trunks.contains(&next) {
            taken.insert(next, steps.len());
        }
        // What a branch leaves is taken twice, and so is no part of an operation with what follows.
        let end = trunks.range(next + 1..).next().copied().unwrap_or(outline.layers.len());
        let (before, after) = (&outline.layers[..next], &outline.layers[next + 1..end]);
        let outputs = &shapes[next + 2..=end];
        let (input, output, is_first) = (shapes[next], shapes[next + 1], steps.is_empty());
        let place = Place { layer, before, after, outputs, input, output, is_first, training: false, exact: false };
        let lowered = make(place);
        let first = next;
        next += 1 + lowered.as_ref().map_or(0, |lowered| lowered.layers);
        steps.extend(lowered.map(|lowered| PlannedStep {
            operation: lowered.operation,
            layers: first..next,
            output: shapes[next],
            trunk: layer.trunk.map(|first| taken[&first]),
        }));
    }
    steps
}

/// The ranges of steps between those that wait for the whole batch.
fn segments(steps: &[PlannedStep<Box<dyn Operation>>], training: bool) -> Vec<Range<usize>> {
    let waits = (0..steps.len()).filter(|&step| training && steps[step].operation.batch_statistics().is_some());
    let mut borders = vec![0];
    borders.extend(waits);
    borders.push(steps.len());
    borders.windows(2).map(|border| border[0]..border[1]).collect()
}

/// The part of each layer's input that is computed, from its top left corner, and at the end that of the output.
fn trimmed(outline: &Outline, training: bool) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = outline.layers.iter().map(|layer| layer.input).collect();
    shapes.extend(outline.layers.last().map(|layer| layer.output));
    // What is taken twice is used by both: where there are branches, everything is computed.
    if outline.layers.iter().any(|layer| layer.trunk.is_some()) {
        return shapes;
    }
    for (index, layer) in outline.layers.iter().enumerate().rev() {
        let used = shapes[index + 1];
        shapes[index] = match layer.reach() {
            Reach::WholeInTraining if training => {
                pass_on(outline, index, &mut shapes);
                layer.input
            }
            Reach::SamePlace | Reach::WholeInTraining => used,
            Reach::Window(window) => {
                let window = window.cropped([used.height, used.width]);
                Shape { height: window.height, width: window.width, ..layer.input }
            }
            Reach::Flattened | Reach::All => layer.input,
        };
    }
    shapes
}

/// As [`trimmed`] in prediction, with an input that is taken whole.
pub(crate) fn trimmed_behind_input(outline: &Outline) -> Vec<Shape> {
    let mut shapes = trimmed(outline, false);
    shapes[0] = outline.layers[0].input;
    pass_on(outline, 0, &mut shapes);
    shapes
}

/// What the layer numbered `first` takes whole is passed on whole up to the next window.
fn pass_on(outline: &Outline, first: usize, shapes: &mut [Shape]) {
    let keeps = |layer: &&LayerOutline| matches!(layer.reach(), Reach::SamePlace | Reach::WholeInTraining);
    let keeping = outline.layers[first..].iter().take_while(keeps);
    for (layer, shape) in keeping.zip(&mut shapes[first + 1..]) {
        *shape = layer.output;
    }
}
