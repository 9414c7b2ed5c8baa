//! A plan in words and numbers, for people.

use serde::Serialize;

use crate::architecture::Shape;
use crate::engine::Engine;
use crate::outline::Outline;
use crate::plan::{Plan, Purpose};
use crate::slice::SLICE_IMAGES;
use crate::workspace::Layout;

/// What a network has been lowered to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanSummary {
    /// What it is for.
    pub purpose: Purpose,
    /// The part of an input image that is used, from its top left corner.
    pub input: Shape,
    /// The operations, in order.
    pub steps: Vec<StepSummary>,
    /// Images that a thread takes at a time.
    pub slice_images: usize,
    /// Bytes of buffers per thread.
    pub buffer_bytes: u64,
    /// What they would be if no two buffers shared their memory.
    pub unshared_bytes: u64,
}

/// One operation of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepSummary {
    /// The names of the layers it carries out.
    pub layers: Vec<String>,
    /// How it is computed.
    pub method: String,
    /// What is computed of an image: less than the layer's output where the rest is not used.
    pub output: Shape,
    /// Multiply-adds for one image forward, by the layer's formula, of what is computed.
    pub direct_multiply_adds: u64,
    /// Multiply-adds between channels that the method does instead; transforms come on top.
    pub multiply_adds: u64,
}

impl PlanSummary {
    pub(crate) fn new(outline: &Outline, plan: &Plan, layout: &Layout) -> Self {
        let steps = plan.steps.iter().map(|step| {
            let layers = outline.layers[step.layers.clone()].iter().map(|layer| layer.name.clone()).collect();
            let (direct_multiply_adds, multiply_adds) = step.operation.multiply_adds();
            let (method, output) = (step.operation.method(), step.output);
            StepSummary { layers, method, output, direct_multiply_adds, multiply_adds }
        });
        Self {
            purpose: plan.purpose,
            input: plan.input,
            steps: steps.collect(),
            slice_images: layout.images(),
            buffer_bytes: layout.bytes(),
            unshared_bytes: layout.unshared_bytes(),
        }
    }
}

impl Outline {
    /// What the network is lowered to for a purpose.
    pub fn plan(&self, purpose: Purpose, engine: Engine) -> PlanSummary {
        let plan = Plan::new(self, purpose, engine);
        let layout = match purpose {
            Purpose::Training => Layout::new(&plan, SLICE_IMAGES),
            Purpose::Prediction => Layout::for_prediction(&plan, usize::MAX),
        };
        PlanSummary::new(self, &plan, &layout)
    }
}
