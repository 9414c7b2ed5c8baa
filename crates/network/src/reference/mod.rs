//! The oracle for whole networks: predictions, and loss and gradient, in `f64`, one image's formula at a time, without
//! plan or slices; and predictions on bytes, bit for bit.
//!
//! Slow by design. Its layers are [`tenfold_kernels::reference`], whose gradients are checked by finite differences.

mod bytes;

use tenfold_kernels::{Convolution, Window, reference as kernels};

use crate::architecture::Layer;
use crate::effect::layer_window;
use crate::error::Error;
use crate::layer::{averaging, dropout_mask};
use crate::model::Model;
use crate::outline::{LayerOutline, Role};

pub use bytes::byte_logits;

/// What a [`Predictor`](crate::Predictor)'s logits approximate for the model's values taken as floats: `[N, classes]`.
///
/// # Panics
/// If `images` is not whole images.
pub fn logits(model: &Model, images: &[u8]) -> Vec<f64> {
    let length = model.architecture().input.len();
    assert!(images.len().is_multiple_of(length), "whole images of {length} bytes");
    let values: Vec<f64> = model.values().iter().copied().map(f64::from).collect();
    let layers = references(model, Mode::Prediction);
    let input = pixels(images);
    layers.iter().fold(input, |input, layer| layer.forward(&values, &input))
}

/// The mean cross-entropy over `labels.len()` images (pixels `0..=255`) for the parameter `values`, and its derivative
/// with respect to each trainable parameter.
///
/// `model` gives the architecture only. Dropout draws the masks of a first training step with `seed`, as
/// [`Trainer`](crate::Trainer) does; batch normalisation uses the batch's statistics.
///
/// # Errors
/// [`Error::Values`] if `values` are not as many as the model's.
///
/// # Panics
/// If `images` does not hold one image per label.
pub fn loss_and_gradient(
    model: &Model,
    values: &[f64],
    images: &[u8],
    labels: &[u8],
    seed: u64,
) -> Result<(f64, Vec<f64>), Error> {
    let outline = model.outline();
    if values.len() != outline.parameters {
        return Err(Error::Values { expected: outline.parameters, found: values.len() });
    }
    assert_eq!(images.len(), labels.len() * model.architecture().input.len(), "an image for each label");
    let layers = references(model, Mode::Training { seed });
    let mut activations = vec![pixels(images)];
    for (layer, i) in layers.iter().zip(0..) {
        let output = layer.forward(values, &activations[i]);
        activations.push(output);
    }
    let scale = 1.0 / labels.len() as f64;
    let (loss, mut gradient) = kernels::softmax_cross_entropy(&activations[layers.len()], labels, scale);
    let mut parameter_gradient = vec![0.0; outline.trainable];
    for (i, layer) in layers.iter().enumerate().rev() {
        gradient = layer.backward(values, &activations[i], &activations[i + 1], &gradient, &mut parameter_gradient);
    }
    Ok((loss * scale, parameter_gradient))
}

fn pixels(images: &[u8]) -> Vec<f64> {
    images.iter().map(|&pixel| f64::from(pixel) / 255.0).collect()
}

fn references(model: &Model, mode: Mode) -> Vec<Reference<'_>> {
    model.outline().layers.iter().enumerate().map(|(i, outline)| Reference { outline, i, mode }).collect()
}

#[derive(Clone, Copy)]
enum Mode {
    Prediction,
    Training { seed: u64 },
}

struct Reference<'a> {
    outline: &'a LayerOutline,
    i: usize,
    mode: Mode,
}

impl Reference<'_> {
    fn forward(&self, values: &[f64], input: &[f64]) -> Vec<f64> {
        let (inputs, outputs) = (self.outline.input.len(), self.outline.output.len());
        let value = |role: fn(Role) -> bool| self.outline.range(role).map_or(&[][..], |range| &values[range]);
        match self.outline.layer {
            Layer::Conv2d { .. } => {
                let mut output = kernels::convolution(&self.convolution(), input, value(is_kernel));
                let bias = value(is_bias);
                output.iter_mut().enumerate().for_each(|(i, y)| *y += bias.get(i % self.channels()).unwrap_or(&0.0));
                output
            }
            Layer::Dense { .. } => kernels::dense(input, value(is_kernel), value(is_bias), inputs, outputs),
            Layer::Pool { kind, .. } => match averaging(kind) {
                None => kernels::max_pool(&self.window(), input).0,
                Some(pooling) => kernels::average_pool(&self.window(), pooling, input),
            },
            Layer::Relu => kernels::relu(input),
            Layer::Clip { low, high } => kernels::clip([low, high].map(f64::from), input),
            Layer::BatchNorm { epsilon, .. } => match self.mode {
                Mode::Training { .. } => {
                    kernels::batch_norm(input, value(is_gamma), value(is_beta), f64::from(epsilon))
                }
                Mode::Prediction => {
                    let [gamma, beta] = [value(is_gamma), value(is_beta)];
                    let [mean, variance] = [is_mean, is_variance].map(value);
                    let normalized = input.iter().enumerate().map(|(i, x)| {
                        let c = i % gamma.len();
                        gamma[c] * (x - mean[c]) / libm::sqrt(variance[c] + f64::from(epsilon)) + beta[c]
                    });
                    normalized.collect()
                }
            },
            Layer::Dropout { rate } => match self.mode {
                Mode::Training { seed } => multiply(input, self.mask(rate, seed, input.len() / inputs)),
                Mode::Prediction => input.to_vec(),
            },
            Layer::Flatten => input.to_vec(),
        }
    }

    fn backward(&self, values: &[f64], input: &[f64], output: &[f64], dy: &[f64], gradient: &mut [f64]) -> Vec<f64> {
        let (inputs, outputs) = (self.outline.input.len(), self.outline.output.len());
        let value = |role: fn(Role) -> bool| self.outline.range(role).map_or(&[][..], |range| &values[range]);
        let mut set = |role: fn(Role) -> bool, values: Vec<f64>| {
            if let Some(range) = self.outline.range(role) {
                gradient[range].copy_from_slice(&values);
            }
        };
        match self.outline.layer {
            Layer::Conv2d { .. } => {
                let geometry = self.convolution();
                set(is_kernel, kernels::convolution_kernel_gradient(&geometry, input, dy));
                set(is_bias, kernels::sum_rows(dy, self.channels()));
                kernels::convolution_input_gradient(&geometry, dy, value(is_kernel))
            }
            Layer::Dense { .. } => {
                set(is_kernel, kernels::dense_kernel_gradient(input, dy, inputs, outputs));
                set(is_bias, kernels::sum_rows(dy, outputs));
                kernels::dense_input_gradient(dy, value(is_kernel), inputs, outputs)
            }
            Layer::Pool { kind, .. } => match averaging(kind) {
                None => {
                    let winners = kernels::max_pool(&self.window(), input).1;
                    kernels::max_pool_backward(&self.window(), dy, &winners, input.len())
                }
                Some(pooling) => kernels::average_pool_backward(&self.window(), pooling, dy, input.len()),
            },
            Layer::Relu => kernels::relu_backward(output, dy),
            Layer::Clip { low, high } => kernels::clip_backward([low, high].map(f64::from), output, dy),
            Layer::BatchNorm { epsilon, .. } => {
                let [dx, dgamma, dbeta] = kernels::batch_norm_backward(input, value(is_gamma), dy, f64::from(epsilon));
                set(is_gamma, dgamma);
                set(is_beta, dbeta);
                dx
            }
            Layer::Dropout { rate } => match self.mode {
                Mode::Training { seed } => multiply(dy, self.mask(rate, seed, dy.len() / outputs)),
                Mode::Prediction => dy.to_vec(),
            },
            Layer::Flatten => dy.to_vec(),
        }
    }

    fn channels(&self) -> usize {
        self.outline.output.channels
    }

    fn convolution(&self) -> Convolution {
        Convolution { window: self.window(), filters: self.channels() }
    }

    fn window(&self) -> Window {
        layer_window(self.outline)
    }

    fn mask(&self, rate: f32, seed: u64, images: usize) -> Vec<f32> {
        let mask = |image| dropout_mask(rate, self.outline.input.len(), seed, 0, self.i as u32, image);
        (0..images).flat_map(mask).collect()
    }
}

fn multiply(values: &[f64], factors: Vec<f32>) -> Vec<f64> {
    values.iter().zip(factors).map(|(value, factor)| value * f64::from(factor)).collect()
}

fn is_kernel(role: Role) -> bool {
    matches!(role, Role::Kernel { .. })
}

fn is_bias(role: Role) -> bool {
    role == Role::Bias
}

fn is_gamma(role: Role) -> bool {
    role == Role::Gamma
}

fn is_beta(role: Role) -> bool {
    role == Role::Beta
}

fn is_mean(role: Role) -> bool {
    role == Role::MovingMean
}

fn is_variance(role: Role) -> bool {
    role == Role::MovingVariance
}
