//! A Keras model's description as the network that it is here.

use std::collections::HashSet;

use serde_json::Value;
use tenfold_network::Architecture;

use super::classes;
use super::pixels::Pixels;
use super::refusals::{does_nothing, refusal};
use super::sequence::{Sequence, sequence};
use super::settings::KerasLayer;
use super::translator::{Translator, Weighted};
use crate::chain::Role;
use crate::error::Error;

/// The network that a Keras model is, and where its values come from.
pub(super) struct Translation {
    pub architecture: Architecture,
    pub temperature: f32,
    /// The layers that have values, in order.
    pub weighted: Vec<Weighted>,
    /// What happens to pixels before the architecture's layers.
    pub pixels: Pixels,
}

/// The network of a model's JSON; `version`: that of Keras, if the file says.
pub(super) fn translate(model: &Value, version: Option<&str>) -> Result<Translation, Error> {
    let sequence = sequence(model)?;
    let first = sequence.layers.first().ok_or_else(|| Error::unsupported("the model", "has no layers"))?;
    let mut translator = Translator::new(first, input_shape(&sequence, first)?, is_keras_3(version))?;
    let trunks: HashSet<&str> = sequence.layers.iter().filter_map(|layer| layer.trunk).collect();
    for layer in &sequence.layers {
        if !does_nothing(layer.class) {
            follow(&mut translator, layer)?;
        }
        if trunks.contains(layer.name) {
            translator.keep(layer);
        }
    }
    finish(translator)
}

/// Adds what a layer is to the network.
fn follow(translator: &mut Translator, layer: &KerasLayer<'_>) -> Result<(), Error> {
    let (role, read) = classes::reader(layer).ok_or_else(|| refusal(layer, &classes::listed()))?;
    let entered = translator.chain.enter(role);
    translator.placed(layer, entered)?;
    // A vector that is an image here, once something needs the vector.
    if !matches!(role, Role::Nothing | Role::Axes | Role::Scale) {
        translator.chain.flatten_if(translator.sizes.len() == 1);
    }
    read(translator, layer)
}

/// Whether a version is 3 or newer.
fn is_keras_3(version: Option<&str>) -> bool {
    let major = version.and_then(|version| version.split('.').next()).and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= 3)
}

/// The shape of the network's input: what its first layer says, or the model. A Normalization says how many sizes there are,
/// but not which.
fn input_shape(sequence: &Sequence<'_>, first: &KerasLayer<'_>) -> Result<Vec<usize>, Error> {
    let declared = first.input_shape();
    let given = sequence.input.map(|shape| first.shape(shape));
    match (declared, given) {
        (Ok(Some(shape)), _) | (_, Some(Ok(shape))) => Ok(shape),
        (Err(error), _) | (_, Some(Err(error))) => Err(error),
        (Ok(None), None) => Err(first.refuse(
            "does not say what its input's shape is",
            "begin the network with Input((28, 28, 1)), and save it again",
        )),
    }
}

fn finish(translator: Translator) -> Result<Translation, Error> {
    let Translator { chain, weighted, mut pixels, .. } = translator;
    let is_at_start = chain.is_at_start();
    let (architecture, temperature) = chain.finish().map_err(|refused| Error::unsupported("the model", refused))?;
    let mut temperature = temperature.unwrap_or(1.0);
    // Where nothing is computed, what was taken for a scaling of pixels is a temperature.
    if let (true, Some(scale)) = (is_at_start, pixels.only_scale()) {
        (temperature, pixels) = ((1.0 / scale) as f32, Pixels::default());
    }
    Ok(Translation { architecture, temperature, weighted, pixels })
}
