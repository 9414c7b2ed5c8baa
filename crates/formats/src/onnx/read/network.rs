//! The network that a graph turns out to be, layer by layer.

use tenfold_network::{Architecture, Layer, Model, Role, Shape};

use super::activation::Activation;
use super::node::{BRANCH_HINT, Node};
use crate::error::Error;
use crate::{affine, layout};

/// A layer with its tensors in the order of the outline, channels first.
struct ReadLayer {
    layer: Layer,
    tensors: Vec<Vec<f32>>,
    /// The image whose flattening, channel by channel, the tensors are of; see [`layout::flattened`].
    image: Shape,
    /// Whether this is a scale and a shift in the form of a batch normalisation.
    affine: bool,
}

/// Layers so far.
pub(super) struct Network {
    input: Shape,
    layers: Vec<ReadLayer>,
    steps: usize,
    /// Whether the graph divides its input by 255.
    pub takes_bytes: bool,
    /// What the graph divides the logits by.
    pub temperature: Option<f32>,
    /// Whether the graph has made probabilities.
    pub softmax: bool,
}

impl Network {
    pub fn new(input: Shape) -> Self {
        Self { input, layers: Vec::new(), steps: 0, takes_bytes: false, temperature: None, softmax: false }
    }

    /// The last layer.
    pub fn last(&self) -> Option<&Layer> {
        self.layers.last().map(|read| &read.layer)
    }

    /// Whether no layer has changed a number yet.
    pub fn is_head(&self) -> bool {
        self.layers.iter().all(|read| read.layer == Layer::Flatten)
    }

    /// The step that whatever comes next takes an activation of.
    pub fn last_step(&self) -> usize {
        self.steps
    }

    /// Refuses a node that takes what another one has taken already, or that comes after the softmax.
    pub fn check_chain(&self, node: &Node<'_>, taken: &Activation) -> Result<(), Error> {
        match () {
            () if taken.step != self.steps => {
                let problem = "takes a result that another node has taken, expected one chain of layers";
                Err(node.refuse(format!("{problem}\n{BRANCH_HINT}")))
            }
            () if self.softmax => Err(node.refuse("comes after the softmax, expected the end of the graph")),
            () => Ok(()),
        }
    }

    /// As [`Self::check_chain`], for all nodes that only come before the temperature.
    pub fn check_next(&self, node: &Node<'_>, taken: &Activation) -> Result<(), Error> {
        self.check_chain(node, taken)?;
        match self.temperature {
            Some(_) => Err(node.refuse("comes after the temperature, expected a softmax")),
            None => Ok(()),
        }
    }

    /// What a layer takes: the activation, after a flatten layer if the graph has made it one axis.
    pub fn enter(&mut self, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
        self.check_next(node, &taken)?;
        match taken.dims.len() {
            1 if !taken.shape.is_flat() => Ok(self.flatten(taken)),
            _ => Ok(taken),
        }
    }

    /// Adds a flatten layer.
    pub fn flatten(&mut self, taken: Activation) -> Activation {
        let flat = taken.flattened();
        self.push(Layer::Flatten, Vec::new(), flat.shape);
        flat.at(self.steps)
    }

    /// Adds a layer; returns the step that its output is of.
    pub fn push(&mut self, layer: Layer, tensors: Vec<Vec<f32>>, image: Shape) -> usize {
        self.layers.push(ReadLayer { layer, tensors, image, affine: false });
        self.change()
    }

    /// Makes everything made so far something of the past; returns the step that what comes next is of.
    pub fn change(&mut self) -> usize {
        self.steps += 1;
        self.steps
    }

    /// Adds a bias to the last layer, if that has none and can have one; gives it back if not.
    pub fn add_bias(&mut self, values: Vec<f32>) -> Result<(), Vec<f32>> {
        match self.layers.last_mut() {
            Some(ReadLayer { layer: Layer::Conv2d { bias, .. } | Layer::Dense { bias, .. }, tensors, .. })
                if !*bias =>
            {
                *bias = true;
                tensors.push(values);
                Ok(())
            }
            _ => Err(values),
        }
    }

    /// Scales and shifts each channel: `x * scale + shift`.
    pub fn affine(&mut self, scale: &[f32], shift: &[f32], image: Shape) {
        if let Some(ReadLayer { affine: true, tensors, .. }) = self.layers.last_mut() {
            let [gamma, beta, ..] = tensors.as_mut_slice() else {
                unreachable!("a batch normalisation has four tensors")
            };
            for (((gamma, beta), scale), shift) in gamma.iter_mut().zip(beta).zip(scale).zip(shift) {
                (*gamma, *beta) = (*gamma * scale, *beta * scale + shift);
            }
            return;
        }
        let roles = [Role::Gamma, Role::Beta, Role::MovingMean, Role::MovingVariance];
        let tensors = roles.map(|role| affine::tensor(role, scale, shift)).to_vec();
        self.layers.push(ReadLayer { layer: affine::LAYER, tensors, image, affine: true });
    }

    /// The model.
    ///
    /// # Errors
    /// [`Error::Network`] if there can be no such network; [`Error::Contradiction`] if a layer's weights have other sizes
    /// than follow from the layers before it, or became infinite.
    pub fn model(self) -> Result<Model, Error> {
        let architecture =
            Architecture { input: self.input, layers: self.layers.iter().map(|read| read.layer.clone()).collect() };
        let outline = architecture.outline()?;
        let mut values = vec![0.0; outline.parameters];
        for (outline, read) in outline.layers.iter().zip(&self.layers) {
            for (tensor, found) in outline.tensors.iter().zip(&read.tensors) {
                if found.len() != tensor.range.len() {
                    return Err(Error::contradiction(&tensor.name, tensor.range.len(), found.len()));
                }
                if let Some(value) = found.iter().find(|value| !value.is_finite()) {
                    return Err(Error::contradiction(&tensor.name, "finite numbers", value));
                }
                values[tensor.range.clone()].copy_from_slice(&layout::channels_last(tensor, read.image, found));
            }
        }
        Ok(Model::with_values(architecture, values)?)
    }
}
