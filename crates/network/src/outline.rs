//! What follows from an architecture: each layer's name, shapes, parameters and cost.
//!
//! Architectures come from files, so every size is checked here, before anything is allocated for it.

use std::collections::HashMap;
use std::ops::Range;

use crate::architecture::{Architecture, Layer, Shape};
use crate::effect::{Effect, MAX_ALL_ACTIVATIONS, MAX_WORK, check_size, effect};
use crate::error::Error;

/// Layers in a network.
const MAX_LAYERS: usize = 1_000;
/// Parameters of a network: 1 GiB of floats.
const MAX_PARAMETERS: usize = 1 << 28;
/// Classes: labels are bytes.
const MAX_CLASSES: usize = 256;

/// What a tensor of parameters is to its layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A convolution's `[H, W, C, O]` or a dense layer's `[in, out]`; its fan-in is what one output adds up.
    Kernel {
        /// Inputs of one output.
        fan_in: usize,
        /// Outputs of one input.
        fan_out: usize,
    },
    /// Added to each output channel.
    Bias,
    /// The scale of a batch normalisation.
    Gamma,
    /// The shift of a batch normalisation.
    Beta,
    /// The mean that a batch normalisation uses after training.
    MovingMean,
    /// The variance that a batch normalisation uses after training.
    MovingVariance,
}

impl Role {
    /// Whether gradient descent changes it.
    pub const fn is_trainable(self) -> bool {
        !matches!(self, Self::MovingMean | Self::MovingVariance)
    }

    /// The last part of a tensor's name.
    const fn name(self) -> &'static str {
        match self {
            Self::Kernel { .. } => "kernel",
            Self::Bias => "bias",
            Self::Gamma => "gamma",
            Self::Beta => "beta",
            Self::MovingMean => "moving_mean",
            Self::MovingVariance => "moving_variance",
        }
    }
}

/// One tensor of parameters and its place among a model's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// `layer.role`, such as `conv2d_1.kernel`.
    pub name: String,
    /// Sizes, outermost first.
    pub shape: Vec<usize>,
    /// What it is for.
    pub role: Role,
    /// Where its values are among the model's.
    pub range: Range<usize>,
}

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
    /// Multiplications with a weight, each followed by an addition, for one image.
    pub multiply_accumulates: u64,
}

impl LayerOutline {
    /// The outline of `layer`; its tensors have no place yet.
    fn new(name: String, layer: Layer, input: Shape, effect: Effect) -> Self {
        let tensor = |(role, shape): (Role, Vec<usize>)| Tensor {
            name: format!("{name}.{}", role.name()),
            shape,
            role,
            range: 0..0,
        };
        let tensors = effect.tensors.into_iter().map(tensor).collect();
        let Effect { output, multiply_accumulates, .. } = effect;
        Self { name, layer, input, output, tensors, multiply_accumulates }
    }

    /// Numbers in all its tensors.
    pub fn parameters(&self) -> usize {
        self.tensors.iter().map(|tensor| tensor.range.len()).sum()
    }

    /// The tensor of this layer whose role `is` accepts.
    pub(crate) fn range(&self, is: impl Fn(Role) -> bool) -> Option<Range<usize>> {
        self.tensors.iter().find(|tensor| is(tensor.role)).map(|tensor| tensor.range.clone())
    }
}

/// A whole network's outline.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// The layers, in order.
    pub layers: Vec<LayerOutline>,
    /// Trainable parameters; their values come first among a model's.
    pub trainable: usize,
    /// All parameters: the trainable ones, then moving statistics.
    pub parameters: usize,
    /// Logits of the last layer.
    pub classes: usize,
}

impl Outline {
    /// All tensors in layer order.
    pub fn tensors(&self) -> impl Iterator<Item = &Tensor> {
        self.layers.iter().flat_map(|layer| &layer.tensors)
    }

    /// Multiply-accumulates for one image, all layers together.
    pub fn multiply_accumulates(&self) -> u64 {
        self.layers.iter().map(|layer| layer.multiply_accumulates).sum()
    }
}

impl Architecture {
    /// Works out names, shapes, parameters and cost.
    ///
    /// Architectures may come from anywhere, and a few words can ask for endless memory or time. Limits, beside those of
    /// single settings: 1,000 layers, 2^28 parameters, 2^23 numbers in one image of any layer and 2^26 in all layers
    /// together; and 2^34 multiplications for one image, where a cell of a pooling window counts as four, and filters,
    /// units and the channels of pooling count in whole multiples of 16. So a prediction takes about three seconds at most
    /// (on one core with AVX-512), and some 200 MiB beside its parameters.
    ///
    /// # Errors
    /// [`Error::Layer`] for a layer that cannot follow the one before it or has an impossible setting, or with which the
    /// network becomes too large; [`Error::Architecture`] for a network that is empty or does not end in 2 to 256 flat
    /// outputs.
    pub fn outline(&self) -> Result<Outline, Error> {
        let problem = |problem: String| Error::Architecture { problem };
        if self.layers.is_empty() || self.layers.len() > MAX_LAYERS {
            return Err(problem(format!("has {} layers, expected 1 to {MAX_LAYERS}", self.layers.len())));
        }
        check_size(self.input).map_err(|found| problem(format!("takes an input of {found}")))?;
        let mut counts = HashMap::new();
        let mut shape = self.input;
        let mut layers: Vec<LayerOutline> = Vec::with_capacity(self.layers.len());
        let (mut parameters, mut activations, mut work) = (0usize, self.input.len(), 0u64);
        for (index, layer) in self.layers.iter().enumerate() {
            let wrong = |problem| Error::Layer { number: index + 1, layer: layer.kind(), problem };
            let effect = effect(layer, shape).map_err(wrong)?;
            check_size(effect.output).map_err(|found| wrong(format!("gives an output of {found}")))?;
            activations += effect.output.len();
            if activations > MAX_ALL_ACTIVATIONS {
                return Err(wrong(format!("more than {MAX_ALL_ACTIVATIONS} numbers per image up to here")));
            }
            work = work.saturating_add(effect.work);
            if work > MAX_WORK {
                let problem =
                    format!("work for {work} multiplications per image up to here, expected at most {MAX_WORK}");
                return Err(wrong(format!("{problem}\nhint: use smaller windows, longer strides or smaller images")));
            }
            for (_, sizes) in &effect.tensors {
                let length = sizes.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
                parameters = length
                    .and_then(|length| parameters.checked_add(length))
                    .filter(|&sum| sum <= MAX_PARAMETERS)
                    .ok_or_else(|| wrong(format!("more than {MAX_PARAMETERS} parameters up to here")))?;
            }
            let count = counts.entry(layer.kind()).and_modify(|count| *count += 1).or_insert(0usize);
            let name = if *count == 0 { layer.kind().to_owned() } else { format!("{}_{count}", layer.kind()) };
            layers.push(LayerOutline::new(name, layer.clone(), shape, effect));
            shape = layers[index].output;
        }
        if !shape.is_flat() || !(2..=MAX_CLASSES).contains(&shape.channels) {
            return Err(problem(format!("ends in {shape} outputs, expected 2 to {MAX_CLASSES} flat ones")));
        }
        let trainable = place(&mut layers);
        Ok(Outline { layers, trainable, parameters, classes: shape.channels })
    }
}

/// Gives every tensor its range, trainable ones first; returns where those end.
fn place(layers: &mut [LayerOutline]) -> usize {
    let mut end = 0;
    let mut trainable = 0;
    for pass in [true, false] {
        for tensor in layers.iter_mut().flat_map(|layer| &mut layer.tensors) {
            if tensor.role.is_trainable() == pass {
                let length: usize = tensor.shape.iter().product();
                tensor.range = end..end + length;
                end += length;
            }
        }
        if pass {
            trainable = end;
        }
    }
    trainable
}
