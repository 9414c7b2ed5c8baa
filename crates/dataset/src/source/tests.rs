//! Folders as people have them: every spelling is read, and what is missing or wrong is named.

use std::fs;

use tempfile::TempDir;

use super::{Part, Source};
use crate::{Dataset, Error, ErrorKind, Images, gzip, idx};

fn sample() -> Dataset {
    let images = Images { pixels: (0..18).collect::<Vec<_>>().into(), height: 2, width: 3 };
    Dataset::new(images, vec![3, 1, 4], 10).unwrap()
}

/// A folder with two files, and what loading its part gives.
fn load(part: Part, images: (&str, &[u8]), labels: (&str, &[u8])) -> (TempDir, Result<Dataset, Error>) {
    let directory = tempfile::tempdir().unwrap();
    for (name, bytes) in [images, labels] {
        fs::write(directory.path().join(name), bytes).unwrap();
    }
    let result = Source::Path(directory.path().to_owned()).load(part);
    (directory, result)
}

#[test]
fn every_spelling_is_read() {
    let (images, labels) = (idx::write_images(&sample()), idx::write_labels(&sample()));
    let (images_gz, labels_gz) = (gzip::compress(&images), gzip::compress(&labels));
    let check = |part, images: (&str, &[u8]), labels: (&str, &[u8])| {
        let (_directory, result) = load(part, images, labels);
        assert_eq!(result.unwrap(), sample(), "{} and {}", images.0, labels.0);
    };
    check(Part::Train, ("train-images-idx3-ubyte", &images), ("train-labels-idx1-ubyte", &labels));
    check(Part::Test, ("t10k-images-idx3-ubyte", &images), ("t10k-labels-idx1-ubyte", &labels));
    check(Part::Train, ("train-images-idx3-ubyte.gz", &images_gz), ("train-labels-idx1-ubyte.gz", &labels_gz));
    check(Part::Test, ("t10k-images.idx3-ubyte", &images), ("t10k-labels.idx1-ubyte.gz", &labels_gz));
    // A browser may decompress a download and keep its name, or the other way round: the content decides.
    check(Part::Train, ("train-images-idx3-ubyte.gz", &images), ("train-labels-idx1-ubyte", &labels_gz));
}

#[test]
fn groups_are_read_where_there_are_some() {
    let (images, labels) = (idx::write_images(&sample()), idx::write_labels(&sample()));
    let (directory, result) =
        load(Part::Test, ("t10k-images-idx3-ubyte", &images), ("t10k-labels-idx1-ubyte", &labels));
    assert_eq!(result.unwrap().groups(), None);
    let source = Source::Path(directory.path().to_owned());
    for (name, groups) in [("t10k-groups.idx1-int.gz", vec![9, 8, 9]), ("t10k-groups-idx1-int", vec![1, 2, 2])] {
        fs::write(directory.path().join(name), gzip::compress(&idx::write_groups(&groups))).unwrap();
        assert_eq!(source.load(Part::Test).unwrap(), sample().with_groups(groups).unwrap(), "{name}");
    }
    fs::write(directory.path().join("t10k-groups-idx1-int"), idx::write_groups(&[1])).unwrap();
    assert_eq!(
        source.load(Part::Test).unwrap_err().to_string(),
        format!(
            "{}: images and groups do not belong together: expected 3 groups, one per image, found 1",
            directory.path().display()
        )
    );
}

#[test]
fn a_missing_file_is_named_in_all_its_spellings() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("train-labels-idx1-ubyte"), idx::write_labels(&sample())).unwrap();
    let error = Source::Path(directory.path().to_owned()).load(Part::Test).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(
        error.to_string(),
        format!(
            "{}: no test images in this folder: expected one of t10k-images-idx3-ubyte, t10k-images-idx3-ubyte.gz, \
             t10k-images.idx3-ubyte, t10k-images.idx3-ubyte.gz, found none\n\
             hint: name the folder that holds the four files",
            directory.path().display()
        )
    );
}

#[test]
fn a_missing_folder_is_named() {
    let path = tempfile::tempdir().unwrap().path().join("nowhere");
    let error = Source::Path(path.clone()).load(Part::Train).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().starts_with(&format!("{}: cannot read: ", path.display())), "{error}");
}

#[test]
fn a_damaged_file_is_named() {
    let labels = idx::write_labels(&sample());
    let (directory, result) =
        load(Part::Train, ("train-images-idx3-ubyte", b"\0\0\x08\x03"), ("train-labels-idx1-ubyte", &labels));
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    let path = directory.path().join("train-images-idx3-ubyte");
    let message = error.to_string();
    assert!(message.starts_with(&format!("{}: IDX file of images is cut short", path.display())), "{message}");
}

#[test]
fn images_with_the_labels_of_others_are_refused() {
    let others = Dataset::new(Images { pixels: vec![0; 2].into(), height: 1, width: 1 }, vec![0, 1], 10).unwrap();
    let (directory, result) = load(
        Part::Train,
        ("train-images-idx3-ubyte", &idx::write_images(&sample())),
        ("train-labels-idx1-ubyte", &idx::write_labels(&others)),
    );
    assert_eq!(
        result.unwrap_err().to_string(),
        format!(
            "{}: images and labels do not belong together: expected 3 labels, one per image, found 2",
            directory.path().display()
        )
    );
}

#[test]
fn labels_that_are_no_digits_are_refused() {
    let letters = Dataset::new(Images { pixels: vec![0; 2].into(), height: 1, width: 1 }, vec![0, 25], 26).unwrap();
    let (_directory, result) = load(
        Part::Train,
        ("train-images-idx3-ubyte", &idx::write_images(&letters)),
        ("train-labels-idx1-ubyte", &idx::write_labels(&letters)),
    );
    let message = result.unwrap_err().to_string();
    assert!(message.ends_with("label of image 1 is out of range: expected 0 to 9, found 25"), "{message}");
}

#[test]
fn a_file_in_place_of_the_folder_is_called_what_it_is() {
    let directory = tempfile::tempdir().unwrap();
    for (name, bytes, expected) in [
        ("page", &b"<!DOCTYPE html>"[..], "found a web page (HTML)\nhint: a download may have"),
        ("train-images-idx3-ubyte", b"\0\0\x08\x03", "found an IDX file of images\nhint: a folder is a data set"),
    ] {
        let path = directory.path().join(name);
        fs::write(&path, bytes).unwrap();
        let error = Source::Path(path.clone()).load(Part::Train).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with(&format!("{}: expected a data set (", path.display())), "{message}");
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn a_file_of_another_kind_under_the_right_name_is_called_what_it_is() {
    let labels = idx::write_labels(&sample());
    for (bytes, expected) in [
        (&b"<html><body>404"[..], "found a web page (HTML)\nhint: a download may have"),
        (b"version https://git-lfs.github.com/spec/v1\n", "found a Git LFS pointer"),
        (b"label,pixel0\n5,0\n3,0\n", "found a table as text (CSV)\nhint: images and labels are read from"),
        (b"\x89HDF\r\n\x1a\n", "found an HDF5 file"),
        (b"\x93NUMPY\x01", "found a numpy array (NPY)"),
    ] {
        for bytes in [bytes.to_vec(), gzip::compress(bytes)] {
            let (_directory, result) =
                load(Part::Train, ("train-images-idx3-ubyte", &bytes), ("train-labels-idx1-ubyte", &labels));
            let message = result.unwrap_err().to_string();
            assert!(message.contains(&format!("not an IDX file of images: {expected}")), "{message}");
        }
    }
}

#[test]
fn the_embedded_images_are_borrowed() {
    let dataset = Source::Embedded.load(Part::Test).unwrap();
    assert_eq!((dataset.len(), dataset.height(), dataset.width(), dataset.classes()), (10_000, 28, 28, 10));
    assert!(std::ptr::eq(dataset.images(), tenfold_mnist::test().unwrap().images.as_slice()));
    assert!(std::ptr::eq(dataset.groups().unwrap(), tenfold_mnist::test_writers().unwrap()));
}
