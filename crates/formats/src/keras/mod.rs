//! Keras' model files: the HDF5 file that all versions read (`.h5`), the archive of Keras 3 (`.keras`), and the values
//! alone of either (`.weights.h5`), which are only read.
//!
//! A network here ends in logits, and activations are layers of their own; Keras has softmax as a layer or as the last
//! layer's activation, and so has what is written. A temperature T is a layer `Rescaling(1 / T)` before softmax, sum
//! pooling an average that is rescaled by the window's area. A file that begins with `Rescaling(1 / 255)` takes bytes as they
//! are; that layer is left out when it is read, because pixels are always divided by 255 here, and any other scaling of
//! pixels goes into the first layer that computes.
//!
//! What has no counterpart is refused by the layer's name: nothing that changes an answer is left out.

mod activations;
mod classes;
mod compile;
mod config;
mod depthwise;
mod given;
mod graph;
mod operations;
mod pixels;
mod place;
mod refusals;
mod scalings;
mod sequence;
mod settings;
mod shapes;
mod translation;
mod translator;
mod weights;
mod write;

use serde_json::Value;
use tenfold_archive::{self as archive, Archive};
use tenfold_network::Architecture;

use crate::description::{Description, KEY};
use crate::error::Error;
use crate::hdf5::{self, File, Object};
use crate::saved_model::{Provenance, SavedModel};
use sequence::FORMAT;
use translation::{Translation, translate};
use weights::Weights;

/// Bytes of a network's description: one of a thousand layers has some 600 KB.
const MAX_JSON: u64 = 16 << 20;

/// Reads a model from the bytes of an HDF5 file: a whole model as Keras 1 to 3 save one, or the values alone, of the
/// network `architecture`.
///
/// The bytes may be anything: sizes are compared with limits and with the bytes present before memory is taken for them.
///
/// # Errors
/// [`Error::Foreign`] for values alone without an architecture, [`Error::Unsupported`] for a layer or setting that has no
/// counterpart, and others of [`Error`] for bytes that are not such a file, are damaged or contradict themselves.
pub fn read_hdf5(bytes: &[u8], architecture: Option<&Architecture>) -> Result<SavedModel, Error> {
    let file = File::open(bytes)?;
    let root = file.root()?;
    let Some(config) = root.text("model_config")? else { return read_values(root, architecture) };
    // Keras 1 did not say.
    let version = root.text("keras_version")?.unwrap_or_else(|| "1".to_owned());
    let network = translate(&json("model_config", &config)?, Some(&version))?;
    let group = root.expect("model_weights")?;
    refuse_theano(&group)?;
    // What cannot be read of it is not needed to run the model.
    let compiled = root.text("training_config").ok().flatten().and_then(|text| serde_json::from_str(&text).ok());
    let optimizer = compiled.as_ref().and_then(|it: &Value| it.get("optimizer_config"));
    saved(&network, &Weights::Named(group), root.text(KEY)?.as_deref(), Some(&version), optimizer)
}

/// Reads a model from the bytes of a `.keras` archive.
///
/// The bytes may be anything: sizes are compared with limits and with the bytes present before memory is taken for them.
///
/// # Errors
/// [`Error::Unsupported`] for a layer or setting that has no counterpart, and others of [`Error`] for bytes that are no
/// such archive, are damaged or contradict themselves.
pub fn read_archive(bytes: &[u8]) -> Result<SavedModel, Error> {
    let mut archive = Archive::open(bytes, FORMAT)?;
    // Keras stores entries as they are; what is packed after all may not unpack to many times the file.
    let limit = archive::unpackable(bytes.len()) as u64;
    let mut entry = |name: &str, limit: u64| {
        let missing = || Error::contradiction(format!("{name} in the archive"), "to be there", "nothing");
        archive.entry(name, limit)?.ok_or_else(missing)
    };
    let metadata = json_bytes("metadata.json", &entry("metadata.json", MAX_JSON)?)?;
    let version = metadata.get("keras_version").and_then(Value::as_str);
    let config = json_bytes("config.json", &entry("config.json", MAX_JSON)?)?;
    let network = translate(&config, version)?;
    let values = entry("model.weights.h5", limit)?;
    let file = File::open(&values)?;
    let weights = Weights::counted(&file.root()?)?;
    let weights = weights.ok_or_else(|| Error::contradiction("model.weights.h5", "layers", "none"))?;
    let description = metadata.get(KEY).map(Value::to_string);
    saved(&network, &weights, description.as_deref(), version, config.pointer("/compile_config/optimizer"))
}

/// Writes a model as an HDF5 file in the form of Keras 2, which Keras 2 and 3 load and compile: with the optimiser of the
/// recipe it was trained with, or the paper's if there is none.
///
/// # Errors
/// [`Error::Inexpressible`] for an ensemble or a quantised model, and for limits and paddings of pooling that Keras has not;
/// [`Error::Contradiction`] if the parts of `saved` do not fit together.
pub fn write_hdf5(saved: &SavedModel) -> Result<Vec<u8>, Error> {
    saved.check_network(FORMAT)?;
    Ok(hdf5::write(&write::file(saved)?))
}

/// Writes a model as a `.keras` archive in the form of Keras 3.
///
/// # Errors
/// As [`write_hdf5`], and [`Error::Inexpressible`] for a model that is too large for an archive.
pub fn write_archive(saved: &SavedModel) -> Result<Vec<u8>, Error> {
    saved.check_network(FORMAT)?;
    Ok(archive::write(&write::entries(saved)?, FORMAT)?)
}

/// A model of the values in a file that holds nothing else.
fn read_values(root: Object<'_>, architecture: Option<&Architecture>) -> Result<SavedModel, Error> {
    let names = root.texts("layer_names")?;
    let counted = Weights::counted(&root)?;
    let foreign = || architecture.ok_or(Error::Foreign { format: "Keras weights" });
    let version = root.text("keras_version")?;
    let (network, weights) = match (names, counted) {
        (Some(names), _) => {
            refuse_theano(&root)?;
            given::of_names(foreign()?, root, &names).map_err(Error::of_given)?
        }
        (None, Some(weights)) => (given::of_counts(foreign()?, &weights).map_err(Error::of_given)?, weights),
        (None, None) => {
            return Err(Error::Unrecognised { found: "an HDF5 file without a Keras model".to_owned() });
        }
    };
    let model = weights::model(&network, &weights).map_err(Error::of_given)?;
    SavedModel::undescribed(model, program(version.as_deref()))
}

/// A model of a network and its values; `description` is what Tenfold wrote beside them, if it did, else `optimizer` is what
/// is known of its training.
fn saved(
    network: &Translation,
    weights: &Weights<'_>,
    description: Option<&str>,
    version: Option<&str>,
    optimizer: Option<&Value>,
) -> Result<SavedModel, Error> {
    let model = weights::model(network, weights)?.with_temperature(network.temperature)?;
    match description {
        Some(text) => Description::from_json(text)?.saved(model),
        None => {
            let saved = SavedModel::undescribed(model, program(version))?;
            let provenance = Provenance { recipe: compile::recipe(optimizer), ..saved.provenance };
            Ok(SavedModel { provenance, ..saved })
        }
    }
}

/// Keras of some version.
fn program(version: Option<&str>) -> String {
    let version: String = version.unwrap_or("").chars().take(40).collect();
    format!("Keras {version}").trim_end().to_owned()
}

/// Theano flips kernels, and files do not say whether they were flipped back.
fn refuse_theano(weights: &Object<'_>) -> Result<(), Error> {
    match weights.text("backend")?.as_deref() {
        Some("theano") => Err(Error::unsupported(
            &weights.path,
            "values of the Theano backend, whose convolutions are another operation\n\
             hint: load the model in Keras with the TensorFlow backend, and save it again",
        )),
        _ => Ok(()),
    }
}

fn json(what: &'static str, text: &str) -> Result<Value, Error> {
    json_bytes(what, text.as_bytes())
}

fn json_bytes(what: &'static str, text: &[u8]) -> Result<Value, Error> {
    let damaged = |error| Error::Malformed { format: FORMAT, reason: format!("{what}: {error}") };
    serde_json::from_slice(text).map_err(damaged)
}

#[cfg(test)]
mod tests;
