//! How thick the strokes of ink are, and strokes made thicker.

use crate::pieces::EDGE;
use crate::{Ink, InkBox};

/// The mean width of the strokes of MNIST's images, as measured here, in pixels.
pub(crate) const MNIST_WIDTH: f32 = 2.6;

/// The mean width of the strokes in a box, in pixels: twice the ink's area for each pixel of its outline, which is right for a
/// stroke much longer than wide. The outline's length is that of its horizontal and vertical parts times pi / 4, the mean
/// over all directions (Cauchy and Crofton).
pub(crate) fn stroke_width(ink: &Ink, place: &InkBox) -> f32 {
    let columns = place.left as usize..(place.left + place.width) as usize;
    let rows: Vec<&[u8]> = ink.image().rows().skip(place.top as usize).take(place.height as usize).collect();
    let (mut area, mut outline) = (0u64, 0u64);
    let mut above: Option<&[u8]> = None;
    for row in rows {
        let row = &row[columns.clone()];
        let mut was_ink = false;
        for (x, &pixel) in row.iter().enumerate() {
            let is_ink = pixel >= EDGE;
            area += u64::from(pixel);
            outline += u64::from(is_ink != was_ink);
            outline += u64::from(above.is_some_and(|above| above[x] >= EDGE) != is_ink);
            was_ink = is_ink;
        }
        outline += u64::from(was_ink);
        above = Some(row);
    }
    outline += above.map_or(0, |row| row.iter().filter(|&&pixel| pixel >= EDGE).count() as u64);
    2.0 * (area as f32 / 255.0) / (outline.max(1) as f32 * std::f32::consts::FRAC_PI_4)
}

/// Makes all strokes of an image of `width` columns thicker by `radius` pixels on each side: each pixel becomes the most of those
/// within that distance.
pub(crate) fn thicken(pixels: &[f32], width: usize, radius: f32) -> Vec<f32> {
    let reach = radius as isize;
    let height = pixels.len() / width;
    let mut thick = pixels.to_vec();
    for dy in -reach..=reach {
        let across = (radius * radius - (dy * dy) as f32).max(0.0).sqrt() as isize;
        for y in 0..height {
            let Some(from) = y.checked_add_signed(dy).filter(|&from| from < height) else { continue };
            let (source, row) = (&pixels[from * width..][..width], &mut thick[y * width..][..width]);
            for (x, value) in row.iter_mut().enumerate() {
                let columns = x.saturating_add_signed(-across)..(x + across as usize + 1).min(width);
                *value = source[columns].iter().fold(*value, |most, &other| most.max(other));
            }
        }
    }
    thick
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GreyImage, Polarity, digit_box, extract_ink, ground};

    fn ink_of(side: u32, pixels: Vec<u8>) -> Ink {
        let image = GreyImage::new(side, side, pixels).unwrap();
        extract_ink(&image, &ground(&image, Some(Polarity::LightOnDark))).unwrap()
    }

    #[test]
    fn bars_have_their_width_in_every_direction() {
        for (along_x, along_y) in [(1.0f32, 0.0f32), (0.0, 1.0), (0.6, 0.8), (0.707, -0.707), (0.924, 0.383)] {
            for width in [3.0f32, 8.0] {
                let level = |at: u32| {
                    let (x, y) = ((at % 200) as f32 - 100.0, (at / 200) as f32 - 100.0);
                    let (along, off) = (x * along_x + y * along_y, x * along_y - y * along_x);
                    if along.abs() < 80.0 { 255.0 * (width / 2.0 + 0.5 - off.abs()).clamp(0.0, 1.0) } else { 0.0 }
                };
                let ink = ink_of(200, (0..200 * 200).map(|at| level(at) as u8).collect());
                let found = stroke_width(&ink, &digit_box(&ink).unwrap());
                assert!((found / width - 1.0).abs() < 0.35, "{found} for {width} along {along_x} {along_y}");
            }
        }
    }

    #[test]
    fn the_mean_of_mnist_is_as_said() {
        let test = tenfold_mnist::test().unwrap();
        let widths = test.images.chunks(tenfold_mnist::PIXELS_PER_IMAGE).step_by(10).map(|image| {
            let ink = ink_of(28, image.to_vec());
            stroke_width(&ink, &digit_box(&ink).unwrap())
        });
        let mean = widths.sum::<f32>() / 1_000.0;
        assert!((mean - MNIST_WIDTH).abs() < 0.05, "{mean}");
    }

    #[test]
    fn a_dot_becomes_a_disc() {
        let mut dot = vec![0.0; 49];
        dot[24] = 1.0;
        let rows = |pixels: &[f32]| -> Vec<usize> {
            pixels.chunks(7).map(|row| row.iter().filter(|&&value| value > 0.0).count()).collect()
        };
        assert_eq!(rows(&thicken(&dot, 7, 0.9)), [0, 0, 0, 1, 0, 0, 0]);
        assert_eq!(rows(&thicken(&dot, 7, 2.0)), [0, 1, 3, 5, 3, 1, 0]);
    }
}
