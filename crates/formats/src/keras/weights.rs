//! Where files hold a network's values: by the layers' names up to Keras 2 and in every `.h5`, by their kinds and numbers
//! in `.weights.h5` and `.keras`.

use std::collections::HashMap;

use tenfold_network::{LayerOutline, Model, Outline, Role, Tensor};

use super::depthwise;
use super::pixels::Statistics;
use super::place::Place;
use super::translation::Translation;
use super::translator::{Values, Weighted};
use crate::error::Error;
use crate::hdf5::Object;

/// A file's values.
pub(super) enum Weights<'f> {
    /// A group with a group for each layer, under the layer's name, which lists its arrays in `weight_names`; a nested model
    /// is one layer.
    Named(Object<'f>),
    /// A group with a group for each layer, called by its class and numbered within it, whose arrays are in `vars`.
    Counted(Object<'f>),
    /// A group, and the paths in it of the arrays of each layer.
    Listed(Object<'f>, HashMap<String, Vec<String>>),
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

    /// What holds a layer's values.
    fn key<'p>(&self, place: &'p Place) -> &'p str {
        match self {
            Self::Named(_) => &place.group,
            Self::Counted(_) | Self::Listed(..) => &place.folder,
        }
    }

    /// The arrays of the layer, or nested model, that is called so.
    fn arrays(&self, key: &str) -> Result<Vec<Object<'f>>, Error> {
        match self {
            Self::Named(group) => named(&group.expect(key)?),
            Self::Counted(layers) => numbered(layers, key),
            Self::Listed(group, paths) => paths.get(key).into_iter().flatten().map(|path| group.expect(path)).collect(),
        }
    }
}

/// The arrays that a layer's group names.
fn named<'f>(group: &Object<'f>) -> Result<Vec<Object<'f>>, Error> {
    group.texts("weight_names")?.unwrap_or_default().iter().map(|name| group.expect(name)).collect()
}

/// The arrays `0`, `1`, ... in the `vars` of a layer's group.
pub(super) fn numbered<'f>(layers: &Object<'f>, name: &str) -> Result<Vec<Object<'f>>, Error> {
    let vars = layers.expect(name)?.expect("vars")?;
    (0..vars.names()?.len()).map(|index| vars.expect(&index.to_string())).collect()
}

/// The classes of layers that have values, as Keras' folders call them.
fn class(layer: &LayerOutline) -> Option<&'static str> {
    match layer.layer.kind() {
        "conv2d" if depthwise::multiplier(layer).is_some() => Some("depthwise_conv2d"),
        "conv2d" => Some("conv2d"),
        "dense" => Some("dense"),
        "batch_norm" => Some("batch_normalization"),
        _ => None,
    }
}

/// What Keras' folders call the layers of a network that have values, in order: the class, with a number from the second
/// of it on.
pub(super) fn folders(layers: &[LayerOutline]) -> Vec<(usize, String)> {
    let mut counts = HashMap::new();
    let mut all = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let Some(class) = class(layer) else { continue };
        let count = counts.entry(class).and_modify(|count| *count += 1).or_insert(0usize);
        all.push((index, if *count == 0 { class.to_owned() } else { format!("{class}_{count}") }));
    }
    all
}

/// A model with a network's values from a file.
pub(super) fn model(network: &Translation, weights: &Weights<'_>) -> Result<Model, Error> {
    let outline = network.architecture.outline()?;
    let mut placed: Vec<(usize, Vec<f32>)> = Vec::new();
    let mut statistics = Vec::new();
    for together in network.weighted.chunk_by(|a, b| weights.key(&a.place) == weights.key(&b.place)) {
        let slots = slots(together, &outline);
        let arrays = weights.arrays(weights.key(&together[0].place))?;
        if arrays.len() != slots.len() {
            let names: Vec<&str> = together.iter().take(10).map(|weighted| &*weighted.name).collect();
            let what = format!("arrays of layer {}", names.join(", "));
            return Err(Error::contradiction(what, slots.len(), arrays.len()));
        }
        for (slot, array) in slots.iter().zip(&arrays) {
            match slot.what {
                What::Tensor(layer, tensor) => {
                    // The same numbers in the same order, whichever class of layer the file has.
                    let as_depthwise = depthwise::shape(layer, tensor);
                    let shape = if array.shape()? == as_depthwise { as_depthwise } else { tensor.shape.clone() };
                    placed.push((tensor.range.start, finite(array, &shape)?));
                }
                What::Means(shape) => {
                    statistics.push(Statistics { means: wide(finite(array, shape)?), variances: Vec::new() });
                }
                What::Variances(shape) => {
                    let last = statistics.last_mut().expect("means come before variances");
                    last.variances = wide(finite(array, shape)?);
                }
                What::Count => {}
            }
        }
        placed.extend(neutral(together, &outline));
    }
    placed.sort_by_key(|(start, _)| *start);
    let values = placed.into_iter().flat_map(|(_, values)| values).collect();
    network.pixels.before(Model::with_values(network.architecture.clone(), values)?, statistics)
}

/// The place of an array among those of its layer, or of the nested model that the layer is in.
struct Slot<'a> {
    what: What<'a>,
    is_trained: bool,
}

#[derive(Clone, Copy)]
enum What<'a> {
    Tensor(&'a LayerOutline, &'a Tensor),
    Means(&'a [usize]),
    Variances(&'a [usize]),
    /// How many pixels a normalisation has seen.
    Count,
}

/// The arrays of layers in one group, in Keras' order: what training changes comes first.
fn slots<'a>(together: &'a [Weighted], outline: &'a Outline) -> Vec<Slot<'a>> {
    let of_one = |weighted: &'a Weighted| -> Vec<Slot<'a>> {
        match &weighted.values {
            Values::Tensors { layers, lacks } => {
                let layers = outline.layers[layers.clone()].iter();
                let all = layers.flat_map(|layer| layer.tensors.iter().map(move |tensor| (layer, tensor)));
                let slot = |(layer, tensor): (&'a LayerOutline, &'a Tensor)| {
                    let moves = matches!(tensor.role, Role::MovingMean | Role::MovingVariance);
                    Slot { what: What::Tensor(layer, tensor), is_trained: weighted.place.trainable && !moves }
                };
                all.filter(|(_, tensor)| !is_lacking(tensor, *lacks)).map(slot).collect()
            }
            Values::Statistics { shape } => [What::Means(shape), What::Variances(shape), What::Count]
                .map(|what| Slot { what, is_trained: false })
                .into(),
        }
    };
    let (mut trained, others): (Vec<_>, Vec<_>) = together.iter().flat_map(of_one).partition(|slot| slot.is_trained);
    trained.extend(others);
    trained
}

/// Whether a batch normalisation leaves a tensor out.
fn is_lacking(tensor: &Tensor, [gamma, beta]: [bool; 2]) -> bool {
    tensor.role == Role::Gamma && gamma || tensor.role == Role::Beta && beta
}

/// The values of tensors that are left out, with where they start among the model's.
fn neutral<'a>(together: &'a [Weighted], outline: &'a Outline) -> impl Iterator<Item = (usize, Vec<f32>)> + 'a {
    together.iter().flat_map(move |weighted| {
        let (layers, lacks) = match &weighted.values {
            Values::Tensors { layers, lacks } => (&outline.layers[layers.clone()], *lacks),
            Values::Statistics { .. } => (&[][..], [false; 2]),
        };
        let tensors = layers.iter().flat_map(|layer| &layer.tensors);
        let lacking = tensors.filter(move |tensor| is_lacking(tensor, lacks));
        lacking.map(|tensor| {
            let neutral = if tensor.role == Role::Gamma { 1.0 } else { 0.0 };
            (tensor.range.start, vec![neutral; tensor.range.len()])
        })
    })
}

/// The numbers of an array of floats, all finite.
fn finite(array: &Object<'_>, shape: &[usize]) -> Result<Vec<f32>, Error> {
    crate::arrays::finite(&array.path, array.floats(shape)?)
}

fn wide(values: Vec<f32>) -> Vec<f64> {
    values.into_iter().map(f64::from).collect()
}
