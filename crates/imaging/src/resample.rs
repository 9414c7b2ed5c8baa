//! Scaling a region of a grey image: exact area averages when shrinking, bilinear interpolation when enlarging.

use crate::GreyImage;

/// The region to draw and how: output pixel (0, 0) starts at (`left`, `top`) of the source, in source pixels, and each
/// output pixel spans `1 / scale` of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region {
    pub(crate) left: f64,
    pub(crate) top: f64,
    /// Output pixels per source pixel.
    pub(crate) scale: f64,
    /// Columns of the output.
    pub(crate) width: usize,
    /// Rows of the output.
    pub(crate) height: usize,
}

/// Draws `region` of `image`. Outside the image everything is 0. Returns `[height, width]` values in 0..=255.
///
/// The two axes are scaled one after the other in `f32`, always in the same order, so that every machine gives the same
/// bits. `scale` 1 at whole offsets copies the pixels exactly.
pub(crate) fn resample(image: &GreyImage, region: &Region) -> Vec<f32> {
    let columns = taps(image.width(), region.left, region.scale, region.width);
    let rows = taps(image.height(), region.top, region.scale, region.height);
    let mut output = vec![0.0; region.width * region.height];
    let mut narrowed = vec![0.0; region.width];
    let source: Vec<&[u8]> = image.rows().collect();
    for (output_row, row) in output.chunks_exact_mut(region.width).zip(&rows) {
        for (source_row, &weight) in source[row.first..].iter().zip(&row.weights) {
            narrow(source_row, &columns, &mut narrowed);
            for (sum, &value) in output_row.iter_mut().zip(&narrowed) {
                *sum += weight * value;
            }
        }
    }
    output
}

/// A square of `side` by `side` pixels of `image` made `scale` times as large, whose upper left corner lies at `left` and `top` in
/// its pixels; outside of the image it is 0.
///
/// # Panics
/// Unless `scale` is positive.
pub fn scaled_square(image: &GreyImage, [left, top]: [f64; 2], scale: f64, side: usize) -> Vec<u8> {
    assert!(scale > 0.0, "a positive scale");
    let region = Region { left, top, scale, width: side, height: side };
    // Rounding adds one half, and a conversion to bytes keeps what is in their range.
    resample(image, &region).into_iter().map(|level| (level + 0.5) as u8).collect()
}

/// One row scaled along its length.
fn narrow(row: &[u8], columns: &[Taps], narrowed: &mut [f32]) {
    for (value, column) in narrowed.iter_mut().zip(columns) {
        let source = row[column.first..].iter();
        *value = source.zip(&column.weights).map(|(&pixel, &weight)| f32::from(pixel) * weight).sum();
    }
}

/// What one output pixel takes from the source along one axis: `weights` for the pixels from `first` on.
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

/// The taps of `count` output pixels. Weights sum to 1 except where the output reaches outside the source.
fn taps(source_len: u32, origin: f64, scale: f64, count: usize) -> Vec<Taps> {
    (0..count)
        .map(|i| {
            let start = origin + i as f64 / scale;
            let end = origin + (i + 1) as f64 / scale;
            // A source pixel weighs as much as it overlaps the output pixel; when enlarging, the span of one source
            // pixel around the output pixel's centre takes its place, which is linear interpolation.
            let middle = (start + end) / 2.0;
            let (start, end) = if scale > 1.0 { (middle - 0.5, middle + 0.5) } else { (start, end) };
            let first = start.floor().max(0.0);
            let last = end.ceil().min(f64::from(source_len));
            let overlap = |x: u64| ((end.min((x + 1) as f64) - start.max(x as f64)).max(0.0) / (end - start)) as f32;
            let weights: Vec<f32> = (first as u64..last.max(first) as u64).map(overlap).collect();
            Taps { first: (first as usize).min(source_len as usize), weights }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scaled(pixels: &[u8], scale: f64, left: f64, width: usize) -> Vec<f32> {
        let image = GreyImage::new(pixels.len() as u32, 1, pixels.to_vec()).unwrap();
        // Three rows around the one: the outer two must stay empty, the middle one has the full weight.
        let region = Region { left, top: -1.0 / scale, scale, width, height: 3 };
        resample(&image, &region)[width..2 * width].to_vec()
    }

    #[test]
    fn scale_one_copies() {
        assert_eq!(scaled(&[10, 20, 30], 1.0, 0.0, 3), [10.0, 20.0, 30.0]);
        assert_eq!(scaled(&[10, 20, 30], 1.0, -1.0, 5), [0.0, 10.0, 20.0, 30.0, 0.0]);
        assert_eq!(scaled(&[10, 20, 30], 1.0, 50.0, 1), [0.0]);
    }

    #[test]
    fn shrinking_averages_areas() {
        let image = GreyImage::new(4, 2, vec![0, 100, 200, 40, 20, 80, 0, 0]).unwrap();
        let region = Region { left: 0.0, top: 0.0, scale: 0.5, width: 2, height: 1 };
        assert_eq!(resample(&image, &region), [50.0, 60.0]);
        // Two thirds of a pixel scale: 1.5 source pixels each.
        let third = Region { left: 0.0, top: 0.0, scale: 2.0 / 3.0, width: 2, height: 1 };
        let image = GreyImage::new(3, 2, vec![90, 30, 60, 90, 30, 60]).unwrap();
        for (value, expected) in resample(&image, &third).into_iter().zip([70.0, 50.0]) {
            // 1.5 of the 2 rows are inside, and both are alike.
            assert!((value - expected).abs() < 1e-3, "{value} {expected}");
        }
    }

    #[test]
    fn enlarging_interpolates() {
        let image = GreyImage::new(2, 2, vec![0, 100, 0, 100]).unwrap();
        let region = Region { left: 0.0, top: 0.5, scale: 2.0, width: 4, height: 1 };
        assert_eq!(resample(&image, &region), [0.0, 25.0, 75.0, 75.0]);
    }

    proptest! {
        #[test]
        fn ink_is_kept_when_shrinking(pixels in prop::collection::vec(any::<u8>(), 1..60), scale in 0.05f64..1.0) {
            let image = GreyImage::new(pixels.len() as u32, 1, pixels.clone()).unwrap();
            let width = (pixels.len() as f64 * scale).ceil() as usize + 2;
            let region = Region { left: -1.0 / scale, top: 0.0, scale, width, height: 1 };
            let drawn: f32 = resample(&image, &region).iter().sum();
            let ink: u32 = pixels.iter().map(|&pixel| u32::from(pixel)).sum();
            let expected = ink as f64 * scale * scale;
            prop_assert!((f64::from(drawn) - expected).abs() <= 1e-3 * expected.max(1.0), "{} {}", drawn, expected);
        }

        #[test]
        fn no_region_panics(left in -300.0f64..300.0, top in -300.0f64..300.0, scale in 0.001f64..30.0) {
            let image = GreyImage::new(7, 5, vec![255; 35]).unwrap();
            let drawn = resample(&image, &Region { left, top, scale, width: 9, height: 11 });
            prop_assert!(drawn.iter().all(|value| (0.0..=255.01).contains(value)));
        }
    }
}
