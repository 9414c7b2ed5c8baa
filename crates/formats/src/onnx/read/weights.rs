//! The weights of the layers that a graph turns out to be.

use std::collections::HashMap;

use tenfold_network::{Architecture, Layer, Model, Role, Shape, scaling};

use crate::error::Error;
use crate::layout;

/// A layer's tensors in the order of the outline, channels first.
struct Tensors {
    values: Vec<Vec<f32>>,
    /// The image whose flattening, channel by channel, the tensors are of; see [`layout::flattened`].
    image: Shape,
    /// Whether this is a scale and a shift in the form of a batch normalisation.
    is_affine: bool,
}

/// The tensors of layers, by their indices.
#[derive(Default)]
pub(super) struct Weights {
    of: HashMap<usize, Tensors>,
}

impl Weights {
    /// Those of a layer; `image` is the one whose flattening, channel by channel, they are of.
    pub fn put(&mut self, layer: usize, values: Vec<Vec<f32>>, image: Shape) {
        self.of.insert(layer, Tensors { values, image, is_affine: false });
    }

    /// A bias of a layer that has had none.
    pub fn add_bias(&mut self, layer: usize, bias: Vec<f32>) {
        self.of.entry(layer).and_modify(|tensors| tensors.values.push(bias));
    }

    /// The layer that multiplies each channel and adds to it, and nothing else.
    pub const AFFINE: Layer = scaling::LAYER;

    /// Scales and shifts each channel, `x * scale + shift`, in a layer [`Self::AFFINE`].
    pub fn put_affine(&mut self, layer: usize, scale: &[f32], shift: &[f32], image: Shape) {
        let roles = [Role::Gamma, Role::Beta, Role::MovingMean, Role::MovingVariance];
        let values = roles.map(|role| scaling::tensor(role, scale, shift)).to_vec();
        self.of.insert(layer, Tensors { values, image, is_affine: true });
    }

    /// Scales and shifts what a layer gives within it, if it does nothing else itself; whether it does.
    pub fn merge_affine(&mut self, layer: usize, scale: &[f32], shift: &[f32]) -> bool {
        let Some(Tensors { values, is_affine: true, .. }) = self.of.get_mut(&layer) else { return false };
        let [gamma, beta, ..] = values.as_mut_slice() else { unreachable!("a batch normalisation has four tensors") };
        for (((gamma, beta), scale), shift) in gamma.iter_mut().zip(beta).zip(scale).zip(shift) {
            (*gamma, *beta) = (*gamma * scale, *beta * scale + shift);
        }
        true
    }

    /// The model of a network with these weights.
    ///
    /// # Errors
    /// [`Error::Network`] if there can be no such network; [`Error::Contradiction`] if a layer's weights have other sizes
    /// than follow from the layers before it, or became infinite.
    pub fn model(self, architecture: Architecture) -> Result<Model, Error> {
        let outline = architecture.outline()?;
        let mut values = vec![0.0; outline.parameters];
        for (index, layer) in outline.layers.iter().enumerate() {
            let Some(Tensors { values: given, image, .. }) = self.of.get(&index) else { continue };
            for (tensor, found) in layer.tensors.iter().zip(given) {
                if found.len() != tensor.range.len() {
                    return Err(Error::contradiction(&tensor.name, tensor.range.len(), found.len()));
                }
                if let Some(value) = found.iter().find(|value| !value.is_finite()) {
                    return Err(Error::contradiction(&tensor.name, "finite numbers", value));
                }
                values[tensor.range.clone()].copy_from_slice(&layout::channels_last(tensor, *image, found));
            }
        }
        Ok(Model::with_values(architecture, values)?)
    }
}
