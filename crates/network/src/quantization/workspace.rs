//! The buffers in which a thread takes slices of images through the steps of a byte plan.

use std::mem::swap;

use tenfold_kernels::{Buffer, Cpu, QuantizedOutput};

use crate::layer::{Mode, Pass, Saved};
use crate::outline::Outline;
use crate::plan::Purpose;
use crate::plan_summary::{PlanSummary, StepSummary};
use crate::quantization::plan::{ByteOperation, BytePlan, ByteStep, pool_bytes};

/// One thread's buffers. Each step reads one of a pair and writes the other.
#[derive(Debug)]
pub(crate) struct ByteWorkspace {
    images: usize,
    bytes: [Vec<u8>; 2],
    floats: [Buffer; 2],
    scratch: Vec<u8>,
    saved: Vec<Saved>,
}

impl ByteWorkspace {
    /// For slices of up to `images` images.
    pub(crate) fn new(plan: &BytePlan, images: usize) -> Self {
        // The longest outputs that go to each of a pair of buffers.
        let mut lengths = [[0; 2]; 2];
        for (steps, lengths) in plan.halves().into_iter().zip(&mut lengths) {
            for (index, step) in steps.iter().enumerate() {
                let length = &mut lengths[index % 2];
                *length = step.output.len().max(*length);
            }
        }
        let [bytes, floats] = lengths;
        let saved = |step: &ByteStep| match &step.operation {
            ByteOperation::After(operation) => operation.save_space(images),
            _ => Saved::default(),
        };
        Self {
            images,
            bytes: bytes.map(|length| vec![0; images * length]),
            floats: floats.map(|length| Buffer::zeroed(images * length)),
            scratch: vec![0; plan.steps.iter().map(|step| step.operation.scratch_len(images)).max().unwrap_or(0)],
            saved: plan.steps.iter().map(saved).collect(),
        }
    }

    /// Takes a slice of `images` (whole images, one after the other) through the plan, tells `done` the number of each step
    /// that is done, and returns the logits.
    pub(crate) fn run(&mut self, cpu: Cpu, plan: &BytePlan, images: &[u8], done: impl Fn(usize)) -> &[f32] {
        let count = images.len() / plan.input.len();
        let pass = Pass { cpu, values: &[], images: count, mode: Mode::Inference };
        let [mut byte_output, mut byte_input] = self.bytes.each_mut().map(Vec::as_mut_slice);
        let [mut float_output, mut float_input] = self.floats.each_mut().map(|buffer| &mut **buffer);
        let mut before = 0;
        for (index, step) in plan.steps.iter().enumerate() {
            let length = count * step.output.len();
            match &step.operation {
                ByteOperation::Bytes(layer) => {
                    let output = QuantizedOutput::Bytes(&mut byte_output[..length]);
                    layer.forward(cpu, source(index, images, byte_input, before), output, &mut self.scratch);
                    swap(&mut byte_input, &mut byte_output);
                }
                ByteOperation::Pool { kind, window, ratio } => {
                    let input = source(index, images, byte_input, before);
                    pool_bytes(cpu, *kind, window, *ratio, input, &mut byte_output[..length]);
                    swap(&mut byte_input, &mut byte_output);
                }
                ByteOperation::Floats(layer) => {
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

    /// The plan in words and numbers.
    pub(crate) fn summary(&self, plan: &BytePlan, outline: &Outline) -> PlanSummary {
        let steps = plan.steps.iter().map(|step| StepSummary {
            layers: outline.layers[step.layers.clone()].iter().map(|layer| layer.name.clone()).collect(),
            method: step.operation.method(),
            output: step.output,
            direct_multiply_adds: step.multiply_adds,
            multiply_adds: step.multiply_adds,
        });
        let floats: usize = self.floats.iter().map(|buffer| buffer.len()).sum();
        let bytes: usize = self.bytes.iter().map(Vec::len).sum();
        let [in_bytes, in_floats] =
            plan.halves().map(|steps| steps.iter().map(|step| self.images * step.output.len()).sum::<usize>());
        let scratch: usize = plan.steps.iter().map(|step| step.operation.scratch_len(self.images)).sum();
        PlanSummary {
            purpose: Purpose::Prediction,
            input: plan.input,
            steps: steps.collect(),
            slice_images: self.images,
            buffer_bytes: (bytes + self.scratch.len() + 4 * floats) as u64,
            unshared_bytes: (in_bytes + scratch + 4 * in_floats) as u64,
        }
    }
}

/// What the step numbered `index` reads: the images themselves, or the `length` bytes that the step before it gave.
fn source<'a>(index: usize, images: &'a [u8], buffer: &'a [u8], length: usize) -> &'a [u8] {
    if index == 0 { images } else { &buffer[..length] }
}
