//! Statistics equal those of numpy, scipy and scikit-image on a small data set.

use serde_json::{Value, json};

use super::{MeanDigits, Shapes};
use crate::{Dataset, idx};

/// Images and labels made by `testdata/dataset/generate.py`, and what Python's packages make of them.
pub(super) fn fixture() -> (Dataset, Value) {
    let images = idx::parse_images(include_bytes!("../../../../testdata/dataset/images.idx")).unwrap();
    let labels = idx::parse_labels(include_bytes!("../../../../testdata/dataset/labels.idx")).unwrap();
    let expected = serde_json::from_str(include_str!("../../../../testdata/dataset/exploration.json")).unwrap();
    (Dataset::new(images, labels, 10).unwrap(), expected)
}

/// That every number of `expected` is at the same place in `found`, to 1e-9 of it, or of 1 if it is smaller.
#[track_caller]
pub(super) fn assert_close(found: &Value, expected: &Value, at: &str) {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            expected.iter().for_each(|(key, expected)| assert_close(&found[key], expected, &format!("{at}.{key}")));
        }
        (Value::Array(found), Value::Array(expected)) => {
            assert_eq!(found.len(), expected.len(), "{at}");
            (0..found.len()).for_each(|i| assert_close(&found[i], &expected[i], &format!("{at}[{i}]")));
        }
        (Value::Number(found), Value::Number(expected)) => {
            let [found, expected] = [found, expected].map(|number| number.as_f64().unwrap());
            assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{at}: {found}, not {expected}");
        }
        _ => panic!("{at}: {found}, not {expected}"),
    }
}

#[test]
fn mean_digits_equal_numpy() {
    let (dataset, expected) = fixture();
    let digits = serde_json::to_value(MeanDigits::new(&dataset)).unwrap();
    assert_eq!(expected["mean_digits"]["classes"].as_array().unwrap().len(), 3);
    assert_close(&digits, &expected["mean_digits"], "mean_digits");
}

#[test]
fn distributions_equal_numpy() {
    let (dataset, expected) = fixture();
    let shapes = serde_json::to_value(Shapes::new(&dataset)).unwrap();
    assert_eq!(expected["shapes"].as_object().unwrap().len(), 6);
    assert_close(&shapes, &expected["shapes"], "shapes");
}

#[test]
#[should_panic(expected = "numbers[1]: 2.00000001, not 2")]
fn a_wrong_number_is_noticed() {
    assert_close(&json!([1.0, 2.00000001]), &json!([1.0, 2.0]), "numbers");
}
