//! MNIST's own images are already prepared: preparing them again must change nothing, whichever way round they are.

use tenfold_imaging::{Centring, GreyImage, Polarity, Preparation, cut_glyph, digit_box, extract_ink, ground};

const PIXELS: usize = tenfold_mnist::PIXELS_PER_IMAGE;

/// The test images that do come out changed. Three (6554, 8849, 9471) have a stroke so faint that the box of strong ink
/// is shorter than 19 pixels, so they are scaled; 6141 and 9776 lose faint flecks far from the digit.
const CHANGED: [usize; 5] = [6141, 6554, 8849, 9471, 9776];

fn changed(picture: impl Fn(u8) -> u8, polarity: Polarity) -> Vec<usize> {
    let test = tenfold_mnist::test().unwrap();
    let is_changed = |&i: &usize| {
        let original = &test.images[i * PIXELS..][..PIXELS];
        let image = GreyImage::new(28, 28, original.iter().map(|&pixel| picture(pixel)).collect()).unwrap();
        let prepared = Preparation::default().prepare(&image).unwrap();
        assert_eq!(prepared.facts.polarity, polarity, "image {i}");
        prepared.pixels != original
    };
    (0..tenfold_mnist::TEST_LEN).filter(is_changed).collect()
}

#[test]
fn all_but_five_of_ten_thousand_are_bit_identical() {
    assert_eq!(changed(|pixel| pixel, Polarity::LightOnDark), CHANGED);
}

#[test]
fn ink_on_white_paper_is_the_same_image() {
    assert_eq!(changed(|pixel| 255 - pixel, Polarity::DarkOnLight), CHANGED);
}

/// The second way to the ink is for other pictures: no training image takes it, and but for a few with faint strokes or flecks far
/// from the digit, as above, they come out as they are.
#[test]
fn training_images_have_one_level_of_paper() {
    let train = tenfold_mnist::train().unwrap();
    let mut changed = 0;
    for original in train.images.chunks(PIXELS) {
        let image = GreyImage::new(28, 28, original.to_vec()).unwrap();
        let prepared = Preparation::default().prepare(&image).unwrap();
        let ink = extract_ink(&image, &ground(&image, None)).unwrap();
        let glyph = cut_glyph(&ink, &digit_box(&ink).unwrap(), 28, 20, Centring::CentreOfMass);
        assert!(prepared.pixels == glyph.pixels);
        changed += u32::from(prepared.pixels != original);
    }
    assert_eq!(changed, 72);
}
