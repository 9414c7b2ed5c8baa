//! Tenfold's own model file: a safetensors file (<https://github.com/huggingface/safetensors>) of version 0.x of that
//! format, whose metadata holds one entry, `tenfold`: a JSON object with the architecture, the preparation, the labels
//! and the provenance. Tensors are `f32`, named and shaped as in the model's outline.
//!
//! A model with a temperature other than 1 has one more member, `temperature`; a quantised one has `quantization`, whose
//! `input_scales` are those of the layers that [`Outline::byte_layers`](tenfold_network::Outline::byte_layers) lists. Its
//! kernels are whole numbers `i8`, -127 to 127, and beside each is a tensor `LAYER.kernel_scale` with one `f32` per filter.
//! Programs that know nothing of these refuse the file because of the unknown member, which is why the version is the same.
//!
//! The same model always gives the same bytes: tensors are sorted by the format's own rule, and the metadata has a
//! single entry because that map has no order.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use tenfold_network::{Architecture, LayerScales, Model, Outline, Quantization, Role, Tensor};

use crate::description::{Description, KEY, Scales};
use crate::error::Error;
use crate::saved_model::SavedModel;

const FORMAT: &str = "safetensors";

/// Writes a model as a safetensors file.
///
/// # Errors
/// [`Error::Contradiction`] if the parts of `saved` do not fit together.
pub fn write(saved: &SavedModel) -> Result<Vec<u8>, Error> {
    saved.check()?;
    let description = Description::of_model(saved).to_json()?;
    let stored = stored(&saved.model);
    let views = stored
        .iter()
        .map(|Stored { name, dtype, shape, bytes }| Ok((name, TensorView::new(*dtype, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(malformed)?;
    safetensors::serialize(views, Some(HashMap::from([(KEY.to_owned(), description)]))).map_err(malformed)
}

/// A tensor as it is in the file.
struct Stored {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Stored {
    fn floats(name: String, shape: Vec<usize>, values: &[f32]) -> Self {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        Self { name, dtype: Dtype::F32, shape, bytes }
    }
}

/// All tensors of a model's file.
fn stored(model: &Model) -> Vec<Stored> {
    let mut all = Vec::new();
    for (index, layer) in model.outline().layers.iter().enumerate() {
        let mut scales = model.quantization().and_then(|quantization| quantization.of(index));
        for tensor in &layer.tensors {
            let (name, shape) = (tensor.name.clone(), tensor.shape.clone());
            match (scales.take_if(|_| is_kernel(tensor)), model.quantized_kernel(index)) {
                (Some(LayerScales { kernel: scales, .. }), Some(weights)) => {
                    let bytes = weights.into_iter().map(i8::cast_unsigned).collect();
                    all.push(Stored { name, dtype: Dtype::I8, shape, bytes });
                    all.push(Stored::floats(scale_name(tensor), vec![scales.len()], scales));
                }
                _ => all.push(Stored::floats(name, shape, model.tensor(tensor))),
            }
        }
    }
    all
}

fn is_kernel(tensor: &Tensor) -> bool {
    matches!(tensor.role, Role::Kernel { .. })
}

/// The name of the tensor with the scales of a kernel's filters.
fn scale_name(kernel: &Tensor) -> String {
    format!("{}_scale", kernel.name)
}

/// Reads a model from the bytes of a safetensors file that [`write()`] made.
///
/// The bytes may be anything: sizes are compared with the bytes present before memory is taken for them.
///
/// # Errors
/// One of [`Error`] for bytes that are no such file, are damaged or of another version, describe an impossible network
/// or contradict themselves (a tensor missing, of another shape or type, or holding a value that is no finite number;
/// scales that are not positive, too many or too few).
pub fn read(bytes: &[u8]) -> Result<SavedModel, Error> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(malformed)?;
    let description = metadata.metadata().as_ref().and_then(|entries| entries.get(KEY));
    let mut description = Description::from_json(description.ok_or(Error::Foreign { format: FORMAT })?)?;
    let architecture = description.architecture.take().ok_or(Error::Foreign { format: FORMAT })?;
    let tensors = SafeTensors::deserialize(bytes).map_err(malformed)?;
    let model = model(architecture, description.quantization.take(), &tensors)?;
    let temperature = description.temperature.unwrap_or(1.0) as f32;
    description.saved(model.with_temperature(temperature)?)
}

/// Fills the architecture's tensors, each exactly once, from the file's.
fn model(architecture: Architecture, scales: Option<Scales>, tensors: &SafeTensors<'_>) -> Result<Model, Error> {
    let outline = architecture.outline()?;
    let quantized = scales.is_some();
    let kernels = outline.tensors().filter(|tensor| is_kernel(tensor)).count();
    let expected = outline.tensors().count() + if quantized { kernels } else { 0 };
    if tensors.len() != expected {
        return Err(Error::contradiction("tensors", expected, tensors.len()));
    }
    let mut quantization = scales.map(|scales| quantization(&outline, &scales)).transpose()?;
    // The tensors lie inside the file and every shape is compared before its values are copied, so this is no larger
    // than four times the file once all are there; a file that lacks some fails on the first of them.
    let mut placed: Vec<(usize, Vec<f32>)> = Vec::with_capacity(expected);
    for (index, layer) in outline.layers.iter().enumerate() {
        for tensor in &layer.tensors {
            let entries = quantization.iter_mut().flat_map(|quantization| &mut quantization.layers);
            let mut entry = entries.filter(|scales| scales.layer == index && is_kernel(tensor));
            let values = match entry.next() {
                None => floats(tensors, &tensor.name, &tensor.shape)?,
                Some(entry) => {
                    let filters = tensor.shape[tensor.shape.len() - 1];
                    entry.kernel = floats(tensors, &scale_name(tensor), &[filters])?;
                    let weights = weights(tensors, tensor)?;
                    let scaled =
                        weights.zip(entry.kernel.iter().cycle()).map(|(weight, scale)| f32::from(weight) * scale);
                    scaled.collect()
                }
            };
            placed.push((tensor.range.start, values));
        }
    }
    placed.sort_by_key(|(start, _)| *start);
    let values = placed.into_iter().flat_map(|(_, values)| values).collect();
    Ok(match quantization {
        None => Model::with_values(architecture, values)?,
        Some(quantization) => Model::with_quantization(architecture, values, quantization)?,
    })
}

/// The scales of the layers' inputs, those of kernels still to be read.
fn quantization(outline: &Outline, scales: &Scales) -> Result<Quantization, Error> {
    let layers = outline.byte_layers()?;
    let found = scales.input_scales.len();
    if found != layers.len() {
        return Err(Error::contradiction("input scales", layers.len(), found));
    }
    let layers = layers.into_iter().zip(&scales.input_scales);
    let layers = layers.map(|(layer, &input)| LayerScales { layer, input: input as f32, kernel: Vec::new() });
    Ok(Quantization { layers: layers.collect() })
}

/// The values of a tensor of floats.
fn floats(tensors: &SafeTensors<'_>, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
    let data = data(tensors, name, Dtype::F32, shape)?;
    let values: Vec<f32> = data.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
    match values.iter().find(|value| !value.is_finite()) {
        Some(value) => Err(Error::contradiction(format!("tensor {name}"), "finite numbers", value)),
        None => Ok(values),
    }
}

/// The whole numbers of a quantised kernel.
fn weights<'a>(tensors: &SafeTensors<'a>, kernel: &Tensor) -> Result<impl Iterator<Item = i8> + use<'a>, Error> {
    let data = data(tensors, &kernel.name, Dtype::I8, &kernel.shape)?;
    if data.contains(&i8::MIN.cast_unsigned()) {
        return Err(Error::contradiction(format!("tensor {}", kernel.name), "numbers from -127 to 127", i8::MIN));
    }
    Ok(data.iter().map(|byte| byte.cast_signed()))
}

/// The bytes of a tensor.
fn data<'a>(tensors: &SafeTensors<'a>, name: &str, dtype: Dtype, shape: &[usize]) -> Result<&'a [u8], Error> {
    let what = || format!("tensor {name}");
    let view = tensors.tensor(name).map_err(|_| Error::contradiction(what(), "to be in the file", "nothing"))?;
    if view.dtype() != dtype || view.shape() != shape {
        let found = format!("{} {:?}", view.dtype(), view.shape());
        return Err(Error::contradiction(what(), format!("{dtype} {shape:?}"), found));
    }
    Ok(view.data())
}

fn malformed(error: safetensors::SafeTensorError) -> Error {
    Error::Malformed { format: FORMAT, reason: error.to_string() }
}

#[cfg(test)]
mod tests;
