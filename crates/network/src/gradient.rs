//! The gradient of a batch, put together from those of its slices.
//!
//! Most parameters' gradients are *summed*: each slice keeps its own, and they are added in slice order. The gradient of
//! a dense kernel is a product `xt dy` over all images, as large as the kernel and much larger than its factors: slices
//! keep those, and the *product* is made a few rows at a time when the parameters are updated.

use std::ops::Range;

use tenfold_kernels::{Buffer, Cpu, add_assign};

use crate::layer::Product;
use crate::outline::Outline;
use crate::plan::Plan;

/// Parameters whose gradient is put together in the same way.
#[derive(Clone, Debug)]
struct Part {
    /// Among the trainable parameters.
    range: Range<usize>,
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    /// The slices' gradients, from this index on.
    Summed(usize),
    /// The factors kept for this operation, and the kernel's columns.
    Product { operation: usize, columns: usize },
}

/// A few parameters of one part and one tensor.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub range: Range<usize>,
    /// Whether they are of a kernel.
    pub is_kernel: bool,
    part: usize,
}

/// How the gradient of a plan's parameters is kept and put together.
#[derive(Clone, Debug)]
pub(crate) struct GradientLayout {
    parts: Vec<Part>,
    /// Of each operation's summed gradient among a slice's.
    summed: Vec<Range<usize>>,
    /// All parameters, in pieces that stay in a first-level cache.
    pub blocks: Vec<Block>,
}

/// Parameters in a block, if a row of a product is not longer.
const BLOCK: usize = 1_024;

impl GradientLayout {
    /// For a plan of the network of `outline`.
    pub(crate) fn new(plan: &Plan, outline: &Outline) -> Self {
        let (mut parts, mut summed, mut length) = (Vec::new(), Vec::new(), 0);
        for (operation, step) in plan.steps.iter().enumerate() {
            let parameters = step.operation.parameters();
            if let Some((range, [_, columns])) = parameters.product {
                parts.push(Part { range, source: Source::Product { operation, columns } });
            }
            summed.push(length..length + parameters.summed.len());
            parts.push(Part { range: parameters.summed, source: Source::Summed(length) });
            length = summed[operation].end;
        }
        parts.retain(|part| !part.range.is_empty());
        parts.sort_by_key(|part| part.range.start);
        let mut blocks = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let size = match part.source {
                Source::Summed(_) => BLOCK,
                Source::Product { columns, .. } => (BLOCK / columns).max(1) * columns,
            };
            for tensor in outline.tensors().filter(|tensor| part.range.contains(&tensor.range.start)) {
                let (range, is_kernel) = (&tensor.range, tensor.role.is_kernel());
                let block = |start| Block { range: start..range.end.min(start + size), is_kernel, part: index };
                blocks.extend(range.clone().step_by(size).map(block));
            }
        }
        Self { blocks, parts, summed }
    }

    /// Room for the gradient of a slice of up to `images` images.
    pub(crate) fn slice(&self, plan: &Plan, images: usize) -> SliceGradient {
        let shapes = plan.steps.iter().map(|step| step.operation.parameters().product);
        let products = shapes.map(|shape| shape.map(|(_, shape)| Product::new(images, shape))).collect();
        SliceGradient { images: 0, summed: Buffer::zeroed(self.summed_len()), products }
    }

    fn summed_len(&self) -> usize {
        self.summed.last().map_or(0, |range| range.end)
    }

    /// About how many bytes [`Self::slice`] takes.
    pub(crate) fn bytes(&self, plan: &Plan, images: usize) -> u64 {
        let products = plan.steps.iter().filter_map(|step| step.operation.parameters().product);
        let factors: usize = products.map(|(_, [rows, columns])| rows.saturating_add(columns)).sum();
        4 * (self.summed_len() as u64).saturating_add((factors as u64).saturating_mul(images as u64))
    }

    /// Writes the gradient of a block's parameters, from those of the slices in their order. The first is not empty.
    pub(crate) fn write<'a>(
        &self,
        cpu: Cpu,
        mut slices: impl Iterator<Item = &'a SliceGradient>,
        block: &Block,
        to: &mut [f32],
    ) {
        let part = &self.parts[block.part];
        let within = block.range.start - part.range.start..block.range.end - part.range.start;
        match part.source {
            Source::Summed(start) => {
                let range = start + within.start..start + within.end;
                if let Some(first) = slices.next() {
                    to.copy_from_slice(&first.summed[range.clone()]);
                }
                slices.for_each(|slice| add_assign(cpu, to, &slice.summed[range.clone()]));
            }
            Source::Product { operation, columns } => {
                let rows = within.start / columns..within.end / columns;
                for (index, slice) in slices.enumerate().filter(|(_, slice)| slice.images > 0) {
                    let product = slice.products[operation].as_ref().expect("factors for each product");
                    product.write(cpu, slice.images, rows.clone(), to, index > 0);
                }
            }
        }
    }
}

/// What one slice adds to the gradient of its batch.
#[derive(Debug)]
pub(crate) struct SliceGradient {
    /// Images that it comes from.
    pub images: usize,
    /// Of the parameters that are [`Parameters::summed`], operation after operation.
    summed: Buffer,
    /// The factors of each operation's [`Parameters::product`].
    products: Vec<Option<Product>>,
}

impl SliceGradient {
    /// Where the gradients of an operation's parameters go.
    pub(crate) fn of(&mut self, layout: &GradientLayout, operation: usize) -> (&mut [f32], Option<&mut Product>) {
        (&mut self.summed[layout.summed[operation].clone()], self.products[operation].as_mut())
    }
}
