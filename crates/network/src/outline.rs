//! What follows from an architecture: each layer's name, shapes, parameters and cost.
//!
//! Architectures come from files, so every size is checked here, before anything is allocated for it.

use std::collections::HashMap;

use crate::architecture::Architecture;
use crate::error::Error;
use crate::layer::{LayerOutline, MAX_ALL_ACTIVATIONS, MAX_WORK, check_size};
use crate::tensor::Tensor;

/// Layers in a network.
const MAX_LAYERS: usize = 1_000;
/// Parameters of a network: 1 GiB of floats.
const MAX_PARAMETERS: usize = 1 << 28;
/// Classes: labels are bytes.
const MAX_CLASSES: usize = 256;

/// A whole network's outline.
///
/// ```
/// use tenfold_network::{Architecture, Engine, Purpose};
///
/// let outline = Architecture::paper().outline()?;
/// assert_eq!((outline.parameters, outline.classes), (159_254, 10));
/// assert_eq!(outline.tensors().next().map(|tensor| tensor.shape.clone()), Some(vec![3, 3, 1, 32]));
/// // What runs: layers that follow each other are one step.
/// let plan = outline.plan(Purpose::Prediction, Engine::single());
/// assert_eq!(plan.steps[0].layers, ["conv2d", "relu", "max_pool"]);
/// # Ok::<(), tenfold_network::Error>(())
/// ```
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
            let effect = layer.effect(shape).map_err(wrong)?;
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
