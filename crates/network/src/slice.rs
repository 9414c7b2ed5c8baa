//! A fixed part of a batch: the unit of work of a thread.
//!
//! How a batch is divided depends on its size alone, never on the number of threads; each slice keeps its own gradient,
//! and those are added in slice order. That is why a seed gives the same bytes at any number of threads.

use std::ops::Range;

use tenfold_kernels::{Cpu, NO_CLASS, add_distillation, softmax_cross_entropy};

use crate::architecture::Shape;
use crate::gradient::{GradientLayout, SliceGradient};
use crate::layer::{Mode, Pass, Statistics};
use crate::plan::Plan;
use crate::soft_targets::SoftTargets;
use crate::step_event::StepEvent;
use crate::workspace::{Kept, Workspace};

/// Images in a slice, at best: enough for efficient kernels, few enough that a slice's buffers stay near its core.
pub(crate) const SLICE_IMAGES: usize = 8;
/// Slices of a batch: the most threads that can share one, and the most gradients that must be added up.
const MAX_SLICES: usize = 8;

/// Images in each slice of a batch of `batch` images (the last may have fewer, or none).
pub(crate) fn slice_images(batch: usize) -> usize {
    batch.div_ceil(batch.div_ceil(SLICE_IMAGES).min(MAX_SLICES))
}

/// Everything of a pass that is the same for all slices.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    pub cpu: Cpu,
    pub plan: &'a Plan,
    pub gradients: &'a GradientLayout,
    pub values: &'a [f32],
    pub seed: u64,
    pub number: u32,
    pub statistics: &'a [Statistics],
    /// Images in the whole batch.
    pub batch: usize,
}

/// The images and labels of one slice of one batch.
#[derive(Clone, Copy)]
pub(crate) struct SliceInput<'a> {
    /// The shape of an image.
    pub shape: Shape,
    /// All images of the dataset, and the numbers of those that are in the slice.
    pub images: &'a [u8],
    pub labels: &'a [u16],
    pub order: &'a [u32],
    /// For these.
    pub soft: Option<SoftTargets<'a>>,
}

/// What one slice of a batch has found in the last pass.
#[derive(Debug)]
pub(crate) struct Slice {
    /// The number in the batch of the first image.
    first_image: usize,
    labels: Vec<u16>,
    /// Its part of the batch's.
    pub gradient: SliceGradient,
    /// What it keeps where slices wait for each other; else nothing.
    pub kept: Kept,
    /// Summed over the slice's images.
    pub loss: f64,
    /// Images whose largest logit is their label's.
    pub correct: usize,
}

impl Slice {
    /// A slice of up to `capacity` images.
    pub(crate) fn new(
        first_image: usize,
        capacity: usize,
        plan: &Plan,
        gradients: &GradientLayout,
        kept: Kept,
    ) -> Self {
        Self {
            first_image,
            labels: Vec::with_capacity(capacity),
            gradient: gradients.slice(plan, capacity),
            kept,
            loss: 0.0,
            correct: 0,
        }
    }

    /// Takes the slice forward through a segment, up to what the next one waits for.
    pub(crate) fn forward(
        &mut self,
        step: &Step<'_>,
        segment: usize,
        input: SliceInput<'_>,
        workspace: &mut Workspace,
        observe: &impl Fn(StepEvent),
    ) {
        if segment == 0 {
            self.load(step, workspace, input);
            observe(StepEvent::Loaded);
        }
        let Range { start, end } = step.plan.segments[segment].clone();
        let pass = self.pass(step);
        for operation in start..end {
            workspace.forward(step.plan, &pass, operation);
            observe(StepEvent::Forward(operation));
        }
        if end < step.plan.steps.len() {
            workspace.gather(step.plan, &pass, end);
        }
    }

    /// Takes the slice backward through a segment, up to what the one before waits for: the first operation of a segment
    /// goes backward with the segment before, when the sums it needs are there.
    pub(crate) fn backward(
        &mut self,
        step: &Step<'_>,
        segment: usize,
        workspace: &mut Workspace,
        observe: &impl Fn(StepEvent),
    ) {
        let Range { start, end } = step.plan.segments[segment].clone();
        let (waits, waited) = (segment > 0, end < step.plan.steps.len());
        let pass = self.pass(step);
        for operation in (start + usize::from(waits)..end + usize::from(waited)).rev() {
            let (summed, product) = self.gradient.of(step.gradients, operation);
            workspace.backward(step.plan, &pass, operation, summed, product);
            observe(StepEvent::Backward(operation));
        }
        if waits {
            workspace.gather_gradient(step.plan, &pass, start);
        }
    }

    /// Takes in the slice's images and labels.
    fn load(&mut self, step: &Step<'_>, workspace: &mut Workspace, input: SliceInput<'_>) {
        self.gradient.images = input.order.len();
        self.labels.clear();
        self.labels.extend(input.order.iter().map(|&number| input.labels[number as usize]));
        let length = input.shape.len();
        let images = input.order.iter().map(|&number| &input.images[number as usize * length..][..length]);
        workspace.load(step.plan, &self.pass(step), input.shape, images);
    }

    /// Compares the logits with the labels, and with soft targets if there are some, and starts the gradient of the mean loss
    /// over the batch.
    pub(crate) fn compare(
        &mut self,
        step: &Step<'_>,
        smoothing: f32,
        soft: Option<SoftTargets<'_>>,
        workspace: &mut Workspace,
    ) {
        let (logits, gradient) = workspace.logits_and_gradient(step.plan, &self.pass(step));
        let scale = 1.0 / step.batch as f32;
        self.loss = match soft {
            None => softmax_cross_entropy(logits, &self.labels, smoothing, scale, gradient),
            Some(SoftTargets { probabilities, temperature, weight }) => {
                let (hard, rule) = (1.0 - weight, (step.plan.output_len(), temperature));
                let loss = softmax_cross_entropy(logits, &self.labels, smoothing, hard * scale, gradient);
                let divergence = add_distillation(logits, probabilities, rule, weight * scale, gradient);
                f64::from(hard) * loss + f64::from(weight) * divergence
            }
        };
        let rows = logits.chunks_exact(step.plan.output_len());
        self.correct = rows.zip(&self.labels).filter(|(row, label)| is_right(row, **label)).count();
    }

    /// What operations can see of this slice's place in a training step.
    fn pass<'a>(&self, step: &Step<'a>) -> Pass<'a> {
        let mode = Mode::Training {
            seed: step.seed,
            step: step.number,
            first_image: self.first_image,
            statistics: step.statistics,
        };
        Pass { cpu: step.cpu, values: step.values, images: self.gradient.images, mode }
    }
}

/// Whether a row of logits is right about a label: it has its class most probable; for no class, none above one half.
fn is_right(logits: &[f32], label: u16) -> bool {
    let first = largest(logits);
    match label {
        NO_CLASS => logits.iter().map(|logit| libm::expf(logit - logits[first])).sum::<f32>() >= 2.0,
        label => first == usize::from(label),
    }
}

/// The index of the largest value, the first of equals.
fn largest(values: &[f32]) -> usize {
    (0..values.len()).reduce(|best, i| if values[i] > values[best] { i } else { best }).unwrap_or(0)
}
