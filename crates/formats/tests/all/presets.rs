//! Every preset in the formats of other programs.

use tenfold_formats::{Format, Provenance, SavedModel, onnx, read, write};
use tenfold_imaging::Preparation;
use tenfold_network::{Engine, Initializer, Model, PRESETS, Predictor};
use tenfold_random::{Purpose, Stream};

/// How far a probability may be from what the same network says: its graph divides pixels and adds in another order.
const TOLERANCE: f32 = 1e-5;

#[test]
fn every_preset_has_its_layers_in_keras_and_onnx() {
    let mut stream = Stream::new(1, Purpose::Test, 0, 0);
    let images: Vec<u8> = (0..3 * 784).map(|_| stream.below(256) as u8).collect();
    for preset in PRESETS {
        let model = Model::random(preset.architecture(), Initializer::HeNormal, 1).unwrap();
        let saved = SavedModel {
            labels: (0..model.outline().classes).map(|class| class.to_string()).collect(),
            min_confidence: 0.0,
            thresholds: Vec::new(),
            model,
            preparation: Preparation::default(),
            provenance: Provenance::default(),
        };
        let answers =
            |saved: &SavedModel| Predictor::new(&saved.model, Engine::single()).unwrap().probabilities(&images);
        let expected = answers(&saved);
        for format in [Format::KerasHdf5, Format::Keras, Format::Onnx(onnx::Output::Probabilities)] {
            let again = write(&saved, format).and_then(|file| read(&file, None));
            let again = again.unwrap_or_else(|error| panic!("{} as {format}: {error}", preset.name));
            let found = answers(&again);
            assert_eq!((found.len(), &again.labels), (expected.len(), &saved.labels), "{} as {format}", preset.name);
            let furthest = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(furthest <= TOLERANCE, "{} as {format}: a probability differs by {furthest:e}", preset.name);
        }
    }
}
