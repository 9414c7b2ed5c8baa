//! The values of a network as PyTorch names and orders them, in a safetensors file. What is written `load_state_dict` of an
//! `nn.Sequential` takes whose modules are the architecture's layers, one for one; what is read may be of any `nn.Module`
//! (see `modules.rs`).
//!
//! A tensor is called by its module, here its layer's position from 0, and `weight`, `bias`, `running_mean` or `running_var`; its axes are
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

mod modules;

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
            all.push(Array::floats(format!("{index}.{}", role(tensor)), shape, &values));
        }
    }
    file::write_arrays(saved, &all)
}

/// Whether some tensors are called as in a state dict.
pub(crate) fn has_its_names<'a>(mut names: impl Iterator<Item = &'a str>) -> bool {
    let last = |name: &'a str| name.rsplit_once('.').map_or(name, |(_, last)| last);
    names.any(|name| matches!(last(name), "weight" | "running_mean" | "running_var"))
}

/// Fills the architecture's tensors, each exactly once, from a state dict: of an `nn.Sequential`, or of any module whose
/// modules' sizes and numbers tell which layer each is.
///
/// # Errors
/// Those of [`modules::of_layers`]; [`Error::Contradiction`] for values that are no finite numbers of single precision, and
/// for a file with the scales of a quantised model.
pub(crate) fn model(architecture: Architecture, is_quantized: bool, tensors: &SafeTensors<'_>) -> Result<Model, Error> {
    if is_quantized {
        return Err(Error::contradiction("the tensors", "those of a quantised model", "a PyTorch state dict"));
    }
    let outline = architecture.outline()?;
    let views = tensors.iter().collect::<Vec<_>>();
    let found = modules::of_layers(&outline, views.iter().map(|(name, view)| (*name, view.shape())))?;
    let images = layout::flattened(&outline);
    let values = arrays::values(&outline, |index, tensor| {
        let module = found[index].filter(|module| !module.is_empty());
        let name = module.map_or(role(tensor).to_owned(), |module| format!("{module}.{}", role(tensor)));
        let values = arrays::finite(&name, file::floats(tensors, &name, &layout::channels_first_shape(tensor))?)?;
        Ok(layout::channels_last(tensor, images[index], &values))
    })?;
    Ok(Model::with_values(architecture, values)?)
}

/// What a tensor is called in its module.
fn role(tensor: &Tensor) -> &'static str {
    match tensor.role {
        Role::Kernel { .. } | Role::Gamma => "weight",
        Role::Bias | Role::Beta => "bias",
        Role::MovingMean => "running_mean",
        Role::MovingVariance => "running_var",
    }
}

#[cfg(test)]
mod tests;
