//! Kernels from floats to bytes.

/// A kernel in bytes, with a scale for each filter: `kernel[tap, o]` is about `values[tap, o] * scales[o]`.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantizedKernel {
    /// `[taps, O]`, each in `-127..=127`.
    pub values: Vec<i8>,
    /// `[O]`, positive.
    pub scales: Vec<f32>,
}

impl QuantizedKernel {
    /// The nearest kernel (ties to even) whose scales put each filter's largest magnitude at 127; `None` if a value is
    /// not finite. `kernel`: `[taps, filters]`.
    ///
    /// # Panics
    /// If `kernel` is not whole rows of `filters`.
    pub fn new(kernel: &[f32], filters: usize) -> Option<Self> {
        assert!(kernel.len().is_multiple_of(filters), "whole rows of {filters}");
        if !kernel.iter().all(|value| value.is_finite()) {
            return None;
        }
        let mut scales = vec![0.0_f32; filters];
        for row in kernel.chunks_exact(filters) {
            for (scale, value) in scales.iter_mut().zip(row) {
                *scale = scale.max(value.abs());
            }
        }
        // A filter of zeros, or of next to nothing, needs some scale too.
        scales.iter_mut().for_each(|scale| *scale = (*scale / 127.0).max(f32::MIN_POSITIVE));
        let nearest = |(value, scale): (&f32, &f32)| (value / scale).round_ties_even() as i8;
        let values = kernel.chunks_exact(filters).flat_map(|row| row.iter().zip(&scales).map(nearest)).collect();
        Some(Self { values, scales })
    }
}
