//! Values under the layers' names, as files of weights have them before Keras 2.13 and where they are not called
//! `.weights.h5`.

use std::collections::HashMap;

use tenfold_network::Architecture;

use super::layers::{class_and_number, given, too_little, weighted};
use crate::error::Error;
use crate::hdf5::Object;
use crate::keras::depthwise::shape;
use crate::keras::translation::Translation;
use crate::keras::weights::{Weights, folders};

/// One layer's arrays in a file.
struct Found<'a> {
    /// The layer's path in the names of its arrays.
    path: &'a str,
    /// The arrays' own names, in the order of this program.
    roles: Vec<&'a str>,
}

/// A given network and its values: its layers are matched with those of the file, in order. The group of a nested model
/// names the arrays of all its layers, those that training changes first.
pub(in crate::keras) fn of_names<'f>(
    architecture: &Architecture,
    root: Object<'f>,
    names: &[String],
) -> Result<(Translation, Weights<'f>), Error> {
    let outline = architecture.outline()?;
    let own = folders(&outline.layers);
    let shape_of = |layer: usize| shape(&outline.layers[layer], &outline.layers[layer].tensors[0]);
    let (mut all, mut paths, mut found) = (Vec::new(), HashMap::new(), 0);
    for name in names {
        let arrays = root.expect(name)?.texts("weight_names")?.unwrap_or_default();
        let layers = by_layer(&arrays);
        if arrays.iter().any(|array| role_of(array).starts_with("count")) {
            let problem = "holds the statistics of a Normalization, which is not a layer of a network here";
            return Err(too_little(format!("layer {name}"), problem));
        }
        let mine = own.get(found..found + layers.len()).unwrap_or_default();
        let order = match layers.len() {
            1 => vec![0],
            _ => {
                let path = |layer: &Found<'_>| format!("{name}/{}/{}", layer.path, layer.roles[0]);
                let shapes: Result<Vec<_>, Error> =
                    layers.iter().map(|layer| root.expect(&path(layer))?.shape()).collect();
                let expected: Vec<Vec<usize>> = mine.iter().map(|(layer, _)| shape_of(*layer)).collect();
                let expected: Vec<&[usize]> = expected.iter().map(Vec::as_slice).collect();
                order(name, &layers, &shapes?, &expected)?
            }
        };
        for ((layer, folder), place) in mine.iter().zip(order) {
            let Found { path, roles } = &layers[place];
            let lacks = ["gamma", "beta"].map(|role| !roles.iter().any(|found| found.contains(role)));
            let array = |role: &&str| format!("{name}/{path}/{role}");
            paths.insert(folder.clone(), roles.iter().map(array).collect());
            let name = if path.is_empty() { name } else { *path }.to_owned();
            all.push(weighted(*layer, name, folder.clone(), lacks));
        }
        found += layers.len();
    }
    Ok((given(architecture, all, found)?, Weights::Listed(root, paths)))
}

/// The layers that arrays belong to, in the order in which they first come.
fn by_layer(arrays: &[String]) -> Vec<Found<'_>> {
    let mut layers: Vec<Found<'_>> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for array in arrays {
        let path = &array[..array.len() - role_of(array).len()];
        let place = *places.entry(path).or_insert(layers.len());
        if place == layers.len() {
            layers.push(Found { path: path.trim_end_matches('/'), roles: Vec::new() });
        }
        layers[place].roles.push(role_of(array));
    }
    for layer in &mut layers {
        let rank = |role: &&str| ["gamma", "beta", "mean", "variance"].iter().position(|word| role.contains(word));
        layer.roles.sort_by_key(rank);
    }
    layers
}

/// What an array is of its layer.
fn role_of(array: &str) -> &str {
    array.rsplit('/').next().unwrap_or("")
}

/// For each of the `expected` shapes, the layer of a nested model that has it. A model that is trained in part has its layers
/// in another order: those alike must be told apart by their numbers.
fn order(model: &str, layers: &[Found<'_>], shapes: &[Vec<usize>], expected: &[&[usize]]) -> Result<Vec<usize>, Error> {
    let mut free: Vec<usize> = (0..layers.len()).collect();
    let mut order: Vec<usize> = Vec::new();
    for (index, shape) in expected.iter().enumerate() {
        let Some(at) = free.iter().position(|&layer| shapes[layer] == *shape) else {
            let what = format!("layers of {model}");
            return Err(Error::contradiction(what, format!("one of {shape:?}"), "none"));
        };
        let layer = free.remove(at);
        let number = |layer: usize| class_and_number(role_of(layers[layer].path));
        let before = (0..index).rev().find(|&before| expected[before] == *shape).map(|before| number(order[before]));
        let (class, own) = number(layer);
        if before.is_some_and(|(other, before)| other != class || before >= own) {
            let problem = "has several layers of one shape, whose order such a file does not say";
            return Err(too_little(format!("layer {model}"), problem));
        }
        order.push(layer);
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_belong_to_layers() {
        let arrays = ["a/kernel", "a/bias", "b/beta:0", "c/kernel", "b/moving_mean:0", "b/gamma:0"].map(str::to_owned);
        let found: Vec<_> = by_layer(&arrays).into_iter().map(|layer| (layer.path, layer.roles)).collect();
        let expected =
            [("a", vec!["kernel", "bias"]), ("b", vec!["gamma:0", "beta:0", "moving_mean:0"]), ("c", vec!["kernel"])];
        assert_eq!(found, expected);
    }

    #[test]
    fn layers_of_a_nested_model_are_told_apart_or_refused() {
        let layers = ["m/dense_2", "m/conv2d", "m/dense_1", "m/head"].map(|path| Found { path, roles: vec![] });
        let shapes = [vec![8, 8], vec![3, 3, 1, 8], vec![4, 8], vec![8, 8]];
        let order = |places: &[usize]| {
            let expected: Vec<&[usize]> = places.iter().map(|&place| &shapes[place][..]).collect();
            order("m", &layers, &shapes, &expected).map_err(|error| error.to_string())
        };
        assert_eq!(order(&[1, 2, 0]), Ok(vec![1, 2, 0]));
        let error = order(&[1, 2, 0, 3]).unwrap_err();
        assert!(error.starts_with("layer m: has several layers of one shape"), "{error}");
        let error = order(&[1, 1]).unwrap_err();
        assert!(error.contains("layers of m: expected one of [3, 3, 1, 8], found none"), "{error}");
    }
}
