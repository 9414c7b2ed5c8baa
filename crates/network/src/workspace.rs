//! The buffers in which a thread takes one slice after the other through the operations of a plan.

use std::ops::Range;

use tenfold_kernels::{Buffer, add_assign, unit_pixels};

use crate::architecture::Shape;
use crate::arena::{Lifetime, place};
use crate::layer::{Backward, JoinBackward, Pass, Product, Saved};
use crate::plan::{Plan, Purpose};

/// Images that a thread takes at a time in prediction: enough for efficient kernels, few enough that the buffers stay near
/// its core.
const PREDICTION_IMAGES: usize = 8;
/// Bytes of a thread's buffers in prediction, those for all members of an ensemble together, beyond which it takes fewer
/// images at a time, at least one.
const PREDICTION_BYTES: u64 = 32 << 20;

/// Images that a thread takes at a time in prediction by one of `networks`, if there are `images` in all and the buffers for
/// one take `one_image` bytes. No image's answer depends on it.
pub(crate) fn prediction_images(images: usize, one_image: u64, networks: usize) -> usize {
    let bytes = PREDICTION_BYTES / networks as u64;
    let most = (bytes / one_image.max(1)).clamp(1, PREDICTION_IMAGES as u64);
    images.clamp(1, most as usize)
}

/// Where each buffer for up to some number of images lies in a workspace's arena.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    images: usize,
    /// Of the input of each operation, and of the logits.
    activations: Vec<Range<usize>>,
    /// Of the loss's derivatives with respect to these; empty in prediction.
    gradients: Vec<Range<usize>>,
    /// Of each operation's scratch space, forward and backward.
    scratch: Vec<[Range<usize>; 2]>,
    /// Of the derivatives that go from each operation that joins a branch back to the trunk; empty for all others.
    trunk_gradients: Vec<Range<usize>>,
    length: usize,
    /// What the buffers would take if none shared its memory with another.
    unshared: usize,
    /// Bytes that operations keep beside the arena.
    saved: usize,
}

impl Layout {
    /// The layout for slices of up to `images` images.
    pub(crate) fn new(plan: &Plan, images: usize) -> Self {
        let (steps, training) = (plan.steps.len(), plan.purpose == Purpose::Training);
        let lengths = || std::iter::once(plan.input.len()).chain(plan.steps.iter().map(|step| step.output.len()));
        // In time, operation i runs forward at i, the loss is at `steps`, and operation i runs backward at `back(i)`.
        let back = |operation: usize| 2 * steps - operation;
        let mut buffers = Vec::new();
        for (i, length) in lengths().enumerate() {
            // Given by operation i - 1 and taken by operation i, both of which need it again to go backward.
            let joins = plan.steps.iter().enumerate().filter(|(_, step)| step.trunk == Some(i));
            let last = match training {
                true => back(i.saturating_sub(1)),
                false => joins.map(|(join, _)| join).fold(i, usize::max),
            };
            buffers.push(Lifetime { length: images * length, first: i.saturating_sub(1), last });
        }
        for (i, length) in lengths().enumerate() {
            let length = if training && i > 0 { images * length } else { 0 };
            buffers.push(Lifetime { length, first: back(i), last: back(i.saturating_sub(1)) });
        }
        for (i, step) in plan.steps.iter().enumerate() {
            let length = step.operation.forward_scratch_len(images);
            buffers.push(Lifetime { length, first: i, last: i });
            let length = if training { step.operation.backward_scratch_len(images) } else { 0 };
            buffers.push(Lifetime { length, first: back(i), last: back(i) });
        }
        for (i, step) in plan.steps.iter().enumerate() {
            let trunk = step.trunk.filter(|&trunk| training && trunk > 0);
            let length = trunk.map_or(0, |trunk| images * plan.len_before(trunk));
            buffers.push(Lifetime { length, first: back(i), last: trunk.map_or(back(i), back) });
        }
        let saved = plan.steps.iter().map(|step| step.operation.saved_bytes(images)).sum();
        let unshared = buffers.iter().map(|buffer| buffer.length).sum();
        let (mut places, length) = place(&buffers);
        let trunk_gradients = places.split_off(2 * (steps + 1) + 2 * steps);
        let scratch = places.split_off(2 * (steps + 1));
        let gradients = places.split_off(steps + 1);
        let scratch = scratch.as_chunks().0.to_vec();
        Self { images, activations: places, gradients, scratch, trunk_gradients, length, unshared, saved }
    }

    /// The layout for a thread's part of a prediction of `images` images by one of `networks`.
    pub(crate) fn for_prediction(plan: &Plan, images: usize, networks: usize) -> Self {
        Self::new(plan, prediction_images(images, Self::new(plan, 1).bytes(), networks))
    }

    /// Images for which there is room.
    pub(crate) fn images(&self) -> usize {
        self.images
    }

    /// Bytes of such a workspace.
    pub(crate) fn bytes(&self) -> u64 {
        self.length as u64 * 4 + self.saved as u64
    }

    /// Bytes that it would take if no two buffers shared their memory.
    pub(crate) fn unshared_bytes(&self) -> u64 {
        self.unshared as u64 * 4 + self.saved as u64
    }
}

/// One thread's buffers.
#[derive(Debug)]
pub(crate) struct Workspace {
    layout: Layout,
    arena: Buffer,
    saved: Vec<Saved>,
}

impl Workspace {
    pub(crate) fn new(plan: &Plan, layout: &Layout) -> Self {
        Self {
            arena: Buffer::zeroed(layout.length),
            saved: plan.steps.iter().map(|step| step.operation.save_space(layout.images)).collect(),
            layout: layout.clone(),
        }
    }

    /// Where its buffers lie.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Takes in images of bytes of the shape `whole`: of each the part that is used, pixels `0..=255` as `0.0..=1.0`.
    pub(crate) fn load<'a>(
        &mut self,
        plan: &Plan,
        pass: &Pass<'_>,
        whole: Shape,
        images: impl Iterator<Item = &'a [u8]>,
    ) {
        let used = plan.input;
        let (row, used_row) = (whole.width * whole.channels, used.width * used.channels);
        let input = &mut self.arena[self.layout.activations[0].clone()];
        for (pixels, to) in images.zip(input.chunks_exact_mut(used.len())) {
            for (pixels, to) in pixels.chunks_exact(row).zip(to.chunks_exact_mut(used_row)) {
                unit_pixels(pass.cpu, &pixels[..used_row], to);
            }
        }
    }

    /// Runs the operation numbered `index` forward.
    pub(crate) fn forward(&mut self, plan: &Plan, pass: &Pass<'_>, index: usize) {
        if let Some(trunk) = plan.steps[index].trunk {
            return self.join(plan, pass, index, trunk);
        }
        let (input, output) = (self.activation(pass, plan, index), self.activation(pass, plan, index + 1));
        let scratch = self.layout.scratch[index][0].clone();
        let [input, output, scratch] = disjoint(&mut self.arena, [input, output, scratch]);
        plan.steps[index].operation.forward(pass, input, output, &mut self.saved[index], scratch);
    }

    /// Runs the operation numbered `index`, which joins a branch with what the operation `trunk` takes.
    fn join(&mut self, plan: &Plan, pass: &Pass<'_>, index: usize, trunk: usize) {
        let [branch, output] = [index, index + 1].map(|at| self.activation(pass, plan, at));
        let operation = &plan.steps[index].operation;
        if trunk == index {
            let [branch, output] = disjoint(&mut self.arena, [branch, output]);
            return operation.join(pass, branch, branch, output);
        }
        let trunk = self.activation(pass, plan, trunk);
        let [trunk, branch, output] = disjoint(&mut self.arena, [trunk, branch, output]);
        operation.join(pass, trunk, branch, output);
    }

    /// What the operation numbered `index` takes, once the operations before it have run.
    pub(crate) fn input(&self, plan: &Plan, pass: &Pass<'_>, index: usize) -> &[f32] {
        &self.arena[self.activation(pass, plan, index)]
    }

    /// The logits.
    pub(crate) fn logits(&self, plan: &Plan, pass: &Pass<'_>) -> &[f32] {
        self.input(plan, pass, plan.steps.len())
    }

    /// The logits, and where their gradient goes.
    pub(crate) fn logits_and_gradient(&mut self, plan: &Plan, pass: &Pass<'_>) -> (&[f32], &mut [f32]) {
        let last = plan.steps.len();
        let ranges = [self.activation(pass, plan, last), self.gradient(pass, plan, last)];
        let [logits, gradient] = disjoint(&mut self.arena, ranges);
        (logits, gradient)
    }

    /// Runs the operation numbered `index` backward; `summed` and `product`: where the gradients of its parameters go.
    pub(crate) fn backward(
        &mut self,
        plan: &Plan,
        pass: &Pass<'_>,
        index: usize,
        summed: &mut [f32],
        product: Option<&mut Product>,
    ) {
        match plan.steps[index].trunk {
            Some(trunk) => self.join_backward(plan, pass, index, trunk),
            None => self.go_back(plan, pass, index, summed, product),
        }
        // What came back from the ends of the branches that begin here.
        for join in (index..plan.steps.len()).filter(|&join| index > 0 && plan.steps[join].trunk == Some(index)) {
            let ranges = [self.gradient(pass, plan, index), self.trunk_gradient(pass, plan, join, index)];
            let [gradient, from_join] = disjoint(&mut self.arena, ranges);
            add_assign(pass.cpu, gradient, from_join);
        }
    }

    /// Runs the operation numbered `index`, which joins a branch with what the operation `trunk` takes, backward.
    fn join_backward(&mut self, plan: &Plan, pass: &Pass<'_>, index: usize, trunk: usize) {
        let operation = &plan.steps[index].operation;
        let ranges = [
            self.activation(pass, plan, index),
            self.gradient(pass, plan, index),
            self.gradient(pass, plan, index + 1),
            self.trunk_gradient(pass, plan, index, trunk),
        ];
        let of_trunk = if trunk == index { 0..0 } else { self.activation(pass, plan, trunk) };
        let [branch, input, output, from_join] = ranges;
        let [branch, branch_gradient, output_gradient, trunk_gradient, trunk] =
            disjoint(&mut self.arena, [branch, input, output, from_join, of_trunk]);
        let trunk = if trunk.is_empty() { &*branch } else { &*trunk };
        let gradients = JoinBackward { trunk, branch, output_gradient, trunk_gradient, branch_gradient };
        operation.join_backward(pass, gradients);
    }

    fn go_back(
        &mut self,
        plan: &Plan,
        pass: &Pass<'_>,
        index: usize,
        summed: &mut [f32],
        product: Option<&mut Product>,
    ) {
        let ranges = [
            self.activation(pass, plan, index),
            self.activation(pass, plan, index + 1),
            self.gradient(pass, plan, index),
            self.gradient(pass, plan, index + 1),
            self.layout.scratch[index][1].clone(),
        ];
        let [input, output, input_gradient, output_gradient, scratch] = disjoint(&mut self.arena, ranges);
        let input_gradient = (index > 0).then_some(input_gradient);
        let gradients = Backward { input, output, output_gradient, input_gradient, summed, product };
        plan.steps[index].operation.backward(pass, gradients, &mut self.saved[index], scratch);
    }

    /// Adds up the part of the statistics for the operation numbered `index` that comes from these images.
    pub(crate) fn gather(&mut self, plan: &Plan, pass: &Pass<'_>, index: usize) {
        let input = &self.arena[self.activation(pass, plan, index)];
        if let Some(statistics) = plan.steps[index].operation.batch_statistics() {
            statistics.gather(pass, input, &mut self.saved[index]);
        }
    }

    /// As [`Self::gather`], for the gradient statistics.
    pub(crate) fn gather_gradient(&mut self, plan: &Plan, pass: &Pass<'_>, index: usize) {
        let input = &self.arena[self.activation(pass, plan, index)];
        let gradient = &self.arena[self.gradient(pass, plan, index + 1)];
        if let Some(statistics) = plan.steps[index].operation.batch_statistics() {
            statistics.gather_gradient(pass, input, gradient, &mut self.saved[index]);
        }
    }

    /// What the operation numbered `index` keeps.
    pub(crate) fn saved(&self, index: usize) -> &Saved {
        &self.saved[index]
    }

    /// The place of the pass's images among the inputs of operation `index`.
    fn activation(&self, pass: &Pass<'_>, plan: &Plan, index: usize) -> Range<usize> {
        let start = self.layout.activations[index].start;
        start..start + pass.images * plan.len_before(index)
    }

    fn gradient(&self, pass: &Pass<'_>, plan: &Plan, index: usize) -> Range<usize> {
        let start = self.layout.gradients[index].start;
        // The gradient of the network's input is not computed.
        start..start + if index > 0 { pass.images * plan.len_before(index) } else { 0 }
    }

    /// The derivatives that go from the operation `join` back to what the operation `trunk` takes.
    fn trunk_gradient(&self, pass: &Pass<'_>, plan: &Plan, join: usize, trunk: usize) -> Range<usize> {
        let start = self.layout.trunk_gradients[join].start;
        start..start + if trunk > 0 { pass.images * plan.len_before(trunk) } else { 0 }
    }
}

/// Parts of the arena that live at the same moment.
fn disjoint<const N: usize>(arena: &mut [f32], ranges: [Range<usize>; N]) -> [&mut [f32]; N] {
    arena.get_disjoint_mut(ranges).expect("buffers that live together do not overlap")
}
