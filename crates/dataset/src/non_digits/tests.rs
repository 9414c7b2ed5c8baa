use sha2::Digest;

use super::*;
use crate::drawn;

#[test]
fn a_seed_gives_the_same_images_however_many() {
    let digits = drawn(100, 1, 28).unwrap();
    let of = |images, seed| non_digits(&digits, images, seed).unwrap().pixels;
    let (few, many) = (of(30, 5), of(45, 5));
    assert_eq!(*few, many[..few.len()]);
    assert_ne!(few, of(30, 6));
    assert_ne!(few, non_digits(&drawn(100, 2, 28).unwrap(), 30, 5).unwrap().pixels, "parts of other digits");
}

#[test]
fn every_kind_takes_its_turn_and_none_is_blank() {
    let digits = drawn(100, 1, 28).unwrap();
    let images = non_digits_by_kind(&digits, 400, 3).unwrap();
    assert!(images.images().starts_with(&non_digits(&digits, 20, 3).unwrap().pixels));
    assert!(images.class_counts().iter().all(|&count| count >= 20), "{:?}", images.class_counts());
    for index in 0..images.len() {
        let ink = images.image(index).iter().map(|&level| u32::from(level)).sum::<u32>();
        assert!(ink > 4_000, "{index}: {}", images.names()[usize::from(images.label(index))]);
    }
}

#[test]
fn impossible_arguments_are_refused() {
    let digits = drawn(20, 1, 28).unwrap();
    assert!(matches!(non_digits(&digits, 0, 1), Err(Error::Empty)));
    assert!(matches!(non_digits(&digits, u32::MAX, 1), Err(Error::LimitExceeded { .. })));
    let names: Vec<String> = "abcdefghij".chars().map(String::from).collect();
    let letters = digits.with_names(&names).unwrap();
    assert!(matches!(non_digits(&letters, 1, 1), Err(Error::UnknownClass { .. })));
    let wide = Images { pixels: vec![255; 6].into(), height: 2, width: 3 };
    let wide = Dataset::new(wide, vec![0], 10).unwrap();
    assert!(matches!(non_digits(&wide, 1, 1), Err(Error::SizesDiffer { .. })));
}

#[test]
fn a_set_of_ones_has_no_parts() {
    let digits = drawn(20, 1, 28).unwrap();
    let ones = digits.subset(&[1, 11]).unwrap();
    let mut source = Source { digits: &ones, seed: 1, number: 0, stream: Stream::new(1, Purpose::NonDigit, 0, 0) };
    assert!(source.part().is_none());
    assert_eq!(non_digits(&ones, 20, 1).unwrap().pixels.len(), 20 * 28 * 28);
}

/// Models are trained on them.
#[test]
fn a_seed_means_these_images() {
    let images = non_digits(&drawn(100, 1, 28).unwrap(), 200, 5).unwrap();
    let sum = sha2::Sha256::digest(&images.pixels[..]);
    let hex: String = sum[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "69d2a8eb9c5369c4");
}
