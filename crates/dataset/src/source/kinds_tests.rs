//! Data sets of every kind: the same images from each, and what is not one.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tenfold_imaging::Preparation;

use super::{Contents, Source};
use crate::{Dataset, Error, ErrorKind, Export, Images, Part, gzip};

fn table(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/dataset/tables")).join(name)
}

/// The images of `testdata/dataset/tables.py`.
fn drawn() -> Dataset {
    let pixel = |at: usize| {
        let (index, y, x) = (at / 784, at / 28 % 28, at % 28);
        if (4..24).contains(&y) && (4..24).contains(&x) { ((7 * index + x * y) % 128 * 2) as u8 } else { 0 }
    };
    let pixels: Vec<u8> = (0..12 * 784).map(pixel).collect();
    let labels: Vec<u16> = (0..12).map(|index| index * 3 % 10).collect();
    Dataset::new(Images { pixels: pixels.into(), height: 28, width: 28 }, labels, 10).unwrap()
}

fn contents(path: &Path) -> Result<Contents, Error> {
    Source::Path(path.to_owned()).contents(&Preparation::default())
}

fn folder(files: &[(String, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

#[test]
fn tables_of_other_programs_are_the_same_images() {
    let expected = Contents::Whole(drawn());
    for name in ["kaggle.csv", "snappy.parquet", "gzip.parquet", "pages-2.parquet", "plain.parquet"] {
        assert_eq!(contents(&table(name)).unwrap(), expected, "{name}");
    }
    let Contents::Parts { train, test } = contents(&table("keras.npz")).unwrap() else { panic!("no parts") };
    assert_eq!((train.unwrap(), test.unwrap()), (drawn(), drawn().subset(&[0, 1, 2, 3, 4]).unwrap()));
    // Names, in their own order.
    for name in ["words.npz", "words.parquet"] {
        let Contents::Whole(set) = contents(&table(name)).unwrap() else { panic!("{name}: parts") };
        assert_eq!(set.names()[..3], ["eight", "five", "four"], "{name}");
        assert_eq!(
            (set.images(), set.names()[usize::from(set.label(0))].as_str()),
            (drawn().images(), "zero"),
            "{name}"
        );
    }
}

#[test]
fn every_format_gives_the_data_set_back() {
    let both = Contents::Parts { train: Some(drawn()), test: Some(drawn().subset(&[3, 5, 7]).unwrap()) };
    let test_alone = Contents::Parts { train: None, test: Some(drawn()) };
    let letters =
        |set: Dataset| set.with_names(&["a", "b", "c", "d", "e", "f", "g", "h", "ä", "ö"].map(String::from)).unwrap();
    for (format, sets) in [
        (Export::Idx, vec![both.clone(), test_alone.clone()]),
        (
            Export::Csv,
            vec![both.clone(), test_alone.clone(), Contents::Whole(drawn()), Contents::Whole(letters(drawn()))],
        ),
        (Export::Npz, vec![both.clone(), test_alone.clone(), Contents::Whole(letters(drawn()))]),
    ] {
        for set in sets {
            let files = format.files(&set).unwrap();
            assert_eq!(contents(folder(&files).path()).unwrap(), set, "{format:?}");
        }
    }
    let error = Export::Idx.files(&Contents::Whole(letters(drawn()))).unwrap_err();
    assert!(matches!(error, Error::Inexpressible { format: "IDX", .. }), "{error}");
}

#[test]
fn folders_of_pictures_are_read_class_by_class() {
    let set = Contents::Parts { train: Some(drawn()), test: Some(drawn().subset(&[3, 5]).unwrap()) };
    let mut files = Export::Pictures.files(&set).unwrap();
    files.push(("train/.DS_Store".to_owned(), vec![1]));
    files.push(("train/3/Thumbs.db".to_owned(), vec![1]));
    files.push(("README.txt".to_owned(), b"no class".to_vec()));
    files.push(("labels.csv".to_owned(), b"file,label\n00000.png,3\n".to_vec()));
    let place = folder(&files);
    let Contents::Parts { train: Some(train), test: Some(test) } = contents(place.path()).unwrap() else {
        panic!("parts")
    };
    let by_class: Vec<u32> = (0..10).flat_map(|class| (0..12).filter(move |index| index * 3 % 10 == class)).collect();
    assert_eq!((train, test), (drawn().subset(&by_class).unwrap(), drawn().subset(&[5, 3]).unwrap()));

    fs::write(place.path().join("train/3/note.txt"), "hello").unwrap();
    let error = contents(place.path()).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!(
            "{}: not a PNG, JPEG, WebP, GIF, BMP, TIFF or PNM image: found a text file",
            place.path().join("train/3/note.txt").display()
        )),
        "{error}"
    );
    let Contents::Whole(test) = contents(&place.path().join("test")).unwrap() else { panic!("parts") };
    assert_eq!(test.len(), 2);
}

#[test]
fn a_set_of_one_part_is_divided_or_said_to_lack_the_other() {
    let csv = Export::Csv.files(&Contents::Whole(drawn())).unwrap().remove(0).1;
    for name in ["train.csv", "digits.csv", "train.csv.gz"] {
        let bytes = if name.ends_with("gz") { gzip::compress(&csv) } else { csv.clone() };
        let place = folder(&[(name.to_owned(), bytes)]);
        let source = Source::Path(place.path().to_owned());
        let (train, test) = source.contents(&Preparation::default()).unwrap().both().unwrap();
        assert_eq!((train.len(), test.len()), (10, 2), "{name}");
        assert_eq!((source.load(Part::Train).unwrap(), source.load(Part::Test).unwrap()), (train, test));
    }
    let place = folder(&[("test.csv".to_owned(), csv.clone())]);
    let source = Source::Path(place.path().to_owned());
    assert_eq!(source.load(Part::Test).unwrap(), drawn());
    assert!(matches!(source.load(Part::Train).unwrap_err().kind(), ErrorKind::NotFound));
    // Kaggle's test images are without labels.
    let unlabelled: Vec<u8> = b"pixel0,pixel1,pixel2,pixel3\n1,2,3,4\n".to_vec();
    let place = folder(&[("train.csv".to_owned(), csv), ("test.csv".to_owned(), unlabelled)]);
    assert_eq!(contents(place.path()).unwrap(), Contents::Whole(drawn()));
}

#[test]
fn what_is_no_data_set_is_called_what_it_is() {
    let check = |files: &[(&str, &[u8])], path: &str, message: &str| {
        let files: Vec<_> = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
        let place = folder(&files);
        let path = if path.is_empty() { place.path().to_owned() } else { place.path().join(path) };
        let error = contents(&path).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{}{message}", path.display())), "{error}");
    };
    check(
        &[("page", b"<!DOCTYPE html>")],
        "page",
        ": expected a data set (a CSV, NPZ or Parquet file, a folder of pictures",
    );
    check(&[("a.txt", b"x")], "", ": no data set in this folder: expected IDX files, train.csv, an NPZ file");
    let tables: [(&str, &[u8]); 2] = [("a.csv", b"1,2\n"), ("b.csv", b"1,2\n")];
    check(
        &tables,
        "",
        ": several data sets in this folder: expected one, found a.csv, b.csv\nhint: name one of these files",
    );
    check(&[("a.csv", b"1,2\n"), ("b.npz", b"PK\x03\x04")], "", ": several data sets in this folder");
    check(&[("train.csv", b"<!DOCTYPE html>")], "", "/train.csv: expected a data set");
    check(&[("b.npz", b"PK\x03\x04")], "", "/b.npz: not a readable NPZ file");
    check(&[("3/a.png", b"\x89PNG\r\n\x1a\n")], "", "/3/a.png: damaged or cut short PNG image");
}
