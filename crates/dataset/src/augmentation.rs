//! Training images a little moved, turned and resized, so that a network learns that none of this matters.

use serde::{Deserialize, Serialize};
use tenfold_random::Stream;

use crate::Error;

/// How far an image may be changed; each time by amounts drawn uniformly from these ranges.
///
/// ```
/// use tenfold_dataset::Augmentation;
/// use tenfold_random::{Purpose, Stream};
///
/// let still = Augmentation { shift_px: 0.0, rotation_degrees: 0.0, scale: 0.0 };
/// let mut to = [0; 4];
/// still.apply(&[1, 2, 3, 4], [2, 2], &mut Stream::new(1, Purpose::Augmentation, 1, 0), &mut to);
/// assert_eq!(to, [1, 2, 3, 4]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Augmentation {
    /// The largest shift along each axis, in pixels, 0 or above.
    pub shift_px: f32,
    /// The largest rotation about the middle, in degrees, either way, 0 to 180.
    pub rotation_degrees: f32,
    /// The largest change of size, `0..1`: 0.1 for sides of 0.9 to 1.1 times the length.
    pub scale: f32,
}

impl Augmentation {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`Error::Augmentation`] for the first setting that is out of its range.
    pub fn check(self) -> Result<(), Error> {
        let Self { shift_px, rotation_degrees, scale } = self;
        let check = |name, expected, value: f32, ok| {
            if ok { Ok(()) } else { Err(Error::Augmentation { name, expected, found: value }) }
        };
        check("shift_px", "0 or above", shift_px, shift_px.is_finite() && shift_px >= 0.0)?;
        check("rotation_degrees", "0 to 180", rotation_degrees, (0.0..=180.0).contains(&rotation_degrees))?;
        check("scale", "0 up to but not including 1", scale, (0.0..1.0).contains(&scale))
    }

    /// Draws a change from `stream` and writes `image` (`[height, width]`) with it to `to`, of the same size. A pixel is
    /// the bilinear interpolation of the four around the place it comes from; outside the image all is background.
    ///
    /// # Panics
    /// If the lengths are not `height * width`.
    pub fn apply(self, image: &[u8], [height, width]: [usize; 2], stream: &mut Stream, to: &mut [u8]) {
        assert_eq!((image.len(), to.len()), (height * width, height * width), "pixels of an image");
        let mut draw = |range: f32| range * (2.0 * stream.uniform() - 1.0);
        let (right, down) = (draw(self.shift_px), draw(self.shift_px));
        let angle = draw(self.rotation_degrees).to_radians();
        let scale = 1.0 + draw(self.scale);
        // The place that a pixel comes from: the change, undone.
        let (cosine, sine) = (libm::cosf(angle) / scale, libm::sinf(angle) / scale);
        let middle = [(height as f32 - 1.0) / 2.0, (width as f32 - 1.0) / 2.0];
        for (row, line) in to.chunks_exact_mut(width).enumerate() {
            let y = row as f32 - middle[0] - down;
            for (column, pixel) in line.iter_mut().enumerate() {
                let x = column as f32 - middle[1] - right;
                let place = [cosine * y - sine * x + middle[0], sine * y + cosine * x + middle[1]];
                *pixel = interpolate(image, [height, width], place);
            }
        }
    }
}

/// The image's brightness at a place between pixels.
fn interpolate(image: &[u8], [height, width]: [usize; 2], [y, x]: [f32; 2]) -> u8 {
    let (top, left) = (y.floor(), x.floor());
    let (below, beside) = (y - top, x - left);
    let pixel = |row: f32, column: f32| {
        let inside = (0.0..height as f32).contains(&row) && (0.0..width as f32).contains(&column);
        if inside { f32::from(image[row as usize * width + column as usize]) } else { 0.0 }
    };
    let line = |row: f32| (1.0 - beside) * pixel(row, left) + beside * pixel(row, left + 1.0);
    ((1.0 - below) * line(top) + below * line(top + 1.0)).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold_random::Purpose;

    const STILL: Augmentation = Augmentation { shift_px: 0.0, rotation_degrees: 0.0, scale: 0.0 };

    fn stream(index: u32) -> Stream {
        Stream::new(3, Purpose::Augmentation, 1, index)
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

    /// A bar of 12x4 pixels in the middle of 28x28.
    fn bar() -> Vec<u8> {
        (0..784).map(|i| if (8..20).contains(&(i / 28)) && (12..16).contains(&(i % 28)) { 200 } else { 0 }).collect()
    }

    #[test]
    fn changes_stay_within_their_ranges_and_reach_them() {
        let bar = bar();
        let mut to = vec![0; 784];
        let mut shifts = Vec::new();
        for index in 0..300 {
            Augmentation { shift_px: 3.0, ..STILL }.apply(&bar, [28, 28], &mut stream(index), &mut to);
            let ([y, x], _) = ink(&to);
            shifts.extend([y - 13.5, x - 13.5]);
        }
        let largest = shifts.iter().fold(0.0f64, |most, shift| most.max(shift.abs()));
        let mean = shifts.iter().sum::<f64>() / shifts.len() as f64;
        assert!((2.9..3.05).contains(&largest) && mean.abs() < 0.2, "{largest} {mean}");

        let mut amounts = Vec::new();
        for index in 0..100 {
            Augmentation { scale: 0.2, ..STILL }.apply(&bar, [28, 28], &mut stream(index), &mut to);
            let (place, amount) = ink(&to);
            assert!(place.iter().all(|it| (it - 13.5).abs() < 0.05), "{place:?}");
            amounts.push(amount / ink(&bar).1);
        }
        let (least, most) = amounts.iter().fold((9.0f64, 0.0f64), |(least, most), &it| (least.min(it), most.max(it)));
        assert!((0.62..0.72).contains(&least) && (1.36..1.46).contains(&most), "{least} {most}");
    }

    #[test]
    fn a_rotation_turns_about_the_middle_and_keeps_the_ink() {
        let bar = bar();
        let mut to = vec![0; 784];
        let mut widths = Vec::new();
        for index in 0..50 {
            Augmentation { rotation_degrees: 90.0, ..STILL }.apply(&bar, [28, 28], &mut stream(index), &mut to);
            let (place, amount) = ink(&to);
            assert!(place.iter().all(|it| (it - 13.5).abs() < 0.05), "{place:?}");
            assert!((amount / ink(&bar).1 - 1.0).abs() < 0.03, "{amount}");
            widths.push(
                (0..784).filter(|&i| to[i] > 100).map(|i| i % 28).collect::<std::collections::BTreeSet<_>>().len(),
            );
        }
        assert!(widths.iter().any(|&it| it <= 6) && widths.iter().any(|&it| it > 10), "upright and lying: {widths:?}");
    }

    #[test]
    fn impossible_ranges_are_refused() {
        for (augmentation, name) in [
            (Augmentation { shift_px: -1.0, ..STILL }, "shift_px is -1, expected 0 or above"),
            (Augmentation { rotation_degrees: f32::NAN, ..STILL }, "rotation_degrees is NaN, expected 0 to 180"),
            (Augmentation { scale: 1.0, ..STILL }, "scale is 1, expected 0 up to but not including 1"),
        ] {
            assert_eq!(augmentation.check().unwrap_err().to_string(), format!("augmentation: {name}"));
        }
        STILL.check().unwrap();
    }
}
