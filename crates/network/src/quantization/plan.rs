//! From a quantised model to the steps that a slice of images goes through as bytes.
//!
//! Fusion and trimming are those of the plan for floats, but that the input is taken whole and in place, the kernels
//! stepping over what is not used of it.

use crate::architecture::Shape;
use crate::layer::{ByteKernel, ByteOperation, ByteSettings, Fused, Place};
use crate::model::Model;
use crate::plan::{PlannedStep, lower, trimmed_behind_input};

/// What a quantised network does to the images of a slice.
#[derive(Debug)]
pub(crate) struct BytePlan {
    /// One image of the input.
    pub input: Shape,
    /// The steps: some that give bytes, one that gives floats, perhaps some from floats to floats.
    pub steps: Vec<PlannedStep<ByteOperation>>,
}

impl BytePlan {
    /// # Panics
    /// If the model is not quantised.
    pub(crate) fn new(model: &Model) -> Self {
        let quantization = model.quantization().expect("a quantised model");
        let last = quantization.layers.last().expect("a quantised model has a layer with scales").layer;
        let steps = lower(model.outline(), &trimmed_behind_input(model.outline()), |place| {
            let (index, rules) = (place.before.len(), place.layer.layer.rules());
            if index > last {
                let Fused { operation, layers } = rules.operation(&place)?;
                return Some(Fused { operation: ByteOperation::After(operation), layers });
            }
            // What follows the last kernel takes its floats, and is not part of it.
            let place = if index < last { place } else { Place { after: &[], ..place } };
            rules.byte_operation(&place, settings(model, index))
        });
        Self { input: model.architecture().input, steps }
    }

    /// The steps that give bytes, and those that give floats.
    pub(crate) fn halves(&self) -> [&[PlannedStep<ByteOperation>]; 2] {
        let last = self.steps.iter().position(|step| matches!(step.operation, ByteOperation::Floats(..)));
        let (bytes, floats) = self.steps.split_at(last.expect("a byte plan ends in floats"));
        [bytes, floats]
    }
}

/// What a quantised model says of the layer numbered `index`.
fn settings(model: &Model, index: usize) -> ByteSettings {
    let quantization = model.quantization().expect("a quantised model");
    let Some(entry) = quantization.entry(index) else { return ByteSettings { kernel: None, ratio: 1.0 } };
    let kernel = model.quantized_kernel(index).map(|weights| {
        let layer = &model.outline().layers[index];
        let (scales, mut biases) = quantization.factors(entry, layer.biases(model.values()));
        biases.resize(scales.len(), 0.0);
        ByteKernel { weights, scales, biases, is_last: entry + 1 == quantization.layers.len() }
    });
    ByteSettings { kernel, ratio: quantization.ratio(entry) }
}
