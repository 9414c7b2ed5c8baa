//! How errors are worded, over a table of those of all formats.

use tenfold_network::{Architecture, Initializer, Layer, Model, Padding, PoolKind};

use super::{Error, ErrorKind};
use crate::samples::{FORMATS, of_layers, quantized, saved, without_parameters};
use crate::{Format, SavedModel, read, write};

/// Asserts that a message says things in words, and what to do in a line of its own at the end.
pub(crate) fn check(message: &str) {
    for debug in ["Some(", "found None", "Ok(", "Err(", " { ", "[0x", "\\\"", "  "] {
        assert!(!message.contains(debug), "'{message}' has '{debug}'");
    }
    let lines: Vec<&str> = message.lines().collect();
    let (last, others) = lines.split_last().expect("a message has words");
    assert!(others.iter().all(|line| !line.contains("hint:")), "'{message}': its hint is not at the end");
    assert!(!last.contains("hint:") || last.starts_with("hint: ") && !others.is_empty(), "'{message}'");
    assert!(lines.iter().all(|line| !line.is_empty() && !line.ends_with([' ', '.'])), "'{message}'");
}

fn refused(bytes: &[u8], architecture: Option<&Architecture>) -> String {
    read(bytes, architecture).expect_err("an error").to_string()
}

/// Errors of reading and writing, with how they begin.
fn errors() -> Vec<(String, &'static str)> {
    let saved = saved();
    let [tensors, npz, h5, keras] =
        [Format::Safetensors, Format::Npz, Format::KerasHdf5, Format::Keras].map(|to| write(&saved, to).unwrap());
    let changed = |bytes: &[u8], from: &[u8], to: &[u8]| {
        let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
        [&bytes[..at], to, &bytes[at + from.len()..]].concat()
    };
    let first = saved.model.values()[0].to_le_bytes();
    let infinite = changed(&tensors, &first, &f32::INFINITY.to_le_bytes());
    let plain = include_bytes!("../../../../testdata/models/plain.npz");
    let weights = include_bytes!("../../../../testdata/models/keras3_paper.weights.h5");
    let old_weights = include_bytes!("../../../../testdata/models/keras2_weights.h5");
    let other = Architecture { input: [28, 28, 1].into(), layers: vec![Layer::Flatten, Layer::dense(4)] };
    let impossible = Architecture { input: [28, 28, 1].into(), layers: vec![Layer::conv(3, 99)] };
    let of = |input: [usize; 3]| {
        let architecture = Architecture { input: input.into(), layers: vec![Layer::Flatten, Layer::dense(10)] };
        let model = Model::random(architecture, Initializer::HeNormal, 1).unwrap();
        SavedModel::undescribed(model, "test".to_owned()).expect_err("an error").to_string()
    };
    let unwritten = |saved: &SavedModel, to| write(saved, to).expect_err("an error").to_string();
    let pool = |kind, padding| {
        let pool = Layer::Pool { kind, size: [2, 2], stride: [2, 2], padding };
        of_layers(vec![pool, Layer::Flatten, Layer::dense(10)])
    };
    let explicit = Padding::Explicit { before: [1, 1], after: [0, 0] };
    vec![
        (refused(b"", None), "not a model file: an empty file"),
        (refused(b"<!DOCTYPE html><html>", None), "not a model file: a web page (HTML)"),
        (refused(b"label,pixel0\n1,0\n", None), "not a model file: a table as text (CSV)"),
        (refused(b"{\"version\": 1}", None), "not a model file: a JSON file"),
        (refused(b"\x89PNG\r\n\x1a\n", None), "not a model file: a PNG picture"),
        (refused(b"\x1f\x8b\x08\0", None), "not a model file: a gzip file"),
        (refused(b"\0\0\x08\x03\0\0\0\x01", None), "not a model file: an IDX file of images"),
        (refused(&[0xfe; 64], None), "not a model file: a file of an unknown kind"),
        (refused(b"\x80\x04\x95", None), "a Python pickle"),
        (refused(&tensors[..60], None), "not a readable safetensors file"),
        (refused(&npz[..60], None), "not a readable zip file"),
        (refused(&h5[..60], None), "not a readable HDF5 file"),
        (refused(&keras[..60], None), "not a readable zip file"),
        (refused(&infinite, None), "tensor conv2d.kernel: expected finite numbers, found inf"),
        (refused(&changed(&tensors, b"version\\\":1", b"version\\\":7"), None), "model file of version 7"),
        (refused(&changed(&tensors, b"labels", b"lavels"), None), "the model file's description is damaged"),
        (refused(plain, None), "this NPZ file does not say what network its values are of"),
        (refused(plain, Some(&other)), "the values are not those of the network: tensor dense.kernel"),
        (refused(plain, Some(&impossible)), "the network given: layer 1 (conv2d)"),
        (refused(weights, None), "this Keras weights file does not say what network"),
        (refused(weights, Some(&other)), "the values are not those of the network: layers with values"),
        (refused(old_weights, Some(&other)), "the values are not those of the network: layers with values"),
        (of([28, 28, 3]), "the network's input: is 28x28x3, expected one channel"),
        (of([28, 20, 1]), "the network's input: is 28x20x1, expected a square"),
        (of([600, 600, 1]), "the network's input: is 600x600x1, expected a side of at most 512"),
        (unwritten(&quantized(), Format::Keras), "Keras files cannot hold this model: it is quantised"),
        (unwritten(&quantized(), Format::StateDict), "PyTorch state dict files cannot hold this model"),
        (
            unwritten(&pool(PoolKind::Max, explicit), Format::Keras),
            "Keras files cannot hold this model: layer max_pool",
        ),
        (saved.with_normalized_pixels(0.0, -1.0).unwrap_err().to_string(), "deviation of pixels: is -1"),
    ]
}

#[test]
fn messages_are_sentences_with_the_hint_in_a_line_of_its_own() {
    for (message, start) in errors() {
        assert!(message.starts_with(start), "'{message}' should start with '{start}'");
        check(&message);
    }
}

#[test]
fn networks_without_parameters_come_back_from_every_format() {
    for saved in without_parameters() {
        for format in FORMATS {
            let bytes = write(&saved, format).unwrap();
            let again = read(&bytes, None).unwrap_or_else(|error| panic!("{format}: {error}"));
            assert_eq!(again.model.architecture(), saved.model.architecture(), "{format}");
        }
    }
}

#[test]
fn what_is_given_wrongly_is_not_the_files_fault() {
    let error = Error::contradiction("tensors", 7, 2).of_given().to_string();
    assert!(error.starts_with("the values are not those of the network: tensors: expected 7"), "{error}");
}

#[test]
fn kinds_say_what_can_be_done() {
    let weights = include_bytes!("../../../../testdata/models/keras3_paper.weights.h5");
    let other = Architecture { input: [28, 28, 1].into(), layers: vec![Layer::Flatten, Layer::dense(4)] };
    let kind = |bytes: &[u8], architecture| read(bytes, architecture).expect_err("an error").kind();
    assert_eq!(kind(b"", None), ErrorKind::Input);
    assert_eq!(kind(b"\x80\x04\x95", None), ErrorKind::Unsupported);
    assert_eq!(kind(weights, None), ErrorKind::Setting);
    assert_eq!(kind(weights, Some(&other)), ErrorKind::Contradiction);
    assert_eq!(saved().with_normalized_pixels(0.0, -1.0).unwrap_err().kind(), ErrorKind::Setting);
    assert_eq!(write(&quantized(), Format::Keras).unwrap_err().kind(), ErrorKind::Unsupported);
    let no_memory = tenfold_network::Error::Allocation { what: "parameters", bytes: 1 };
    assert_eq!(Error::from(no_memory).kind(), ErrorKind::Memory);
}
