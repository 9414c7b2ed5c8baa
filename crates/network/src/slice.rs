//! A fixed part of a batch with all its buffers: the unit of work of a thread.
//!
//! How a batch is divided depends on its size alone, never on the number of threads; each slice keeps its own gradient,
//! and those are added in slice order. That is why a seed gives the same bytes at any number of threads.

use tenfold_kernels::{Cpu, softmax_cross_entropy, unit_pixels};

use crate::layer::{Backward, Mode, Operation, Pass, Saved, Statistics};

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
    pub operations: &'a [(Box<dyn Operation>, usize)],
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
    input_len: usize,
    classes: usize,
    /// The input of each operation, and the logits.
    activations: Vec<Vec<f32>>,
    labels: Vec<u8>,
    saved: Vec<Saved>,
    /// The gradient on its way down: of an operation's output, then of its input.
    gradient: Vec<f32>,
    next_gradient: Vec<f32>,
    pub parameter_gradient: Vec<f32>,
    /// Summed over the slice's images.
    pub loss: f64,
    /// Images whose largest logit is their label's.
    pub correct: usize,
}

impl Slice {
    /// Buffers for `capacity` images of a network with inputs of `input_len` numbers.
    pub(crate) fn new(
        first_image: usize,
        capacity: usize,
        input_len: usize,
        operations: &[(Box<dyn Operation>, usize)],
        trainable: usize,
    ) -> Self {
        let lengths = || std::iter::once(input_len).chain(operations.iter().map(|(_, output_len)| *output_len));
        let widest = lengths().max().unwrap_or(0);
        Self {
            first_image,
            images: 0,
            input_len,
            classes: lengths().last().unwrap_or(0),
            activations: lengths().map(|length| vec![0.0; capacity * length]).collect(),
            labels: Vec::with_capacity(capacity),
            saved: operations.iter().map(|(operation, _)| operation.save_space(capacity)).collect(),
            // Inference has no gradient, and says so by having no trainable parameters.
            gradient: vec![0.0; if trainable > 0 { capacity * widest } else { 0 }],
            next_gradient: vec![0.0; if trainable > 0 { capacity * widest } else { 0 }],
            parameter_gradient: vec![0.0; trainable],
            loss: 0.0,
            correct: 0,
        }
    }

    /// What the operation numbered `index` keeps.
    pub(crate) fn saved(&self, index: usize) -> &Saved {
        &self.saved[index]
    }

    /// Takes in whole images of bytes.
    pub(crate) fn load(&mut self, cpu: Cpu, pixels: &[u8]) {
        self.images = pixels.len() / self.input_len;
        unit_pixels(cpu, pixels, &mut self.activations[0][..pixels.len()]);
    }

    /// Takes in the slice's images and labels and clears the results of the last pass.
    pub(crate) fn load_batch(&mut self, cpu: Cpu, input: SliceInput<'_>) {
        self.images = input.order.len();
        self.labels.clear();
        let length = self.input_len;
        for (&number, to) in input.order.iter().zip(self.activations[0].chunks_exact_mut(length)) {
            let number = number as usize;
            unit_pixels(cpu, &input.images[number * length..(number + 1) * length], to);
            self.labels.push(input.labels[number]);
        }
        self.parameter_gradient.fill(0.0);
        (self.loss, self.correct) = (0.0, 0);
    }

    /// Runs one operation forward.
    pub(crate) fn forward(&mut self, step: &Step<'_>, mode: Mode<'_>, index: usize) {
        let pass = self.pass(step, mode);
        let (operation, output_len) = &step.operations[index];
        let (inputs, outputs) = self.activations.split_at_mut(index + 1);
        let input = &inputs[index][..self.images * per_image(step, index, self.input_len)];
        operation.forward(&pass, input, &mut outputs[0][..self.images * output_len], &mut self.saved[index]);
    }

    /// Adds up this slice's part of the statistics for the operation numbered `index`.
    pub(crate) fn gather(&mut self, step: &Step<'_>, index: usize) {
        let pass = self.pass(step, self.training(step));
        if let Some(statistics) = step.operations[index].0.batch_statistics() {
            let input = &self.activations[index][..self.images * per_image(step, index, self.input_len)];
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
        let (operation, output_len) = &step.operations[index];
        let (inputs, outputs) = self.activations.split_at(index + 1);
        let input_len = self.images * per_image(step, index, self.input_len);
        let output_len = self.images * output_len;
        let gradients = Backward {
            input: &inputs[index][..input_len],
            output: &outputs[0][..output_len],
            output_gradient: &self.gradient[..output_len],
            input_gradient: (index > 0).then_some(&mut self.next_gradient[..input_len]),
            parameter_gradient: &mut self.parameter_gradient,
        };
        operation.backward(&pass, gradients, &mut self.saved[index]);
        std::mem::swap(&mut self.gradient, &mut self.next_gradient);
    }

    /// Adds up this slice's part of the gradient statistics for the operation numbered `index`.
    pub(crate) fn gather_gradient(&mut self, step: &Step<'_>, index: usize) {
        let pass = self.pass(step, self.training(step));
        let (operation, output_len) = &step.operations[index];
        if let Some(statistics) = operation.batch_statistics() {
            let input = &self.activations[index][..self.images * per_image(step, index, self.input_len)];
            let gradient = &self.gradient[..self.images * output_len];
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

/// Numbers in one image of the input of the operation numbered `index`.
fn per_image(step: &Step<'_>, index: usize, input_len: usize) -> usize {
    if index == 0 { input_len } else { step.operations[index - 1].1 }
}

/// The index of the largest value, the first of equals.
fn largest(values: &[f32]) -> usize {
    (0..values.len()).reduce(|best, i| if values[i] > values[best] { i } else { best }).unwrap_or(0)
}
