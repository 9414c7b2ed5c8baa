use tenfold_network::{Engine, Layer, Predictor};

use super::*;
use crate::samples::{damage, of_layers, quantized, saved, warm};

const IMAGES: &[u8] = include_bytes!("../../../../testdata/models/images.u8");

fn linear() -> SavedModel {
    of_layers(vec![Layer::Flatten, Layer::dense(10)])
}

/// An archive of these members.
fn archive_of(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let members: Vec<_> = members.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect();
    archive::write(&members, FORMAT).unwrap()
}

/// The members of an archive.
fn members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = Archive::open(bytes, FORMAT).unwrap();
    let names = archive.names();
    names.into_iter().map(|name| (name.clone(), archive.entry(&name, 1 << 20).unwrap().unwrap())).collect()
}

#[test]
fn a_model_comes_back_bit_for_bit() {
    for saved in [saved(), warm(), quantized(), linear()] {
        let bytes = write(&saved).unwrap();
        assert_eq!(read(&bytes, None).unwrap(), saved);
        assert_eq!(write(&saved).unwrap(), bytes, "the same model gives the same bytes");
    }
    let names: Vec<_> = members(&write(&linear()).unwrap()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["dense.kernel.npy", "dense.bias.npy", "tenfold.json"]);
}

#[test]
fn archives_of_numpy_are_read() {
    let plain = include_bytes!("../../../../testdata/models/plain.npz");
    let compressed = include_bytes!("../../../../testdata/models/compressed.npz");
    let answers = include_bytes!("../../../../testdata/models/plain.f32");
    let answers: Vec<f32> = answers.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
    let linear = linear();
    let architecture = Some(linear.model.architecture());
    let [plain, compressed] = [&plain[..], compressed].map(|bytes| {
        assert!(matches!(read(bytes, None), Err(Error::Foreign { format: "NPZ" })));
        read(bytes, architecture).unwrap()
    });
    assert_eq!(plain, compressed, "rows and columns, 32 and 64 bits, little and big endian");
    assert_eq!((plain.labels.len(), plain.preparation.side()), (10, 28));
    let found = Predictor::new(&plain.model, Engine::single()).unwrap().probabilities(IMAGES);
    assert_eq!(found.len(), answers.len());
    for (found, expected) in found.iter().zip(&answers) {
        assert!((found - expected).abs() < 1e-5, "{found} {expected}");
    }
    let saved = saved();
    let error = read(include_bytes!("../../../../testdata/models/plain.npz"), Some(saved.model.architecture()));
    assert!(error.unwrap_err().to_string().contains("tensors: expected 7, found 2"));
    let pickled = include_bytes!("../../../../testdata/models/pickled.npz");
    assert!(matches!(read(pickled, architecture), Err(Error::Pickle)));
}

#[test]
fn every_lie_is_named() {
    let linear = linear();
    let npy = |descr: &str, shape: &[usize], len: usize| tenfold_archive::npy::write(descr, shape, &vec![0; len]);
    let kernel = npy("<f4", &[784, 10], 31_360);
    let mut nan = npy("<f4", &[10], 36);
    nan.extend(f32::NAN.to_le_bytes());
    let wide: Vec<u8> = [b"\x93NUMPY\x01\0\x76\0".to_vec(), vec![b' '; 118], vec![0; 40]].concat();
    let infinite = String::from_utf8_lossy(&npy("<f4", &[10], 0)).replace("<f4", "<f8");
    let infinite = [&npy("<f4", &[10], 0)[..10], &infinite.as_bytes()[infinite.len() - 118..]].concat();
    let infinite = [infinite, 1e300_f64.to_le_bytes().repeat(10)].concat();
    for (bias, expected) in [
        (npy("<f4", &[10], 39), "tensor dense.bias: expected 40 bytes of numbers, found 39"),
        (npy("<f4", &[10], 41), "tensor dense.bias: expected 40 bytes of numbers, found 41"),
        (npy("<f4", &[1, 10], 40), "tensor dense.bias: expected <f4 [10], found <f4 [1, 10]"),
        (npy("<f4", &[usize::MAX; 2], 40), "tensor dense.bias: expected <f4 [10], found <f4 [1844"),
        (npy("|i1", &[10], 10), "tensor dense.bias: expected <f4 [10], found |i1 [10]"),
        (nan, "tensor dense.bias: expected finite numbers, found NaN"),
        (infinite, "tensor dense.bias: expected finite numbers, found inf"),
        (b"\x93NUMPY\x04\0\x02\0{}".to_vec(), "dense.bias.npy: not an array of numpy's format 1 to 3"),
        (b"\x93NUMPY\x01\0\xff\xff{}".to_vec(), "dense.bias.npy: its header is cut short"),
        (b"\x93NUMPY\x02\0\xff\xff\xff\xff{}".to_vec(), "dense.bias.npy: its header is cut short"),
        (wide, "dense.bias.npy: its header is not a dictionary of"),
        (Vec::new(), "dense.bias.npy: not an array"),
        (vec![0; 100_000], "dense.bias.npy in the NPZ file: expected at most 16464, found 100000"),
    ] {
        let bytes = archive_of(&[("dense.kernel.npy", kernel.clone()), ("dense.bias.npy", bias)]);
        let error = read(&bytes, Some(linear.model.architecture())).unwrap_err().to_string();
        assert!(error.contains(expected), "'{error}' should contain '{expected}'");
    }
    let only = archive_of(&[("dense.kernel.npy", kernel.clone()), ("dense.bia.npy", npy("<f4", &[10], 40))]);
    let error = read(&only, Some(linear.model.architecture())).unwrap_err().to_string();
    assert!(error.contains("tensor dense.bias: expected to be in the file, found nothing"), "{error}");
    let description =
        |text: &[u8]| archive_of(&[("tenfold.json", text.to_vec()), ("dense.kernel.npy", kernel.clone())]);
    for (text, expected) in [
        (&b"\xff"[..], "description is damaged: invalid utf-8"),
        (b"[]", "description is damaged"),
        (b"{\"version\":2}", "model file of version 2, expected version 1"),
        (&vec![b' '; (1 << 20) + 1], "tenfold.json in the NPZ file: expected at most 1048576"),
    ] {
        let error = read(&description(text), None).unwrap_err().to_string();
        assert!(error.contains(expected), "'{error}' should contain '{expected}'");
    }
    // A description of a network far larger than its file: refused before anything is unpacked.
    let text = String::from_utf8(members(&write(&linear).unwrap()).pop().unwrap().1).unwrap();
    let text = text.replace(r#"{"type":"flatten"},"#, r#"{"type":"flatten"},{"type":"dense","units":300000},"#);
    let error = read(&archive_of(&[("tenfold.json", text.into_bytes())]), None).unwrap_err();
    assert!(matches!(error, Error::TooLarge { found: 954_000_040, .. }), "{error}");
}

#[test]
fn a_network_without_parameters_comes_back() {
    let saved = of_layers(vec![Layer::max_pool(9), Layer::Flatten, Layer::Relu]);
    let saved = SavedModel { labels: (0..9).map(|class| class.to_string()).collect(), ..saved };
    assert_eq!(crate::read(&write(&saved).unwrap(), None).unwrap(), saved);
}

#[test]
fn bytes_of_quantised_kernels_are_checked() {
    let all = members(&write(&quantized()).unwrap());
    let altered = |name: &str, alter: &dyn Fn(&mut Vec<u8>)| {
        let mut all = all.clone();
        alter(&mut all.iter_mut().find(|(member, _)| member == name).unwrap().1);
        read(&archive::write(&all, FORMAT).unwrap(), None).unwrap_err().to_string()
    };
    let error = altered("dense.kernel.npy", &|bytes| *bytes.last_mut().unwrap() = 0x80);
    assert!(error.ends_with("tensor dense.kernel: expected numbers from -127 to 127, found -128"), "{error}");
    let error =
        altered("dense.kernel.npy", &|bytes| *bytes = tenfold_archive::npy::write("<f4", &[147, 10], &[0; 1_470]));
    assert!(error.contains("tensor dense.kernel: expected |i1 [147, 10], found <f4"), "{error}");
    let error = altered("conv2d.kernel_scale.npy", &|bytes| bytes.truncate(bytes.len() - 4));
    assert!(error.contains("tensor conv2d.kernel_scale: expected 12 bytes of numbers, found 8"), "{error}");
}

#[test]
fn a_file_cut_or_changed_anywhere_gives_an_error_or_a_model() {
    for saved in [saved(), quantized()] {
        damage(&write(&saved).unwrap(), &|bytes| read(bytes, None));
    }
}
