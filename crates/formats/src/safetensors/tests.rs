use proptest::prelude::*;
use tenfold_network::{Architecture, Initializer, Layer, Padding, PoolKind};

use super::*;

/// A small network with every kind of tensor and layer.
fn saved() -> SavedModel {
    let layers = vec![
        Layer::Conv2d { filters: 3, kernel: [3, 3], stride: [2, 2], padding: Padding::Same, bias: false },
        Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 },
        Layer::Relu,
        Layer::Pool { kind: PoolKind::Average, size: [2, 2], stride: [2, 2], padding: Padding::Valid },
        Layer::Flatten,
        Layer::Dropout { rate: 0.25 },
        Layer::dense(10),
    ];
    let architecture = Architecture { input: [28, 28, 1].into(), layers };
    SavedModel {
        model: Model::random(architecture, Initializer::HeNormal, 3).unwrap(),
        preparation: Preparation::default(),
        labels: (0..10).map(|digit| digit.to_string()).collect(),
        provenance: Provenance { program: "test".to_owned(), ..Provenance::default() },
    }
}

/// The file with `from` replaced by `to` in its JSON header, and the header's length put right.
fn altered(from: &str, to: &str) -> Vec<u8> {
    let bytes = write(&saved()).unwrap();
    let end = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = std::str::from_utf8(&bytes[8..end]).unwrap();
    assert!(header.contains(from), "{header}");
    let header = header.replace(from, to);
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &bytes[end..]].concat()
}

#[test]
fn a_model_comes_back_bit_for_bit() {
    let saved = saved();
    let bytes = write(&saved).unwrap();
    assert_eq!(read(&bytes).unwrap(), saved);
    assert!((0..10).all(|_| write(&saved).unwrap() == bytes), "the same model gives the same bytes");
}

#[test]
fn every_lie_is_named() {
    for (from, to, expected) in [
        (r#"{\"version\":1"#, r#"{\"version\":2"#, "model file of version 2, expected version 1\nhint: "),
        (r#"{\"version\":1"#, r#"{\"version\":\"x\""#, "the model file's description is damaged: invalid type"),
        (r#""tenfold":"#, r#""tensors":"#, "does not say what network it holds: expected 'tenfold'"),
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
fn values_that_are_no_numbers_are_refused() {
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
    let bytes = write(&saved()).unwrap();
    for length in (0..bytes.len()).step_by(7).chain([bytes.len() - 1]) {
        assert!(read(&bytes[..length]).is_err(), "cut to {length} of {}", bytes.len());
    }
    assert!(read(&[bytes.as_slice(), &[0]].concat()).is_err(), "a byte too many");
}

proptest! {
    #[test]
    fn a_changed_byte_gives_an_error_or_a_model(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut bytes = write(&saved()).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(saved) = read(&bytes) {
            prop_assert!(saved.check().is_ok());
        }
    }

    #[test]
    fn anything_after_a_plausible_length_is_refused_or_read(tail in prop::collection::vec(any::<u8>(), 0..200)) {
        let bytes = [&(tail.len() as u64).to_le_bytes()[..], &tail].concat();
        prop_assert!(read(&bytes).is_err());
    }
}
