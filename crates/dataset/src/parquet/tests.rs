//! Tables of pyarrow (`testdata/dataset/tables.py`), and tables that lie.

use proptest::prelude::*;
use tenfold_imaging::Preparation;

use super::parse;
use crate::{Error, Labelled};

/// A table of `testdata/dataset/tables`.
fn table(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/dataset/tables");
    std::fs::read(format!("{folder}/{name}.parquet")).unwrap()
}

fn read(bytes: &[u8]) -> Result<Labelled, Error> {
    parse(bytes, &Preparation::default())
}

#[test]
fn every_way_of_pages_gives_the_same_images() {
    let expected = read(&table("snappy")).unwrap();
    assert_eq!((expected.labels.len(), expected.images.height), (12, 28));
    assert_eq!(expected.labels.iter().collect::<Vec<_>>()[..4], ["0", "3", "6", "9"]);
    for name in ["gzip", "pages-2", "plain"] {
        assert_eq!(read(&table(name)).unwrap(), expected, "{name}");
    }
}

#[test]
fn labels_are_texts_or_are_named_by_the_file() {
    for name in ["words", "class-names"] {
        let found = read(&table(name)).unwrap();
        assert_eq!(found.labels.iter().collect::<Vec<_>>()[..4], ["zero", "three", "six", "nine"], "{name}");
    }
}

#[test]
fn what_is_not_read_is_refused() {
    let check = |bytes: &[u8], message: &str| {
        let error = read(bytes).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    };
    check(
        &table("zstd"),
        "column label: compressed with Zstandard, expected Snappy, gzip or nothing\nhint: write the file",
    );
    check(&table("missing"), "column label: a value is missing, expected one for each row");
    check(b"PAR1", "not a readable Parquet file: damaged or cut short");
    check(b"PAR1\xff\xff\xff\x7fPAR1", "2147483647 bytes about its columns, expected at most 4194304");
    check(b"PAR1\x01\0\0\0PAR1", "damaged or cut short");
    let whole = table("plain");
    for length in [0, 4, 8, 100, whole.len() - 1] {
        check(&whole[..length], "damaged or cut short");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damage_is_read_or_refused(
        name in prop::sample::select(&["plain", "snappy", "gzip", "pages-2"][..]), place: prop::sample::Index, byte: u8,
    ) {
        let mut bytes = table(name);
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(Labelled { images, labels }) = read(&bytes) {
            prop_assert_eq!(images.pixels.len(), labels.len() * 784);
        }
    }

    #[test]
    fn any_footer_is_read_or_refused(footer in prop::collection::vec(any::<u8>(), 0..100)) {
        let length = (footer.len() as u32).to_le_bytes();
        let _ = read(&[b"PAR1".as_slice(), &footer, &length, b"PAR1"].concat());
    }
}
