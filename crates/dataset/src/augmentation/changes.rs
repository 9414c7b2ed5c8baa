//! What is done to one image: the amounts that were drawn for it.

use std::ops::Range;

use tenfold_random::Stream;

use super::Augmentation;
use crate::transformation::Affine;

/// The longer side of an erased rectangle is at most so many times the other (Zhong et al. 2017).
const LONGEST: f32 = 1.0 / 0.3;

/// Amounts; those of an augmentation whose settings are 0 change nothing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Changes {
    pub affine: Affine,
    pub stroke_px: f32,
    pub blur_px: f32,
    /// Times as bright.
    pub brightness: f32,
    /// Times the difference from the mean.
    pub contrast: f32,
    /// Standard deviation of the noise, as a share of black to white.
    pub noise: f32,
    /// Rows and columns that are erased.
    pub erased: [Range<usize>; 2],
}

impl Changes {
    /// Draws for an image of these sides. The draws have one order, whatever is 0, and new ones come last: an earlier
    /// recipe means what it meant, and a setting that is switched on leaves the others' amounts as they were.
    pub(super) fn draw(from: &Augmentation, [height, width]: [usize; 2], stream: &mut Stream) -> Self {
        let mut either_way = |range: f32| range * (2.0 * stream.uniform() - 1.0);
        let (right, down) = (either_way(from.shift_px), either_way(from.shift_px));
        let radians = either_way(from.rotation_degrees).to_radians();
        let scale = 1.0 + either_way(from.scale);
        let stretch = [1.0 + either_way(from.stretch), 1.0 + either_way(from.stretch)];
        let slant = libm::tanf(either_way(from.shear_degrees).to_radians());
        let affine = Affine { scale: stretch.map(|it| scale * it), slant, radians, shift_px: [down, right] };
        let stroke_px = either_way(from.stroke_px);
        let (brightness, contrast) = (1.0 + either_way(from.brightness), 1.0 + either_way(from.contrast));
        let blur_px = from.blur_px * stream.uniform();
        let noise = from.noise * stream.uniform();
        let happens = stream.uniform() < from.erase_probability;
        let area = from.erase * stream.uniform() * f32::from(u8::from(happens));
        let erased = rectangle(area, [height, width], stream);
        Self { affine, stroke_px, blur_px, brightness, contrast, noise, erased }
    }
}

/// A rectangle of this share of the image's area, anywhere in it; its shape is drawn uniformly on a scale of logarithms.
fn rectangle(area: f32, sides: [usize; 2], stream: &mut Stream) -> [Range<usize>; 2] {
    let shape = libm::powf(LONGEST, stream.uniform() - 0.5);
    let side = libm::sqrtf(area * sides[0] as f32 * sides[1] as f32);
    let mut within = |longest: usize, length: f32| {
        let length = (libm::roundf(length) as usize).min(longest);
        let start = stream.below((longest - length + 1) as u32) as usize;
        start..start + length
    };
    [within(sides[0], side * shape), within(sides[1], side / shape)]
}
