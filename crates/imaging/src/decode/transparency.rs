//! Pictures with transparent parts, laid on a backdrop; [`decode`](super::decode) says which and why.

use image::{GrayAlphaImage, GrayImage, RgbImage, RgbaImage};

/// The level behind transparent parts, black or white.
pub(super) fn backdrop(picture: &GrayAlphaImage) -> u32 {
    let (mut opaque, mut light) = (0u64, 0u64);
    for pixel in picture.pixels() {
        let [level, alpha] = pixel.0.map(u64::from);
        opaque += alpha;
        light += level * alpha;
    }
    let mostly_opaque = 2 * opaque > 255 * picture.pixels().len() as u64;
    let is_light = 2 * light > 255 * opaque;
    if mostly_opaque == is_light { 255 } else { 0 }
}

/// Lays a picture with transparent parts on a backdrop.
pub(super) fn flatten(picture: &GrayAlphaImage, backdrop: u32) -> GrayImage {
    let mut grey = GrayImage::new(picture.width(), picture.height());
    for (flat, pixel) in grey.pixels_mut().zip(picture.pixels()) {
        let [level, alpha] = pixel.0;
        flat.0 = [laid_on(backdrop, level, alpha)];
    }
    grey
}

/// The same in colour.
pub(super) fn flatten_colours(picture: &RgbaImage, backdrop: u32) -> RgbImage {
    let mut colours = RgbImage::new(picture.width(), picture.height());
    for (flat, pixel) in colours.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, alpha] = pixel.0;
        flat.0 = [red, green, blue].map(|level| laid_on(backdrop, level, alpha));
    }
    colours
}

/// A level seen through its transparency.
fn laid_on(backdrop: u32, level: u8, alpha: u8) -> u8 {
    let (level, alpha) = (u32::from(level), u32::from(alpha));
    ((level * alpha + backdrop * (255 - alpha) + 127) / 255) as u8
}
