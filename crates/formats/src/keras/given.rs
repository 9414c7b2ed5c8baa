//! Files that hold values alone: which of a given network's layers each of them belongs to.

use std::collections::HashMap;

use tenfold_network::{Architecture, Layer};

use super::pixels::Pixels;
use super::place::Place;
use super::translation::{Translation, Values, Weighted};
use super::weights::{Weights, folders, numbered};
use crate::error::Error;
use crate::hdf5::Object;

/// Models within models, and the two groups that each is.
const MAX_DEPTH: usize = 16;
/// Groups of a file; a network has a few per layer.
const MAX_GROUPS: usize = 10_000;
const WHOLE: &str = "hint: save the whole model, which says what its network is";

/// A given network with values that are under names: its layers are matched with those of the file, in order. The group of a
/// nested model names the arrays of all its layers.
pub(super) fn of_names(architecture: &Architecture, root: &Object<'_>, names: &[String]) -> Result<Translation, Error> {
    let mut weighted = Vec::new();
    let own = folders(&architecture.layers);
    let mut found = 0;
    for name in names {
        let arrays = root.expect(name)?.texts("weight_names")?.unwrap_or_default();
        let trainable = !is_frozen(&arrays);
        for (path, roles) in by_layer(&arrays) {
            if roles.iter().any(|role| role.starts_with("count")) {
                let problem = "holds the statistics of a Normalization, which is no layer of a network here";
                return Err(Error::unsupported(format!("layer {name}"), format!("{problem}\n{WHOLE}")));
            }
            if let Some(&(layer, _)) = own.get(found) {
                let lacks = ["gamma", "beta"].map(|role| !roles.iter().any(|found| found.contains(role)));
                let place = Place { trainable, ..Place::outermost(name, String::new()) };
                let name = if path.is_empty() { name } else { path }.to_owned();
                weighted.push(Weighted { name, place, values: Values::Tensors { layer, lacks } });
            }
            found += 1;
        }
    }
    given(architecture, weighted, found)
}

/// The paths of layers in the names of arrays, in the order in which they first come, with the names of their own arrays.
fn by_layer(arrays: &[String]) -> Vec<(&str, Vec<&str>)> {
    let mut layers: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for array in arrays {
        let (path, role) = array.rsplit_once('/').unwrap_or(("", array));
        let place = *places.entry(path).or_insert(layers.len());
        if place == layers.len() {
            layers.push((path, Vec::new()));
        }
        layers[place].1.push(role);
    }
    layers
}

/// Whether moving statistics come before other arrays, as they do where training changes neither.
fn is_frozen(arrays: &[String]) -> bool {
    let moves = |array: &&String| array.contains("moving_");
    arrays.iter().skip_while(|array| !moves(array)).any(|array| !moves(&array))
}

/// A given network with values that are under classes and numbers.
pub(super) fn of_counts(architecture: &Architecture, weights: &Weights<'_>) -> Result<Translation, Error> {
    let Weights::Counted(layers) = weights else { return given(architecture, Vec::new(), 0) };
    let mut found = Vec::new();
    find(layers, "", 0, &mut 0, &mut found)?;
    let mut weighted = Vec::new();
    for (layer, name) in folders(&architecture.layers) {
        let folder = folder(&name, &found)?;
        let count = numbered(layers, &folder)?.len();
        let is_norm = matches!(architecture.layers[layer], Layer::BatchNorm { .. });
        if is_norm && count == 3 {
            let problem = "has three arrays: whether gamma or beta is left out, such a file does not say";
            return Err(Error::unsupported(format!("layer {folder}"), format!("{problem}\n{WHOLE}")));
        }
        let lacks = [is_norm && count == 2; 2];
        let place = Place::outermost(&name, folder);
        weighted.push(Weighted { name, place, values: Values::Tensors { layer, lacks } });
    }
    given(architecture, weighted, found.len())
}

/// Adds the paths of all groups in `layers` that have arrays in `vars`, those of nested models among them.
fn find(layers: &Object<'_>, path: &str, depth: usize, seen: &mut usize, found: &mut Vec<String>) -> Result<(), Error> {
    for name in layers.names()? {
        *seen += 1;
        if *seen > MAX_GROUPS || depth > MAX_DEPTH {
            let what = "groups of the HDF5 file".to_owned();
            return Err(Error::TooLarge { what, limit: MAX_GROUPS as u64, found: *seen as u64 });
        }
        let layer = layers.expect(&name)?;
        let path = if path.is_empty() { name } else { format!("{path}/layers/{name}") };
        if let Some(vars) = layer.child("vars")?
            && !vars.names()?.is_empty()
        {
            found.push(path.clone());
        }
        if let Some(inner) = layer.child("layers")? {
            find(&inner, &path, depth + 1, seen, found)?;
        }
    }
    Ok(())
}

/// The path of the group for the layer that is called `name` in a network without nested models.
///
/// # Errors
/// [`Error::Unsupported`] if layers of the class are in several models: their order is not known then.
fn folder(name: &str, found: &[String]) -> Result<String, Error> {
    let (class, number) = class_and_number(name);
    let last = |path: &str| path.rsplit('/').next().unwrap_or("").to_owned();
    let mut of_class: Vec<(&str, usize)> = Vec::new();
    for path in found {
        let last = last(path);
        let (found, number) = class_and_number(&last);
        if found == class {
            of_class.push((&path[..path.len() - last.len()], number));
        }
    }
    of_class.sort_unstable();
    match of_class[..] {
        [(first, _), .., (last, _)] if first != last => {
            let problem =
                format!("layers of class {class} are in several models, whose order such a file does not say");
            Err(Error::unsupported("the file", format!("{problem}\n{WHOLE}")))
        }
        _ => Ok(match of_class.get(number) {
            Some((model, 0)) => format!("{model}{class}"),
            Some((model, number)) => format!("{model}{class}_{number}"),
            None => name.to_owned(),
        }),
    }
}

/// `conv2d_3` is the layer 3 of class `conv2d`, `conv2d` is 0.
fn class_and_number(name: &str) -> (&str, usize) {
    let numbered = name.rsplit_once('_').and_then(|(class, number)| Some((class, number.parse().ok()?)));
    numbered.unwrap_or((name, 0))
}

fn given(architecture: &Architecture, weighted: Vec<Weighted>, found: usize) -> Result<Translation, Error> {
    let outline = architecture.outline()?;
    let expected = outline.layers.iter().filter(|layer| !layer.tensors.is_empty()).count();
    if found != expected || weighted.len() != expected {
        return Err(Error::contradiction("layers with values", expected, found));
    }
    Ok(Translation { architecture: architecture.clone(), temperature: 1.0, weighted, pixels: Pixels::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_found_in_nested_models() {
        let found = ["dense", "sequential/layers/conv2d", "sequential/layers/conv2d_1"].map(str::to_owned);
        assert_eq!(folder("conv2d_1", &found).unwrap(), "sequential/layers/conv2d_1");
        assert_eq!(folder("dense", &found).unwrap(), "dense");
        assert_eq!(folder("dense_1", &found).unwrap(), "dense_1");
        let found = ["dense", "sequential/layers/dense"].map(str::to_owned);
        let error = folder("dense", &found).unwrap_err().to_string();
        assert!(error.starts_with("the file: layers of class dense are in several models"), "{error}");
    }

    #[test]
    fn arrays_belong_to_layers() {
        let arrays = ["a/kernel", "a/bias", "b/gamma", "b/beta", "c/kernel", "b/moving_mean"].map(str::to_owned);
        let expected =
            [("a", vec!["kernel", "bias"]), ("b", vec!["gamma", "beta", "moving_mean"]), ("c", vec!["kernel"])];
        assert_eq!(by_layer(&arrays), expected);
        assert!(!is_frozen(&arrays));
        let frozen = ["b/gamma", "b/moving_mean", "c/kernel"].map(str::to_owned);
        assert!(is_frozen(&frozen));
    }
}
