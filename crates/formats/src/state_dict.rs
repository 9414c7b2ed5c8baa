//! The values of a network as PyTorch names and orders them, in a safetensors file: what `load_state_dict` of an
//! `nn.Sequential` takes whose modules are the architecture's layers, one for one.
//!
//! A tensor is called by its layer's position, from 0, and `weight`, `bias`, `running_mean` or `running_var`; its axes are
//! PyTorch's, channels first. The counter `num_batches_tracked` of a batch normalisation, which PyTorch itself needs only
//! where it has no momentum, is not written (strict loading fills it in, unless the dictionary has the `_metadata` of PyTorch's
//! own) and not looked at.
//!
//! A file of this program has the metadata entry `tenfold` of its own safetensors files, and reads back whole.

use safetensors::tensor::SafeTensors;
use tenfold_network::{Architecture, Model, Role, Tensor};

use crate::arrays::{self, Array};
use crate::error::Error;
use crate::saved_model::SavedModel;
use crate::{layout, safetensors as file};

const FORMAT: &str = "PyTorch state dict";

/// What a batch normalisation of PyTorch keeps beside what it computes with.
const COUNTER: &str = "num_batches_tracked";

/// Writes a model.
///
/// # Errors
/// [`Error::Inexpressible`] for a quantised model; otherwise as for safetensors.
pub(crate) fn write(saved: &SavedModel) -> Result<Vec<u8>, Error> {
    let model = &saved.model;
    saved.check_floats(FORMAT)?;
    let images = layout::flattened(model.outline());
    let mut all = Vec::new();
    for (index, (layer, image)) in model.outline().layers.iter().zip(images).enumerate() {
        for tensor in &layer.tensors {
            let (shape, values) = layout::channels_first(tensor, image, model.tensor(tensor));
            all.push(Array::floats(name(index, tensor), shape, &values));
        }
    }
    file::write_arrays(saved, &all)
}

/// Whether all of some tensors are called as in a state dict: by a position and, after a dot, something more.
pub(crate) fn has_its_names<'a>(mut names: impl Iterator<Item = &'a str>) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    names.all(|name| name.split_once('.').is_some_and(|(position, _)| is_number(position)))
}

/// A name of a parameter of PyTorch's that is not called by a position.
pub(crate) fn name_of_another_module<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names.find(|&name| name.ends_with(".weight") && !has_its_names([name].into_iter()))
}

/// The error for a state dict of another module than a sequential one, which has this name.
pub(crate) fn is_of_another_module(name: &str) -> Error {
    let name: String = name.chars().take(100).collect();
    let expected = "the position of its layer in the network and its role, such as 0.weight";
    let hint =
        "hint: save the state dict of an nn.Sequential with a module for each layer, or export the model to ONNX";
    Error::unsupported(format!("tensor {name}"), format!("is called by another name, expected {expected}\n{hint}"))
}

/// Fills the architecture's tensors, each exactly once, from a state dict.
///
/// # Errors
/// As [`arrays::model`]; a file with the scales of a quantised model contradicts itself.
pub(crate) fn model(architecture: Architecture, is_quantized: bool, tensors: &SafeTensors<'_>) -> Result<Model, Error> {
    if is_quantized {
        return Err(Error::contradiction("the tensors", "those of a quantised model", "a PyTorch state dict"));
    }
    let outline = architecture.outline()?;
    let counters = tensors.iter().filter(|(name, _)| name.ends_with(COUNTER)).count();
    arrays::check_count(outline.tensors().count(), tensors.len() - counters)?;
    let images = layout::flattened(&outline);
    let values = arrays::values(&outline, |index, tensor| {
        let (name, shape) = (name(index, tensor), layout::channels_first_shape(tensor));
        let values = arrays::finite(&name, file::floats(tensors, &name, &shape)?)?;
        Ok(layout::channels_last(tensor, images[index], &values))
    })?;
    Ok(Model::with_values(architecture, values)?)
}

/// What a tensor of the layer at position `index` is called.
fn name(index: usize, tensor: &Tensor) -> String {
    let role = match tensor.role {
        Role::Kernel { .. } | Role::Gamma => "weight",
        Role::Bias | Role::Beta => "bias",
        Role::MovingMean => "running_mean",
        Role::MovingVariance => "running_var",
    };
    format!("{index}.{role}")
}

#[cfg(test)]
mod tests;
