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

mod modules;

use tenfold_network::{Architecture, Model};

use crate::arrays::{self, Array, Arrays};
use crate::error::Error;
use crate::layout;
use crate::safetensors::file::{self, File};
use crate::saved_model::SavedModel;
use modules::role;

const FORMAT: &str = "PyTorch state dict";

/// Writes a model.
///
/// # Errors
/// [`Error::Inexpressible`] for a quantised model; otherwise as for safetensors.
pub(crate) fn write(saved: &SavedModel) -> Result<Vec<u8>, Error> {
    let model = &saved.model;
    saved.check_network(FORMAT)?;
    let images = layout::flattened(model.outline());
    let mut all = Vec::new();
    for (index, (layer, image)) in model.outline().layers.iter().zip(images).enumerate() {
        for tensor in &layer.tensors {
            let (shape, values) = layout::channels_first(tensor, image, model.tensor(tensor));
            all.push(Array::floats(format!("{index}.{}", role(tensor)), shape, &values));
        }
    }
    file::write(saved, &all)
}

/// Whether some tensors are called as in a state dict.
pub(crate) fn has_its_names<'a>(mut names: impl Iterator<Item = &'a str>) -> bool {
    let last = |name: &'a str| name.rsplit_once('.').map_or(name, |(_, last)| last);
    names.any(|name| matches!(last(name), "weight" | "running_mean" | "running_var"))
}

/// Reads a model; `architecture` is its network where the file does not say what its values are of.
///
/// # Errors
/// As for safetensors, and those of [`modules::of_layers`].
pub(crate) fn read(bytes: &[u8], architecture: Option<&Architecture>) -> Result<SavedModel, Error> {
    let mut file = File::open(bytes)?;
    let (description, program) = (file.description().map(str::to_owned), file.program());
    arrays::saved(file::FORMAT, description.as_deref(), (architecture, program), |architecture, scales| match scales {
        None => model(architecture, &mut file),
        Some(_) => Err(Error::contradiction("the tensors", "those of a quantised model", "a PyTorch state dict")),
    })
}

/// Fills the architecture's tensors, each exactly once, from a state dict: of an `nn.Sequential`, or of any module whose
/// modules' sizes and numbers say which layer each is.
fn model(architecture: Architecture, file: &mut File<'_>) -> Result<Model, Error> {
    let outline = architecture.outline()?;
    let views = file.tensors.iter().collect::<Vec<_>>();
    let found = modules::of_layers(&outline, views.iter().map(|(name, view)| (*name, view.shape())))?;
    let names: Vec<Option<String>> = found.into_iter().map(|module| module.map(str::to_owned)).collect();
    let images = layout::flattened(&outline);
    let values = arrays::values(&outline, |index, tensor| {
        let module = names[index].as_deref().filter(|module| !module.is_empty());
        let name = module.map_or(role(tensor).to_owned(), |module| format!("{module}.{}", role(tensor)));
        let values = arrays::finite(&name, file.floats(&name, &layout::channels_first_shape(tensor))?)?;
        Ok(layout::channels_last(tensor, images[index], &values))
    })?;
    Ok(Model::with_values(architecture, values)?)
}

#[cfg(test)]
mod tests;
