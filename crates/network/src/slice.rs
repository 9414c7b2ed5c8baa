//! A fixed part of a batch with all its buffers: the unit of work of a thread.
//!
//! How a batch is divided depends on its size alone, never on the number of threads; each slice keeps its own gradient,
//! and those are added in slice order. That is why a seed gives the same bytes at any number of threads.

use tenfold_kernels::{Buffer, Cpu, softmax_cross_entropy, unit_pixels};

use crate::architecture::Shape;
use crate::layer::{Backward, Mode, Pass, Saved, Statistics};
use crate::plan::Plan;

/// Images in a slice, at best: enough for efficient kernels, few enough that a slice's buffers stay near its core.
const SLICE_IMAGES: usize = 8;
/// Slices of a batch: the most threads that can share one, and the most gradients that must be added up.
const MAX_SLICES: usize = 8;

/// Images in each slice of a batch of `batch` images (the last may have fewer, or none).
pub(crate) fn slice_images(batch: usize) -> usize {
    batch.div_ceil(batch.div_ceil(SLICE_IMAGES).min(MAX_SLICES))
}

/// The images and labels of one slice of one batch.
#[derive(Clone, Copy)]
pub(crate) struct SliceInput<'a> {
    /// All images of the dataset, and the numbers of those that are in the slice.
    pub images: &'a [u8],
    pub labels: &'a [u8],
    pub order: &'a [u32],
}

/// Everything of a pass that is the same for all slices.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    pub cpu: Cpu,
    pub plan: &'a Plan,
    pub values: &'a [f32],
    pub seed: u64,
    pub number: u32,
    pub statistics: &'a [Statistics],
}

/// Buffers for one slice; what it found in the last pass.
#[derive(Debug)]
pub(crate) struct Slice {
    /// The number in the batch of the first image.
    first_image: usize,
    images: usize,
    classes: usize,
    /// The input of each operation, and the logits.
    activations: Vec<Buffer>,
    labels: Vec<u8>,
    saved: Vec<Saved>,
    scratch: Buffer,
    /// The gradient on its way down: of an operation's output, then of its input.
    gradient: Buffer,
    next_gradient: Buffer,
    pub parameter_gradient: Buffer,
    /// Summed over the slice's images.
    pub loss: f64,
    /// Images whose largest logit is their label's.
    pub correct: usize,
}

impl Slice {
    /// Buffers for `capacity` images; without gradients for prediction, which has no trainable parameters.
    pub(crate) fn new(first_image: usize, capacity: usize, plan: &Plan, trainable: usize) -> Self {
        let lengths = || std::iter::once(plan.input.len()).chain(plan.steps.iter().map(|step| step.output_len));
        let gradients = if trainable > 0 { capacity * lengths().max().unwrap_or(0) } else { 0 };
        let scratch = plan.steps.iter().map(|step| step.operation.scratch_len(capacity)).max();
        Self {
            first_image,
            images: 0,
            classes: plan.output_len(),
            activations: lengths().map(|length| Buffer::zeroed(capacity * length)).collect(),
            labels: Vec::with_capacity(capacity),
            saved: plan.steps.iter().map(|step| step.operation.save_space(capacity)).collect(),
            scratch: Buffer::zeroed(scratch.unwrap_or(0)),
            gradient: Buffer::zeroed(gradients),
            next_gradient: Buffer::zeroed(gradients),
            parameter_gradient: Buffer::zeroed(trainable),
            loss: 0.0,
            correct: 0,
        }
    }

    /// About how many bytes the buffers of such a slice take; sizes that come from files are judged by it.
    pub(crate) fn bytes(capacity: usize, plan: &Plan, trainable: usize) -> u64 {
        let per_image = |floats: usize| (capacity as u64).saturating_mul(floats as u64);
        // Every number between two operations, twice the widest for gradients, and the most scratch space.
        let numbers: u64 = plan.steps.iter().map(|step| per_image(step.output_len)).sum();
        let widest = plan.steps.iter().map(|step| per_image(step.output_len)).max().unwrap_or(0);
        let scratch = plan.steps.iter().map(|step| step.operation.scratch_len(capacity) as u64).max().unwrap_or(0);
        4 * (numbers + 2 * widest + scratch + trainable as u64)
    }

    /// What the operation numbered `index` keeps.
    pub(crate) fn saved(&self, index: usize) -> &Saved {
        &self.saved[index]
    }

    /// Takes in whole images of bytes of the shape `whole`.
    pub(crate) fn load(&mut self, step: &Step<'_>, whole: Shape, pixels: &[u8]) {
        self.images = pixels.len() / whole.len();
        let used = step.plan.input;
        for (pixels, to) in pixels.chunks_exact(whole.len()).zip(self.activations[0].chunks_exact_mut(used.len())) {
            load_image(step.cpu, whole, used, pixels, to);
        }
    }

    /// Takes in the slice's images and labels and clears the results of the last pass.
    pub(crate) fn load_batch(&mut self, step: &Step<'_>, whole: Shape, input: SliceInput<'_>) {
        self.images = input.order.len();
        self.labels.clear();
        let used = step.plan.input;
        for (&number, to) in input.order.iter().zip(self.activations[0].chunks_exact_mut(used.len())) {
            let number = number as usize;
            load_image(step.cpu, whole, used, &input.images[number * whole.len()..][..whole.len()], to);
            self.labels.push(input.labels[number]);
        }
        (self.loss, self.correct) = (0.0, 0);
    }

    /// Runs one operation forward.
    pub(crate) fn forward(&mut self, step: &Step<'_>, mode: Mode<'_>, index: usize) {
        let pass = self.pass(step, mode);
        let planned = &step.plan.steps[index];
        let (inputs, outputs) = self.activations.split_at_mut(index + 1);
        let input = &inputs[index][..self.images * planned.input_len];
        let output = &mut outputs[0][..self.images * planned.output_len];
        planned.operation.forward(&pass, input, output, &mut self.saved[index], &mut self.scratch);
    }

    /// Adds up this slice's part of the statistics for the operation numbered `index`.
    pub(crate) fn gather(&mut self, step: &Step<'_>, index: usize) {
        let pass = self.pass(step, self.training(step));
        let planned = &step.plan.steps[index];
        if let Some(statistics) = planned.operation.batch_statistics() {
            let input = &self.activations[index][..self.images * planned.input_len];
            statistics.gather(&pass, input, &mut self.saved[index]);
        }
    }

    /// Compares the logits with the labels and starts the gradient of the mean loss over `batch` images.
    pub(crate) fn finish_forward(&mut self, batch: usize) {
        let logits = &self.activations[self.activations.len() - 1][..self.images * self.classes];
        let gradient = &mut self.gradient[..logits.len()];
        self.loss = softmax_cross_entropy(logits, &self.labels, 1.0 / batch as f32, gradient);
        let rows = logits.chunks_exact(self.classes);
        self.correct = rows.zip(&self.labels).filter(|(row, label)| largest(row) == usize::from(**label)).count();
    }

    /// Runs one operation backward.
    pub(crate) fn backward(&mut self, step: &Step<'_>, index: usize) {
        let pass = self.pass(step, self.training(step));
        let planned = &step.plan.steps[index];
        let (inputs, outputs) = self.activations.split_at(index + 1);
        let (input_len, output_len) = (self.images * planned.input_len, self.images * planned.output_len);
        let gradients = Backward {
            input: &inputs[index][..input_len],
            output: &outputs[0][..output_len],
            output_gradient: &self.gradient[..output_len],
            input_gradient: (index > 0).then_some(&mut self.next_gradient[..input_len]),
            parameter_gradient: &mut self.parameter_gradient,
        };
        planned.operation.backward(&pass, gradients, &mut self.saved[index], &mut self.scratch);
        std::mem::swap(&mut self.gradient, &mut self.next_gradient);
    }

    /// Adds up this slice's part of the gradient statistics for the operation numbered `index`.
    pub(crate) fn gather_gradient(&mut self, step: &Step<'_>, index: usize) {
        let pass = self.pass(step, self.training(step));
        let planned = &step.plan.steps[index];
        if let Some(statistics) = planned.operation.batch_statistics() {
            let input = &self.activations[index][..self.images * planned.input_len];
            let gradient = &self.gradient[..self.images * planned.output_len];
            statistics.gather_gradient(&pass, input, gradient, &mut self.saved[index]);
        }
    }

    /// The last operation's output for the images loaded.
    pub(crate) fn logits(&self) -> &[f32] {
        &self.activations[self.activations.len() - 1][..self.images * self.classes]
    }

    /// This slice's place in a training step.
    pub(crate) fn training<'a>(&self, step: &Step<'a>) -> Mode<'a> {
        Mode::Training {
            seed: step.seed,
            step: step.number,
            first_image: self.first_image,
            statistics: step.statistics,
        }
    }

    fn pass<'a>(&self, step: &Step<'a>, mode: Mode<'a>) -> Pass<'a> {
        Pass { cpu: step.cpu, values: step.values, images: self.images, mode }
    }
}

/// Takes the used part of one image: pixels `0..=255` as `0.0..=1.0`.
fn load_image(cpu: Cpu, whole: Shape, used: Shape, pixels: &[u8], to: &mut [f32]) {
    let (row, used_row) = (whole.width * whole.channels, used.width * used.channels);
    for (pixels, to) in pixels.chunks_exact(row).zip(to.chunks_exact_mut(used_row)) {
        unit_pixels(cpu, &pixels[..used_row], to);
    }
}

/// The index of the largest value, the first of equals.
fn largest(values: &[f32]) -> usize {
    (0..values.len()).reduce(|best, i| if values[i] > values[best] { i } else { best }).unwrap_or(0)
}
