//! The buffers in which a thread takes slices of images through the steps of a byte plan.

use std::mem::swap;

use tenfold_kernels::{Buffer, Cpu, Pooling, QuantizedOutput, Window, average_pool_bytes, max_pool_bytes};

use super::plan::BytePlan;
use crate::layer::{ByteOperation, Mode, Pass, Saved};
use crate::layout::prediction_images;
use crate::outline::Outline;
use crate::plan::{PlannedStep, Purpose};
use crate::plan_summary::{PlanSummary, summaries};

/// How long each buffer for up to some number of images is.
#[derive(Clone, Debug)]
pub(crate) struct ByteLayout {
    images: usize,
    bytes: [usize; 2],
    floats: [usize; 2],
    scratch: usize,
}

impl ByteLayout {
    /// The layout for slices of up to `images` images.
    pub(crate) fn new(plan: &BytePlan, images: usize) -> Self {
        // The longest outputs that go to each of a pair of buffers.
        let [bytes, floats] = plan.halves().map(|steps| {
            let longest = |half: usize| steps.iter().skip(half).step_by(2).map(|step| step.output.len()).max();
            [0, 1].map(|half| images * longest(half).unwrap_or(0))
        });
        let scratch = plan.steps.iter().map(|step| step.operation.scratch_len(images)).max().unwrap_or(0);
        Self { images, bytes, floats, scratch }
    }

    /// The layout for a thread's part of a prediction of `images` images by one of `networks`.
    pub(crate) fn for_prediction(plan: &BytePlan, images: usize, networks: usize) -> Self {
        Self::new(plan, prediction_images(images, Self::new(plan, 1).bytes(), networks))
    }

    /// Images for which there is room.
    pub(crate) fn images(&self) -> usize {
        self.images
    }

    /// Bytes of all buffers of such a workspace.
    pub(crate) fn bytes(&self) -> u64 {
        let [bytes, floats] = [self.bytes, self.floats].map(|[a, b]| a + b);
        (bytes + self.scratch + 4 * floats) as u64
    }

    /// The plan in words and numbers.
    pub(crate) fn summary(&self, plan: &BytePlan, outline: &Outline) -> PlanSummary {
        let steps = summaries(outline, &plan.steps, |operation| {
            (operation.method(), (operation.products(), operation.products()))
        });
        let [in_bytes, in_floats] =
            plan.halves().map(|steps| steps.iter().map(|step| self.images * step.output.len()).sum::<usize>());
        let scratch: usize = plan.steps.iter().map(|step| step.operation.scratch_len(self.images)).sum();
        PlanSummary {
            purpose: Purpose::Prediction,
            input: plan.input,
            steps,
            slice_images: self.images,
            buffer_bytes: self.bytes(),
            unshared_bytes: (in_bytes + scratch + 4 * in_floats) as u64,
        }
    }
}

/// One thread's buffers. Each step reads one of a pair and writes the other.
#[derive(Debug)]
pub(crate) struct ByteWorkspace {
    layout: ByteLayout,
    bytes: [Vec<u8>; 2],
    floats: [Buffer; 2],
    scratch: Vec<u8>,
    saved: Vec<Saved>,
}

impl ByteWorkspace {
    pub(crate) fn new(plan: &BytePlan, layout: &ByteLayout) -> Self {
        let saved = |step: &PlannedStep<ByteOperation>| match &step.operation {
            ByteOperation::After(operation) => operation.save_space(layout.images),
            ByteOperation::Bytes(..)
            | ByteOperation::Floats(..)
            | ByteOperation::Pool { .. }
            | ByteOperation::ConcatPool { .. } => Saved::default(),
        };
        Self {
            bytes: layout.bytes.map(|length| vec![0; length]),
            floats: layout.floats.map(Buffer::zeroed),
            scratch: vec![0; layout.scratch],
            saved: plan.steps.iter().map(saved).collect(),
            layout: layout.clone(),
        }
    }

    /// How long its buffers are.
    pub(crate) fn layout(&self) -> &ByteLayout {
        &self.layout
    }

    /// Takes a slice of `images` (whole images, one after the other) through the plan, calls `done` with the number of each
    /// step that is done, and returns the logits.
    pub(crate) fn run(&mut self, cpu: Cpu, plan: &BytePlan, images: &[u8], done: impl Fn(usize)) -> &[f32] {
        let count = images.len() / plan.input.len();
        let pass = Pass { cpu, values: &[], images: count, mode: Mode::Inference };
        let [mut byte_output, mut byte_input] = self.bytes.each_mut().map(Vec::as_mut_slice);
        let [mut float_output, mut float_input] = self.floats.each_mut().map(|buffer| &mut **buffer);
        let mut before = 0;
        for (index, step) in plan.steps.iter().enumerate() {
            let length = count * step.output.len();
            match &step.operation {
                ByteOperation::Bytes(layer, _) => {
                    let output = QuantizedOutput::Bytes(&mut byte_output[..length]);
                    layer.forward(cpu, source(index, images, byte_input, before), output, &mut self.scratch);
                    swap(&mut byte_input, &mut byte_output);
                }
                ByteOperation::Pool { adding, window, ratio } => {
                    let input = source(index, images, byte_input, before);
                    pool_bytes(cpu, *adding, window, *ratio, input, &mut byte_output[..length]);
                    swap(&mut byte_input, &mut byte_output);
                }
                ByteOperation::ConcatPool { window } => {
                    let input = source(index, images, byte_input, before);
                    concat_pool_bytes(cpu, window, input, &mut byte_output[..length]);
                    swap(&mut byte_input, &mut byte_output);
                }
                ByteOperation::Floats(layer, _) => {
                    let output = QuantizedOutput::Floats(&mut float_output[..length]);
                    layer.forward(cpu, source(index, images, byte_input, before), output, &mut self.scratch);
                    swap(&mut float_input, &mut float_output);
                }
                ByteOperation::After(operation) => {
                    let output = &mut float_output[..length];
                    operation.forward(&pass, &float_input[..before], output, &mut self.saved[index], &mut []);
                    swap(&mut float_input, &mut float_output);
                }
            }
            before = length;
            done(index);
        }
        &float_input[..before]
    }
}

/// What the step numbered `index` reads: the images themselves, or the `length` bytes that the step before it gave.
fn source<'a>(index: usize, images: &'a [u8], buffer: &'a [u8], length: usize) -> &'a [u8] {
    if index == 0 { images } else { &buffer[..length] }
}

/// Pools whole images of bytes in two ways.
fn concat_pool_bytes(cpu: Cpu, window: &Window, input: &[u8], output: &mut [u8]) {
    for (image, output) in input.chunks_exact(window.input_len()).zip(output.chunks_exact_mut(2 * window.channels)) {
        let (means, largest) = output.split_at_mut(window.channels);
        average_pool_bytes(cpu, window, Pooling::Average, 1.0, image, means);
        max_pool_bytes(cpu, window, image, largest);
    }
}

/// Pools bytes.
fn pool_bytes(cpu: Cpu, adding: Option<Pooling>, window: &Window, ratio: f32, input: &[u8], output: &mut [u8]) {
    match adding {
        None => max_pool_bytes(cpu, window, input, output),
        Some(pooling) => average_pool_bytes(cpu, window, pooling, ratio, input, output),
    }
}
