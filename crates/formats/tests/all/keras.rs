//! Files that Keras itself wrote, and what it answers for the same images.

use std::path::Path;

use tenfold_formats::{SavedModel, read};
use tenfold_network::{Architecture, Engine, Predictor};

/// Files and the programs that their models are said to be from.
const FILES: [(&str, &str); 34] = [
    ("keras1_like.h5", "Keras 1"),
    ("keras2_0_like.h5", "Keras 2.0.8"),
    ("keras2_functional.h5", "Keras 2.15.0"),
    ("keras2_logits.h5", "Keras 2.15.0"),
    ("keras2_nested.h5", "Keras 2.15.0"),
    ("keras2_nested.keras", "Keras 2.15.0"),
    ("keras2_nested.weights.h5", "Keras"),
    ("keras2_nested_weights.h5", "Keras 2.15.0"),
    ("keras2_normalization.h5", "Keras 2.15.0"),
    ("keras2_padded.h5", "Keras 2.15.0"),
    ("keras2_paper.h5", "Keras 2.15.0"),
    ("keras2_paper.keras", "Keras 2.15.0"),
    ("keras2_paper.weights.h5", "Keras"),
    ("keras2_relu6.h5", "Keras 2.15.0"),
    ("keras2_rescaling.h5", "Keras 2.15.0"),
    ("keras2_rows.h5", "Keras 2.15.0"),
    ("keras2_sequential.h5", "Keras 2.15.0"),
    ("keras2_signed.h5", "Keras 2.15.0"),
    ("keras2_weights.h5", "Keras 2.15.0"),
    ("keras3_functional.h5", "Keras 3.15.1"),
    ("keras3_functional.keras", "Keras 3.15.1"),
    ("keras3_logits.keras", "Keras 3.15.1"),
    ("keras3_nested.h5", "Keras 3.15.1"),
    ("keras3_nested.keras", "Keras 3.15.1"),
    ("keras3_nested.weights.h5", "Keras"),
    ("keras3_normalization.keras", "Keras 3.15.1"),
    ("keras3_padded.keras", "Keras 3.15.1"),
    ("keras3_paper.h5", "Keras 3.15.1"),
    ("keras3_paper.keras", "Keras 3.15.1"),
    ("keras3_paper.weights.h5", "Keras"),
    ("keras3_relu6.keras", "Keras 3.15.1"),
    ("keras3_sequential.h5", "Keras 3.15.1"),
    ("keras3_sequential.keras", "Keras 3.15.1"),
    ("keras3_signed.keras", "Keras 3.15.1"),
];

fn bytes(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/models").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn architecture_of(name: &str) -> Option<Architecture> {
    let whole = match name {
        "keras2_weights.h5" | "keras2_paper.weights.h5" => "keras2_paper.h5",
        "keras3_paper.weights.h5" => "keras3_paper.keras",
        "keras2_nested.weights.h5" | "keras2_nested_weights.h5" => "keras2_nested.h5",
        "keras3_nested.weights.h5" => "keras3_nested.keras",
        _ => return None,
    };
    Some(read(&bytes(whole), None).unwrap().model.architecture().clone())
}

fn probabilities(saved: &SavedModel) -> Vec<f32> {
    let predictor = Predictor::new(&saved.model, Engine::single()).unwrap();
    bytes("images.u8").chunks(784).flat_map(|image| predictor.probabilities(image).to_vec()).collect()
}

#[test]
fn real_files_answer_as_keras_does() {
    for (name, program) in FILES {
        let saved =
            read(&bytes(name), architecture_of(name).as_ref()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(saved.provenance.program, program, "{name}");
        let (stem, _) = name.split_once('.').unwrap();
        let expected = bytes(&format!("{stem}.f32"));
        let expected = expected.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes));
        let found = probabilities(&saved);
        assert_eq!(found.len(), expected.len(), "{name}");
        let difference = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(difference < 1e-5, "{name}: {difference}");
    }
}

/// Reads a file that is cut in every place, which must be an error, or has a byte changed there, which must not panic.
fn damage(name: &str, step: usize) {
    let bytes = bytes(name);
    let architecture = architecture_of(name);
    let read = |bytes: &[u8]| read(bytes, architecture.as_ref());
    for length in (0..bytes.len()).step_by(step) {
        assert!(read(&bytes[..length]).is_err(), "{name} cut to {length}");
    }
    let mut changed = bytes.clone();
    for at in (0..bytes.len()).step_by(step) {
        for mask in [1 << (at % 8), 0xff] {
            changed[at] ^= mask;
            let _ = read(&changed);
            changed[at] = bytes[at];
        }
    }
}

#[test]
fn damage_in_any_place_gives_an_error_or_a_model() {
    for (name, step) in [
        ("keras2_logits.h5", 1),
        ("keras3_logits.keras", 3),
        ("keras2_paper.weights.h5", 7),
        ("keras2_weights.h5", 7),
        ("keras1_like.h5", 7),
        ("keras3_functional.h5", 7),
        ("keras3_functional.keras", 7),
        ("keras2_nested.h5", 7),
        ("keras3_nested.weights.h5", 7),
        ("keras3_normalization.keras", 7),
    ] {
        damage(name, step);
    }
}
