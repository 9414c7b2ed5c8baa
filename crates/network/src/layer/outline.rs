//! A layer at its place in a network.

use std::ops::Range;

use super::effect::Effect;
use crate::architecture::{Layer, Shape};
use crate::tensor::{Role, Tensor};

/// One layer with everything that follows from its place in the network.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerOutline {
    /// The layer's kind, with a number from the second of its kind on: `conv2d`, `conv2d_1`, ...
    pub name: String,
    /// The layer itself.
    pub layer: Layer,
    /// What it takes.
    pub input: Shape,
    /// What it gives.
    pub output: Shape,
    /// Its tensors, in the order in which Keras lists them.
    pub tensors: Vec<Tensor>,
    /// For a layer that joins what its own layers, those right before it, give with what they took: the first of these.
    pub trunk: Option<usize>,
    /// Multiplications with a weight, each followed by an addition, for one image.
    pub multiply_accumulates: u64,
}

impl LayerOutline {
    /// The outline of `layer`; its tensors have no place yet.
    pub(crate) fn new(name: String, layer: Layer, input: Shape, effect: Effect) -> Self {
        let tensor = |(role, shape): (Role, Vec<usize>)| Tensor {
            name: format!("{name}.{}", role.name()),
            shape,
            role,
            range: 0..0,
        };
        let tensors = effect.tensors.into_iter().map(tensor).collect();
        let Effect { output, multiply_accumulates, .. } = effect;
        Self { name, layer, input, output, tensors, trunk: None, multiply_accumulates }
    }

    /// Numbers in all its tensors.
    pub fn parameters(&self) -> usize {
        self.tensors.iter().map(|tensor| tensor.range.len()).sum()
    }

    /// The tensor of this layer whose role `is` accepts.
    pub(crate) fn range(&self, is: impl Fn(Role) -> bool) -> Option<Range<usize>> {
        self.tensors.iter().find(|tensor| is(tensor.role)).map(|tensor| tensor.range.clone())
    }

    /// What is added to each of the layer's filters; nothing if it has no bias. `values`: all of the model.
    pub(crate) fn biases<'a>(&self, values: &'a [f32]) -> &'a [f32] {
        self.range(|role| role == Role::Bias).map_or(&[], |bias| &values[bias])
    }

    /// The range of the kernel that every convolution and dense layer has, and that of the bias that some have.
    ///
    /// # Panics
    /// If the layer is neither.
    pub(crate) fn kernel_and_bias(&self) -> (Range<usize>, Option<Range<usize>>) {
        let kernel = self.range(Role::is_kernel).expect("this kind of layer has a kernel");
        (kernel, self.range(|role| role == Role::Bias))
    }
}
