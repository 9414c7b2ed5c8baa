//! Two training steps of the paper's network against PyTorch: fixture made by testdata/paper_step/generate.py.
//!
//! The expected values are PyTorch's in float64, rounded to float32 at the end, so the bounds allow for our rounding
//! alone. PyTorch in float32 is itself up to 6.1e-7 (relative L2 norm, worst tensor) from the expected gradient, and up
//! to 1.1e-5 from the expected change of the weights: a step changes only the last digits of a weight, so what counts
//! there is how the weight itself is rounded.

use tenfold_kernels::{Cpu, Level};
use tenfold_network::{Architecture, Batch, Engine, Model, Optimizer, Outline, Role, Tensor, Trainer, TrainerOptions};

const EXPECTED: &str = include_str!("../../../testdata/paper_step/expected.csv");
/// The gradient of the first step.
const GRADIENT: &[u8] = include_bytes!("../../../testdata/paper_step/gradient.f32");
/// The weights after both steps minus the weights before them.
const CHANGE: &[u8] = include_bytes!("../../../testdata/paper_step/change.f32");

/// Tensors of up to `WHOLE` values are in the fixture whole, larger ones as every `STRIDE`-th value.
const WHOLE: usize = 1_024;
const STRIDE: usize = 11;

const SEED: u32 = 24;
const BATCH: usize = 16;
const STEPS: usize = 2;
const SIDE: usize = 28;
const IMAGES: usize = BATCH * STEPS;

#[test]
fn two_steps_of_the_paper_network_agree_with_pytorch() {
    let (images, labels) = (images(), labels());
    let start = Model::with_values(Architecture::paper(), weights()).unwrap();
    let cpus = Level::ALL.into_iter().filter_map(Cpu::with_level);
    for (cpu, exact) in cpus.flat_map(|cpu| [(cpu, false), (cpu, true)]) {
        let runs = [1, 2].map(|threads| {
            let context = format!("level {}, exact {exact}, {threads} threads", cpu.level());
            let options = TrainerOptions { batch: BATCH, seed: 1, engine: Engine { threads, cpu, exact } };
            let mut trainer = Trainer::new(start.clone(), Optimizer::PAPER, options).unwrap();
            let orders: [_; STEPS] = std::array::from_fn(order);
            let [first, second] =
                orders.each_ref().map(|order| Batch { images: &images, labels: &labels, order, soft: None });

            let settings = Optimizer::PAPER.settings();
            let gradient = trainer.gradient(first);
            check_loss(&context, "loss_1", gradient.loss);
            check_tensors(&format!("{context}, gradient"), start.outline(), &gradient.values, GRADIENT, 1e-5);

            assert_eq!(
                trainer.step(first, settings).loss,
                gradient.loss,
                "{context}: a step's loss and the gradient's"
            );
            check_loss(&context, "loss_2", trainer.step(second, settings).loss);
            let after = trainer.into_model();
            let change: Vec<f32> =
                after.values().iter().zip(start.values()).map(|(after, before)| after - before).collect();
            check_tensors(&format!("{context}, change"), start.outline(), &change, CHANGE, 1e-4);
            let largest = largest_difference(start.outline(), &change, CHANGE);
            assert!(largest <= 1e-6, "{context}: a weight is {largest:e} from PyTorch's");
            after
        });
        assert!(runs[0] == runs[1], "level {}: 1 and 2 threads differ", cpu.level().name());
    }
}

/// The inputs must be PyTorch's to the last bit, or the comparison means nothing.
#[test]
fn weights_and_images_are_those_of_the_generator() {
    let weights: Vec<u8> = weights().iter().flat_map(|weight| weight.to_le_bytes()).collect();
    assert_eq!(fnv1a(&weights).to_string(), expected("weights_fnv1a"));
    assert_eq!(fnv1a(&images()).to_string(), expected("images_fnv1a"));
}

fn check_loss(context: &str, quantity: &str, found: f64) {
    let expected: f64 = expected(quantity).parse().unwrap();
    let difference = (found / expected - 1.0).abs();
    assert!(difference <= 1e-5, "{context}: {quantity} is {found}, PyTorch's {expected}");
}

/// Checks the relative L2 difference of each tensor's sampled values.
fn check_tensors(context: &str, outline: &Outline, found: &[f32], fixture: &[u8], tolerance: f64) {
    for (tensor, found, expected) in samples(outline, found, fixture) {
        let square = |differences: &mut dyn Iterator<Item = f64>| differences.map(|value| value * value).sum::<f64>();
        let difference = square(&mut found.iter().zip(&expected).map(|(found, expected)| found - expected));
        let relative = (difference / square(&mut expected.iter().copied())).sqrt();
        assert!(relative <= tolerance, "{context}: {} is {relative:e} from PyTorch's", tensor.name);
    }
}

fn largest_difference(outline: &Outline, found: &[f32], fixture: &[u8]) -> f64 {
    let samples = samples(outline, found, fixture);
    let pairs = samples.iter().flat_map(|(_, found, expected)| found.iter().zip(expected));
    pairs.map(|(found, expected)| (found - expected).abs()).fold(0.0, f64::max)
}

/// For each tensor the values that the fixture has of it, ours and PyTorch's.
fn samples<'a>(outline: &'a Outline, found: &[f32], fixture: &[u8]) -> Vec<(&'a Tensor, Vec<f64>, Vec<f64>)> {
    let mut fixture = fixture.chunks_exact(4).map(|bytes| f64::from(f32::from_le_bytes(bytes.try_into().unwrap())));
    let samples = outline
        .tensors()
        .map(|tensor| {
            let stride = if tensor.range.len() <= WHOLE { 1 } else { STRIDE };
            let found: Vec<f64> = found[tensor.range.clone()].iter().step_by(stride).copied().map(f64::from).collect();
            let expected: Vec<f64> = fixture.by_ref().take(found.len()).collect();
            assert_eq!(expected.len(), found.len(), "values of {} in the fixture", tensor.name);
            (tensor, found, expected)
        })
        .collect();
    assert_eq!(fixture.next(), None, "the fixture has more values than the network");
    samples
}

fn expected(quantity: &str) -> &'static str {
    let mut rows = EXPECTED.lines().filter_map(|line| line.split_once(','));
    rows.find(|(name, _)| *name == quantity).expect("a row of the fixture").1
}

/// 32 random-looking bits from a number below 2^26, by the hash `lowbias32`.
fn scramble(index: u32) -> u32 {
    let mut x = index + (SEED << 26);
    x = (x ^ x >> 16).wrapping_mul(0x7feb_352d);
    x = (x ^ x >> 15).wrapping_mul(0x846c_a68b);
    x ^ x >> 16
}

fn weights() -> Vec<f32> {
    let outline = Architecture::paper().outline().unwrap();
    let mut weights = Vec::with_capacity(outline.parameters);
    for tensor in outline.tensors() {
        let (centre, scale) = match tensor.role {
            Role::Kernel { .. } => match tensor.name.as_str() {
                "conv2d.kernel" => (0.0, 0.5),
                "conv2d_1.kernel" | "conv2d_2.kernel" => (0.0, 0.125),
                "dense.kernel" => (0.0, 0.0625),
                "dense_1.kernel" => (0.0, 0.25),
                other => panic!("the paper's network has no {other}"),
            },
            _ => (0.0625, 0.03125),
        };
        weights.extend(tensor.range.clone().map(|index| {
            let unit = f64::from(scramble(index as u32) >> 8) / f64::from(1 << 23) - 1.0;
            (centre + scale * unit) as f32
        }));
    }
    weights
}

/// A pen wanders over each image, turning now and then, black in the middle and grey at the rim.
fn images() -> Vec<u8> {
    const DIRECTIONS: [(isize, isize); 8] = [(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)];
    let mut images = vec![0; IMAGES * SIDE * SIDE];
    for (number, image) in images.chunks_exact_mut(SIDE * SIDE).enumerate() {
        let (mut y, mut x, mut direction) = (14usize, 14usize, number % 8);
        for step in 0..48 {
            let bits = scramble(((number as u32 + 1) << 20) + step);
            if bits.is_multiple_of(2) {
                direction = (direction + if bits & 2 == 0 { 1 } else { 7 }) % 8;
            }
            y = y.saturating_add_signed(DIRECTIONS[direction].0).clamp(5, 22);
            x = x.saturating_add_signed(DIRECTIONS[direction].1).clamp(5, 22);
            image[y * SIDE + x] = 255;
            for (y, x) in [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)] {
                let pixel = &mut image[y * SIDE + x];
                *pixel = (*pixel).max(64 + ((bits >> 8) % 128) as u8);
            }
        }
    }
    images
}

fn labels() -> Vec<u16> {
    (0..IMAGES).map(|number| (number % 10) as u16).collect()
}

/// The images of a step's batch: steps of 7 through all of them, so that a batch is not simply a half.
fn order(step: usize) -> Vec<u32> {
    (step * BATCH..(step + 1) * BATCH).map(|position| (position * 7 % IMAGES) as u32).collect()
}

/// The 64-bit FNV-1a hash of some bytes.
fn fnv1a(data: &[u8]) -> u64 {
    data.iter().fold(0xcbf2_9ce4_8422_2325, |state, &byte| (state ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
