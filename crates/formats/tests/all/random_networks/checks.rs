//! What must be true of every network.

use std::ops::Add;

use tenfold_formats::{Error, Format, Provenance, SavedModel, onnx, read, write};
use tenfold_imaging::Preparation;
use tenfold_kernels::{Cpu, Level};
use tenfold_network::reference::{self, byte_logits, loss_and_gradient};
use tenfold_network::{
    Batch, Engine, Error as NetworkError, Gradient, Model, Optimizer, Predictor, Purpose, Trainer, TrainerOptions,
    quantize,
};

use super::generator::Case;
use super::rounding::{self, distance, norm};

/// How far the gradient of a tensor may be from the oracle's where nothing is at a corner, relative to its length and half
/// of that of the whole gradient.
const GRADIENT_ERROR: f64 = 1e-4;
/// The learning rate of a step.
const RATE: f32 = 0.05;

/// How many networks took part in what not all can.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// With a convolution through transforms, with pooling in a convolution's kernel, with outputs that are not computed.
    pub transformed: u64,
    pub fused: u64,
    pub trimmed: u64,
    pub trained: u64,
    /// Of these, with an activation so close to a corner that gradients may differ.
    pub cornered: u64,
    pub quantized: u64,
    /// Files written, of up to eight for a network.
    pub files: u64,
}

impl Add for Seen {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            transformed: self.transformed + other.transformed,
            fused: self.fused + other.fused,
            trimmed: self.trimmed + other.trimmed,
            trained: self.trained + other.trained,
            cornered: self.cornered + other.cornered,
            quantized: self.quantized + other.quantized,
            files: self.files + other.files,
        }
    }
}

impl Seen {
    /// A test that leaves out what it should compare would pass too.
    pub fn assert_that_much_was_compared(self, networks: u64) {
        let least = self.transformed.min(self.fused).min(self.trimmed);
        assert!(least > networks / 15, "{self:?}");
        assert!(self.trained > networks / 2, "{self:?}");
        assert!(self.cornered < self.trained / 20, "{self:?}");
        assert!(self.quantized > networks / 10, "{self:?}");
        assert!(self.files > 3 * networks, "{self:?}");
    }
}

/// Without transforms on one thread with one of the machine's levels, and as usual on two.
fn engines(seed: u64) -> [Engine; 2] {
    let levels: Vec<Cpu> = Level::ALL.into_iter().filter_map(Cpu::with_level).collect();
    let cpu = levels[seed as usize % levels.len()];
    [Engine { exact: true, cpu, threads: 1 }, Engine { threads: 2, ..Engine::single() }]
}

pub fn all(case: &Case, seed: u64) -> Seen {
    let tolerance = rounding::of_logits(&case.model, &case.images);
    predictions(case, seed, &tolerance);
    let cornered = training(case, seed);
    let quantized = bytes(case, seed, &tolerance);
    let files = files(case, quantized.as_ref(), &tolerance);
    let outline = case.model.outline();
    let plan = outline.plan(Purpose::Training, Engine::single());
    let pools = |name: &String| name.starts_with("max_pool");
    let steps = || plan.steps.iter();
    let computed = |layer: &str| outline.layers.iter().find(|one| one.name == layer).map(|one| one.output);
    Seen {
        transformed: u64::from(steps().any(|step| step.method.starts_with("Winograd"))),
        fused: u64::from(steps().any(|step| step.layers[1..].iter().any(pools))),
        trimmed: u64::from(steps().any(|step| computed(step.layers.last().unwrap()) != Some(step.output))),
        trained: u64::from(cornered.is_some()),
        cornered: u64::from(cornered == Some(true)),
        quantized: u64::from(quantized.is_some()),
        files,
    }
}

fn predictions(case: &Case, seed: u64, tolerance: &[f64]) {
    let Case { model, images, .. } = case;
    let expected = reference::logits(model, images);
    let (length, classes) = (model.architecture().input.len(), model.outline().classes);
    for engine in engines(seed) {
        let predictor = Predictor::new(model, engine).unwrap();
        let logits = predictor.logits(images);
        assert_eq!(logits.len(), expected.len());
        for ((&found, &expected), &tolerance) in logits.iter().zip(&expected).zip(tolerance) {
            let error = (f64::from(found) - expected).abs();
            assert!(error <= tolerance, "exact {}: {found}, expected {expected} +- {tolerance:e}", engine.exact);
        }
        let last = predictor.logits(&images[images.len() - length..]);
        assert!(same(&last, &logits[logits.len() - classes..]), "exact {}: alone and in company", engine.exact);
    }
}

fn same(a: &[f32], b: &[f32]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

/// Returns whether an activation was at a corner; nothing if the network has nothing to train.
fn training(case: &Case, seed: u64) -> Option<bool> {
    let Case { model, images, labels } = case;
    let order: Vec<u32> = (0..labels.len() as u32).collect();
    let batch = Batch { images, labels, order: &order, soft: None };
    let optimizer = Optimizer::Sgd { learning_rate: RATE, momentum: 0.0, nesterov: false, weight_decay: 0.0 };
    let trainer = |engine| Trainer::new(model.clone(), optimizer, TrainerOptions { batch: labels.len(), seed, engine });
    if model.outline().trainable == 0 || model.outline().members().is_some() {
        assert!(matches!(trainer(Engine::single()), Err(NetworkError::Untrainable { .. })));
        return None;
    }
    let values: Vec<f64> = model.values().iter().copied().map(f64::from).collect();
    let (loss, expected) = loss_and_gradient(model, &values, images, labels, seed).unwrap();
    let length = norm(&expected);
    let mut cornered = false;
    let mut statistics: Vec<Vec<f32>> = Vec::new();
    for engine in engines(seed) {
        let Gradient { loss: found_loss, values: found } = trainer(engine).unwrap().gradient(batch);
        let wide: Vec<f64> = found.iter().copied().map(f64::from).collect();
        let error = distance(&wide, &expected);
        let tensors = model.outline().tensors().filter(|tensor| tensor.role.is_trainable());
        let is_close = tensors.map(|tensor| tensor.range.clone()).all(|range| {
            let error = distance(&wide[range.clone()], &expected[range.clone()]);
            error <= GRADIENT_ERROR * (norm(&expected[range]) + 0.5 * length)
        });
        if !is_close {
            let moved = rounding::of_gradient(case, &expected, seed);
            let text =
                format!("exact {}: {error:e} from a gradient of {length:e}, which moves {moved:e}", engine.exact);
            assert!(error <= 4.0 * moved, "{text}");
            cornered = true;
        }
        assert!(
            (found_loss - loss).abs() <= 1e-4 * loss.abs() + 1e-5,
            "exact {}: {found_loss}, not {loss}",
            engine.exact
        );
        let mut other = trainer(engine).unwrap();
        other.step(batch, optimizer.settings());
        let after = other.model().values();
        for (i, (&value, gradient)) in model.values().iter().zip(&found).enumerate() {
            let (found, expected) = (f64::from(after[i]), f64::from(value) - f64::from(RATE) * f64::from(*gradient));
            let scale = f64::from(value.abs()) + f64::from(RATE * gradient.abs());
            assert!((found - expected).abs() <= 4e-7 * scale + 1e-30, "parameter {i}: {found}, not {expected}");
        }
        assert!(after.iter().all(|value| value.is_finite()));
        statistics.push(after[model.outline().trainable..].to_vec());
    }
    for (one, other) in statistics[0].iter().zip(&statistics[1]) {
        assert!((one - other).abs() <= 1e-4 * (one.abs() + 1.0), "moving statistics: {one} and {other}");
    }
    Some(cornered)
}

/// The model on bytes, if it can be, whose answers must be the oracle's bits.
fn bytes(case: &Case, seed: u64, tolerance: &[f64]) -> Option<Model> {
    let Case { model, images, .. } = case;
    let quantized = quantize(model, images, Engine::single()).ok()?;
    let folded = model.folded().expect("what has been quantised can be folded");
    let logits = Predictor::new(&folded, Engine::single()).unwrap().logits(images);
    for ((&found, expected), tolerance) in logits.iter().zip(reference::logits(model, images)).zip(tolerance) {
        assert!((f64::from(found) - expected).abs() <= *tolerance, "folded: {found}, expected {expected}");
    }
    let expected = byte_logits(&quantized, images);
    for engine in engines(seed) {
        let found = Predictor::new(&quantized, engine).unwrap().logits(images);
        assert!(same(&found, &expected), "in bytes: {found:?}, not {expected:?}");
    }
    Some(quantized)
}

/// Returns how many files were written.
fn files(case: &Case, quantized: Option<&Model>, tolerance: &[f64]) -> u64 {
    let input = case.model.architecture().input;
    let is_square = input.height == input.width && input.channels == 1;
    let saved = |model: &Model| SavedModel {
        model: model.clone(),
        preparation: Preparation::default().with_canvas(input.height as u32, 1).unwrap(),
        labels: (0..model.outline().classes).map(|class| class.to_string()).collect(),
        min_confidence: 0.0,
        thresholds: Vec::new(),
        provenance: Provenance::default(),
    };
    let formats = [Format::Safetensors, Format::StateDict, Format::Npz, Format::KerasHdf5, Format::Keras];
    let graphs = [onnx::Output::Probabilities, onnx::Output::Logits].map(Format::Onnx);
    let formats = formats.into_iter().chain(graphs);
    let mut written = 0;
    for (model, format) in formats.flat_map(|format| [(Some(&case.model), format), (quantized, format)]) {
        let Some(model) = model else { continue };
        let saved = saved(model);
        let file = match write(&saved, format) {
            Ok(file) => file,
            Err(Error::Contradiction { .. }) if !is_square => continue,
            Err(Error::Inexpressible { .. }) => continue,
            Err(error) => panic!("{format}: {error}"),
        };
        written += 1;
        let again = read(&file, Some(model.architecture())).unwrap_or_else(|error| panic!("{format}: {error}"));
        if matches!(format, Format::Safetensors | Format::StateDict | Format::Npz) {
            assert_eq!(again, saved, "{format}");
            continue;
        }
        assert_eq!(again.labels, saved.labels, "{format}");
        let [found, expected] = [&again, &saved]
            .map(|saved| Predictor::new(&saved.model, Engine::single()).unwrap().probabilities(&case.images));
        assert_eq!(found.len(), expected.len(), "{format}");
        for ((found, expected), tolerance) in found.iter().zip(&expected).zip(tolerance) {
            // A probability moves at most half as much as logits over their temperature.
            let tolerance = tolerance / f64::from(model.temperature()) + 1e-6;
            assert!(
                f64::from(found - expected).abs() <= tolerance,
                "{format}: {found}, not {expected} +- {tolerance:e}"
            );
        }
    }
    written
}
