use proptest::prelude::*;
use tenfold_network::{Architecture, Engine, Initializer, Model, quantize};

use super::*;
use crate::Format;
use crate::arrays::is_kernel;
use crate::samples::{ensemble, quantized, saved, warm};
use crate::saved_model::Provenance;

/// The file with `from` replaced by `to` in its JSON header, and the header's length put right.
fn altered(from: &str, to: &str) -> Vec<u8> {
    altered_file(write(&saved()).unwrap(), from, to)
}

fn altered_file(bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    let end = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = std::str::from_utf8(&bytes[8..end]).unwrap();
    assert!(header.contains(from), "{header}");
    let header = header.replace(from, to);
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &bytes[end..]].concat()
}

/// The file begins with its header's length, and 640 is how a pickle begins.
#[test]
fn a_header_of_any_length_is_that_of_this_format() {
    let mut lengths = Vec::new();
    for data in (0..1_024).step_by(8) {
        let provenance = Provenance { data: "x".repeat(data), ..Provenance::default() };
        let saved = SavedModel { provenance, ..saved() };
        for format in [Format::Safetensors, Format::StateDict] {
            let bytes = crate::write(&saved, format).unwrap();
            assert_eq!(Format::of_bytes(&bytes).unwrap(), format, "{data}");
            lengths.push([bytes[0], bytes[1]]);
        }
        assert_eq!(crate::read(&crate::write(&saved, Format::Safetensors).unwrap(), None).unwrap(), saved, "{data}");
    }
    assert!(lengths.iter().any(|length| matches!(length, [0x80, 2..=5])), "{lengths:?}");
}

#[test]
fn a_model_comes_back_bit_for_bit() {
    for saved in [saved(), warm(), quantized(), ensemble()] {
        let bytes = write(&saved).unwrap();
        let again = read(&bytes).unwrap();
        assert_eq!(again, saved);
        let bits = |saved: &SavedModel| saved.model.values().iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&again), bits(&saved));
        assert!((0..10).all(|_| write(&saved).unwrap() == bytes), "the same model gives the same bytes");
    }
}

#[test]
fn temperatures_that_make_no_probabilities_are_refused() {
    for temperature in ["0.0", "-1.0", "1e300", "1e-30"] {
        let file = altered("\\\"provenance", &format!("\\\"temperature\\\":{temperature},\\\"provenance"));
        let error = read(&file).unwrap_err().to_string();
        assert!(error.contains("the temperature is ") && error.contains("expected 0.01 to 100"), "{error}");
    }
}

#[test]
fn scales_of_any_bits_come_back() {
    let saved = quantized();
    let mut tried = 0;
    for bits in (0x0500_0000..0x7400_0000).step_by(5_000_011) {
        let mut quantization = saved.model.quantization().unwrap().clone();
        // The averaged bytes' scale: any that is near enough to the others for their products.
        let scale = f32::from_bits(bits);
        quantization.layers[1].input = scale;
        quantization.layers[2].input = scale;
        let (architecture, mut values) = (saved.model.architecture().clone(), saved.model.values().to_vec());
        for tensor in saved.model.outline().tensors().filter(|tensor| !is_kernel(tensor)) {
            values[tensor.range.clone()].fill(0.0);
        }
        let Ok(model) = Model::with_quantization(architecture, values, quantization) else { continue };
        let saved = SavedModel { model, ..saved.clone() };
        assert_eq!(read(&write(&saved).unwrap()).unwrap(), saved, "{scale:e}");
        tried += 1;
    }
    assert!(tried > 200, "{tried} scales fit the others");
}

#[test]
fn a_file_of_floats_says_nothing_of_bytes() {
    let (floats, bytes) = (write(&saved()).unwrap(), write(&quantized()).unwrap());
    let says = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("quantization");
    assert!(says(&bytes) && !says(&floats));
    let paper = |model| SavedModel { model, ..saved() };
    let floats = Model::random(Architecture::paper(), Initializer::HeNormal, 1).unwrap();
    let quantized = quantize(&floats, &[100; 784], Engine::single()).unwrap();
    let [floats, bytes] = [floats, quantized].map(|model| write(&paper(model)).unwrap().len());
    assert!(bytes < 165_000 && floats > 635_000, "{bytes} and {floats} bytes");
}

#[test]
fn every_lie_about_bytes_is_named() {
    let file = write(&quantized()).unwrap();
    for (from, to, expected) in [
        (
            r#"\"input_scales\":[0.0039"#,
            r#"\"input_scales\":[0.0040"#,
            "layer 1 (conv2d): the scale of its input is 0.0040",
        ),
        (r#"\"input_scales\":["#, r#"\"input_scales\":[1.0,"#, "input scales: expected 3, found 4"),
        (r#"\"input_scales\":["#, r#"\"input_scales\":[\"x\","#, "description is damaged: invalid type: string"),
        (r#"\"input_scales\":["#, r#"\"input_scales\":[1e999,"#, "description is damaged: number out of range"),
        (r#"\"input_scales\":["#, r#"\"output_scales\":["#, "description is damaged: unknown field `output_scales`"),
        (r#",\"quantization\":{"#, r#",\"quantisation\":{"#, "description is damaged: unknown field `quantisation`"),
        (r#",\"quantization\":{"#, r#",\"version\":{"#, "description is damaged: duplicate field `version`"),
        (r#""I8""#, r#""U8""#, "tensor conv2d.kernel: expected I8 [3, 3, 1, 3], found U8 [3, 3, 1, 3]"),
        (
            r#""conv2d.kernel_scale""#,
            r#""conv2d.kernel_scales""#,
            "tensor conv2d.kernel_scale: expected to be in the file",
        ),
        (r#"\"filters\":3"#, r#"\"filters\":4"#, "tensor conv2d.kernel_scale: expected F32 [4], found F32 [3]"),
        (
            r#"{\"type\":\"relu\"},"#,
            "",
            "an impossible network: layer 1 (conv2d): its output may be negative, and average_pool",
        ),
        (
            r#"{\"type\":\"relu\"},"#,
            r#"{\"type\":\"dropout\",\"rate\":0.5},"#,
            "layer 2 (dropout): is not part of a quantised",
        ),
    ] {
        let error = read(&altered_file(file.clone(), from, to)).unwrap_err().to_string();
        assert!(error.contains(expected), "'{error}' should contain '{expected}'");
    }
    // Floats where the description promises bytes, and the other way round.
    let scales = r#",\"quantization\":{\"input_scales\":[0.00392156862745098,1.0,1.0]}"#;
    let end = r#"\"data\":\"\"}"#;
    let error = read(&altered(end, &format!("{end}{scales}"))).unwrap_err().to_string();
    assert!(error.contains("tensors: expected 9, found 7"), "{error}");
    let header = String::from_utf8_lossy(&file);
    let start = header.find(r#",\"quantization\""#).unwrap();
    let scales = &header[start..start + header[start..].find('}').unwrap() + 1];
    let error = read(&altered_file(file.clone(), scales, "")).unwrap_err().to_string();
    assert!(error.contains("tensors: expected 4, found 6"), "{error}");
}

#[test]
fn weights_and_scales_out_of_range_are_refused() {
    // Whole numbers come after all floats, the dense layer's kernel last; scales of filters are among the floats.
    let file = write(&quantized()).unwrap();
    let mut low = file.clone();
    *low.last_mut().unwrap() = i8::MIN.cast_unsigned();
    let error = read(&low).unwrap_err().to_string();
    assert!(error.ends_with("tensor dense.kernel: expected numbers from -127 to 127, found -128"), "{error}");

    let saved = quantized();
    let scale = saved.model.quantization().unwrap().layers[0].kernel[1].to_le_bytes();
    let at = file.windows(4).position(|bytes| bytes == scale).unwrap();
    for (value, expected) in [
        (f32::NAN, "tensor conv2d.kernel_scale: expected finite numbers, found NaN"),
        (f32::INFINITY, "tensor conv2d.kernel_scale: expected finite numbers, found inf"),
        (0.0, "layer 1 (conv2d): the scale of a filter is 0e0, expected a finite number above 0, not too small"),
        (-1.0, "layer 1 (conv2d): the scale of a filter is -1e0"),
        (1e-40, "layer 1 (conv2d): the scale of a filter is 1e-40"),
        (1.2e-38, "layer 1 (conv2d): its scales give a factor of "),
        (f32::MAX, "layer 1 (conv2d): the scale of a filter is 3.4028235e38"),
    ] {
        let mut bytes = file.clone();
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        let error = read(&bytes).unwrap_err().to_string();
        assert!(error.contains(expected), "'{error}' should contain '{expected}'");
    }
}

#[test]
fn every_lie_is_named() {
    for (from, to, expected) in [
        (r#"{\"version\":1"#, r#"{\"version\":2"#, "model file of version 2, expected version 1\nhint: "),
        (r#"{\"version\":1"#, r#"{\"version\":\"x\""#, "the model file's description is damaged: invalid type"),
        (r#""tenfold":"#, r#""tensors":"#, "does not say what network its values are of"),
        (r#"\"filters\":3"#, r#"\"filters\":0"#, "an impossible network: layer 1 (conv2d): 0 filters"),
        (
            r#"\"filters\":3"#,
            r#"\"filters\":4"#,
            "tensor conv2d.kernel: expected F32 [3, 3, 1, 4], found F32 [3, 3, 1, 3]",
        ),
        (r#"\"filters\":3"#, r#"\"filtres\":3"#, "description is damaged: unknown field `filtres`"),
        (
            r#""conv2d.kernel""#,
            r#""conv2d.colonel""#,
            "tensor conv2d.kernel: expected to be in the file, found nothing",
        ),
        (r#"\"labels\":[\"0\","#, r#"\"labels\":["#, "labels: expected 10, found 9"),
        (r#"\"side\":28"#, r#"\"side\":32"#, "prepared image: expected 28x28x1, found 32x32x1"),
        (r#""F32""#, r#""I32""#, "tensor conv2d.kernel: expected F32 [3, 3, 1, 3], found I32 [3, 3, 1, 3]"),
        (r#"{\"type\":\"relu\"},"#, r#"{\"type\":\"dense\",\"units\":4294967296},"#, "impossible network"),
    ] {
        let error = read(&altered(from, to)).unwrap_err().to_string();
        assert!(error.contains(expected), "'{error}' should contain '{expected}'");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(read(&altered(r#"{\"version\":1"#, &deep)), Err(Error::Description { .. })));
}

#[test]
fn values_that_are_not_finite_are_refused() {
    let mut bytes = write(&saved()).unwrap();
    let last = bytes.len() - 4;
    bytes[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    let error = read(&bytes).unwrap_err().to_string();
    assert!(error.ends_with("expected finite numbers, found NaN"), "{error}");
}

#[test]
fn files_of_something_else_are_refused() {
    for bytes in [&b""[..], b"{}", b"this is a text file, not a model", &[0xff; 64], b"\x89PNG\r\n\x1a\n and so on"] {
        let error = read(bytes).unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }), "{error}");
    }
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for bytes in [write(&saved()).unwrap(), write(&quantized()).unwrap()] {
        for length in (0..bytes.len()).step_by(7).chain([bytes.len() - 1]) {
            assert!(read(&bytes[..length]).is_err(), "cut to {length} of {}", bytes.len());
        }
        assert!(read(&[bytes.as_slice(), &[0]].concat()).is_err(), "a byte too many");
    }
}

proptest! {
    #[test]
    fn a_changed_byte_gives_an_error_or_a_model(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        for saved in [saved(), quantized()] {
            let mut bytes = write(&saved).unwrap();
            let at = at.index(bytes.len());
            bytes[at] = to;
            if let Ok(saved) = read(&bytes) {
                prop_assert_eq!(read(&write(&saved).unwrap()).unwrap(), saved);
            }
        }
    }

    #[test]
    fn anything_after_a_plausible_length_is_refused_or_read(tail in prop::collection::vec(any::<u8>(), 0..200)) {
        let bytes = [&(tail.len() as u64).to_le_bytes()[..], &tail].concat();
        prop_assert!(read(&bytes).is_err());
    }
}
