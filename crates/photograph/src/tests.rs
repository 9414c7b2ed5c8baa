use sha2::{Digest, Sha256};
use tenfold_imaging::{ColourImage, GreyImage};
use tenfold_random::{Purpose, Stream};

use crate::{Degradation, Kind, Page};

/// A digit image as MNIST has them: a bar of full ink.
fn bar() -> GreyImage {
    let ink = |at: u32| if (12..16).contains(&(at % 28)) && (4..24).contains(&(at / 28)) { 255 } else { 0 };
    GreyImage::new(28, 28, (0..28 * 28).map(ink).collect()).unwrap()
}

fn page() -> Page {
    Page { size: [120, 90], middle: [50.0, 40.0], scale: 1.5, ..Page::default() }
}

/// The grey levels of the page with these degradations.
fn grey(degradations: &[Degradation]) -> Vec<u8> {
    page().photograph(&bar(), degradations, 1, 0).grey().pixels().to_vec()
}

fn at(levels: &[u8], x: usize, y: usize) -> u8 {
    levels[y * 120 + x]
}

fn sum_of(picture: &ColourImage) -> String {
    let bytes = picture.colours().unwrap_or(picture.grey().pixels());
    Sha256::digest(bytes)[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Tests and tables elsewhere are made of these pictures.
#[test]
fn a_seed_means_these_pictures() {
    let found = Kind::ALL.map(|kind| {
        let degradation = kind.draw(&page(), &bar(), &mut Stream::new(7, Purpose::Test, kind as u32, 0));
        assert_eq!(degradation.kind(), kind);
        (kind.name(), sum_of(&page().photograph(&bar(), &[degradation], 7, 0)))
    });
    let expected = [
        ("coloured paper", "a139a63c"),
        ("texture", "375c3faa"),
        ("show-through", "c571f016"),
        ("ruled paper", "7f0decca"),
        ("squared paper", "c422d1d9"),
        ("box", "58d30792"),
        ("coloured ink", "931dae1c"),
        ("speckle", "9ffed0b7"),
        ("paper edge", "df54addc"),
        ("finger", "8ea40f8b"),
        ("perspective", "652fea8c"),
        ("rotation", "142de056"),
        ("gradient", "43dc1e27"),
        ("vignette", "e13d7fe1"),
        ("shadow edge", "91c4d5d3"),
        ("lit strip", "3d78ca5e"),
        ("blur", "c3272709"),
        ("noise", "eecedf23"),
        ("JPEG", "e3b76bc1"),
    ];
    assert_eq!(found.each_ref().map(|(name, sum)| (*name, sum.as_str())), expected);
}

#[test]
fn the_digit_stands_where_the_page_says() {
    let plain = grey(&[]);
    // The bar's middle is that of its image; it is 6 by 30 pixels large.
    assert_eq!((at(&plain, 50, 40), at(&plain, 50, 26), at(&plain, 50, 53)), (35, 35, 35));
    assert_eq!((at(&plain, 45, 40), at(&plain, 55, 40), at(&plain, 50, 23)), (235, 235, 235));
    let ink: f64 = plain.iter().map(|&level| f64::from(235 - level)).sum::<f64>() / 200.0;
    assert!((ink - 180.0).abs() < 2.0, "{ink}");
    let small = Page { scale: 0.5, ..page() }.photograph(&bar(), &[], 1, 0);
    let ink: f64 = small.grey().pixels().iter().map(|&level| f64::from(235 - level)).sum::<f64>() / 200.0;
    assert!((ink - 20.0).abs() < 0.5, "{ink}");
}

#[test]
fn pages_are_drawn_with_room_for_the_digit() {
    for number in 0..200 {
        let mut stream = Stream::new(1, Purpose::Test, 0, number);
        let page = Page::draw([300, 200], [0.5, 4.0], &bar(), &mut stream);
        let half = 14.0 * page.scale;
        assert!((0.5..=4.001).contains(&page.scale));
        assert!(page.middle[0] >= half && page.middle[0] <= 300.0 - half, "{page:?}");
        assert!(page.middle[1] >= half && page.middle[1] <= 200.0 - half, "{page:?}");
    }
}

#[test]
fn the_order_is_that_of_what_happens() {
    let (rotation, shadow) =
        (Degradation::Rotation { radians: 0.1 }, Degradation::Gradient { direction: 0.0, least: 0.5 });
    assert_eq!(grey(&[rotation, shadow]), grey(&[shadow, rotation]));
    assert_ne!(grey(&[rotation, shadow]), grey(&[rotation]));
}

#[test]
fn light_falls_where_it_is_said_to() {
    let gradient = grey(&[Degradation::Gradient { direction: 0.0, least: 0.5 }]);
    assert!(at(&gradient, 1, 5) > 230 && at(&gradient, 118, 5) < 121);
    let vignette = grey(&[Degradation::Vignette { least: 0.5 }]);
    assert!(at(&vignette, 60, 5) > 165 && at(&vignette, 0, 0) < 121);
    let shadow = grey(&[Degradation::ShadowEdge { direction: 0.0, offset: 0.2, least: 0.5, softness: 4.0 }]);
    assert_eq!((at(&shadow, 74, 5), at(&shadow, 82, 5)), (235, 118));
    let strip = grey(&[Degradation::LitStrip { direction: 0.0, offset: 0.2, width: 0.2, least: 0.5 }]);
    assert_eq!((at(&strip, 65, 5), at(&strip, 78, 5), at(&strip, 92, 5)), (118, 235, 118));
}

#[test]
fn print_and_tables_lie_where_they_are_said_to() {
    let ruled = grey(&[Degradation::Ruled { spacing: 20.0, line: 2.0, strength: 1.0 }]);
    let lines = (0..90).filter(|&y| at(&ruled, 5, y) < 200).count();
    assert!((8..=10).contains(&lines), "{lines} rows of 4 or 5 lines");
    let squared = grey(&[Degradation::Squared { spacing: 20.0, line: 2.0, strength: 1.0 }]);
    assert!((0..90).all(|y| (0..20).any(|x| at(&squared, x, y) < 200)));
    // Around the digit's image, which reaches from 29 to 71 and from 19 to 61.
    let boxed = grey(&[Degradation::Boxed { gap: 3.0, line: 2.0, strength: 1.0 }]);
    assert_eq!((at(&boxed, 25, 40), at(&boxed, 50, 15), at(&boxed, 74, 40), at(&boxed, 28, 40)), (30, 30, 30, 235));
    let table = Degradation::PaperEdge { direction: 0.0, distance: 50.0, table: [80; 3] };
    let edge = grey(&[table]);
    assert!(at(&edge, 98, 10) == 235 && at(&edge, 105, 10) < 90);
    let finger = grey(&[Degradation::Finger { tip: [108.0, 60.0], radius: 8.0, colour: [90; 3] }]);
    assert_eq!((at(&finger, 119, 53), at(&finger, 102, 60), at(&finger, 98, 60)), (90, 90, 235));
}

#[test]
fn what_a_view_moves_leaves_the_digits_middle() {
    let turned = grey(&[Degradation::Rotation { radians: std::f32::consts::FRAC_PI_2 }]);
    // The bar lies.
    assert_eq!((at(&turned, 50, 40), at(&turned, 38, 40), at(&turned, 50, 46)), (35, 35, 235));
    let near = |tilt: f32| {
        let levels = grey(&[Degradation::Perspective { tilt: [0.0, tilt] }]);
        let ink = |from: usize, to: usize| (from..to).filter(|&y| at(&levels, 50, y) < 135).count();
        (ink(0, 40), ink(40, 90))
    };
    let (above, below) = near(0.5);
    assert!(above > below, "what lies below is smaller: {above}, {below}");
}

#[test]
fn a_blur_has_its_deviation_and_keeps_all_light() {
    let plain = grey(&[]);
    for sigma in [0.0, 0.7, 2.0, 5.0] {
        let blurred = grey(&[Degradation::Blur { sigma }]);
        let moment = |levels: &[u8]| {
            let ink = |x: usize| (0..90).map(|y| 235.0 - f64::from(at(levels, x, y))).sum::<f64>();
            let sum: f64 = (0..120).map(ink).sum();
            let from_middle = |x: usize| (x as f64 + 0.5 - 50.0).powi(2);
            (sum, (0..120).map(|x| ink(x) * from_middle(x)).sum::<f64>() / sum)
        };
        let ((light, before), (kept, after)) = (moment(&plain), moment(&blurred));
        assert!((kept / light - 1.0).abs() < 0.03, "{sigma}: {light} {kept}");
        let variance = f64::from(sigma * sigma);
        assert!((after - before - variance).abs() < 0.05 * variance + 0.1, "{sigma}: {before} {after}");
    }
}

#[test]
fn noise_and_texture_have_their_deviations() {
    let deviation = |degradation| {
        let levels = page().photograph(&GreyImage::new(1, 1, vec![0]).unwrap(), &[degradation], 3, 0);
        let channel: Vec<f64> = match levels.colours() {
            Some(colours) => colours.iter().step_by(3).map(|&level| f64::from(level)).collect(),
            None => levels.grey().pixels().iter().map(|&level| f64::from(level)).collect(),
        };
        let mean = channel.iter().sum::<f64>() / channel.len() as f64;
        (channel.iter().map(|level| (level - mean).powi(2)).sum::<f64>() / channel.len() as f64).sqrt()
    };
    let noise = deviation(Degradation::Noise { deviation: 5.0 });
    assert!((4.8..5.2).contains(&noise), "{noise}");
    let texture = deviation(Degradation::Texture { deviation: 5.0 });
    assert!((4.2..5.8).contains(&texture), "{texture}");
}

#[test]
fn coarse_jpeg_changes_more() {
    let plain = grey(&[]);
    let change = |quality| {
        let levels = grey(&[Degradation::Jpeg { quality }]);
        levels.iter().zip(&plain).map(|(a, b)| u32::from(a.abs_diff(*b))).sum::<u32>()
    };
    assert!(change(20) > 2 * change(90), "{} {}", change(20), change(90));
}
