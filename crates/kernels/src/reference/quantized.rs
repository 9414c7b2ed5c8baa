//! Layers on bytes: sums of integers, and one rounding.

use super::layers::{for_each_product, for_each_window};
use crate::convolution::Convolution;
use crate::pooling::Pooling;
use crate::window::Window;

/// The sums of a [`QuantizedLayer`](crate::QuantizedLayer) before scale and bias: `[N, H', W', O]`.
pub fn quantized_sums(geometry: &Convolution, input: &[u8], kernel: &[i8]) -> Vec<i32> {
    let mut sums = vec![0; input.len() / geometry.window.input_len() * geometry.output_len()];
    for_each_product(geometry, input.len(), |x, k, y| sums[y] += i32::from(input[x]) * i32::from(kernel[k]));
    sums
}

/// The nearest whole number, the even one of two, cut off at 0 and 255.
pub fn to_byte(value: f32) -> u8 {
    value.round_ties_even().clamp(0.0, 255.0) as u8
}

/// [`max_pool_bytes`](crate::max_pool_bytes); returns the output.
pub fn max_pool_bytes(window: &Window, input: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    for_each_window(window, input.len(), |cells| {
        output.push(cells.iter().map(|&(_, pixel)| input[pixel]).max().unwrap_or(0));
    });
    output
}

/// [`average_pool_bytes`](crate::average_pool_bytes); returns the output.
pub fn average_pool_bytes(window: &Window, pooling: Pooling, ratio: f32, input: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    for_each_window(window, input.len(), |cells| {
        let sum: u32 = cells.iter().map(|&(_, pixel)| u32::from(input[pixel])).sum();
        let factor = match pooling {
            Pooling::Sum => ratio,
            Pooling::Average => ratio / cells.len() as f32,
            Pooling::AverageWithPadding => ratio / (window.kernel[0] * window.kernel[1]) as f32,
        };
        output.push(to_byte(sum as f32 * factor));
    });
    output
}
