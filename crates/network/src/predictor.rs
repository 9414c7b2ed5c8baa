//! A model at work: images in, probabilities out.

use tenfold_kernels::{Cpu, Team, softmax};

use crate::layer::{Mode, Operation, lower};
use crate::model::Model;
use crate::slice::{Slice, Step};

/// Images a thread takes at a time.
const SLICE_IMAGES: usize = 8;

/// A model with the buffers and threads to run it.
#[derive(Debug)]
pub struct Predictor {
    values: Vec<f32>,
    operations: Vec<(Box<dyn Operation>, usize)>,
    slices: Vec<Slice>,
    team: Team,
    cpu: Cpu,
    input_len: usize,
    classes: usize,
}

impl Predictor {
    /// Prepares to run `model` on `threads` threads with the fastest instructions this machine has.
    ///
    /// # Panics
    /// If `threads` is 0.
    pub fn new(model: &Model, threads: usize) -> Self {
        Self::with_cpu(model, threads, Cpu::detect())
    }

    /// As [`Self::new`], with chosen instructions.
    ///
    /// # Panics
    /// If `threads` is 0.
    pub fn with_cpu(model: &Model, threads: usize, cpu: Cpu) -> Self {
        let operations = lower(model.outline(), false);
        let input_len = model.architecture().input.len();
        let slices = (0..threads).map(|_| Slice::new(0, SLICE_IMAGES, input_len, &operations, 0)).collect();
        Self {
            values: model.values().to_vec(),
            classes: model.outline().classes,
            team: Team::new(threads),
            operations,
            slices,
            cpu,
            input_len,
        }
    }

    /// Takes over the values of another model of the same architecture, such as a later state of the same training.
    ///
    /// # Panics
    /// If the number of values differs.
    pub fn set_values(&mut self, model: &Model) {
        self.values.copy_from_slice(model.values());
    }

    /// Classes, and probabilities per image.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The probability of each class for each image: `[N, classes]`, rows adding up to 1.
    ///
    /// `images`: N images of bytes (0 background, 255 ink), in the network's input shape, one after the other. An
    /// image's probabilities do not depend on the images beside it, nor on the number of threads.
    ///
    /// # Panics
    /// If `images` is not whole images.
    pub fn probabilities(&mut self, images: &[u8]) -> Vec<f32> {
        let logits = self.logits(images);
        let mut probabilities = vec![0.0; logits.len()];
        softmax(&logits, self.classes, &mut probabilities);
        probabilities
    }

    /// The logits behind [`Self::probabilities`], in the same shape.
    ///
    /// # Panics
    /// If `images` is not whole images.
    pub fn logits(&mut self, images: &[u8]) -> Vec<f32> {
        assert!(images.len().is_multiple_of(self.input_len), "whole images of {} bytes", self.input_len);
        let mut logits = vec![0.0; images.len() / self.input_len * self.classes];
        let step = Step {
            cpu: self.cpu,
            operations: &self.operations,
            values: &self.values,
            seed: 0,
            number: 0,
            statistics: &[],
        };
        // A contiguous share for each thread, in whole slices.
        let share = (images.len() / self.input_len).div_ceil(self.slices.len()).next_multiple_of(SLICE_IMAGES).max(1);
        let shares = images.chunks(share * self.input_len).zip(logits.chunks_mut(share * self.classes));
        let mut work: Vec<_> = self.slices.iter_mut().zip(shares).collect();
        let (input_len, classes) = (self.input_len, self.classes);
        self.team.for_each_mut(&mut work, |_, (slice, (images, logits))| {
            let parts = images.chunks(SLICE_IMAGES * input_len).zip(logits.chunks_mut(SLICE_IMAGES * classes));
            for (images, logits) in parts {
                slice.load(step.cpu, images);
                for operation in 0..step.operations.len() {
                    slice.forward(&step, Mode::Inference, operation);
                }
                logits.copy_from_slice(slice.logits());
            }
        });
        logits
    }
}
