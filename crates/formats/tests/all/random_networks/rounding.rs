//! How far two ways of computing the same may be apart: what roundings add up to on the way through a network.

use tenfold_network::reference::{self, loss_and_gradient};
use tenfold_network::{Architecture, Layer, Model, Role};
use tenfold_random::{Purpose, Stream};

use super::generator::Case;

/// Half a unit in the last place of `f32`, relative to a number.
const UNIT: f64 = 1.0 / (1 << 24) as f64;
/// Standard deviations that an error may have.
const DEVIATIONS: f64 = 16.0;
/// What transforms add to the roundings of a sum: a small output has the roundings of the largest number in its tile.
const TRANSFORMS: usize = 800;

/// The share of a gradient that the difference of almost equal numbers in a normalisation may leave undecided.
const CANCELLATION: f64 = 1e-3;

/// For each logit how far it may be from the exact one.
///
/// Each rounding is taken for an independent error of a unit of what is rounded. The square of an error goes through a
/// layer times the squares of the layer's weights, so a network of squares tells the squares of what reaches each logit;
/// a sum of `n` numbers is rounded `n` times.
pub fn of_logits(model: &Model, images: &[u8]) -> Vec<f64> {
    if let Some(members) = model.members().unwrap() {
        return of_ensemble(&members, model.outline().classes, images);
    }
    let roundings = model.outline().layers.iter().map(|layer| match layer.layer {
        Layer::Conv2d { kernel, .. } => kernel[0] * kernel[1] * layer.input.channels + TRANSFORMS,
        Layer::Dense { .. } => layer.input.channels + 2,
        Layer::Pool { size, .. } => size[0] * size[1] + 2,
        Layer::ConcatPool => layer.input.height * layer.input.width + 2,
        Layer::BatchNorm { .. } => 8,
        Layer::Residual { .. } | Layer::Gate { .. } => 2,
        Layer::Ensemble { .. } => unreachable!("a member has no members"),
        Layer::Tanh | Layer::Sigmoid | Layer::LeakyRelu { .. } | Layer::Elu { .. } | Layer::Selu => 4,
        Layer::Gelu { .. } | Layer::Silu | Layer::HardSwish | Layer::HardSigmoid { .. } | Layer::Softplus => 8,
        Layer::Flatten | Layer::Relu | Layer::Clip { .. } | Layer::Dropout { .. } => 0,
    });
    let roundings: usize = roundings.sum();
    let squares = reference::logits(&squared(model), images);
    let steepness: f64 = model.outline().layers.iter().map(|layer| steepness(&layer.layer)).product();
    let factor = DEVIATIONS * UNIT * steepness * (roundings as f64 + 1.0).sqrt();
    squares.into_iter().map(|square| factor * square.sqrt()).collect()
}

/// The logarithm of a probability moves by at most twice as much as the logits that it is made of, over their temperature, and
/// that of a mean by no more than the one that moves most.
fn of_ensemble(members: &[Model], classes: usize, images: &[u8]) -> Vec<f64> {
    let of_member = |member: &Model| {
        let tolerance = of_logits(member, images);
        let most = |row: &[f64]| row.iter().copied().fold(0.0, f64::max);
        let most: Vec<f64> = tolerance.chunks(classes).map(most).collect();
        most.into_iter().map(|most| 2.0 * most / f64::from(member.temperature())).collect::<Vec<_>>()
    };
    let members: Vec<Vec<f64>> = members.iter().map(of_member).collect();
    let images = 0..members[0].len();
    let most = images.map(|image| members.iter().map(|member| member[image]).fold(0.0, f64::max));
    // Logarithms down to -88.
    most.flat_map(|most| std::iter::repeat_n(most + 88.0 * DEVIATIONS * UNIT, classes)).collect()
}

/// How much an activation may enlarge an error; 1 for layers that weights speak for.
fn steepness(layer: &Layer) -> f64 {
    match layer {
        Layer::Selu => 1.76,
        Layer::HardSwish => 1.5,
        Layer::Gelu { .. } | Layer::Silu => 1.13,
        _ => 1.0,
    }
}

/// The network through which squares go.
fn squared(model: &Model) -> Model {
    let mut values = model.values().to_vec();
    for layer in &model.outline().layers {
        let of = |wanted: fn(Role) -> bool| {
            let tensor = layer.tensors.iter().find(|tensor| wanted(tensor.role));
            tensor.map_or(0..0, |tensor| tensor.range.clone())
        };
        if let Layer::BatchNorm { epsilon, .. } = layer.layer {
            // gamma^2 / deviation^2 (x^2 + mean^2) + beta^2
            let [gamma, mean] = [of(|role| role == Role::Gamma), of(|role| role == Role::MovingMean)];
            let variance = of(|role| role == Role::MovingVariance);
            for (channel, gamma) in gamma.enumerate() {
                let deviation = (values[variance.start + channel] + epsilon).sqrt();
                values[gamma] = values[gamma] * values[gamma] / deviation;
                let mean = &mut values[mean.start + channel];
                *mean = -*mean * *mean;
            }
            of(|role| role == Role::Beta).for_each(|beta| values[beta] *= values[beta]);
        } else {
            of(|_| true).for_each(|kernel| values[kernel] *= values[kernel]);
            of(|role| role == Role::Bias).for_each(|bias| values[bias] *= values[bias]);
        }
    }
    let layers = squared_layers(&model.architecture().layers);
    let architecture = Architecture { input: model.architecture().input, layers };
    Model::with_values(architecture, values).expect("a network like the other")
}

/// The layers through which squares go.
fn squared_layers(layers: &[Layer]) -> Vec<Layer> {
    let squared = |layer: &Layer| match layer {
        Layer::Residual { layers } => Layer::Residual { layers: squared_layers(layers) },
        Layer::Gate { layers } => Layer::Gate { layers: squared_layers(layers) },
        // Cuts values off, and errors not, for a `slope` or `alpha` up to 1.
        Layer::Clip { .. } | Layer::Tanh | Layer::LeakyRelu { .. } | Layer::Elu { .. } => Layer::Relu,
        Layer::Selu | Layer::Gelu { .. } | Layer::Silu | Layer::HardSwish => Layer::Relu,
        // Half of 1, or a little more, where nothing comes in.
        Layer::Sigmoid | Layer::HardSigmoid { .. } | Layer::Softplus => Layer::Clip { low: 1.0, high: f32::MAX },
        Layer::Conv2d { .. } | Layer::Pool { .. } | Layer::Flatten | Layer::Dense { .. } | Layer::Relu => layer.clone(),
        Layer::BatchNorm { .. } | Layer::Dropout { .. } | Layer::ConcatPool => layer.clone(),
        Layer::Ensemble { .. } => unreachable!("a member has no members"),
    };
    layers.iter().map(squared).collect()
}

/// How far the oracle's own gradient moves, in the Euclidean norm, when the parameters move by some units in the last
/// place: much where an activation is at the corner of its function or two numbers of a window are equal, so that the
/// roundings of any computation decide on which side it is. Added to that is what rounding the probabilities, which are no
/// more than 1, does to it: much, compared with a gradient that is next to nothing because the labels are foreseen; and for
/// each normalisation what is left where a batch of a few values cancels out.
pub fn of_gradient(case: &Case, gradient: &[f64], seed: u64) -> f64 {
    let values: Vec<f64> = case.model.values().iter().copied().map(f64::from).collect();
    let classes = case.model.outline().classes;
    let wrong: Vec<u16> = case.labels.iter().map(|&label| ((usize::from(label) + 1) % classes) as u16).collect();
    let (_, of_wrong) = loss_and_gradient(&case.model, &values, &case.images, &wrong, seed).expect("as many values");
    let mut stream = Stream::new(seed, Purpose::Test, 0, 1);
    let mut most = 0.0_f64;
    for _ in 0..8 {
        let moved: Vec<f64> =
            case.model.values().iter().map(|&value| f64::from(value) * (1.0 + 40.0 * UNIT * stream.normal())).collect();
        let (_, other) = loss_and_gradient(&case.model, &moved, &case.images, &case.labels, seed).expect("as many");
        most = most.max(distance(gradient, &other));
    }
    let normalisations =
        case.model.outline().layers.iter().filter(|layer| matches!(layer.layer, Layer::BatchNorm { .. }));
    let cancelled = CANCELLATION * normalisations.count() as f64 * norm(gradient);
    most + cancelled + DEVIATIONS * UNIT * (1.0 + norm(&of_wrong))
}

/// The Euclidean norm.
pub fn norm(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}

/// The Euclidean norm of a difference.
pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    norm(&a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<_>>())
}
