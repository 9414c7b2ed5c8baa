//! Many pictures at once.

use super::{bar_or_block, model, pictures};
use crate::{Error, ErrorKind, Recognizer};

/// In turn a bar, a block, a blank page, a picture of a kind that is not read, and a damaged one.
fn pictures(count: usize) -> Vec<Vec<u8>> {
    let good = [pictures::bar(), pictures::block(), pictures::blank()].map(|image| pictures::png(&image));
    let damaged = good[0][..good[0].len() / 2].to_vec();
    let [bar, block, blank] = good;
    let all = [bar, block, blank, b"\0\0\0\x18ftypheic".to_vec(), damaged];
    all.iter().cycle().take(count).cloned().collect()
}

#[test]
fn each_picture_has_its_own_result_whatever_is_beside_it() {
    for threads in [1, 2, 5] {
        let recognizer = Recognizer::builder().threads(threads).build_from_model(bar_or_block()).unwrap();
        for count in [0, 1, 2, 7, 8, 9, 50] {
            let pictures = pictures(count);
            let results = recognizer.predict_batch(&pictures);
            assert_eq!(results.len(), count);
            for (index, (picture, result)) in pictures.iter().zip(results).enumerate() {
                match (index % 5, &result) {
                    (0, Ok(prediction)) => assert_eq!(prediction.label, "bar"),
                    (1, Ok(prediction)) => assert_eq!(prediction.label, "block"),
                    (2, Err(error)) => assert_eq!(error.kind(), ErrorKind::Refused),
                    (3, Err(error)) => assert_eq!(error.kind(), ErrorKind::Unsupported),
                    (4, Err(error)) => assert_eq!(error.kind(), ErrorKind::Input),
                    _ => panic!("{index}: {result:?}"),
                }
                let alone = recognizer.predict(picture).map_err(|error| error.to_string());
                assert_eq!(result.map_err(|error| error.to_string()), alone, "{index} of {count}");
            }
        }
    }
}

#[test]
fn one_picture_that_overflows_does_not_touch_the_others() {
    // Infinite for a block of 36 full pixels, and finite for a bar of fewer.
    let recognizer = Recognizer::new(model(&[("a", f32::MAX / 20.0, 0.0), ("b", 0.0, 0.0)])).unwrap();
    let pictures = [pictures::bar(), pictures::block(), pictures::bar()].map(|image| pictures::png(&image));
    let [first, second, third] = &recognizer.predict_batch(&pictures)[..] else { panic!("three results") };
    assert!(first.is_ok() && third.is_ok(), "{first:?}, {third:?}");
    assert!(matches!(second, Err(Error::NotFinite)), "{second:?}");
}

#[test]
fn prepared_images_have_the_same_probabilities_at_any_number_of_threads() {
    let pixels: Vec<u8> = (0..50 * 64).map(|at| (at * 7 % 256) as u8).collect();
    let of = |threads| {
        let recognizer = Recognizer::builder().threads(threads).build_from_model(bar_or_block()).unwrap();
        recognizer.probabilities(&pixels).unwrap()
    };
    let alone = of(1);
    assert_eq!(alone.len(), 100);
    assert_eq!(of(3), alone);
}
