//! A model as arrays with names, for the formats that hold little else: safetensors and NPZ.
//!
//! Arrays are `f32`, named and shaped as in the model's outline. A quantised model's kernels are whole numbers `i8`, -127
//! to 127, and beside each is an array `LAYER.kernel_scale` with one `f32` per filter.

use tenfold_network::{Architecture, LayerScales, Model, Outline, Quantization, Role, Tensor};

use crate::description::{Description, Scales};
use crate::error::Error;
use crate::saved_model::SavedModel;

/// The arrays of a file that is being read. Names and shapes are what the network needs, and errors say what the file has.
pub(crate) trait Arrays {
    /// How many arrays there are.
    fn count(&self) -> usize;
    /// The numbers of an array of floats, row by row (C order); a shape is compared before memory is taken for it.
    fn floats(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error>;
    /// The numbers of an array of signed bytes, in the same order.
    fn whole_numbers(&mut self, name: &str, shape: &[usize]) -> Result<Vec<i8>, Error>;
}

/// An array to be written.
pub(crate) struct Array {
    pub name: String,
    pub shape: Vec<usize>,
    pub kind: Kind,
    /// Little endian, in C order.
    pub bytes: Vec<u8>,
}

/// What an array's numbers are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    F32,
    I8,
}

impl Array {
    pub fn floats(name: String, shape: Vec<usize>, values: &[f32]) -> Self {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        Self { name, shape, kind: Kind::F32, bytes }
    }
}

/// All arrays of a model, in the order of its layers.
pub(crate) fn of_model(model: &Model) -> Vec<Array> {
    let mut all = Vec::new();
    for (index, layer) in model.outline().layers.iter().enumerate() {
        let mut scales = model.quantization().and_then(|quantization| quantization.of(index));
        for tensor in &layer.tensors {
            let (name, shape) = (tensor.name.clone(), tensor.shape.clone());
            match (scales.take_if(|_| is_kernel(tensor)), model.quantized_kernel(index)) {
                (Some(LayerScales { kernel: scales, .. }), Some(weights)) => {
                    let bytes = weights.into_iter().map(i8::cast_unsigned).collect();
                    all.push(Array { name, shape, kind: Kind::I8, bytes });
                    all.push(Array::floats(scale_name(tensor), vec![scales.len()], scales));
                }
                _ => all.push(Array::floats(name, shape, model.tensor(tensor))),
            }
        }
    }
    all
}

pub(crate) fn is_kernel(tensor: &Tensor) -> bool {
    matches!(tensor.role, Role::Kernel { .. })
}

/// The name of the array with the scales of a kernel's filters.
fn scale_name(kernel: &Tensor) -> String {
    format!("{}_scale", kernel.name)
}

/// The model in a file of arrays with this `description` (JSON), if it has one; otherwise its network is `given`, and
/// `program` stands where the program that wrote it would. `fill` makes a model of an architecture, and of the scales of
/// a quantised model's inputs.
///
/// # Errors
/// [`Error::Foreign`] if neither says what the network is; [`Error::Misfit`] if it is `given` and does not fit; those of
/// [`Description::from_json`] and of `fill`.
pub(crate) fn saved(
    format: &'static str,
    description: Option<&str>,
    (given, program): (Option<&Architecture>, &str),
    fill: impl FnOnce(Architecture, Option<Scales>) -> Result<Model, Error>,
) -> Result<SavedModel, Error> {
    let Some(description) = description else {
        let architecture = given.ok_or(Error::Foreign { format })?;
        let model = fill(architecture.clone(), None).map_err(Error::of_given)?;
        return SavedModel::undescribed(model, program.to_owned());
    };
    let mut description = Description::from_json(description)?;
    let architecture = description.architecture.take().ok_or(Error::Foreign { format })?;
    let model = fill(architecture, description.quantization.take())?;
    let temperature = description.temperature.unwrap_or(1.0) as f32;
    description.saved(model.with_temperature(temperature)?)
}

/// Fills the architecture's tensors, each exactly once, from a file's arrays.
///
/// # Errors
/// [`Error::Contradiction`] if there are too many arrays, one is missing, or has another shape or type; [`Error::Value`] if
/// one holds a value that is not finite or, in a quantised kernel, -128; [`Error::Network`] for scales that do not make a quantised model.
pub(crate) fn model(
    architecture: Architecture,
    scales: Option<Scales>,
    arrays: &mut impl Arrays,
) -> Result<Model, Error> {
    let outline = architecture.outline()?;
    let kernels = outline.tensors().filter(|tensor| is_kernel(tensor)).count();
    check_count(outline.tensors().count() + if scales.is_some() { kernels } else { 0 }, arrays.count())?;
    let mut quantization = scales.map(|scales| quantization(&outline, &scales)).transpose()?;
    let values = values(&outline, |index, tensor| {
        let entries = quantization.iter_mut().flat_map(|quantization| &mut quantization.layers);
        let mut entry = entries.filter(|scales| scales.layer == index && is_kernel(tensor));
        match entry.next() {
            None => finite(&tensor.name, arrays.floats(&tensor.name, &tensor.shape)?),
            Some(entry) => {
                let (name, filters) = (scale_name(tensor), tensor.shape[tensor.shape.len() - 1]);
                entry.kernel = finite(&name, arrays.floats(&name, &[filters])?)?;
                let weights = arrays.whole_numbers(&tensor.name, &tensor.shape)?;
                if weights.contains(&i8::MIN) {
                    let (what, expected) = (format!("tensor {}", tensor.name), "numbers from -127 to 127");
                    return Err(Error::Value { what, expected, found: i8::MIN.to_string() });
                }
                let scaled = weights.into_iter().zip(entry.kernel.iter().cycle());
                Ok(scaled.map(|(weight, scale)| f32::from(weight) * scale).collect())
            }
        }
    })?;
    Ok(match quantization {
        None => Model::with_values(architecture, values)?,
        Some(quantization) => Model::with_quantization(architecture, values, quantization)?,
    })
}

/// Refuses files with more or fewer arrays than the network has.
pub(crate) fn check_count(expected: usize, found: usize) -> Result<(), Error> {
    if found == expected { Ok(()) } else { Err(Error::contradiction("tensors", expected, found)) }
}

/// The values of a model, from those of each tensor and the index of its layer.
///
/// Memory is taken for a tensor only once its predecessors have been found: a file that lacks some fails on the first.
pub(crate) fn values(
    outline: &Outline,
    mut of: impl FnMut(usize, &Tensor) -> Result<Vec<f32>, Error>,
) -> Result<Vec<f32>, Error> {
    let mut placed: Vec<(usize, Vec<f32>)> = Vec::new();
    for (index, layer) in outline.layers.iter().enumerate() {
        for tensor in &layer.tensors {
            placed.push((tensor.range.start, of(index, tensor)?));
        }
    }
    placed.sort_by_key(|(start, _)| *start);
    Ok(placed.into_iter().flat_map(|(_, values)| values).collect())
}

/// The values, if all of them are finite; `name` is the tensor's.
pub(crate) fn finite(name: &str, values: Vec<f32>) -> Result<Vec<f32>, Error> {
    match values.iter().find(|value| !value.is_finite()) {
        Some(value) => {
            let (what, found) = (format!("tensor {name}"), value.to_string());
            Err(Error::Value { what, expected: "finite numbers", found })
        }
        None => Ok(values),
    }
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
