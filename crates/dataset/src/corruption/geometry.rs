//! Where the ink lies: slanted, resized, turned, shifted.

use tenfold_random::Stream;

use crate::transformation::{Affine, Plane, Warp};

/// The angle by which upright strokes lean over, in radians.
const SHEAR_RADIANS: [f32; 5] = [0.2, 0.4, 0.6, 0.8, 1.0];
/// How many times as high and wide.
const SCALE: [f32; 5] = [0.9, 0.8, 0.7, 0.6, 0.5];
/// The angle, either way, in radians.
const ROTATION_RADIANS: [f32; 5] = [0.2, 0.4, 0.6, 0.8, 1.0];
/// The shift along each axis, either way, in pixels.
const SHIFT_PX: [f32; 5] = [1.0, 2.0, 3.0, 4.0, 5.0];

/// Draws the image again from the places of a map.
pub(super) fn warp(image: &mut Plane, affine: Affine) {
    let places = affine.places([image.height, image.width]);
    Warp::default().apply(image, places);
}

/// Slanted to the left or right; as much higher as slanted strokes stay long, `1 / cos`, as in the set's own program.
pub(super) fn shear(image: &mut Plane, severity: usize, stream: &mut Stream) {
    let radians = sign(stream) * SHEAR_RADIANS[severity - 1];
    let scale = [1.0 / libm::cosf(radians), 1.0];
    warp(image, Affine { scale, slant: libm::sinf(radians), ..Affine::IDENTITY });
}

/// Smaller.
pub(super) fn scale(image: &mut Plane, severity: usize) {
    warp(image, Affine { scale: [SCALE[severity - 1]; 2], ..Affine::IDENTITY });
}

/// Turned to the left or right.
pub(super) fn rotate(image: &mut Plane, severity: usize, stream: &mut Stream) {
    warp(image, Affine { radians: sign(stream) * ROTATION_RADIANS[severity - 1], ..Affine::IDENTITY });
}

/// Shifted along both axes.
pub(super) fn translate(image: &mut Plane, severity: usize, stream: &mut Stream) {
    let shift_px = [(); 2].map(|()| sign(stream) * SHIFT_PX[severity - 1]);
    warp(image, Affine { shift_px, ..Affine::IDENTITY });
}

/// 1 or -1.
fn sign(stream: &mut Stream) -> f32 {
    if stream.next_u32() >> 31 == 1 { 1.0 } else { -1.0 }
}
