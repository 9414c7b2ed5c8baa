//! From a quantised model to the steps that a slice of images goes through as bytes.
//!
//! Fusion and trimming are those of the plan for floats, with two differences: ReLU is nothing on its own, since bytes
//! are never negative, nor is a clip from 0, since no byte stands for more than its upper limit; and the input is taken whole and in place, the kernels stepping over what is not used of it.

use std::ops::Range;

use tenfold_kernels::{self as kernels, Cpu, QuantizedLayer, Window, average_pool_bytes, max_pool_bytes};

use crate::architecture::{Layer, PoolKind, Shape};
use crate::layer::{Clip, Operation, Pool, Relu, Tail, averaging};
use crate::model::Model;
use crate::plan::{trimmed, used_window};
use crate::quantization::{Quantization, biases};

/// What a quantised network does to the images of a slice.
#[derive(Debug)]
pub(crate) struct BytePlan {
    /// One image of the input.
    pub input: Shape,
    /// The steps: some that give bytes, one that gives floats, perhaps some from floats to floats.
    pub steps: Vec<ByteStep>,
}

/// One operation of a plan.
#[derive(Debug)]
pub(crate) struct ByteStep {
    pub operation: ByteOperation,
    /// The layers that have become part of it.
    pub layers: Range<usize>,
    /// What is computed of one image.
    pub output: Shape,
    /// For one image.
    pub multiply_adds: u64,
}

#[derive(Debug)]
pub(crate) enum ByteOperation {
    /// A convolution or dense layer from bytes to bytes.
    Bytes(Box<QuantizedLayer>),
    /// The last one, from bytes to floats.
    Floats(Box<QuantizedLayer>),
    /// Pooling of bytes; `ratio`: the scale before over the scale after.
    Pool { kind: PoolKind, window: Window, ratio: f32 },
    /// What follows the last convolution or dense layer, from floats to floats.
    After(Box<dyn Operation>),
}

impl BytePlan {
    /// # Panics
    /// If the model is not quantised.
    pub(crate) fn new(model: &Model) -> Self {
        let quantization = model.quantization().expect("a quantised model");
        let outline = model.outline();
        let used = trimmed(outline, false);
        let last = quantization.layers.last().expect("a quantised model has a layer with scales").layer;
        let input = model.architecture().input;
        let mut steps = Vec::new();
        let mut shape = input;
        let mut index = 0;
        while index < outline.layers.len() {
            let layer = &outline.layers[index];
            let after = &outline.layers[index + 1..];
            // How many of the layers after this one become part of its operation.
            let mut fused = 0;
            let mut multiply_adds = 0;
            let operation = match layer.layer {
                Layer::Conv2d { filters, .. } => {
                    let window = used_window(layer, shape, used[index + 1]);
                    let geometry = kernels::Convolution { window, filters };
                    let tail = if index < last { Tail::of(after, &geometry, true, false) } else { Tail::default() };
                    fused = tail.layers;
                    multiply_adds = window.positions() as u64 * geometry.kernel_len() as u64;
                    Some(weighted(model, quantization, index, |kernel, scales, biases| {
                        QuantizedLayer::convolution(geometry, tail.pooled, kernel, scales, biases)
                    }))
                }
                Layer::Dense { units, .. } => {
                    let inputs = layer.input.len();
                    fused = usize::from(index < last && after.first().is_some_and(|next| next.layer == Layer::Relu));
                    multiply_adds = inputs as u64 * units as u64;
                    Some(weighted(model, quantization, index, |kernel, scales, biases| {
                        QuantizedLayer::dense(inputs, units, kernel, scales, biases)
                    }))
                }
                Layer::Pool { kind, .. } => {
                    let window = used_window(layer, shape, used[index + 1]);
                    Some(if index > last {
                        ByteOperation::After(Box::new(Pool { kind, window }))
                    } else {
                        let ratio = quantization.entry(index).map_or(1.0, |entry| quantization.ratio(entry));
                        ByteOperation::Pool { kind, window, ratio }
                    })
                }
                Layer::Relu if index > last => Some(ByteOperation::After(Box::new(Relu))),
                Layer::Clip { low, high } if index > last => {
                    Some(ByteOperation::After(Box::new(Clip { limits: [low, high] })))
                }
                Layer::Flatten => {
                    shape = layer.output;
                    None
                }
                Layer::Relu | Layer::Clip { .. } | Layer::BatchNorm { .. } | Layer::Dropout { .. } => None,
            };
            if let Some(operation) = operation {
                shape = used[index + 1 + fused];
                steps.push(ByteStep { operation, layers: index..index + 1 + fused, output: shape, multiply_adds });
            }
            index += 1 + fused;
        }
        Self { input, steps }
    }

    /// The steps that give bytes, and those that give floats.
    pub(crate) fn halves(&self) -> [&[ByteStep]; 2] {
        let last = self.steps.iter().position(|step| matches!(step.operation, ByteOperation::Floats(_)));
        let (bytes, floats) = self.steps.split_at(last.expect("a byte plan ends in floats"));
        [bytes, floats]
    }
}

/// The operation of the convolution or dense layer numbered `index`, made by `make` from its kernel, scales and biases.
fn weighted(
    model: &Model,
    quantization: &Quantization,
    index: usize,
    make: impl Fn(&[i8], &[f32], &[f32]) -> QuantizedLayer,
) -> ByteOperation {
    let entry = quantization.entry(index).expect("every convolution and dense layer of a quantised model has scales");
    let kernel = model.quantized_kernel(index).expect("a convolution or dense layer has a kernel");
    let (scales, mut added) = quantization.factors(entry, biases(&model.outline().layers[index], model.values()));
    added.resize(scales.len(), 0.0);
    let layer = Box::new(make(&kernel, &scales, &added));
    if entry + 1 < quantization.layers.len() { ByteOperation::Bytes(layer) } else { ByteOperation::Floats(layer) }
}

impl ByteOperation {
    /// How it is computed, in a few words.
    pub(crate) fn method(&self) -> String {
        match self {
            Self::Bytes(_) | Self::Floats(_) => "int8".to_owned(),
            Self::Pool { window, .. } => format!("{}x{} pooling of bytes", window.kernel[0], window.kernel[1]),
            Self::After(operation) => operation.method(),
        }
    }

    /// Bytes of scratch space for slices of up to `images` images.
    pub(crate) fn scratch_len(&self, images: usize) -> usize {
        match self {
            Self::Bytes(layer) | Self::Floats(layer) => layer.scratch_len(images),
            Self::Pool { .. } | Self::After(_) => 0,
        }
    }
}

/// Pools bytes.
pub(crate) fn pool_bytes(cpu: Cpu, kind: PoolKind, window: &Window, ratio: f32, input: &[u8], output: &mut [u8]) {
    match averaging(kind) {
        None => max_pool_bytes(cpu, window, input, output),
        Some(pooling) => average_pool_bytes(cpu, window, pooling, ratio, input, output),
    }
}
