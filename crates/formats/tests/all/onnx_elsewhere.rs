//! ONNX files and state dicts of other programs, which answer as those do.

use tenfold_formats::{Format, SavedModel, onnx};
use tenfold_network::{Architecture, Engine, Layer, PoolKind, Predictor};

use super::onnx::{AROUND, VALID, conv, pool};

pub(super) fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/../../testdata/models/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Asserts that a model answers as `NAME.f32` has it.
fn assert_answers(name: &str, saved: &SavedModel, images: &[u8]) {
    let expected: Vec<f32> =
        file(&format!("{name}.f32")).as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
    let found = Predictor::new(&saved.model, Engine::single()).unwrap().probabilities(images).to_vec();
    assert_eq!(found.len(), expected.len(), "{name}");
    let far = found.iter().zip(&expected).map(|(found, expected)| (found - expected).abs()).fold(0.0, f32::max);
    assert!(far < 1e-5, "{name}: {far} apart");
}

#[test]
fn a_state_dict_of_a_module_answers_as_there_with_its_network() {
    let layers = vec![
        conv(5, [5, 5], [1, 1], VALID, false),
        Layer::Relu,
        Layer::BatchNorm { momentum: 0.9, epsilon: 1e-5 },
        pool(PoolKind::Max, [3, 3], [2, 2], VALID),
        conv(6, [3, 3], [2, 2], AROUND, true),
        Layer::Relu,
        pool(PoolKind::Average, [3, 3], [1, 1], VALID),
        Layer::Flatten,
        Layer::dense(11),
        Layer::Relu,
        Layer::BatchNorm { momentum: 0.9, epsilon: 1e-5 },
        Layer::Dropout { rate: 0.5 },
        Layer::dense(10),
    ];
    let architecture = Architecture { input: [28, 28, 1].into(), layers };
    let bytes = file("pytorch_module_state.safetensors");
    let saved = tenfold_formats::read(&bytes, Some(&architecture)).unwrap();
    assert_answers("pytorch_module_state", &saved, &file("images.u8"));
    assert_eq!(Format::of_bytes(&bytes).unwrap(), Format::StateDict);
}

#[test]
fn models_of_other_programs_answer_as_there() {
    const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    let rows = [
        ("pytorch_sequential_trace", "pytorch 2.15.0 (ONNX)"),
        ("pytorch_sequential_dynamo", "pytorch 2.15.0+cu132 (ONNX)"),
        ("pytorch_module_trace", "pytorch 2.15.0 (ONNX)"),
        ("pytorch_module_dynamo", "pytorch 2.15.0+cu132 (ONNX)"),
        ("pytorch_pooled_trace", "pytorch 2.15.0 (ONNX)"),
        ("pytorch_pooled_dynamo", "pytorch 2.15.0+cu132 (ONNX)"),
        ("pytorch_padded_trace", "pytorch 2.15.0 (ONNX)"),
        ("pytorch_padded_dynamo", "pytorch 2.15.0+cu132 (ONNX)"),
        ("pytorch_rows_trace", "pytorch 2.15.0 (ONNX)"),
        ("pytorch_rows_dynamo", "pytorch 2.15.0+cu132 (ONNX)"),
        ("pytorch_limited_trace", "pytorch 2.15.0 (ONNX)"),
        ("pytorch_limited_dynamo", "pytorch 2.15.0+cu132 (ONNX)"),
        ("pytorch_zero_padded_trace", "pytorch 2.15.0 (ONNX)"),
        ("pytorch_zero_padded_dynamo", "pytorch 2.15.0+cu132 (ONNX)"),
        ("pytorch_module_beside", "pytorch 2.15.0+cu132 (ONNX)"),
        ("sklearn_zipmap", "skl2onnx 1.20.0 (ONNX)"),
        ("sklearn_table", "skl2onnx 1.20.0 (ONNX)"),
        ("sklearn_no_eight", "skl2onnx 1.20.0 (ONNX)"),
        ("keras3_export", "pytorch 2.15.0 (ONNX)"),
        ("tf2onnx_sequential", "tf2onnx 1.17.0 "),
        ("tf2onnx_functional", "tf2onnx 1.17.0 "),
        ("tf2onnx_padded", "tf2onnx 1.17.0 "),
    ];
    let images = file("images.u8");
    for (name, program) in rows {
        let bytes = file(&format!("{name}.onnx"));
        let saved = Format::of_bytes(&bytes).unwrap().read(&bytes, None, &mut |beside| Ok(file(beside)));
        let saved = saved.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(saved.provenance.program.starts_with(program), "{name}: {}", saved.provenance.program);
        let labels: Vec<&str> =
            DIGITS.into_iter().filter(|&label| name != "sklearn_no_eight" || label != "8").collect();
        assert_eq!(saved.labels, labels, "{name}");
        assert_answers(name, &saved, &images);
        let again = onnx::write(&saved, onnx::Output::Probabilities).unwrap();
        assert!(onnx::read(&again).unwrap() == saved, "{name}");
    }
}
