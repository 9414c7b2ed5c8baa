use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::{Augmentation, Augmenter, Strength};
use crate::{Part, Source};

fn still() -> Augmentation {
    Augmentation::default()
}

/// With every kind of blemish.
fn blemished(augmentation: Augmentation) -> Augmentation {
    Augmentation { erase_ink: 0.5, background: 0.4, lines: 0.3, specks: 0.1, ..augmentation }
}

/// A setting by its name, as in a file.
fn of(name: &str, value: f32) -> Augmentation {
    serde_json::from_value(serde_json::json!({ name: value })).unwrap()
}

/// The bar of 12x4 pixels in the middle of 28x28, changed.
fn changed(augmentation: Augmentation, index: u32) -> Vec<u8> {
    let mut to = vec![0; 784];
    Augmenter::new(augmentation, [28, 28]).apply(&bar(), 3, 1, index, &mut to);
    to
}

fn bar() -> Vec<u8> {
    (0..784).map(|i| if (8..20).contains(&(i / 28)) && (12..16).contains(&(i % 28)) { 200 } else { 0 }).collect()
}

/// Mean place of the ink, `[y, x]`, and its amount.
fn ink(image: &[u8]) -> ([f64; 2], f64) {
    let (mut place, mut sum) = ([0.0; 2], 0.0);
    for (index, &value) in image.iter().enumerate() {
        let value = f64::from(value);
        place = [place[0] + value * (index / 28) as f64, place[1] + value * (index % 28) as f64];
        sum += value;
    }
    (place.map(|it| it / sum), sum)
}

/// The least and the greatest of a measure over many images.
fn extremes(augmentation: Augmentation, measure: impl Fn(&[u8]) -> f64) -> [f64; 2] {
    let found = (0..300).map(|index| measure(&changed(augmentation, index)));
    found.fold([f64::INFINITY, f64::NEG_INFINITY], |[least, most], it| [least.min(it), most.max(it)])
}

/// A SHA-256 of images of the test set, changed, and of their pixels as images of other sides.
fn hash(augmentation: Augmentation) -> String {
    let all = Source::Embedded.load(Part::Test).unwrap();
    let mut hash = Sha256::new();
    let mut to = vec![0; 784];
    let mut augmenters = [[28, 28], [14, 56]].map(|sides| Augmenter::new(augmentation, sides));
    for index in 0..300 {
        for augmenter in &mut augmenters {
            augmenter.apply(all.image(index), 5, 3, index as u32, &mut to);
            hash.update(&to);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Runs of earlier versions resume to the same bytes: these are of the version that had three settings.
#[test]
fn shifts_rotations_and_scales_are_what_they_always_were() {
    for (shift_px, rotation_degrees, scale, expected) in [
        (2.0, 10.0, 0.1, "82033e56ea94abdbf76a2b3ee3dea04134a2d2a73ff3c74a93a6d3196cf23970"),
        (3.5, 0.0, 0.0, "db348948cf6b701a5fe7eb5e039b45752e08ece3bf07cafb133c243b314bd5f3"),
        (0.0, 180.0, 0.0, "0ceb2139c16bc4a5aee4a67d2641ae6e745290fd062516bb67989d84c33293d4"),
        (0.0, 0.0, 0.9, "c272a76c7016f84c10d95284d177575f269a95f835ff96798774f459eab81219"),
        (40.0, 90.0, 0.5, "c2017d3bb01427e362d814c1304ae95d560633c7b3512f460e99dfca565c18d0"),
        (3e38, 180.0, 0.9, "f45bcfc90085f16bc69b498f0cd913504fd87083a21d8aa5f8ecff3cb84dfb94"),
    ] {
        let augmentation = Augmentation { shift_px, rotation_degrees, scale, ..still() };
        assert_eq!(hash(augmentation), expected, "{augmentation:?}");
    }
}

#[test]
fn a_strength_means_the_same_everywhere() {
    for (strength, expected) in [
        (Strength::Mild, "2bf2e9b2e922483c28bce3bca487966977146e1ab3531193d0445138cb7cff11"),
        (Strength::Strong, "6316d75af484cc281f9971f1bd6ff19f325d120d7ce184559449d402ad6436d6"),
    ] {
        assert_eq!(hash(strength.augmentation().unwrap()), expected, "{strength:?}");
    }
}

#[test]
fn amounts_stay_within_their_ranges_and_reach_them() {
    let turn_and_amount = |augmentation, amounts: [[f64; 2]; 2]| {
        let share = |image: &[u8]| ink(image).1 / ink(&bar()).1;
        let found = extremes(augmentation, share);
        for (found, [low, high]) in found.into_iter().zip(amounts) {
            assert!((low..high).contains(&found), "{augmentation:?}: {found}, expected {low} to {high}");
        }
        (0..50).for_each(|index| {
            let (place, _) = ink(&changed(augmentation, index));
            assert!(place.iter().all(|it| (it - 13.5).abs() < 0.06), "{augmentation:?}: {place:?}");
        });
    };
    turn_and_amount(of("scale", 0.2), [[0.62, 0.68], [1.38, 1.46]]);
    turn_and_amount(of("stretch", 0.2), [[0.62, 0.72], [1.32, 1.46]]);
    turn_and_amount(of("rotation_degrees", 90.0), [[0.97, 1.0], [0.999, 1.03]]);
    turn_and_amount(of("shear_degrees", 45.0), [[0.99, 1.001], [0.999, 1.01]]);
    // The bar's edges are 12 and 4 long: half a pixel on each side makes it 13 * 5 less a part of the corners.
    turn_and_amount(of("stroke_px", 1.0), [[0.68, 0.72], [1.32, 1.36]]);
    turn_and_amount(of("blur_px", 2.0), [[0.98, 1.0], [0.999, 1.02]]);
    turn_and_amount(of("brightness", 0.2), [[0.8, 0.81], [1.19, 1.2001]]);

    for axis in [0, 1] {
        let [least, most] = extremes(of("shift_px", 3.0), |image| ink(image).0[axis] - 13.5);
        assert!((-3.01..-2.9).contains(&least) && (2.9..3.01).contains(&most), "{least} {most}");
    }
    let [least, most] = extremes(of("contrast", 0.5), |image| f64::from(image[14 * 28 + 14]));
    assert!((106.0..110.0).contains(&least) && most == 255.0, "{least} {most}");
}

#[test]
fn a_rotation_turns_and_a_slant_does_not_change_rows() {
    let columns = |image: &[u8]| {
        let columns = (0..784).filter(|&i| image[i] > 100).map(|i| i % 28);
        columns.collect::<std::collections::BTreeSet<_>>().len() as f64
    };
    let [least, most] = extremes(of("rotation_degrees", 90.0), columns);
    assert!(least <= 6.0 && most > 10.0, "upright and lying: {least} {most}");
    let row = |image: &[u8]| image.chunks_exact(28).map(|row| row.iter().map(|&it| f64::from(it)).sum()).collect();
    let before: Vec<f64> = row(&bar());
    for index in 0..50 {
        let after: Vec<f64> = row(&changed(of("shear_degrees", 30.0), index));
        assert!(before.iter().zip(&after).all(|(before, after)| (before - after).abs() <= 3.0), "{after:?}");
    }
}

#[test]
fn noise_has_its_deviation_and_a_rectangle_its_area() {
    let grey = [100; 784];
    let apply = |augmentation, index| {
        let mut to = [0; 784];
        Augmenter::new(augmentation, [28, 28]).apply(&grey, 9, 1, index, &mut to);
        to
    };
    let deviation = |image: [u8; 784]| {
        (image.iter().map(|&it| (f64::from(it) - 100.0).powi(2)).sum::<f64>() / 784.0).sqrt() / 255.0
    };
    let found: Vec<f64> = (0..300).map(|index| deviation(apply(of("noise", 0.1), index))).collect();
    let (mean, most) = (found.iter().sum::<f64>() / 300.0, found.iter().fold(0.0f64, |most, &it| most.max(it)));
    assert!((0.045..0.055).contains(&mean) && (0.09..0.108).contains(&most), "{mean} {most}");

    let erased = |image: [u8; 784]| image.iter().filter(|&&it| it == 0).count() as f64 / 784.0;
    let found: Vec<f64> = (0..400).map(|index| erased(apply(of("erase", 0.3), index))).collect();
    let happened = found.iter().filter(|&&share| share > 0.0).count();
    let (mean, most) = (found.iter().sum::<f64>() / 400.0, found.iter().fold(0.0f64, |most, &it| most.max(it)));
    assert!((170..230).contains(&happened), "{happened} of 400 where half are expected");
    assert!((0.06..0.09).contains(&mean) && (0.25..0.33).contains(&most), "{mean} {most}");
    let always = Augmentation { erase_probability: 1.0, ..of("erase", 0.3) };
    assert!((0..100).filter(|&index| erased(apply(always, index)) == 0.0).count() < 5);
    let never = Augmentation { erase_probability: 0.0, ..always };
    assert!((0..100).all(|index| apply(never, index) == grey));
}

#[test]
fn a_setting_leaves_the_others_amounts_as_they_were() {
    let erased = |augmentation: Augmentation, index: u32| {
        let mut to = [0; 784];
        Augmenter::new(augmentation, [28, 28]).apply(&[255; 784], 3, 1, index, &mut to);
        to.map(|it| it == 0)
    };
    let erase = Augmentation { erase: 0.3, erase_probability: 1.0, ..still() };
    let more = Augmentation { elastic_alpha: 1.0, brightness: 0.3, stroke_px: 0.5, ..erase };
    for index in 0..20 {
        assert_eq!(erased(more, index), erased(erase, index));
    }
}

#[test]
fn seed_epoch_and_number_decide() {
    let augmentation = Strength::Strong.augmentation().unwrap();
    let mut augmenter = Augmenter::new(augmentation, [28, 28]);
    let mut draw = |seed, epoch, index| {
        let mut to = vec![0; 784];
        augmenter.apply(&bar(), seed, epoch, index, &mut to);
        to
    };
    let one = draw(1, 1, 1);
    assert!([(2, 1, 1), (1, 2, 1), (1, 1, 2)].into_iter().all(|(seed, epoch, index)| draw(seed, epoch, index) != one));
    assert_eq!(draw(1, 1, 1), one, "what came between leaves nothing behind");
}

#[test]
fn files_say_only_what_is_not_as_it_always_was() {
    let text = |augmentation: Augmentation| serde_json::to_string(&augmentation).unwrap();
    let earlier = Augmentation { shift_px: 2.0, ..still() };
    assert_eq!(text(earlier), r#"{"shift_px":2.0,"rotation_degrees":0.0,"scale":0.0}"#);
    let strong = Strength::Strong.augmentation().unwrap();
    let all = Augmentation { elastic_sigma_px: 5.0, erase_probability: 0.25, ..blemished(strong) };
    for augmentation in [earlier, strong, all] {
        assert_eq!(serde_json::from_str::<Augmentation>(&text(augmentation)).unwrap(), augmentation);
    }
    assert_eq!(text(all).matches(':').count(), 18, "every setting: {}", text(all));
    assert_eq!(serde_json::from_str::<Augmentation>("{}").unwrap(), still());
    let error = serde_json::from_str::<Augmentation>(r#"{"rotate":1}"#).unwrap_err().to_string();
    assert!(error.starts_with("unknown field `rotate`, expected one of `shift_px`, `rotation_degrees`"), "{error}");
}

#[test]
fn impossible_ranges_are_refused() {
    for (augmentation, message) in [
        (Augmentation { shift_px: -1.0, ..still() }, "shift_px is -1, expected 0 or above"),
        (Augmentation { shift_px: f32::INFINITY, ..still() }, "shift_px is inf, expected 0 or above"),
        (Augmentation { rotation_degrees: f32::NAN, ..still() }, "rotation_degrees is NaN, expected 0 to 180"),
        (Augmentation { scale: 1.0, ..still() }, "scale is 1, expected 0 up to but not including 1"),
        (Augmentation { stretch: -0.1, ..still() }, "stretch is -0.1, expected 0 up to but not including 1"),
        (Augmentation { shear_degrees: 90.0, ..still() }, "shear_degrees is 90, expected 0 to 80"),
        (Augmentation { elastic_alpha: -34.0, ..still() }, "elastic_alpha is -34, expected 0 to 100000"),
        (Augmentation { elastic_sigma_px: 0.0, ..still() }, "elastic_sigma_px is 0, expected 0.5 to 64"),
        (Augmentation { stroke_px: 9.0, ..still() }, "stroke_px is 9, expected 0 to 8"),
        (Augmentation { blur_px: 17.0, ..still() }, "blur_px is 17, expected 0 to 16"),
        (Augmentation { brightness: 1.0, ..still() }, "brightness is 1, expected 0 up to but not including 1"),
        (Augmentation { contrast: 20.0, ..still() }, "contrast is 20, expected 0 up to but not including 1"),
        (Augmentation { noise: 1.5, ..still() }, "noise is 1.5, expected 0 to 1"),
        (Augmentation { erase: 1.0, ..still() }, "erase is 1, expected 0 up to but not including 1"),
        (Augmentation { erase_probability: 1.1, ..still() }, "erase_probability is 1.1, expected 0 to 1"),
        (Augmentation { erase_ink: 1.1, ..still() }, "erase_ink is 1.1, expected 0 to 1"),
        (Augmentation { background: 1.0, ..still() }, "background is 1, expected 0 up to but not including 1"),
        (Augmentation { lines: -0.1, ..still() }, "lines is -0.1, expected 0 to 1"),
        (Augmentation { specks: 2.0, ..still() }, "specks is 2, expected 0 to 1"),
    ] {
        assert_eq!(augmentation.check().unwrap_err().to_string(), format!("augmentation: {message}"));
    }
    for augmentation in [still(), Strength::Mild.augmentation().unwrap(), Strength::Strong.augmentation().unwrap()] {
        augmentation.check().unwrap();
    }
}

/// The documentation's table has every setting, and what the strengths make of it.
#[test]
fn the_documentation_has_every_setting() {
    let text = include_str!("../../../../docs/augmentation.md");
    let [mild, strong] = [Strength::Mild, Strength::Strong].map(|it| it.augmentation().unwrap());
    // Settings that are their defaults are not written.
    let value = |augmentation: &Augmentation, name: &str| {
        let written = serde_json::to_value(augmentation).unwrap();
        let default = match name {
            "elastic_sigma_px" => still().elastic_sigma_px,
            "erase_probability" => still().erase_probability,
            _ => 0.0,
        };
        written.get(name).map_or(default, |value| value.as_f64().unwrap() as f32).to_string()
    };
    let all = Augmentation { elastic_sigma_px: 5.0, erase_probability: 0.25, ..blemished(strong) };
    for name in serde_json::to_value(all).unwrap().as_object().unwrap().keys() {
        let row = text.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).expect(name);
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells[cells.len() - 3..cells.len() - 1], [value(&mild, name), value(&strong, name)], "{name}");
    }
}

fn ranges() -> impl Strategy<Value = Augmentation> {
    let places = (0.0f32..40.0, 0.0f32..=180.0, 0.0f32..1.0, 0.0f32..1.0, 0.0f32..=80.0);
    let elastic = (0.0f32..1e5, 0.5f32..20.0, 0.0f32..=8.0, 0.0f32..=16.0);
    let light = (0.0f32..1.0, 0.0f32..1.0, 0.0f32..=1.0, 0.0f32..1.0, 0.0f32..=1.0);
    let blemishes = (0.0f32..=1.0, 0.0f32..1.0, 0.0f32..=1.0, 0.0f32..=1.0);
    (places, elastic, light, blemishes).prop_map(
        |(
            (shift_px, rotation_degrees, scale, stretch, shear_degrees),
            (elastic_alpha, elastic_sigma_px, stroke_px, blur_px),
            (brightness, contrast, noise, erase, erase_probability),
            (erase_ink, background, lines, specks),
        )| Augmentation {
            shift_px,
            rotation_degrees,
            scale,
            stretch,
            shear_degrees,
            elastic_alpha,
            elastic_sigma_px,
            stroke_px,
            blur_px,
            brightness,
            contrast,
            noise,
            erase,
            erase_probability,
            erase_ink,
            background,
            lines,
            specks,
        },
    )
}

proptest! {
    #[test]
    fn nothing_allowed_panics_and_everything_repeats(
        augmentation in ranges(),
        [height, width] in prop::array::uniform2(1usize..12),
        pixels in prop::collection::vec(any::<u8>(), 144),
        (seed, index) in any::<(u64, u32)>(),
    ) {
        augmentation.check().unwrap();
        let pixels = &pixels[..height * width];
        let apply = |augmentation| {
            let mut to = vec![7; pixels.len()];
            Augmenter::new(augmentation, [height, width]).apply(pixels, seed, 2, index, &mut to);
            to
        };
        prop_assert_eq!(apply(augmentation), apply(augmentation));
        prop_assert_eq!(apply(still()), pixels);
    }
}
