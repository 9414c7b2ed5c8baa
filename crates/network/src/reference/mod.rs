//! The oracle for whole networks: predictions, and loss and gradient, in `f64`, one image's formula at a time, without
//! plan or slices; and predictions in int8, bit for bit.
//!
//! Slow by design. Each kind of layer has its formula in its own file, by way of [`tenfold_kernels::reference`], whose
//! gradients are checked by finite differences.

mod bytes;

use std::collections::HashMap;

use tenfold_kernels::reference as kernels;

use crate::error::Error;
use crate::layer::{Derivative, Join, Kind, Reference};
use crate::model::Model;
use crate::soft_targets::SoftTargets;

pub use bytes::byte_logits;

/// What a [`Predictor`](crate::Predictor)'s logits approximate for the model's values taken as floats: `[N, classes]`.
///
/// # Panics
/// If `images` is not whole images.
pub fn logits(model: &Model, images: &[u8]) -> Vec<f64> {
    let length = model.architecture().input.len();
    assert!(images.len().is_multiple_of(length), "whole images of {length} bytes");
    if let Some(members) = model.members().expect("memory for the members") {
        return of_ensemble(&members, model.outline().classes, images);
    }
    let values: Vec<f64> = model.values().iter().copied().map(f64::from).collect();
    let layers = references(model, &values, None);
    activations(&layers, pixels(images)).pop().expect("a network has an output")
}

/// The mean cross-entropy over `labels.len()` images (pixels `0..=255`) for the parameter `values`, and its derivative
/// with respect to each trainable parameter.
///
/// `model` gives the architecture only. Dropout draws the masks of a first training step with `seed`, as
/// [`Trainer`](crate::Trainer) does; batch normalisation uses the batch's statistics.
///
/// # Errors
/// [`Error::Values`] if `values` are not as many as the model's; [`Error::Untrainable`] for what cannot be trained.
///
/// # Panics
/// If `images` does not hold one image per label.
pub fn loss_and_gradient(
    model: &Model,
    values: &[f64],
    images: &[u8],
    labels: &[u16],
    seed: u64,
) -> Result<(f64, Vec<f64>), Error> {
    distilled_loss_and_gradient(model, values, images, (labels, None), seed)
}

/// As [`loss_and_gradient`], with soft targets beside the labels.
///
/// # Errors
/// As [`loss_and_gradient`].
///
/// # Panics
/// As [`loss_and_gradient`].
pub fn distilled_loss_and_gradient(
    model: &Model,
    values: &[f64],
    images: &[u8],
    (labels, soft): (&[u16], Option<SoftTargets<'_>>),
    seed: u64,
) -> Result<(f64, Vec<f64>), Error> {
    model.check_trainable()?;
    let outline = model.outline();
    if values.len() != outline.parameters {
        return Err(Error::Values { expected: outline.parameters, found: values.len() });
    }
    assert_eq!(images.len(), labels.len() * model.architecture().input.len(), "an image for each label");
    let layers = references(model, values, Some(seed));
    let activations = activations(&layers, pixels(images));
    let scale = 1.0 / labels.len() as f64;
    let logits = &activations[layers.len()];
    let hard = soft.map_or(1.0, |soft| 1.0 - f64::from(soft.weight));
    let (loss, mut gradient) = kernels::softmax_cross_entropy(logits, labels, 0.0, hard * scale);
    let mut loss = hard * loss;
    if let Some(SoftTargets { probabilities, temperature, weight }) = soft {
        let (weight, targets) = (f64::from(weight), probabilities.iter().copied().map(f64::from).collect::<Vec<_>>());
        let rule = (outline.classes, f64::from(temperature));
        let (divergence, added) = kernels::distillation(logits, &targets, rule, weight * scale);
        gradient.iter_mut().zip(added).for_each(|(value, added)| *value += added);
        loss += weight * divergence;
    }
    let mut parameter_gradient = vec![0.0; outline.trainable];
    // What goes back from the ends of branches to what the layers numbered so take.
    let mut to_trunks: HashMap<usize, Vec<Vec<f64>>> = HashMap::new();
    for (i, (rules, at)) in layers.iter().enumerate().rev() {
        let (input, output) = (&activations[i], &activations[i + 1]);
        gradient = match join(at) {
            Some((join, trunk)) => {
                let [of_trunk, of_branch] = join.formula_backward(&activations[trunk], input, &gradient, sizes(at));
                to_trunks.entry(trunk).or_default().push(of_trunk);
                of_branch
            }
            None => rules.reference_backward(
                at,
                Derivative { input, output, output_gradient: &gradient },
                &mut parameter_gradient,
            ),
        };
        for part in to_trunks.remove(&i).into_iter().flatten() {
            gradient.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
        }
    }
    Ok((loss * scale, parameter_gradient))
}

/// The logarithms of the means of the members' probabilities.
fn of_ensemble(members: &[Model], classes: usize, images: &[u8]) -> Vec<f64> {
    let softmax = |logits: &[f64], temperature: f64| {
        let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let powers: Vec<f64> = logits.iter().map(|logit| libm::exp((logit - most) / temperature)).collect();
        let sum: f64 = powers.iter().sum();
        powers.into_iter().map(move |power| power / sum)
    };
    let probabilities = members.iter().map(|member| {
        let logits = logits(member, images);
        logits.chunks(classes).flat_map(|row| softmax(row, f64::from(member.temperature()))).collect::<Vec<f64>>()
    });
    let sums = probabilities.reduce(|sums, member| sums.iter().zip(member).map(|(sum, p)| sum + p).collect());
    let least = f64::from(f32::MIN_POSITIVE);
    let mean = |sum: f64| libm::log((sum / members.len() as f64).max(least));
    sums.into_iter().flatten().map(mean).collect()
}

/// What goes into each layer, and comes out of the last.
fn activations(layers: &[(Box<dyn Kind>, Reference<'_>)], pixels: Vec<f64>) -> Vec<Vec<f64>> {
    let mut activations = vec![pixels];
    for (i, (rules, at)) in layers.iter().enumerate() {
        activations.push(match join(at) {
            Some((join, trunk)) => join.formula(&activations[trunk], &activations[i], sizes(at)),
            None => rules.reference(at, &activations[i]),
        });
    }
    activations
}

/// How a layer joins its branch, and the layer that takes what the trunk is; nothing for other layers.
fn join(at: &Reference<'_>) -> Option<(Join, usize)> {
    Some((at.layer.layer.branch()?.0, at.layer.trunk?))
}

/// Channels and pixels of what a layer gives.
fn sizes(at: &Reference<'_>) -> [usize; 2] {
    let output = at.layer.output;
    [output.channels, output.height * output.width]
}

fn pixels(images: &[u8]) -> Vec<f64> {
    images.iter().map(|&pixel| f64::from(pixel) / 255.0).collect()
}

fn references<'a>(model: &'a Model, values: &'a [f64], seed: Option<u64>) -> Vec<(Box<dyn Kind>, Reference<'a>)> {
    let layers = model.outline().layers.iter().enumerate();
    layers.map(|(index, layer)| (layer.layer.rules(), Reference { layer, index, seed, values })).collect()
}
