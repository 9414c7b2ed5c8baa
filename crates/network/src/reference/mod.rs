//! The oracle for whole networks: predictions, and loss and gradient, in `f64`, one image's formula at a time, without
//! plan or slices; and predictions in int8, bit for bit.
//!
//! Slow by design. Each kind of layer has its formula in its own file, by way of [`tenfold_kernels::reference`], whose
//! gradients are checked by finite differences.

mod bytes;

use tenfold_kernels::reference as kernels;

use crate::error::Error;
use crate::layer::{Derivative, Kind, Reference};
use crate::model::Model;

pub use bytes::byte_logits;

/// What a [`Predictor`](crate::Predictor)'s logits approximate for the model's values taken as floats: `[N, classes]`.
///
/// # Panics
/// If `images` is not whole images.
pub fn logits(model: &Model, images: &[u8]) -> Vec<f64> {
    let length = model.architecture().input.len();
    assert!(images.len().is_multiple_of(length), "whole images of {length} bytes");
    let values: Vec<f64> = model.values().iter().copied().map(f64::from).collect();
    let layers = references(model, &values, None);
    layers.iter().fold(pixels(images), |input, (rules, at)| rules.reference(at, &input))
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
    let layers = references(model, values, Some(seed));
    let mut activations = vec![pixels(images)];
    for (i, (rules, at)) in layers.iter().enumerate() {
        activations.push(rules.reference(at, &activations[i]));
    }
    let scale = 1.0 / labels.len() as f64;
    let (loss, mut gradient) = kernels::softmax_cross_entropy(&activations[layers.len()], labels, 0.0, scale);
    let mut parameter_gradient = vec![0.0; outline.trainable];
    for (i, (rules, at)) in layers.iter().enumerate().rev() {
        let of = Derivative { input: &activations[i], output: &activations[i + 1], output_gradient: &gradient };
        gradient = rules.reference_backward(at, of, &mut parameter_gradient);
    }
    Ok((loss * scale, parameter_gradient))
}

fn pixels(images: &[u8]) -> Vec<f64> {
    images.iter().map(|&pixel| f64::from(pixel) / 255.0).collect()
}

fn references<'a>(model: &'a Model, values: &'a [f64], seed: Option<u64>) -> Vec<(Box<dyn Kind>, Reference<'a>)> {
    let layers = model.outline().layers.iter().enumerate();
    layers.map(|(index, layer)| (layer.layer.rules(), Reference { layer, index, seed, values })).collect()
}
