//! Small loops over whole arrays: plain Rust that the compiler vectorises for each level.

use crate::level::{Cpu, for_each_level};

/// `to[i] += from[i]`.
///
/// # Panics
/// If the lengths differ.
pub fn add_assign(cpu: Cpu, to: &mut [f32], from: &[f32]) {
    #[inline(always)]
    fn body(to: &mut [f32], from: &[f32]) {
        for (to, from) in to.iter_mut().zip(from) {
            *to += from;
        }
    }
    assert_eq!(to.len(), from.len(), "two arrays to add");
    for_each_level!(cpu, body(to: &mut [f32], from: &[f32]))
}

/// `output[i] = a[i] * b[i]`: dropout's forward and backward, with `b` the mask.
///
/// # Panics
/// If the lengths differ.
pub fn multiply(cpu: Cpu, a: &[f32], b: &[f32], output: &mut [f32]) {
    #[inline(always)]
    fn body(a: &[f32], b: &[f32], output: &mut [f32]) {
        for ((output, a), b) in output.iter_mut().zip(a).zip(b) {
            *output = a * b;
        }
    }
    assert!(a.len() == b.len() && a.len() == output.len(), "three arrays of a product");
    for_each_level!(cpu, body(a: &[f32], b: &[f32], output: &mut [f32]))
}

/// `output[n, p, c] = values[n, p, c] * factors[n, c]`: `[N, pixels, C]` times `[N, C]`.
///
/// # Panics
/// If `factors` is not whole rows of `channels`, or `values` and `output` not as many images of whole pixels each.
pub fn multiply_channels(cpu: Cpu, values: &[f32], factors: &[f32], channels: usize, output: &mut [f32]) {
    #[inline(always)]
    fn body(values: &[f32], factors: &[f32], channels: usize, output: &mut [f32]) {
        let image = values.len() / (factors.len() / channels);
        let images = values.chunks_exact(image).zip(output.chunks_exact_mut(image));
        for ((values, output), factors) in images.zip(factors.chunks_exact(channels)) {
            for (values, output) in values.chunks_exact(channels).zip(output.chunks_exact_mut(channels)) {
                for ((output, value), factor) in output.iter_mut().zip(values).zip(factors) {
                    *output = value * factor;
                }
            }
        }
    }
    assert!(channels > 0 && factors.len().is_multiple_of(channels), "whole rows of {channels} factors");
    assert!(values.len() == output.len() && values.len().is_multiple_of(factors.len().max(1)), "whole pixels");
    if !factors.is_empty() {
        for_each_level!(cpu, body(values: &[f32], factors: &[f32], channels: usize, output: &mut [f32]))
    }
}

/// Adds `a[p, c] * b[p, c]`, summed over the pixels `p`, to `sums[c]`.
///
/// # Panics
/// If `a` is not whole rows of `sums`, or `b` of another length.
pub fn add_products_by_channel(cpu: Cpu, a: &[f32], b: &[f32], sums: &mut [f32]) {
    #[inline(always)]
    fn body(a: &[f32], b: &[f32], sums: &mut [f32]) {
        for (a, b) in a.chunks_exact(sums.len()).zip(b.chunks_exact(sums.len())) {
            for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
                *sum += a * b;
            }
        }
    }
    assert!(a.len() == b.len() && a.len().is_multiple_of(sums.len()), "whole rows of {}", sums.len());
    for_each_level!(cpu, body(a: &[f32], b: &[f32], sums: &mut [f32]))
}

/// Adds the row `bias` (`[O]`) to every row of `rows` (`[n, O]`).
///
/// # Panics
/// If `rows` is not whole rows.
pub fn add_row(cpu: Cpu, rows: &mut [f32], bias: &[f32]) {
    #[inline(always)]
    fn body(rows: &mut [f32], bias: &[f32]) {
        for row in rows.chunks_exact_mut(bias.len()) {
            for (value, bias) in row.iter_mut().zip(bias) {
                *value += bias;
            }
        }
    }
    assert_eq!(rows.len() % bias.len(), 0, "whole rows of {}", bias.len());
    for_each_level!(cpu, body(rows: &mut [f32], bias: &[f32]))
}

/// Adds the sum over the rows of `rows` (`[n, O]`) to `sums` (`[O]`): the gradient of a bias.
///
/// # Panics
/// If `rows` is not whole rows.
pub fn sum_rows(cpu: Cpu, rows: &[f32], sums: &mut [f32]) {
    #[inline(always)]
    fn body(rows: &[f32], sums: &mut [f32]) {
        for row in rows.chunks_exact(sums.len()) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
    }
    assert_eq!(rows.len() % sums.len(), 0, "whole rows of {}", sums.len());
    for_each_level!(cpu, body(rows: &[f32], sums: &mut [f32]))
}

/// `values[i] *= factor`.
pub fn scale(cpu: Cpu, values: &mut [f32], factor: f32) {
    #[inline(always)]
    fn body(values: &mut [f32], factor: f32) {
        for value in values {
            *value *= factor;
        }
    }
    for_each_level!(cpu, body(values: &mut [f32], factor: f32))
}

/// The sum of `values[i]^2` in `f64`, in an order that is the same at every level.
pub fn sum_of_squares(cpu: Cpu, values: &[f32]) -> f64 {
    #[inline(always)]
    fn body(values: &[f32]) -> f64 {
        let square = |value: f32| f64::from(value) * f64::from(value);
        let (whole, rest) = values.as_chunks::<8>();
        let mut sums = [0.0; 8];
        for chunk in whole {
            for (sum, &value) in sums.iter_mut().zip(chunk) {
                *sum += square(value);
            }
        }
        let rest = rest.iter().map(|&value| square(value));
        sums.into_iter().chain(rest).sum()
    }
    for_each_level!(cpu, body(values: &[f32]) -> f64)
}

/// Pixels `0..=255` as `0.0..=1.0`: `output[i] = pixels[i] / 255`.
///
/// # Panics
/// If the lengths differ.
pub fn unit_pixels(cpu: Cpu, pixels: &[u8], output: &mut [f32]) {
    #[inline(always)]
    fn body(pixels: &[u8], output: &mut [f32]) {
        for (output, &pixel) in output.iter_mut().zip(pixels) {
            *output = f32::from(pixel) / 255.0;
        }
    }
    assert_eq!(pixels.len(), output.len(), "pixels and their values");
    for_each_level!(cpu, body(pixels: &[u8], output: &mut [f32]))
}
