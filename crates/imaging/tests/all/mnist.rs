//! MNIST's own images are already prepared: preparing them again must change nothing, whichever way round they are.

use tenfold_imaging::{GreyImage, Polarity, Preparation};

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
