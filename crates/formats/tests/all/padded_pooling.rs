//! Max pooling of 2x2 with stride 2 that is padded on both sides of an axis, after a convolution with an even map: it must
//! not be taken for the pooling that convolutions do themselves.

use tenfold_formats::{Format, Provenance, SavedModel, onnx, read, write};
use tenfold_imaging::Preparation;
use tenfold_network::reference::{self, byte_logits, loss_and_gradient};
use tenfold_network::{
    Architecture, Batch, Engine, Initializer, Model, Optimizer, Predictor, Trainer, TrainerOptions, quantize,
};

/// What `Conv2d(1, 8, 3), ReLU, MaxPool2d(2, 2, padding=1)` and a convolution of eight channels are as TOML, with
/// `padding` for `[before, after]`.
fn model(before: [usize; 2], after: [usize; 2]) -> Model {
    let pool = format!(
        "[[layers]]\ntype = \"pool\"\nkind = \"max\"\nsize = [2, 2]\nstride = [2, 2]\n\
         padding = {{ explicit = {{ before = {before:?}, after = {after:?} }} }}\n"
    );
    let conv = "[[layers]]\ntype = \"conv2d\"\nfilters = 8\nkernel = [3, 3]\n";
    let relu = "[[layers]]\ntype = \"relu\"\n";
    let end = "[[layers]]\ntype = \"flatten\"\n[[layers]]\ntype = \"dense\"\nunits = 10\n";
    let text = format!("input = [20, 20, 1]\n{conv}{relu}{pool}{conv}padding = \"same\"\n{relu}{pool}{end}");
    let architecture: Architecture = toml::from_str(&text).unwrap();
    Model::random(architecture, Initializer::HeNormal, 3).unwrap()
}

fn images(model: &Model) -> Vec<u8> {
    (0..3 * model.architecture().input.len()).map(|i| ((i * 7_919) >> 5) as u8).collect()
}

fn assert_close(what: &str, found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((f64::from(*found) - expected).abs() < 1e-5, "{what}: {found}, expected {expected}");
    }
}

const PADDINGS: [[[usize; 2]; 2]; 4] = [[[1, 1], [1, 1]], [[1, 0], [1, 0]], [[0, 1], [0, 1]], [[1, 1], [0, 0]]];

#[test]
fn predictions_steps_and_bytes_are_those_of_the_layers_one_by_one() {
    for [before, after] in PADDINGS {
        let model = model(before, after);
        let (images, labels) = (images(&model), [1, 0, 7]);
        let what = format!("{before:?} before, {after:?} after");
        for exact in [false, true] {
            let engine = Engine { exact, ..Engine::single() };
            let logits = Predictor::new(&model, engine).unwrap().logits(&images);
            assert_close(&what, &logits, &reference::logits(&model, &images));
            let quantized = quantize(&model, &images, engine).unwrap();
            let bytes = Predictor::new(&quantized, engine).unwrap().logits(&images);
            assert_eq!(bytes, byte_logits(&quantized, &images), "{what}");

            let options = TrainerOptions { batch: 3, seed: 1, engine };
            let mut trainer = Trainer::new(model.clone(), Optimizer::PAPER, options).unwrap();
            let gradient = trainer.gradient(Batch { images: &images, labels: &labels, order: &[0, 1, 2], soft: None });
            let values: Vec<f64> = model.values().iter().copied().map(f64::from).collect();
            let (_, expected) = loss_and_gradient(&model, &values, &images, &labels, 1).unwrap();
            assert_close(&what, &gradient.values, &expected);
        }
    }
}

#[test]
fn files_of_others_hold_the_same_network() {
    let model = model([1, 1], [1, 1]);
    let saved = SavedModel {
        preparation: Preparation::default().with_canvas(20, 14).unwrap(),
        labels: (0..10).map(|class| class.to_string()).collect(),
        min_confidence: 0.0,
        thresholds: Vec::new(),
        provenance: Provenance::default(),
        model,
    };
    let images = images(&saved.model);
    for format in [Format::Onnx(onnx::Output::Logits), Format::Keras, Format::KerasHdf5] {
        let again = read(&write(&saved, format).unwrap(), None).unwrap().model;
        assert_eq!(again.architecture(), saved.model.architecture(), "{format}");
        let logits = Predictor::new(&again, Engine::single()).unwrap().logits(&images);
        assert_close(&format.to_string(), &logits, &reference::logits(&saved.model, &images));
    }
}
