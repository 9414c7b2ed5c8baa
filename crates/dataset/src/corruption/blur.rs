//! What blurs an image: frosted glass, and movement.

use tenfold_random::Stream;

use crate::transformation::{Blur, Plane};

/// Standard deviation of the blur before and after in pixels, how far pixels are moved, and how often.
const GLASS: [(f32, usize, usize); 5] = [(0.7, 1, 2), (0.9, 2, 1), (1.0, 2, 3), (1.1, 3, 2), (1.5, 4, 2)];
/// The longest way of a point and the standard deviation of the half Gaussian along it, in pixels.
const MOTION: [(f32, f32); 5] = [(20.0, 3.0), (30.0, 5.0), (30.0, 8.0), (30.0, 12.0), (40.0, 15.0)];
/// The largest angle of a movement to the right, up or down.
const MOTION_DEGREES: f32 = 45.0;

/// Behind frosted glass: blurred, pixels near each other exchanged, and blurred again.
pub(super) fn glass(image: &mut Plane, severity: usize, stream: &mut Stream) {
    let (sigma_px, reach, rounds) = GLASS[severity - 1];
    let mut blur = Blur::default();
    blur.apply(image, sigma_px);
    let (height, width) = (image.height, image.width);
    // From the last pixel whose neighbours are all in the image to the first.
    let places = |side: usize| (reach + 1..=side.saturating_sub(reach)).rev();
    for _ in 0..rounds {
        for (y, x) in places(height).flat_map(|y| places(width).map(move |x| (y, x))) {
            if stream.next_u32() >> 31 == 1 {
                let [down, right] = [(); 2].map(|()| stream.below(2 * reach as u32) as usize);
                image.values.swap(y * width + x, (y + down - reach) * width + x + right - reach);
            }
        }
    }
    blur.apply(image, sigma_px);
}

/// Moved while it was taken, in one direction: a half Gaussian of the places on the way, each taken for its nearest pixel.
pub(super) fn motion(image: &mut Plane, severity: usize, stream: &mut Stream) {
    let (longest, sigma_px) = MOTION[severity - 1];
    let angle = (MOTION_DEGREES * (2.0 * stream.uniform() - 1.0)).to_radians();
    let (down, right) = (libm::sinf(angle), libm::cosf(angle));
    let weights: Vec<f32> = (0..=longest as usize)
        .map(|step| libm::expf(-0.5 * (step as f32 / sigma_px) * (step as f32 / sigma_px)))
        .collect();
    let whole: f32 = weights.iter().sum();
    let sharp = std::mem::replace(&mut image.values, vec![0.0; image.height * image.width]);
    for (step, weight) in weights.into_iter().enumerate() {
        let [down, right] = [down, right].map(|part| (part * step as f32).round() as isize);
        for (y, to) in image.values.chunks_exact_mut(image.width).enumerate() {
            let Some(from) = y.checked_add_signed(down).filter(|&from| from < image.height) else { continue };
            let from = sharp[from * image.width..][..image.width].iter().skip(right as usize);
            to.iter_mut().zip(from).for_each(|(to, from)| *to += weight / whole * from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold_random::Purpose;

    #[test]
    fn a_moved_point_is_a_line_to_the_left_of_it() {
        let mut image = Plane::new([41, 41]);
        image.values[20 * 41 + 40] = 255.0;
        motion(&mut image, 1, &mut Stream::new(1, Purpose::Test, 0, 0));
        let ink: f32 = image.values.iter().sum();
        assert!((ink - 255.0).abs() < 0.01, "all of it stays in the image: {ink}");
        let brightest = image.values.iter().copied().fold(0.0, f32::max);
        assert_eq!(image.values[20 * 41 + 40], brightest, "where it was it is brightest");
    }

    #[test]
    fn glass_moves_pixels_and_keeps_their_ink() {
        let mut image = Plane::new([28, 28]);
        image.values[14 * 28 + 14] = 255.0;
        let mut blurred = image.clone();
        (0..2).for_each(|_| Blur::default().apply(&mut blurred, 1.5));
        glass(&mut image, 5, &mut Stream::new(1, Purpose::Test, 0, 0));
        let ink = |image: &Plane| image.values.iter().sum::<f32>();
        assert!((ink(&image) - ink(&blurred)).abs() < 1.0 && image != blurred, "{} {}", ink(&image), ink(&blurred));
    }

    #[test]
    fn images_smaller_than_what_moves_them_are_blurred_only() {
        for severity in 1..=5 {
            let mut image = Plane { height: 1, width: 2, values: vec![10.0, 20.0] };
            glass(&mut image, severity, &mut Stream::new(1, Purpose::Test, 0, 0));
            motion(&mut image, severity, &mut Stream::new(1, Purpose::Test, 0, 0));
            assert!(image.values.iter().all(|value| (0.0..=20.0).contains(value)), "{image:?}");
        }
    }
}
