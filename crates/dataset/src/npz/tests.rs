//! Archives as Keras and numpy write them, archives that lie, and archives there and back.

use proptest::prelude::*;
use tenfold_archive::npy;

use super::{parse, write};
use crate::labelled::classes;
use crate::{Dataset, Error, ErrorKind, Images, Part};

fn archive(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let entries: Vec<_> = entries.iter().map(|(name, bytes)| (format!("{name}.npy"), bytes.clone())).collect();
    tenfold_archive::write(&entries, "NPZ").unwrap()
}

fn images() -> Vec<u8> {
    npy::write("|u1", &[2, 1, 2], &[0, 255, 3, 4])
}

#[test]
fn labels_of_any_type_are_read() {
    let text: Vec<u8> = "a\0bé".chars().flat_map(|character| u32::from(character).to_le_bytes()).collect();
    for (labels, expected) in [
        (npy::write("|u1", &[2], &[7, 0]), ["7", "0"]),
        (npy::write("<i8", &[2, 1], &[7_i64, -1].map(i64::to_le_bytes).concat()), ["7", "-1"]),
        (npy::write(">i4", &[2], &[7_i32, 300].map(i32::to_be_bytes).concat()), ["7", "300"]),
        (npy::write("<u8", &[2], &[u64::MAX, 300].map(u64::to_le_bytes).concat()), ["18446744073709551615", "300"]),
        (npy::write("<U2", &[2], &text), ["a", "bé"]),
    ] {
        let sets = parse(&archive(&[("x_train", images()), ("y_train", labels)])).unwrap();
        assert_eq!(sets[0].1.labels.iter().collect::<Vec<_>>(), expected);
        assert_eq!((sets.len(), sets[0].0), (1, Some(Part::Train)));
    }
}

#[test]
fn shapes_of_images_are_those_of_programs() {
    for shape in [&[2, 2, 2][..], &[2, 4], &[2, 2, 2, 1]] {
        let pixels = npy::write("|u1", shape, &[1, 2, 3, 4, 5, 6, 7, 8]);
        let sets = parse(&archive(&[("images", pixels), ("labels", npy::write("|u1", &[2], &[1, 2]))])).unwrap();
        assert_eq!((sets[0].0, sets[0].1.images.height, sets[0].1.images.width), (None, 2, 2));
    }
}

#[test]
fn archives_that_lie_are_refused() {
    let labels = || npy::write("|u1", &[2], &[1, 2]);
    let check = |entries: &[(&str, Vec<u8>)], message: &str| {
        let error = parse(&archive(entries)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        assert!(error.to_string().contains(message), "{error}");
    };
    check(&[("a", labels())], "expected arrays x_train and y_train, x_test and y_test, or x and y, found a.npy");
    check(&[("x", npy::write("<f4", &[1, 1, 1], &[0; 4])), ("y", labels())], "x: expected bytes (|u1), found <f4");
    check(&[("x", npy::write("|u1", &[2, 1, 2], &[0; 3])), ("y", labels())], "expected 2 images of 1x2 bytes, found 3");
    let huge = npy::write("|u1", &[usize::MAX, 4096, 4096], &[0; 3]);
    check(&[("x", huge), ("y", labels())], "images of 4096x4096 bytes, found 3 bytes");
    check(&[("x", npy::write("|u1", &[2, 3], &[0; 6])), ("y", labels())], "expected images [count, height, width]");
    check(&[("x", npy::write("|u1", &[1, 0, 3], &[])), ("y", labels())], "expected images [count, height, width]");
    check(
        &[("x", images()), ("y", npy::write("|u1", &[2, 10], &[0; 20]))],
        "y: expected labels [count], found [2, 10]",
    );
    check(&[("x", images()), ("y", npy::write("<f4", &[2], &[0; 8]))], "expected whole numbers or texts, found <f4");
    check(&[("x", images()), ("y", npy::write("|u1", &[3], &[0; 2]))], "expected 3 labels of 1 bytes, found 2 bytes");
    check(&[("x", images()), ("y", npy::write("<U1", &[1], &[0, 0, 0, 255]))], "a label that is no text");
    let pickled = archive(&[("x", npy::write("|O", &[1], &[])), ("y", labels())]);
    assert!(matches!(parse(&pickled), Err(Error::Archive(tenfold_archive::Error::Pickle))));
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        labels in prop::collection::vec(0_u16..3, 1..6), names in prop::collection::hash_set("[a-zäß ]{1,9}", 3),
    ) {
        let names: Vec<String> = names.into_iter().collect();
        let images = Images { pixels: vec![7; labels.len() * 6].into(), height: 2, width: 3 };
        let digits = Dataset::new(images.clone(), labels.clone(), 10).unwrap();
        let named = Dataset::new(images, labels, 3).unwrap().with_names(&names).unwrap();
        for dataset in [digits, named] {
            let file = write(&[(Some(Part::Test), &dataset)]).unwrap();
            let sets = parse(&file).unwrap();
            let found = classes(&sets).unwrap();
            let (part, set) = sets.into_iter().next().unwrap();
            prop_assert_eq!(part, Some(Part::Test));
            let again = set.into_dataset(&found).unwrap().with_classes(dataset.names()).unwrap();
            prop_assert_eq!(again, dataset);
        }
    }

    #[test]
    fn damage_is_read_or_refused(place in 0_usize..600, byte: u8) {
        let dataset = Dataset::new(Images { pixels: vec![7; 4].into(), height: 2, width: 2 }, vec![3], 10).unwrap();
        let mut file = write(&[(None, &dataset)]).unwrap();
        let place = place % file.len();
        file[place] = byte;
        let _ = parse(&file);
    }
}
