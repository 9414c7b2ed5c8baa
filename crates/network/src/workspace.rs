//! The buffers in which a thread takes one slice after the other through the operations of a plan.
//!
//! What is needed within one segment only lies in an arena of the thread's: the next slice finds it near the core. What
//! goes from one segment to another is the slice's, and is lent to the thread that works on it ([`Workspace::exchange`]).

use std::ops::Range;

use tenfold_kernels::{Buffer, add_assign, unit_pixels};

use crate::architecture::Shape;
use crate::layer::{Backward, JoinBackward, Pass, Product, Saved};
use crate::layout::Layout;
use crate::plan::Plan;

/// What a slice keeps from one segment to another.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    arena: Buffer,
    saved: Vec<Saved>,
}

impl Kept {
    pub(crate) fn new(plan: &Plan, layout: &Layout) -> Self {
        let saved = plan.steps.iter().map(|step| step.operation.save_space(layout.images())).collect();
        Self { arena: Buffer::zeroed(layout.arenas()[0]), saved }
    }

    /// What the operation numbered `index` keeps.
    pub(crate) fn saved(&self, index: usize) -> &Saved {
        &self.saved[index]
    }
}

/// One thread's buffers, with those of the slice that it works on.
#[derive(Debug)]
pub(crate) struct Workspace {
    layout: Layout,
    arena: Buffer,
    kept: Kept,
}

impl Workspace {
    /// `kept`: nothing where each slice has its own, for which they are [exchanged](Self::exchange).
    pub(crate) fn new(layout: &Layout, kept: Kept) -> Self {
        Self { arena: Buffer::zeroed(layout.arenas()[1]), layout: layout.clone(), kept }
    }

    /// Takes what a slice keeps, and gives what it had itself.
    pub(crate) fn exchange(&mut self, kept: &mut Kept) {
        std::mem::swap(&mut self.kept, kept);
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
        let [input] = disjoint(&mut self.kept.arena, &mut self.arena, [self.layout.activation(pass, plan, 0)]);
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
        let (input, output) =
            (self.layout.activation(pass, plan, index), self.layout.activation(pass, plan, index + 1));
        let scratch = self.layout.scratch(index)[0].clone();
        let [input, output, scratch] = disjoint(&mut self.kept.arena, &mut self.arena, [input, output, scratch]);
        plan.steps[index].operation.forward(pass, input, output, &mut self.kept.saved[index], scratch);
    }

    /// Runs the operation numbered `index`, which joins a branch with what the operation `trunk` takes.
    fn join(&mut self, plan: &Plan, pass: &Pass<'_>, index: usize, trunk: usize) {
        let [branch, output] = [index, index + 1].map(|at| self.layout.activation(pass, plan, at));
        let operation = &plan.steps[index].operation;
        if trunk == index {
            let [branch, output] = disjoint(&mut self.kept.arena, &mut self.arena, [branch, output]);
            return operation.join(pass, branch, branch, output);
        }
        let trunk = self.layout.activation(pass, plan, trunk);
        let [trunk, branch, output] = disjoint(&mut self.kept.arena, &mut self.arena, [trunk, branch, output]);
        operation.join(pass, trunk, branch, output);
    }

    /// What the operation numbered `index` takes, once the operations before it have run.
    pub(crate) fn input(&self, plan: &Plan, pass: &Pass<'_>, index: usize) -> &[f32] {
        part(&self.kept.arena, &self.arena, self.layout.activation(pass, plan, index))
    }

    /// The logits.
    pub(crate) fn logits(&self, plan: &Plan, pass: &Pass<'_>) -> &[f32] {
        self.input(plan, pass, plan.steps.len())
    }

    /// The logits, and where their gradient goes.
    pub(crate) fn logits_and_gradient(&mut self, plan: &Plan, pass: &Pass<'_>) -> (&[f32], &mut [f32]) {
        let last = plan.steps.len();
        let ranges = [self.layout.activation(pass, plan, last), self.layout.gradient(pass, plan, last)];
        let [logits, gradient] = disjoint(&mut self.kept.arena, &mut self.arena, ranges);
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
            let ranges = [self.layout.gradient(pass, plan, index), self.layout.trunk_gradient(pass, plan, join, index)];
            let [gradient, from_join] = disjoint(&mut self.kept.arena, &mut self.arena, ranges);
            add_assign(pass.cpu, gradient, from_join);
        }
    }

    /// Runs the operation numbered `index`, which joins a branch with what the operation `trunk` takes, backward.
    fn join_backward(&mut self, plan: &Plan, pass: &Pass<'_>, index: usize, trunk: usize) {
        let operation = &plan.steps[index].operation;
        let ranges = [
            self.layout.activation(pass, plan, index),
            self.layout.gradient(pass, plan, index),
            self.layout.gradient(pass, plan, index + 1),
            self.layout.trunk_gradient(pass, plan, index, trunk),
        ];
        let of_trunk = if trunk == index { 0..0 } else { self.layout.activation(pass, plan, trunk) };
        let [branch, input, output, from_join] = ranges;
        let [branch, branch_gradient, output_gradient, trunk_gradient, trunk] =
            disjoint(&mut self.kept.arena, &mut self.arena, [branch, input, output, from_join, of_trunk]);
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
            self.layout.activation(pass, plan, index),
            self.layout.activation(pass, plan, index + 1),
            self.layout.gradient(pass, plan, index),
            self.layout.gradient(pass, plan, index + 1),
            self.layout.scratch(index)[1].clone(),
        ];
        let [input, output, input_gradient, output_gradient, scratch] =
            disjoint(&mut self.kept.arena, &mut self.arena, ranges);
        let input_gradient = (index > 0).then_some(input_gradient);
        let gradients = Backward { input, output, output_gradient, input_gradient, summed, product };
        plan.steps[index].operation.backward(pass, gradients, &mut self.kept.saved[index], scratch);
    }

    /// Adds up the part of the statistics for the operation numbered `index` that comes from these images.
    pub(crate) fn gather(&mut self, plan: &Plan, pass: &Pass<'_>, index: usize) {
        let input = part(&self.kept.arena, &self.arena, self.layout.activation(pass, plan, index));
        if let Some(statistics) = plan.steps[index].operation.batch_statistics() {
            statistics.gather(pass, input, &mut self.kept.saved[index]);
        }
    }

    /// As [`Self::gather`], for the gradient statistics.
    pub(crate) fn gather_gradient(&mut self, plan: &Plan, pass: &Pass<'_>, index: usize) {
        let ranges = [self.layout.activation(pass, plan, index), self.layout.gradient(pass, plan, index + 1)];
        let [input, gradient] = ranges.map(|range| part(&self.kept.arena, &self.arena, range));
        if let Some(statistics) = plan.steps[index].operation.batch_statistics() {
            statistics.gather_gradient(pass, input, gradient, &mut self.kept.saved[index]);
        }
    }
}

/// A part of two arenas, of which the second follows the first.
fn part<'a>(kept: &'a [f32], own: &'a [f32], range: Range<usize>) -> &'a [f32] {
    let edge = kept.len();
    if range.end <= edge { &kept[range] } else { &own[range.start - edge..range.end - edge] }
}

/// Parts of two arenas, of which the second follows the first, that live at the same moment.
fn disjoint<'a, const N: usize>(
    kept: &'a mut [f32],
    own: &'a mut [f32],
    ranges: [Range<usize>; N],
) -> [&'a mut [f32]; N] {
    let edge = kept.len();
    let in_kept = ranges.clone().map(|range| if range.end <= edge { range } else { 0..0 });
    let in_own = ranges.map(|range| if range.end <= edge { 0..0 } else { range.start - edge..range.end - edge });
    const TOGETHER: &str = "buffers that live together do not overlap";
    let kept = kept.get_disjoint_mut(in_kept).expect(TOGETHER);
    let mut own = own.get_disjoint_mut(in_own).expect(TOGETHER).into_iter();
    kept.map(|kept| own.next().filter(|own| !own.is_empty()).unwrap_or(kept))
}
