//! A model whose arithmetic overflows gives an error, and no digit with a probability of NaN.

use tenfold_formats::{Provenance, SavedModel, safetensors};
use tenfold_imaging::{GreyImage, Preparation};
use tenfold_network::{Architecture, Model};
use tenfold_recognizer::{EMBEDDED_MODEL, Error, Recognizer};

/// The probability of what a model whose values are all `weight` reads in a picture of a stroke.
fn predict(weight: f32) -> Result<f32, Error> {
    let architecture = Architecture::preset("linear").unwrap();
    let parameters = architecture.outline().unwrap().parameters;
    let saved = SavedModel {
        model: Model::with_values(architecture, vec![weight; parameters]).unwrap(),
        preparation: Preparation::default(),
        labels: safetensors::read(EMBEDDED_MODEL).unwrap().labels,
        min_confidence: 0.0,
        thresholds: Vec::new(),
        provenance: Provenance::default(),
    };
    let is_ink = |at: usize| (8..32).contains(&(at / 40)) && (18..22).contains(&(at % 40));
    let image = GreyImage::new(40, 40, (0..1_600).map(|at| if is_ink(at) { 0 } else { 255 }).collect()).unwrap();
    Recognizer::new(saved).unwrap().predict_image(&image).map(|prediction| prediction.probability)
}

#[test]
fn no_numbers_are_an_error() {
    assert!((predict(0.5).unwrap() - 0.1).abs() < 1e-6, "all classes are alike");
    for weight in [1e38, -1e38, f32::NAN] {
        let error = predict(weight).unwrap_err();
        assert!(matches!(error, Error::NotFinite), "{weight}: {error}");
    }
}
