use super::*;
use crate::error::Error;

fn sample() -> Group {
    let arrays = Group::default()
        .with("a", Node::Floats(vec![2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, -0.0]))
        .with("one", Node::Floats(vec![], vec![7.5]))
        .with("none", Node::Floats(vec![0], vec![]));
    let names = ["a", "", "größer"].map(str::to_owned).to_vec();
    Group::default()
        .with_attribute("text", Attribute::Text("x".repeat(100_000)))
        .with_attribute("empty", Attribute::Texts(Vec::new()))
        .with_attribute("names0", Attribute::Texts(names.clone()))
        .with_attribute("names1", Attribute::Texts(names))
        .with("group", Node::Group(arrays))
}

#[test]
fn all_comes_back() {
    let bytes = write(&sample());
    assert_eq!(bytes, write(&sample()));
    let file = File::open(&bytes).unwrap();
    let root = file.root().unwrap();
    assert_eq!(root.text("text").unwrap().unwrap(), "x".repeat(100_000));
    assert_eq!(root.texts("empty").unwrap(), Some(Vec::new()));
    assert_eq!(root.texts("names").unwrap().unwrap(), ["a", "", "größer", "a", "", "größer"]);
    assert_eq!(root.texts("other").unwrap(), None);
    assert_eq!(root.names().unwrap(), ["group"]);
    let values = |path: &str, shape: &[usize]| root.expect(path)?.floats(shape);
    assert_eq!(values("group/a", &[2, 3]).unwrap(), [1.0, 2.0, 3.0, 4.0, 5.0, -0.0]);
    assert_eq!(values("/group//./one", &[]).unwrap(), [7.5]);
    assert_eq!(values("group/none", &[0]).unwrap(), [0.0; 0]);
    for (error, expected) in [
        (values("group/a", &[3, 2]).unwrap_err(), "/group/a: expected [3, 2], found [2, 3]"),
        (values("group/b", &[3]).unwrap_err(), "/group/b: expected to be in the file, found nothing"),
        (values("group", &[3]).unwrap_err(), "/group: expected an array, found something else"),
        (root.text("names0").unwrap_err(), "attribute names0: expected one text, found 3 texts"),
    ] {
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn many_references_to_one_text_are_refused() {
    let many = vec!["y".to_owned(); 3_000];
    let group = Group::default()
        .with_attribute("big", Attribute::Text("x".repeat(10_000)))
        .with_attribute("many", Attribute::Texts(many));
    let mut bytes = write(&group);
    // The first text of the heap has number 1; all other references are turned into ones to it.
    let reference =
        |length: u32, index: u32| [&length.to_le_bytes()[..], &96u64.to_le_bytes(), &index.to_le_bytes()].concat();
    let big = reference(10_000, 1);
    for index in 2..=3_001 {
        let small = reference(1, index);
        let at = bytes.windows(16).position(|window| window == small).unwrap();
        bytes[at..at + 16].copy_from_slice(&big);
    }
    let file = File::open(&bytes).unwrap();
    let root = file.root().unwrap();
    assert_eq!(root.text("big").unwrap().unwrap().len(), 10_000);
    let error = root.texts("many").unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 16_777_216, .. }), "{error}");
}

#[test]
fn one_array_read_again_and_again_is_refused() {
    let group = Group::default().with("a", Node::Floats(vec![1 << 18], vec![1.0; 1 << 18]));
    let bytes = write(&group);
    let file = File::open(&bytes).unwrap();
    let array = file.root().unwrap().expect("a").unwrap();
    let mut results = (0..20).map(|_| array.floats(&[1 << 18]));
    assert!(results.by_ref().take(16).all(|result| result.is_ok()));
    assert!(results.any(|result| matches!(result, Err(Error::TooLarge { .. }))));
}

#[test]
fn other_bytes_are_refused() {
    let bytes = write(&sample());
    for length in [0, 7, 8, 50, bytes.len() - 1] {
        let error = File::open(&bytes[..length]).err().expect("an error");
        assert!(matches!(error, Error::Malformed { .. }), "{error}");
    }
    for (at, value, expected) in [(8, 9, "superblock version 9"), (13, 4, "[4, 8] bytes per address and size")] {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        let error = File::open(&bytes).err().expect("an error").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// The numbers of every array in `testdata/hdf5`.
fn numbers() -> Vec<f32> {
    (0..5 * 7 * 3).map(|index| (index as f32 - 52.0) / 4.0).collect()
}

#[test]
fn arrays_of_h5py_are_read_however_they_are_stored() {
    let bytes = include_bytes!("../../../../testdata/hdf5/arrays.h5");
    let file = File::open(bytes).unwrap();
    let root = file.root().unwrap();
    for kind in ["<f2", "<f4", "<f8", ">f2", ">f4", ">f8"] {
        assert_eq!(root.expect(&format!("plain {kind}")).unwrap().floats(&[5, 7, 3]).unwrap(), numbers(), "{kind}");
    }
    for name in ["chunks", "deflate", "shuffle", "checksum", "all", "large chunk", "one by one"] {
        assert_eq!(root.expect(name).unwrap().floats(&[5, 7, 3]).unwrap(), numbers(), "{name}");
    }
    for (name, expected) in [
        ("whole numbers", "/whole numbers: numbers other than floats of 16, 32 or 64 bits"),
        ("packed", "/packed: filter 32000: read are deflate, shuffle and fletcher32"),
        ("unwritten", "/unwritten: expected values, found none: the array was never written"),
    ] {
        let error = root.expect(name).unwrap().floats(&[5, 7, 3]).unwrap_err().to_string();
        assert!(error.ends_with(expected), "'{error}' should end with '{expected}'");
    }
    let error = root.expect("bomb").unwrap().floats(&[4 << 20]).unwrap_err();
    assert!(matches!(error, Error::TooLarge { found: 16_777_216, .. }), "{error}");
}

#[test]
fn texts_and_groups_of_h5py_are_read() {
    let bytes = include_bytes!("../../../../testdata/hdf5/arrays.h5");
    let file = File::open(bytes).unwrap();
    let root = file.root().unwrap();
    assert_eq!(root.texts("fixed").unwrap().unwrap(), ["conv2d", "dense"]);
    assert_eq!(root.texts("variable").unwrap().unwrap(), ["conv2d", "größer"]);
    assert_eq!(root.text("scalar").unwrap().unwrap(), "text");
    assert_eq!(root.text("bytes").unwrap().unwrap(), "text");
    let error = root.text("number").unwrap_err().to_string();
    assert!(error.ends_with("attribute number: expected text, found a type of class 0"), "{error}");
    let many = root.expect("many").unwrap();
    assert_eq!(many.names().unwrap().len(), 100);
    assert!((0..100).all(|index| many.child(&format!("layer {index}")).unwrap().is_some()));
    assert!(many.child("layer 100").unwrap().is_none());
}

#[test]
fn new_forms_are_read_or_refused_by_name() {
    let bytes = include_bytes!("../../../../testdata/hdf5/latest.h5");
    let file = File::open(bytes).unwrap();
    let root = file.root().unwrap();
    assert_eq!(root.text("scalar").unwrap().unwrap(), "text");
    assert_eq!(root.expect("plain <f4").unwrap().floats(&[5, 7, 3]).unwrap(), numbers());
    let few = root.expect("few").unwrap();
    assert!(few.child("3").unwrap().is_some());
    let many = root.expect("many").unwrap();
    for error in [many.child("3").err().expect("an error"), few.text("3").unwrap_err()] {
        let error = error.to_string();
        assert!(
            error.contains("in a heap of their own\nhint: write the file again without libver='latest'"),
            "{error}"
        );
    }
}

/// Everything that reading does with a file, whatever becomes of it.
fn exercise(bytes: &[u8]) -> Result<(), Error> {
    let file = File::open(bytes)?;
    let root = file.root()?;
    for name in ["fixed", "variable", "scalar", "names", "text"] {
        let _ = root.texts(name);
    }
    for name in root.names()? {
        let Some(object) = root.child(&name)? else { continue };
        let _ = (object.floats(&[5, 7, 3]), object.names());
    }
    Ok(())
}

#[test]
fn damage_in_any_place_gives_an_error_or_values() {
    let latest = include_bytes!("../../../../testdata/hdf5/latest.h5");
    let arrays = include_bytes!("../../../../testdata/hdf5/arrays.h5");
    for (bytes, step) in [(write(&sample()), 41), (latest.to_vec(), 1), (arrays.to_vec(), 61)] {
        for length in (0..bytes.len()).step_by(step) {
            assert!(exercise(&bytes[..length]).is_err(), "cut to {length}");
        }
        let mut changed = bytes.clone();
        for at in (0..bytes.len()).step_by(step) {
            for mask in [1 << (at % 8), 0xff] {
                changed[at] ^= mask;
                let _ = exercise(&changed);
                changed[at] = bytes[at];
            }
        }
    }
}
