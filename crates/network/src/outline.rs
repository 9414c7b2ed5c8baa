//! What follows from an architecture: each layer's name, shapes, parameters and cost.
//!
//! Architectures come from files, so every size is checked here, before anything is allocated for it.

use std::collections::HashMap;
use std::ops::Range;

use tenfold_kernels::{Convolution, MAX_POOL_WINDOW, Window};

use crate::architecture::{Architecture, Layer, Padding, PoolKind, Shape};
use crate::error::Error;

/// Layers in a network.
const MAX_LAYERS: usize = 1_000;
/// Numbers in one image anywhere in a network: 64 MiB of floats.
const MAX_ACTIVATIONS: usize = 1 << 24;
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
    /// # Errors
    /// [`Error::Layer`] for a layer that cannot follow the one before it or has an impossible setting;
    /// [`Error::Architecture`] for a network that is empty, too large or does not end in 2 to 256 flat outputs.
    pub fn outline(&self) -> Result<Outline, Error> {
        let problem = |problem: String| Error::Architecture { problem };
        if self.layers.is_empty() || self.layers.len() > MAX_LAYERS {
            return Err(problem(format!("has {} layers, expected 1 to {MAX_LAYERS}", self.layers.len())));
        }
        check_size(self.input).map_err(|found| problem(format!("takes an input of {found}")))?;
        let mut counts = HashMap::new();
        let mut shape = self.input;
        let mut layers: Vec<LayerOutline> = Vec::with_capacity(self.layers.len());
        let mut parameters = 0usize;
        for (index, layer) in self.layers.iter().enumerate() {
            let wrong = |problem| Error::Layer { number: index + 1, layer: layer.kind(), problem };
            let lowered = lower(layer, shape).map_err(wrong)?;
            check_size(lowered.output).map_err(|found| wrong(format!("gives an output of {found}")))?;
            for (_, sizes) in &lowered.tensors {
                let length = sizes.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
                parameters = length
                    .and_then(|length| parameters.checked_add(length))
                    .filter(|&sum| sum <= MAX_PARAMETERS)
                    .ok_or_else(|| wrong(format!("more than {MAX_PARAMETERS} parameters up to here")))?;
            }
            let count = counts.entry(layer.kind()).and_modify(|count| *count += 1).or_insert(0usize);
            let name = if *count == 0 { layer.kind().to_owned() } else { format!("{}_{count}", layer.kind()) };
            layers.push(lowered.into_outline(name, layer.clone(), shape));
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

/// A layer's consequences before it has a name and a place.
struct Lowered {
    output: Shape,
    tensors: Vec<(Role, Vec<usize>)>,
    multiply_accumulates: u64,
}

impl Lowered {
    fn shape_only(output: Shape) -> Self {
        Self { output, tensors: Vec::new(), multiply_accumulates: 0 }
    }

    fn into_outline(self, name: String, layer: Layer, input: Shape) -> LayerOutline {
        let tensor = |(role, shape): (Role, Vec<usize>)| Tensor {
            name: format!("{name}.{}", role.name()),
            shape,
            role,
            range: 0..0,
        };
        let tensors = self.tensors.into_iter().map(tensor).collect();
        LayerOutline {
            name,
            layer,
            input,
            output: self.output,
            tensors,
            multiply_accumulates: self.multiply_accumulates,
        }
    }
}

fn lower(layer: &Layer, input: Shape) -> Result<Lowered, String> {
    match *layer {
        Layer::Conv2d { filters, kernel, stride, padding, bias } => {
            let geometry = convolution(input, filters, kernel, stride, padding)?;
            let [height, width] = geometry.window.output;
            let fan_in = geometry.window.patch_len();
            let role = Role::Kernel { fan_in, fan_out: kernel[0] * kernel[1] * filters };
            let mut tensors = vec![(role, vec![kernel[0], kernel[1], input.channels, filters])];
            tensors.extend(bias.then(|| (Role::Bias, vec![filters])));
            let output = Shape { height, width, channels: filters };
            Ok(Lowered { output, tensors, multiply_accumulates: (output.len() * fan_in) as u64 })
        }
        Layer::Pool { kind, size, stride, padding } => {
            let [height, width] = window(input, size, stride, padding)?.output;
            if kind == PoolKind::Max && size[0] * size[1] > MAX_POOL_WINDOW {
                return Err(format!("a window of {} cells, expected at most {MAX_POOL_WINDOW}", size[0] * size[1]));
            }
            Ok(Lowered::shape_only(Shape { height, width, channels: input.channels }))
        }
        Layer::Flatten => Ok(Lowered::shape_only(Shape::flat(input.len()))),
        Layer::Dense { units, bias } => {
            if !input.is_flat() {
                return Err(format!("takes one row of numbers, found {input}\nhint: put a flatten layer before it"));
            }
            check_count("units", units)?;
            let role = Role::Kernel { fan_in: input.channels, fan_out: units };
            let mut tensors = vec![(role, vec![input.channels, units])];
            tensors.extend(bias.then(|| (Role::Bias, vec![units])));
            let multiply_accumulates = (input.channels * units) as u64;
            Ok(Lowered { output: Shape::flat(units), tensors, multiply_accumulates })
        }
        Layer::Relu => Ok(Lowered::shape_only(input)),
        Layer::BatchNorm { momentum, epsilon } => {
            check_fraction("momentum", momentum)?;
            if !(epsilon.is_finite() && epsilon > 0.0) {
                return Err(format!("epsilon is {epsilon}, expected a number above 0"));
            }
            let roles = [Role::Gamma, Role::Beta, Role::MovingMean, Role::MovingVariance];
            let tensors = roles.map(|role| (role, vec![input.channels])).to_vec();
            Ok(Lowered { output: input, tensors, multiply_accumulates: input.len() as u64 })
        }
        Layer::Dropout { rate } => {
            check_fraction("rate", rate)?;
            Ok(Lowered::shape_only(input))
        }
    }
}

/// The geometry of a convolution over `input`.
pub(crate) fn convolution(
    input: Shape,
    filters: usize,
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: Padding,
) -> Result<Convolution, String> {
    check_count("filters", filters)?;
    Ok(Convolution { window: window(input, kernel, stride, padding)?, filters })
}

/// The geometry of a window over `input`.
pub(crate) fn window(input: Shape, size: [usize; 2], stride: [usize; 2], padding: Padding) -> Result<Window, String> {
    for (name, sizes) in [("window", size), ("stride", stride)] {
        if sizes.iter().any(|side| !(1..=MAX_SIDE).contains(side)) {
            return Err(format!("a {name} of {}x{}, expected sides of 1 to {MAX_SIDE}", sizes[0], sizes[1]));
        }
    }
    let padding = match padding {
        Padding::Valid => tenfold_kernels::Padding::Valid,
        Padding::Same => tenfold_kernels::Padding::Same,
    };
    Window::new(input.into(), size, stride, padding)
        .ok_or_else(|| format!("a window of {}x{} does not fit into {input}", size[0], size[1]))
}

/// The longest side of a window and the longest stride.
const MAX_SIDE: usize = 1_024;

fn check_count(name: &str, count: usize) -> Result<(), String> {
    if (1..=MAX_ACTIVATIONS).contains(&count) {
        return Ok(());
    }
    Err(format!("{count} {name}, expected 1 to {MAX_ACTIVATIONS}"))
}

fn check_fraction(name: &str, value: f32) -> Result<(), String> {
    if (0.0..1.0).contains(&value) {
        return Ok(());
    }
    Err(format!("{name} is {value}, expected 0 up to but not including 1"))
}

/// Refuses shapes that are empty or too large, without overflow; the error is the shape in words.
fn check_size(shape: Shape) -> Result<(), String> {
    let length = shape.height.checked_mul(shape.width).and_then(|area| area.checked_mul(shape.channels));
    match length {
        Some(1..=MAX_ACTIVATIONS) => Ok(()),
        _ => {
            Err(format!("{}x{}x{}, expected 1 to {MAX_ACTIVATIONS} numbers", shape.height, shape.width, shape.channels))
        }
    }
}
