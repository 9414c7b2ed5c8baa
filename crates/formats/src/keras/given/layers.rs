//! What files of values alone have in common: a given network's layers, and how they are called.

use tenfold_network::Architecture;

use crate::error::Error;
use crate::keras::pixels::Pixels;
use crate::keras::place::Place;
use crate::keras::translation::Translation;
use crate::keras::translator::{Values, Weighted};
use crate::keras::weights::folders;

/// What to do where such a file says too little.
const WHOLE: &str = "hint: save the whole model, which says what its network is";

/// The error for a file that says too little.
pub(super) fn too_little(place: String, problem: &str) -> Error {
    Error::unsupported(place, format!("{problem}\n{WHOLE}"))
}

/// `conv2d_3` is the layer 3 of class `conv2d`, `conv2d` is 0.
pub(super) fn class_and_number(name: &str) -> (&str, usize) {
    let numbered = name.rsplit_once('_').and_then(|(class, number)| Some((class, number.parse().ok()?)));
    numbered.unwrap_or((name, 0))
}

/// The values of one layer of a given network, which are at `folder`.
pub(super) fn weighted(layer: usize, name: String, folder: String, lacks: [bool; 2]) -> Weighted {
    let place = Place { group: folder.clone(), folder, trainable: true };
    Weighted { name, place, values: Values::Tensors { layers: layer..layer + 1, lacks } }
}

/// A given network, once as many layers with values are found as it has.
pub(super) fn given(architecture: &Architecture, weighted: Vec<Weighted>, found: usize) -> Result<Translation, Error> {
    let expected = folders(&architecture.outline()?.layers).len();
    if found != expected || weighted.len() != expected {
        return Err(Error::contradiction("layers with values", expected, found));
    }
    Ok(Translation { architecture: architecture.clone(), temperature: 1.0, weighted, pixels: Pixels::default() })
}
