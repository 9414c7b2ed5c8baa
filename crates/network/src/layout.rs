//! Where the buffers of a plan lie: two arenas, in each of which buffers share their memory.

use std::ops::Range;

use crate::arena::{Lifetime, place};
use crate::layer::Pass;
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

/// Where each buffer for up to some number of images lies: in the arena that a slice keeps, or behind it in the thread's own.
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
    /// Floats of the slice's arena, and of the thread's.
    kept: usize,
    own: usize,
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
        let borders = plan.segments[1..].iter().flat_map(|segment| [segment.start, back(segment.start)]);
        let borders: Vec<usize> = borders.collect();
        let (mut places, [kept, own]) = places(&buffers, &borders);
        let trunk_gradients = places.split_off(2 * (steps + 1) + 2 * steps);
        let scratch = places.split_off(2 * (steps + 1));
        let gradients = places.split_off(steps + 1);
        let scratch = scratch.as_chunks().0.to_vec();
        Self { images, activations: places, gradients, scratch, trunk_gradients, kept, own, unshared, saved }
    }

    /// The layout for a thread's part of a prediction of `images` images by one of `networks`.
    pub(crate) fn for_prediction(plan: &Plan, images: usize, networks: usize) -> Self {
        Self::new(plan, prediction_images(images, Self::new(plan, 1).bytes(), networks))
    }

    /// Images for which there is room.
    pub(crate) fn images(&self) -> usize {
        self.images
    }

    /// Bytes of such a workspace with what one slice keeps.
    pub(crate) fn bytes(&self) -> u64 {
        self.own_bytes() + self.kept_bytes()
    }

    /// Bytes of a thread's own.
    pub(crate) fn own_bytes(&self) -> u64 {
        self.own as u64 * 4
    }

    /// Bytes that a slice keeps.
    pub(crate) fn kept_bytes(&self) -> u64 {
        self.kept as u64 * 4 + self.saved as u64
    }

    /// Bytes that it would take if no two buffers shared their memory.
    pub(crate) fn unshared_bytes(&self) -> u64 {
        self.unshared as u64 * 4 + self.saved as u64
    }

    /// The place of the pass's images among the inputs of operation `index`.
    pub(crate) fn activation(&self, pass: &Pass<'_>, plan: &Plan, index: usize) -> Range<usize> {
        let start = self.activations[index].start;
        start..start + pass.images * plan.len_before(index)
    }

    pub(crate) fn gradient(&self, pass: &Pass<'_>, plan: &Plan, index: usize) -> Range<usize> {
        let start = self.gradients[index].start;
        // The gradient of the network's input is not computed.
        start..start + if index > 0 { pass.images * plan.len_before(index) } else { 0 }
    }

    /// The derivatives that go from the operation `join` back to what the operation `trunk` takes.
    pub(crate) fn trunk_gradient(&self, pass: &Pass<'_>, plan: &Plan, join: usize, trunk: usize) -> Range<usize> {
        let start = self.trunk_gradients[join].start;
        start..start + if trunk > 0 { pass.images * plan.len_before(trunk) } else { 0 }
    }

    /// Scratch space of the operation numbered `index`, forward and backward.
    pub(crate) fn scratch(&self, index: usize) -> [Range<usize>; 2] {
        self.scratch[index].clone()
    }

    /// Floats of the slice's arena, and of the thread's.
    pub(crate) fn arenas(&self) -> [usize; 2] {
        [self.kept, self.own]
    }
}

/// A place for each buffer, and the lengths of two arenas, the second of which follows the first: that of buffers needed on
/// both sides of one of the `borders`, each the first moment of a segment, and that of all others.
fn places(buffers: &[Lifetime], borders: &[usize]) -> (Vec<Range<usize>>, [usize; 2]) {
    let is_kept =
        |Lifetime { first, last, .. }: &Lifetime| borders.iter().any(|border| first < border && border <= last);
    let [(kept, kept_length), (own, own_length)] = [true, false].map(|wanted| {
        let of_this = |buffer: &Lifetime| if is_kept(buffer) == wanted { buffer.length } else { 0 };
        let arena: Vec<_> = buffers.iter().map(|buffer| Lifetime { length: of_this(buffer), ..*buffer }).collect();
        place(&arena)
    });
    let behind = |own: Range<usize>| kept_length + own.start..kept_length + own.end;
    let places = buffers.iter().zip(kept.into_iter().zip(own));
    let places = places.map(|(buffer, (kept, own))| if is_kept(buffer) { kept } else { behind(own) });
    (places.collect(), [kept_length, own_length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_on_both_sides_of_a_border_is_kept() {
        let lifetimes = [(64, 0, 1), (32, 1, 2), (16, 1, 4), (48, 2, 3)];
        let buffers = lifetimes.map(|(length, first, last)| Lifetime { length, first, last });
        let (places, lengths) = places(&buffers, &[2]);
        assert_eq!((places, lengths), (vec![48..112, 0..32, 32..48, 48..96], [48, 64]));
        assert_eq!(super::places(&buffers, &[]).1, [0, 112], "without borders all is the thread's");
    }
}
