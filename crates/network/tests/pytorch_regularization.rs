//! Three steps of a small network with weight decay, penalties, gradient clipping, label smoothing and distillation against PyTorch:
//! fixture made by testdata/regularization/generate.py, in float64.

use tenfold_kernels::{Cpu, Level};
use tenfold_network::{
    Architecture, Batch, Engine, Layer, Model, Optimizer, Regularization, Shape, SoftTargets, StepSettings, Trainer,
    TrainerOptions,
};

const EXPECTED: &str = include_str!("../../../testdata/regularization/expected.csv");
const IMAGES: usize = 6;
const STEPS: usize = 3;

/// The losses and the weights of a case.
fn expected(name: &str) -> (Vec<f64>, Vec<f64>) {
    let row = EXPECTED.lines().find_map(|row| row.strip_prefix(name)?.strip_prefix(',')).expect("a row of the fixture");
    let mut losses: Vec<f64> = row.split(',').map(|value| value.parse().unwrap()).collect();
    let weights = losses.split_off(STEPS);
    (losses, weights)
}

fn model() -> Model {
    let layers = vec![Layer::Flatten, Layer::dense(5), Layer::Relu, Layer::dense(3)];
    let architecture = Architecture { input: Shape { height: 4, width: 4, channels: 1 }, layers };
    let parameters = architecture.outline().unwrap().parameters;
    let values = (0..parameters).map(|index| ((index * 7919 % 101) as f32 - 50.0) / 64.0).collect();
    Model::with_values(architecture, values).unwrap()
}

#[test]
fn steps_with_regularization_agree_with_pytorch() {
    let images: Vec<u8> = (0..IMAGES * 16).map(|index| (index * 31 % 251) as u8).collect();
    let labels: Vec<u16> = (0..IMAGES).map(|index| (index % 3) as u16).collect();
    let order: Vec<u32> = (0..IMAGES as u32).collect();

    let sgd = |weight_decay| Optimizer::Sgd { learning_rate: 0.05, momentum: 0.9, nesterov: false, weight_decay };
    let adamw = Optimizer::AdamW { learning_rate: 0.05, weight_decay: 0.5 };
    let none = Regularization::NONE;
    let clip = |norm| Regularization { clip_norm: Some(norm), ..none };
    let kernels = Regularization { decay_kernels_only: true, ..none };
    let penalty = Regularization { l1: 0.03125, l2: 0.0625, ..none };
    let all = Regularization { label_smoothing: 0.125, clip_norm: Some(0.25), ..kernels };
    let all_penalised = Regularization { l1: 0.03125, l2: 0.0625, ..all };
    let taught = |image: usize| [(13 * image) % 30, 31 - (13 * image) % 30, 33].map(|share| share as f32 / 64.0);
    let taught: Vec<f32> = (0..IMAGES).flat_map(taught).collect();
    let soft = |temperature, weight| Some(SoftTargets { probabilities: &taught, temperature, weight });
    for (name, optimizer, regularization, soft) in [
        ("sgd_decay", sgd(0.5), none, None),
        ("sgd_decay_kernels", sgd(0.5), kernels, None),
        ("sgd_clip", sgd(0.0), clip(0.25), None),
        ("sgd_no_clip", sgd(0.0), clip(100.0), None),
        ("sgd_smoothing", sgd(0.0), Regularization { label_smoothing: 0.125, ..none }, None),
        ("sgd_distilled", sgd(0.0), none, soft(4.0, 0.75)),
        ("sgd_penalty", sgd(0.0), penalty, None),
        ("adamw_decay", adamw, none, None),
        ("adamw_all", adamw, all, None),
        ("adamw_all_penalty", adamw, all_penalised, None),
        ("adamw_all_distilled", adamw, all, soft(2.0, 0.5)),
    ] {
        let (losses, weights) = expected(name);
        let settings = StepSettings { regularization, ..optimizer.settings() };
        for cpu in Level::ALL.into_iter().filter_map(Cpu::with_level) {
            let options = TrainerOptions { batch: IMAGES, seed: 1, engine: Engine { threads: 2, cpu, exact: false } };
            let mut trainer = Trainer::new(model(), optimizer, options).unwrap();
            for expected in &losses {
                let batch = Batch { images: &images, labels: &labels, order: &order, soft };
                let loss = trainer.step(batch, settings).loss;
                assert!((loss / expected - 1.0).abs() < 1e-5, "{name}, level {}: {loss}, {expected}", cpu.level());
            }
            assert_eq!(trainer.model().values().len(), weights.len());
            for (found, expected) in trainer.model().values().iter().zip(&weights) {
                let difference = (f64::from(*found) - expected).abs();
                assert!(difference < 1e-5, "{name}, level {}: {found}, {expected}", cpu.level());
            }
        }
    }
}
