//! Values under classes and numbers, as `.weights.h5` has them since Keras 2.13.

use std::collections::HashMap;

use tenfold_network::{Architecture, Layer};

use super::layers::{class_and_number, given, too_little, weighted};
use crate::error::Error;
use crate::hdf5::Object;
use crate::keras::depthwise::shape;
use crate::keras::translation::Translation;
use crate::keras::weights::{Weights, folders, numbered};

/// Models within models, and the two groups that each is.
const MAX_DEPTH: usize = 16;
/// Groups of a file; a network has a few per layer.
const MAX_GROUPS: usize = 10_000;

/// A given network with values that are under classes and numbers.
pub(in crate::keras) fn of_counts(architecture: &Architecture, weights: &Weights<'_>) -> Result<Translation, Error> {
    let Weights::Counted(layers) = weights else { return given(architecture, Vec::new(), 0) };
    let mut found = Vec::new();
    find(layers, "", 0, &mut 0, &mut found)?;
    let outline = architecture.outline()?;
    let mut all = Vec::new();
    let mut before = HashMap::new();
    for (layer, name) in folders(&outline.layers) {
        let shape = &shape(&outline.layers[layer], &outline.layers[layer].tensors[0]);
        let alike = before.entry((class_and_number(&name).0.to_owned(), shape.clone())).or_insert(0);
        let folder = folder(&name, shape, *alike, &found)?;
        *alike += 1;
        let count = numbered(layers, &folder)?.len();
        let is_norm = matches!(architecture.layers[layer], Layer::BatchNorm { .. });
        if is_norm && count == 3 {
            let problem = "has three arrays: whether gamma or beta is left out, such a file does not say";
            return Err(too_little(format!("layer {folder}"), problem));
        }
        let lacks = [is_norm && count == 2; 2];
        all.push(weighted(layer, name, folder, lacks));
    }
    given(architecture, all, found.len())
}

/// A group with arrays.
struct Found {
    /// The path of the model that it is in, up to the group's own name.
    model: String,
    class: String,
    number: usize,
    /// Of its first array.
    shape: Vec<usize>,
}

impl Found {
    fn path(&self) -> String {
        let Self { model, class, number, .. } = self;
        if *number == 0 { format!("{model}{class}") } else { format!("{model}{class}_{number}") }
    }
}

/// Adds all groups in `layers` that have arrays in `vars`, those of nested models among them.
fn find(layers: &Object<'_>, model: &str, depth: usize, seen: &mut usize, found: &mut Vec<Found>) -> Result<(), Error> {
    for name in layers.names()? {
        *seen += 1;
        Error::check_limit("groups of the HDF5 file", MAX_GROUPS, *seen)?;
        Error::check_limit("models within models of the HDF5 file", MAX_DEPTH, depth)?;
        let layer = layers.expect(&name)?;
        if let Some(vars) = layer.child("vars")?
            && let Some(first) = vars.child("0")?
        {
            let (class, number) = class_and_number(&name);
            let (model, class) = (model.to_owned(), class.to_owned());
            found.push(Found { model, class, number, shape: first.shape()? });
        }
        if let Some(inner) = layer.child("layers")? {
            find(&inner, &format!("{model}{name}/layers/"), depth + 1, seen, found)?;
        }
    }
    Ok(())
}

/// The path of the group for the layer that is called `name` in a network without nested models; `shape` is of its first
/// tensor, and `alike` layers of its class and this shape come before it.
///
/// # Errors
/// [`Error::Unsupported`] if layers that could be it are in several models: their order is not known then.
fn folder(name: &str, shape: &[usize], alike: usize, found: &[Found]) -> Result<String, Error> {
    let (class, number) = class_and_number(name);
    let of_class = || found.iter().filter(|found| found.class == class);
    let is_one_model = |mut of: Vec<&Found>, place: usize| {
        of.sort_by_key(|found| found.number);
        let first = of.first()?;
        of.iter()
            .all(|found| found.model == first.model)
            .then(|| of.get(place).map_or(name.to_owned(), |found| found.path()))
    };
    let of_shape: Vec<&Found> = of_class().filter(|found| found.shape == shape).collect();
    let path = match (of_class().next(), of_shape.is_empty()) {
        (None, _) => Some(name.to_owned()),
        (Some(_), is_other) => is_one_model(of_class().collect(), number)
            .or_else(|| is_one_model(of_shape, alike))
            .or_else(|| is_other.then(|| name.to_owned())),
    };
    path.ok_or_else(|| {
        let problem = format!("layers of class {class} are in several models, whose order such a file does not say");
        too_little("the file".to_owned(), &problem)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_found_in_nested_models() {
        let group = |model: &str, name: &str, units: usize| {
            let (class, number) = class_and_number(name);
            Found { model: model.to_owned(), class: class.to_owned(), number, shape: vec![8, units] }
        };
        let inner = "sequential/layers/";
        let found = [group("", "dense", 8), group(inner, "conv2d", 8), group(inner, "conv2d_1", 8)];
        for (name, expected) in [
            ("conv2d_1", "sequential/layers/conv2d_1"),
            ("dense", "dense"),
            ("dense_1", "dense_1"),
            ("batch_normalization", "batch_normalization"),
        ] {
            assert_eq!(folder(name, &[8, 8], 0, &found).unwrap(), expected);
        }
        // Where the models' order matters, only shapes say which is which.
        let found = [group("", "dense", 10), group(inner, "dense", 8), group(inner, "dense_1", 8)];
        assert_eq!(folder("dense_1", &[8, 8], 1, &found).unwrap(), "sequential/layers/dense_1");
        assert_eq!(folder("dense_2", &[8, 10], 0, &found).unwrap(), "dense");
        let found = [group("", "dense", 8), group(inner, "dense", 8)];
        let error = folder("dense", &[8, 8], 0, &found).unwrap_err().to_string();
        assert!(error.starts_with("the file: layers of class dense are in several models"), "{error}");
    }
}
