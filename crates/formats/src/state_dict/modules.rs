//! Which module of a state dict is which layer of a network: by the sizes of its tensors, and by the numbers in its name.
//!
//! A state dict says neither the kinds of its modules nor, in a safetensors file, their order. Modules of one kind and size
//! are told apart by the numbers in names that are the same otherwise: `conv1` and `conv2`, `layer1.0` and `layer1.1`.

use std::collections::BTreeMap;

use tenfold_network::{LayerOutline, Outline, Role, Tensor};

use crate::error::Error;
use crate::excerpt::{first, shown};
use crate::layout;

/// What a batch normalisation of PyTorch keeps beside what it computes with.
const COUNTER: &str = "num_batches_tracked";

/// The tensors of a module or a layer: their shapes by their roles.
type Sizes = BTreeMap<String, Vec<usize>>;

/// For each layer, the module that its tensors are of; nothing for a layer without any. `tensors`: names and shapes.
///
/// # Errors
/// [`Error::Misfit`] unless the modules have the sizes of the layers; [`Error::Unsupported`] where names do not tell which
/// of several modules comes first.
pub(super) fn of_layers<'a>(
    outline: &Outline,
    tensors: impl Iterator<Item = (&'a str, &'a [usize])>,
) -> Result<Vec<Option<&'a str>>, Error> {
    let mut modules: BTreeMap<&str, Sizes> = BTreeMap::new();
    for (name, shape) in tensors {
        let (module, role) = name.rsplit_once('.').unwrap_or(("", name));
        if role != COUNTER {
            modules.entry(module).or_default().insert(role.to_owned(), shape.to_vec());
        }
    }
    let mut of_sizes: BTreeMap<&Sizes, Vec<&str>> = BTreeMap::new();
    for (module, sizes) in &modules {
        of_sizes.entry(sizes).or_default().push(module);
    }
    let layers: Vec<Sizes> = outline.layers.iter().map(sizes).collect();
    let mut found = vec![None; layers.len()];
    for (index, wanted) in layers.iter().enumerate().filter(|(_, sizes)| !sizes.is_empty()) {
        let same: Vec<usize> = (0..layers.len()).filter(|&other| &layers[other] == wanted).collect();
        if same[0] != index {
            continue;
        }
        let fitting = of_sizes.remove(wanted).unwrap_or_default();
        if fitting.len() != same.len() {
            let name = |&layer: &usize| outline.layers[layer].name.clone();
            return Err(misfit(&same.iter().map(name).collect::<Vec<_>>(), wanted, &fitting, &modules));
        }
        for (layer, module) in same.into_iter().zip(in_order(fitting)?) {
            found[layer] = Some(module);
        }
    }
    match of_sizes.into_iter().next() {
        None => Ok(found),
        Some((sizes, names)) => {
            let problem = format!("no layer has what '{}' in the file has: {}", shown(names[0]), listed(sizes));
            Err(Error::Misfit { problem })
        }
    }
}

/// What a layer's tensors are in a state dict.
fn sizes(layer: &LayerOutline) -> Sizes {
    layer.tensors.iter().map(|tensor| (role(tensor).to_owned(), layout::channels_first_shape(tensor))).collect()
}

/// What a tensor is called in its module.
pub(super) fn role(tensor: &Tensor) -> &'static str {
    match tensor.role {
        Role::Kernel { .. } | Role::Gamma => "weight",
        Role::Bias | Role::Beta => "bias",
        Role::MovingMean => "running_mean",
        Role::MovingVariance => "running_var",
    }
}

/// Modules of the same sizes in the order of the numbers in their names.
fn in_order(mut modules: Vec<&str>) -> Result<Vec<&str>, Error> {
    if let Some(other) = modules.iter().find(|name| pattern(name) != pattern(modules[0])) {
        let (first, other) = (shown(modules[0]), shown(other));
        let problem = "their names do not tell which comes first";
        let hint = "hint: call them by numbers, such as conv1 and conv2, or export the model to ONNX";
        return Err(Error::unsupported(
            format!("modules '{first}' and '{other}'"),
            format!("have the same sizes, and {problem}\n{hint}"),
        ));
    }
    modules.sort_by_key(|name| numbers(name));
    Ok(modules)
}

/// A name with a `#` for each number in it.
fn pattern(name: &str) -> String {
    let mut pattern = String::new();
    for character in name.chars() {
        match character {
            '0'..='9' if pattern.ends_with('#') => {}
            '0'..='9' => pattern.push('#'),
            other => pattern.push(other),
        }
    }
    pattern
}

/// The numbers in a name.
fn numbers(name: &str) -> Vec<u64> {
    let runs = name.split(|character: char| !character.is_ascii_digit()).filter(|run| !run.is_empty());
    runs.map(|run| run.parse().unwrap_or(u64::MAX)).collect()
}

/// The error for layers of which there are other numbers of modules than of layers.
fn misfit(layers: &[String], wanted: &Sizes, fitting: &[&str], modules: &BTreeMap<&str, Sizes>) -> Error {
    let names = |names: &[&str]| match names {
        [] => "none".to_owned(),
        names => first(names.iter().map(|name| format!("'{}'", shown(name)))),
    };
    let expected = format!("expected {} for {}: {}", layers.len(), first(layers.iter().cloned()), listed(wanted));
    let all = first(modules.iter().map(|(name, sizes)| format!("'{}' ({})", shown(name), listed(sizes))));
    Error::Misfit { problem: format!("{expected}; found {}; the file has {all}", names(fitting)) }
}

/// `weight [32, 1, 3, 3], bias [32]`.
fn listed(sizes: &Sizes) -> String {
    // A weight comes before a bias, as people say it.
    first(sizes.iter().rev().map(|(role, shape)| format!("{} {shape:?}", shown(role))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_give_the_order() {
        for (names, expected) in [
            (vec!["conv10", "conv2", "conv1"], Ok(vec!["conv1", "conv2", "conv10"])),
            (
                vec!["layer1.0.conv2", "layer1.1.conv1", "layer1.0.conv1"],
                Ok(vec!["layer1.0.conv1", "layer1.0.conv2", "layer1.1.conv1"]),
            ),
            (vec!["3", "0"], Ok(vec!["0", "3"])),
            (vec!["only"], Ok(vec!["only"])),
            (vec!["down", "up"], Err("modules 'down' and 'up': have the same sizes")),
            (vec!["fc", "fc1"], Err("modules 'fc' and 'fc1'")),
            (vec!["a.1", "b.0"], Err("modules 'a.1' and 'b.0'")),
        ] {
            match (in_order(names), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected),
                (Err(error), Err(expected)) => {
                    let error = error.to_string();
                    assert!(
                        error.starts_with(expected) && error.lines().last().unwrap().starts_with("hint: "),
                        "{error}"
                    );
                }
                (found, expected) => panic!("{found:?}, expected {expected:?}"),
            }
        }
    }
}
