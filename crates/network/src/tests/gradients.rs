//! The plan's gradient against the `f64` oracle, and both against finite differences of the loss.

use tenfold_random::{Purpose, Stream};

use super::{batch, engines, model, small_networks};
use crate::reference::distilled_loss_and_gradient;
use crate::{Architecture, Batch, Model, NO_CLASS, Optimizer, SoftTargets, Trainer, TrainerOptions};

const SEED: u64 = 3;
const STEP: f64 = 1e-5;
/// An element of the first kernel.
const DISTURBED: usize = 7;

/// `|a - b| / |b|` in the Euclidean norm.
fn relative_error(a: impl Iterator<Item = f64>, b: &[f64]) -> f64 {
    norm(a.zip(b).map(|(a, b)| a - b)) / norm(b.iter().copied())
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum::<f64>().sqrt()
}

/// Checks about `samples` parameters of each tensor by finite differences, and all of them against the oracle.
#[track_caller]
fn check(name: &str, model: &Model, images: usize, samples: usize) {
    check_disturbed(name, model, (images, None), samples, [0.0; 2]);
}

/// As [`check`], with errors added to one element of the trainer's gradient and to the same element of the oracle's.
#[track_caller]
fn check_disturbed(
    name: &str,
    model: &Model,
    (images, soft): (usize, Option<SoftTargets<'_>>),
    samples: usize,
    [trainer_error, oracle_error]: [f64; 2],
) {
    let (pixels, mut labels, order) = batch(model.architecture().input, model.outline().classes as u32, images);
    // With several images one is of no class.
    labels.iter_mut().skip(2).take(1).for_each(|label| *label = NO_CLASS);
    let values: Vec<f64> = model.values().iter().copied().map(f64::from).collect();
    let oracle = |values: &[f64]| distilled_loss_and_gradient(model, values, &pixels, (&labels, soft), SEED).unwrap();
    let loss = |values: &[f64]| oracle(values).0;
    let (expected_loss, mut expected) = oracle(&values);
    expected[DISTURBED] += oracle_error;

    let mut computed = Vec::new();
    for engine in engines() {
        let options = TrainerOptions { batch: images, seed: SEED, engine };
        let mut trainer = Trainer::new(model.clone(), Optimizer::PAPER, options).unwrap();
        let mut gradient = trainer.gradient(Batch { images: &pixels, labels: &labels, order: &order, soft });
        gradient.values[DISTURBED] += trainer_error as f32;
        let level = format!("{}, exact {}", engine.cpu.level(), engine.exact);
        assert!((gradient.loss - expected_loss).abs() < 1e-5 * expected_loss, "{name}, {level}: {}", gradient.loss);
        for tensor in model.outline().tensors().filter(|tensor| tensor.role.is_trainable()) {
            let actual = gradient.values[tensor.range.clone()].iter().copied().map(f64::from);
            let error = relative_error(actual, &expected[tensor.range.clone()]);
            assert!(error < 1e-5, "{name}, {level}, {}: relative error {error:e} to the oracle", tensor.name);
        }
        computed = gradient.values;
    }

    for tensor in model.outline().tensors().filter(|tensor| tensor.role.is_trainable()) {
        let mut sampled: Vec<usize> = tensor.range.clone().collect();
        Stream::new(7, Purpose::Test, 0, 2).shuffle(&mut sampled);
        sampled.truncate(samples);
        let differences: Vec<f64> = sampled
            .iter()
            .map(|&i| {
                let at = |shift: f64| {
                    let mut values = values.clone();
                    values[i] += shift;
                    loss(&values)
                };
                (at(STEP) - at(-STEP)) / (2.0 * STEP)
            })
            .collect();
        let in_f64 = relative_error(sampled.iter().map(|&i| expected[i]), &differences);
        assert!(in_f64 < 1e-5, "{name}, {}: f64 relative error {in_f64:e}", tensor.name);
        let in_f32 = relative_error(sampled.iter().map(|&i| f64::from(computed[i])), &differences);
        assert!(in_f32 < 1e-3, "{name}, {}: f32 relative error {in_f32:e}", tensor.name);
    }
}

#[test]
fn every_layer() {
    for (name, architecture) in small_networks() {
        // More images than one slice holds, and not a multiple of it.
        check(name, &model(architecture), 11, 40);
    }
}

#[test]
fn what_another_model_says_is_learnt_in_slices_as_labels_are() {
    let mut stream = Stream::new(8, Purpose::Test, 0, 3);
    let mut probabilities: Vec<f32> = (0..11 * 4).map(|_| stream.uniform()).collect();
    probabilities.chunks_mut(4).for_each(|row| {
        let sum: f32 = row.iter().sum();
        row.iter_mut().for_each(|probability| *probability /= sum);
    });
    for (weight, name) in [(0.75, "batch normalisation, twice"), (1.0, "dropout")] {
        let soft = SoftTargets { probabilities: &probabilities, temperature: 3.0, weight };
        check_disturbed(name, &small_model(name), (11, Some(soft)), 40, [0.0; 2]);
    }
}

#[test]
fn the_papers_network() {
    check("paper", &model(Architecture::paper()), 1, 12);
}

#[test]
#[should_panic(expected = "conv2d.kernel: relative error")]
fn a_wrong_gradient_is_noticed() {
    check_disturbed("conv valid", &small_model("conv valid"), (4, None), 1, [1e-3, 0.0]);
}

/// An error of trainer and oracle alike: finite differences tell.
#[test]
#[should_panic(expected = "conv2d.kernel: f64 relative error")]
fn a_wrong_oracle_is_noticed() {
    check_disturbed("conv valid", &small_model("conv valid"), (4, None), usize::MAX, [1e-3, 1e-3]);
}

fn small_model(name: &str) -> Model {
    model(small_networks().into_iter().find(|(found, _)| *found == name).expect("one of the networks").1)
}
