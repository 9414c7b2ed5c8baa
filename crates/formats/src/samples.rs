//! Models that the tests of all formats write and read.

use tenfold_imaging::Preparation;
use tenfold_network::{Architecture, Engine, Initializer, Layer, Model, Padding, PoolKind, quantize};

use crate::error::Error;
use crate::format::Format;
use crate::onnx::Output;
use crate::saved_model::{Provenance, SavedModel};

/// All formats, each once.
pub(crate) const FORMATS: [Format; 6] = [
    Format::Safetensors,
    Format::StateDict,
    Format::Npz,
    Format::KerasHdf5,
    Format::Keras,
    Format::Onnx(Output::Probabilities),
];

/// A small network with every kind of tensor and layer.
pub(crate) fn saved() -> SavedModel {
    of_layers(vec![
        Layer::Conv2d { filters: 3, kernel: [3, 3], stride: [2, 2], padding: Padding::Same, bias: false, groups: 1 },
        Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 },
        Layer::Relu,
        Layer::Pool { kind: PoolKind::Average, size: [2, 2], stride: [2, 2], padding: Padding::Valid },
        Layer::Flatten,
        Layer::Dropout { rate: 0.25 },
        Layer::dense(10),
    ])
}

/// Digits' network of some layers, with values drawn at random.
pub(crate) fn of_layers(layers: Vec<Layer>) -> SavedModel {
    let architecture = Architecture { input: [28, 28, 1].into(), layers };
    let model = Model::random(architecture, Initializer::HeNormal, 3).unwrap();
    SavedModel {
        preparation: Preparation::default(),
        labels: (0..model.outline().classes).map(|class| class.to_string()).collect(),
        min_confidence: 0.0,
        thresholds: Vec::new(),
        model,
        provenance: Provenance { program: "test".to_owned(), ..Provenance::default() },
    }
}

/// Networks that have nothing to train.
pub(crate) fn without_parameters() -> Vec<SavedModel> {
    let networks = [(8, vec![Layer::Flatten]), (8, vec![Layer::Flatten, Layer::Dropout { rate: 0.5 }])];
    let networks = networks.into_iter().chain([(28, vec![Layer::max_pool(7), Layer::Flatten])]);
    let saved = |(side, layers)| {
        let model = Model::with_values(Architecture { input: [side, side, 1].into(), layers }, Vec::new()).unwrap();
        SavedModel::undescribed(model, "test".to_owned()).unwrap()
    };
    networks.map(saved).collect()
}

/// The small network on bytes.
pub(crate) fn quantized() -> SavedModel {
    let saved = saved();
    let images: Vec<u8> = (0..784 * 4).map(|i| ((i * 7_919) >> 5) as u8).collect();
    SavedModel { model: quantize(&saved.model, &images, Engine::single()).unwrap(), ..saved }
}

/// The small network and another state of it, warmer, as one model.
pub(crate) fn ensemble() -> SavedModel {
    let doubled = saved().model.values().iter().map(|value| 2.0 * value).collect();
    let other = Model::with_values(saved().model.architecture().clone(), doubled).unwrap();
    let other = SavedModel { model: other.with_temperature(1.5).unwrap(), ..saved() };
    SavedModel::ensemble(&[saved(), other]).unwrap()
}

/// The small network with a temperature.
pub(crate) fn warm() -> SavedModel {
    SavedModel { model: saved().model.with_temperature(1.2345678).unwrap(), ..saved() }
}

/// Asserts that a file is refused when it is cut anywhere, and that a bit changed in any byte gives an error or a model.
pub(crate) fn damage(file: &[u8], read: &dyn Fn(&[u8]) -> Result<SavedModel, Error>) {
    for length in 0..file.len() {
        assert!(read(&file[..length]).is_err(), "cut to {length} of {}", file.len());
    }
    let mut changed = file.to_vec();
    for place in 0..file.len() {
        changed[place] ^= 1 << (place % 8);
        // What is read nevertheless is a model like any other.
        if let Ok(saved) = read(&changed) {
            let again = crate::read(&crate::write(&saved, Format::Safetensors).unwrap(), None).unwrap();
            assert!(again == saved, "a bit changed in byte {place}");
        }
        changed[place] = file[place];
    }
}
