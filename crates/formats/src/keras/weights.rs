//! Where files hold a network's values: by the layers' names up to Keras 2 and in every `.h5`, by their kinds and numbers
//! in `.weights.h5` and `.keras`.

use std::collections::HashMap;

use tenfold_network::{Architecture, Layer, LayerOutline, Model, Outline, Role, Tensor};

use super::translation::{Translation, Weighted};
use crate::error::Error;
use crate::hdf5::Object;

/// A file's values.
pub(super) enum Weights<'f> {
    /// A group with a group for each layer, under the layer's name, which lists its arrays in `weight_names`.
    Named(Object<'f>),
    /// A group with a group for each layer, called by its class and numbered within it, whose arrays are in `vars`.
    Counted(Object<'f>),
}

impl<'f> Weights<'f> {
    /// The values of a `.weights.h5` of Keras 2.13 and later; nothing if the file has another form.
    pub fn counted(root: &Object<'f>) -> Result<Option<Self>, Error> {
        // The second name is that of Keras 2 before 2.15.
        for name in ["layers", "_layer_checkpoint_dependencies"] {
            if let Some(group) = root.child(name)? {
                return Ok(Some(Self::Counted(group)));
            }
        }
        Ok(None)
    }

    /// The arrays of the layer that is called so.
    fn arrays(&self, name: &str) -> Result<Vec<Object<'f>>, Error> {
        match self {
            Self::Named(group) => named(&group.expect(name)?),
            Self::Counted(layers) => numbered(layers, name),
        }
    }
}

/// The arrays that a layer's group names.
fn named<'f>(group: &Object<'f>) -> Result<Vec<Object<'f>>, Error> {
    group.texts("weight_names")?.unwrap_or_default().iter().map(|name| group.expect(name)).collect()
}

/// The arrays `0`, `1`, ... in the `vars` of a layer's group.
fn numbered<'f>(layers: &Object<'f>, name: &str) -> Result<Vec<Object<'f>>, Error> {
    let vars = layers.expect(name)?.expect("vars")?;
    (0..vars.names()?.len()).map(|index| vars.expect(&index.to_string())).collect()
}

/// The classes of layers that have values, as Keras' folders call them.
fn class(layer: &Layer) -> Option<&'static str> {
    match layer {
        Layer::Conv2d { .. } => Some("conv2d"),
        Layer::Dense { .. } => Some("dense"),
        Layer::BatchNorm { .. } => Some("batch_normalization"),
        _ => None,
    }
}

/// What Keras' folders call the layers of a network that have values, in order: the class, with a number from the second
/// of it on.
pub(super) fn folders<'a>(layers: impl IntoIterator<Item = &'a Layer>) -> Vec<(usize, String)> {
    let mut counts = HashMap::new();
    let mut all = Vec::new();
    for (index, layer) in layers.into_iter().enumerate() {
        let Some(class) = class(layer) else { continue };
        let count = counts.entry(class).and_modify(|count| *count += 1).or_insert(0usize);
        all.push((index, if *count == 0 { class.to_owned() } else { format!("{class}_{count}") }));
    }
    all
}

/// A model with a network's values from a file.
pub(super) fn model(network: &Translation, weights: &Weights<'_>) -> Result<Model, Error> {
    let outline = network.architecture.outline()?;
    let folders = folders(&network.architecture.layers);
    let mut placed: Vec<(usize, Vec<f32>)> = Vec::new();
    for (weighted, (_, folder)) in network.weighted.iter().zip(&folders) {
        let name = if matches!(weights, Weights::Counted(_)) { folder } else { &weighted.name };
        let arrays = weights.arrays(name)?;
        let layer = &outline.layers[weighted.layer];
        placed.extend(layer_values(layer, weighted, &arrays)?);
    }
    placed.sort_by_key(|(start, _)| *start);
    let values = placed.into_iter().flat_map(|(_, values)| values).collect();
    Ok(Model::with_values(network.architecture.clone(), values)?)
}

/// The values of one layer's tensors, with where they start among the model's.
fn layer_values(
    layer: &LayerOutline,
    weighted: &Weighted,
    arrays: &[Object<'_>],
) -> Result<Vec<(usize, Vec<f32>)>, Error> {
    let lacks = |tensor: &Tensor| match tensor.role {
        Role::Gamma => weighted.lacks[0],
        Role::Beta => weighted.lacks[1],
        _ => false,
    };
    let expected = layer.tensors.iter().filter(|tensor| !lacks(tensor)).count();
    if arrays.len() != expected {
        return Err(Error::contradiction(format!("arrays of layer {}", weighted.name), expected, arrays.len()));
    }
    let mut arrays = arrays.iter();
    let values = |tensor: &Tensor| {
        let start = tensor.range.start;
        if lacks(tensor) {
            let neutral = if tensor.role == Role::Gamma { 1.0 } else { 0.0 };
            return Ok((start, vec![neutral; tensor.range.len()]));
        }
        let array = arrays.next().expect("as many arrays as tensors");
        let values = array.floats(&tensor.shape)?;
        match values.iter().find(|value| !value.is_finite()) {
            Some(value) => Err(Error::contradiction(format!("tensor {}", array.path), "finite numbers", value)),
            None => Ok((start, values)),
        }
    };
    layer.tensors.iter().map(values).collect()
}

/// A given network with values that are under names: its layers are matched with those of the file, in order.
pub(super) fn of_names(architecture: &Architecture, root: &Object<'_>, names: &[String]) -> Result<Translation, Error> {
    let mut weighted = Vec::new();
    let own = folders(&architecture.layers);
    let mut found = 0;
    for name in names {
        let arrays = root.expect(name)?.texts("weight_names")?.unwrap_or_default();
        if arrays.is_empty() {
            continue;
        }
        if let Some(&(layer, _)) = own.get(found) {
            let has = |role: &str| arrays.iter().any(|array| array.contains(role));
            let lacks = ["gamma", "beta"].map(|role| !has(role));
            weighted.push(Weighted { layer, name: name.clone(), lacks });
        }
        found += 1;
    }
    given(architecture, weighted, found)
}

/// A given network with values that are under classes and numbers.
pub(super) fn of_counts(architecture: &Architecture, weights: &Weights<'_>) -> Result<Translation, Error> {
    let Weights::Counted(layers) = weights else { return given(architecture, Vec::new(), 0) };
    let mut found = 0;
    for name in layers.names()? {
        let vars = layers.expect(&name)?.child("vars")?;
        found += usize::from(vars.map_or(Ok(0), |vars| vars.names().map(|names| names.len()))? > 0);
    }
    let mut weighted = Vec::new();
    for (layer, name) in folders(&architecture.layers) {
        let count = numbered(layers, &name)?.len();
        let is_norm = matches!(architecture.layers[layer], Layer::BatchNorm { .. });
        if is_norm && count == 3 {
            let problem = "has three arrays: whether gamma or beta is left out, such a file does not say";
            return Err(Error::unsupported(format!("layer {name}"), problem));
        }
        weighted.push(Weighted { layer, lacks: [is_norm && count == 2; 2], name });
    }
    given(architecture, weighted, found)
}

fn given(architecture: &Architecture, weighted: Vec<Weighted>, found: usize) -> Result<Translation, Error> {
    let outline: Outline = architecture.outline()?;
    let expected = outline.layers.iter().filter(|layer| !layer.tensors.is_empty()).count();
    if found != expected || weighted.len() != expected {
        return Err(Error::contradiction("layers with values", expected, found));
    }
    Ok(Translation { architecture: architecture.clone(), temperature: 1.0, weighted })
}
