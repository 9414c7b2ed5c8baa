use std::collections::BTreeSet;

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::{Corruption, Distortion};
use crate::{Dataset, Error, Images, Part, Source, contact_sheet};

/// Some of MNIST's test images.
fn digits(count: u32) -> Dataset {
    Source::Embedded.load(Part::Test).unwrap().subset(&(0..count).collect::<Vec<_>>()).unwrap()
}

/// The mean of the absolute differences of pixels.
fn difference(one: &Dataset, other: &Dataset) -> f64 {
    let differences = one.images().iter().zip(other.images()).map(|(a, b)| f64::from(a.abs_diff(*b)));
    differences.sum::<f64>() / one.images().len() as f64
}

#[test]
fn names_are_those_of_the_published_list() {
    let names: BTreeSet<&str> = Corruption::ALL.iter().map(|it| it.name()).collect();
    assert_eq!(names.len(), 15);
    for (corruption, number) in Corruption::ALL.into_iter().zip(1..) {
        assert_eq!(corruption as u32, number, "a seed means what it meant");
        assert_eq!(serde_json::to_value(corruption).unwrap(), corruption.name());
        assert!((1..=corruption.severities()).contains(&corruption.published_severity()));
    }
    for distortion in Distortion::ALL {
        assert_eq!(serde_json::to_value(distortion).unwrap(), distortion.name());
    }
}

/// The bytes of each family, as they were when they were first made: a change of these is a change of what is measured.
#[test]
fn bytes_stay_the_same() {
    let digits = digits(20);
    let hash = |set: &Dataset| u32::from_be_bytes(Sha256::digest(set.images())[..4].try_into().unwrap());
    let found = Corruption::ALL.map(|it| (it.name(), hash(&it.of(&digits, it.published_severity(), 1).unwrap())));
    let expected = [
        ("shot_noise", 1204900641),
        ("impulse_noise", 1036064614),
        ("glass_blur", 2480359666),
        ("motion_blur", 1450654633),
        ("shear", 1751432362),
        ("scale", 1805407190),
        ("rotate", 2597958595),
        ("brightness", 914306681),
        ("translate", 1837054823),
        ("stripe", 179088868),
        ("fog", 2004112116),
        ("spatter", 617529753),
        ("dotted_line", 2723040153),
        ("zigzag", 3700914864),
        ("canny_edges", 3737253786),
    ];
    assert_eq!(found, expected);
    let found = Distortion::ALL.map(|it| (it.name(), hash(&it.of(&digits, it.amounts()[1], 1).unwrap())));
    let expected =
        [("shift", 1902073296), ("rotation", 560999161), ("scale", 1189589817), ("stroke_width", 3773546405)];
    assert_eq!(found, expected);
}

#[test]
fn an_image_depends_on_its_pixels_its_index_and_the_seed_alone() {
    let (few, many) = (digits(3), digits(6));
    for corruption in Corruption::ALL {
        let severity = corruption.severities();
        let corrupted = |images: &Dataset, seed| corruption.of(images, severity, seed).unwrap();
        assert_eq!(corrupted(&few, 1).images(), &corrupted(&many, 1).images()[..few.images().len()]);
        let is_random = corrupted(&many, 1) != corrupted(&many, 2);
        use Corruption::{Brightness, CannyEdges, Scale, Stripe};
        assert_eq!(is_random, ![Brightness, CannyEdges, Scale, Stripe].contains(&corruption), "{}", corruption.name());
        assert_eq!(corrupted(&many, 1).labels(), many.labels());
    }
}

#[test]
fn each_severity_changes_images_more_than_the_one_before() {
    let digits = digits(50);
    for corruption in Corruption::ALL {
        let severities = match corruption {
            // From then on fog has finer waves, and spatters are smaller.
            Corruption::Fog | Corruption::Spatter => 3,
            // The last has so little contrast that it differs less.
            Corruption::MotionBlur => 4,
            _ => corruption.severities(),
        };
        let mut before = 0.0;
        for severity in 1..=severities {
            let changed = difference(&corruption.of(&digits, severity, 1).unwrap(), &digits);
            assert!(changed > before, "{} {severity}: {changed}, before {before}", corruption.name());
            before = changed;
        }
    }
}

#[test]
fn no_amount_changes_nothing_and_more_changes_more() {
    let digits = digits(10);
    for distortion in Distortion::ALL {
        let nothing = if distortion == Distortion::Scale { 1.0 } else { 0.0 };
        let amounts = distortion.amounts();
        assert!(amounts.is_sorted() && amounts.contains(&nothing), "{amounts:?}");
        assert_eq!(distortion.of(&digits, nothing, 1).unwrap(), digits);
        let changes = amounts.iter().map(|&amount| difference(&distortion.of(&digits, amount, 1).unwrap(), &digits));
        let changes: Vec<f64> = changes.collect();
        let still = amounts.iter().position(|&amount| amount == nothing).unwrap();
        assert!(changes[..=still].is_sorted_by(|one, other| one > other), "{}: {changes:?}", distortion.name());
        assert!(changes[still..].is_sorted_by(|one, other| one < other), "{}: {changes:?}", distortion.name());
    }
}

#[test]
fn what_there_is_not_is_refused() {
    let digits = digits(1);
    for (corruption, severity, message) in [
        (Corruption::Fog, 0, "severity of fog is 0, expected 1 to 5"),
        (Corruption::Fog, 6, "severity of fog is 6, expected 1 to 5"),
        (Corruption::Stripe, 2, "severity of stripe is 2, expected 1 to 1"),
    ] {
        assert_eq!(corruption.of(&digits, severity, 1).unwrap_err().to_string(), message);
    }
    for (distortion, amount) in [(Distortion::Scale, 0.0), (Distortion::Shift, f32::NAN)] {
        assert!(matches!(distortion.of(&digits, amount, 1), Err(Error::Amount { .. })));
    }
    assert!(matches!(contact_sheet::corruptions(&digits, 1, 1), Err(Error::Index { .. })));
}

#[test]
fn a_sheet_has_a_row_per_family() {
    let png = contact_sheet::corruptions(&digits(1), 0, 1).unwrap();
    let info = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    assert_eq!(info.info().size(), (6 * 30 + 2, 15 * 30 + 2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn images_of_any_sides_are_changed_without_a_panic(
        (height, width) in (1usize..12, 1usize..12),
        byte: u8,
        seed: u64,
        amount in 0.1f32..20.0,
    ) {
        let pixels: Vec<u8> = (0..height * width).map(|at| byte.wrapping_mul(at as u8)).collect();
        let images = Dataset::new(Images { pixels: pixels.into(), height, width }, vec![0], 1).unwrap();
        for corruption in Corruption::ALL {
            for severity in 1..=corruption.severities() {
                prop_assert_eq!(corruption.of(&images, severity, seed).unwrap().len(), 1);
            }
        }
        for distortion in Distortion::ALL {
            prop_assert_eq!(distortion.of(&images, amount, seed).unwrap().len(), 1);
        }
    }
}
