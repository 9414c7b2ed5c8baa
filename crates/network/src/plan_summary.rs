//! A plan in words and numbers, for people.

use serde::Serialize;

use crate::architecture::Shape;
use crate::engine::Engine;
use crate::layout::Layout;
use crate::outline::Outline;
use crate::plan::{Plan, PlannedStep, Purpose};
use crate::slice::SLICE_IMAGES;

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
    /// Bytes of buffers per thread, with those that one slice keeps while others are worked on.
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
        Self {
            purpose: plan.purpose,
            input: plan.input,
            steps: summaries(outline, &plan.steps, |operation| (operation.method(), operation.multiply_adds())),
            slice_images: layout.images(),
            buffer_bytes: layout.bytes(),
            unshared_bytes: layout.unshared_bytes(),
        }
    }

    /// The plan of an ensemble: those of its members one after the other, each with buffers of its own, and a last step.
    pub(crate) fn of_ensemble(outline: &Outline, members: Vec<Self>) -> Self {
        let sum = |of: fn(&Self) -> u64| members.iter().map(of).sum();
        let (buffer_bytes, unshared_bytes) = (sum(|plan| plan.buffer_bytes), sum(|plan| plan.unshared_bytes));
        let last = outline.layers.last().map(|layer| StepSummary {
            layers: vec![layer.name.clone()],
            method: "mean of probabilities".to_owned(),
            output: layer.output,
            direct_multiply_adds: 0,
            multiply_adds: 0,
        });
        Self {
            purpose: members.first().map_or(Purpose::Prediction, |plan| plan.purpose),
            input: outline.layers[0].input,
            slice_images: members.iter().map(|plan| plan.slice_images).max().unwrap_or(1),
            steps: members.into_iter().flat_map(|plan| plan.steps).chain(last).collect(),
            buffer_bytes,
            unshared_bytes,
        }
    }
}

/// The steps of a plan, of which `describe` says the method and the multiply-adds, direct and actual.
pub(crate) fn summaries<O>(
    outline: &Outline,
    steps: &[PlannedStep<O>],
    describe: impl Fn(&O) -> (String, (u64, u64)),
) -> Vec<StepSummary> {
    let summary = |step: &PlannedStep<O>| {
        let layers = outline.layers[step.layers.clone()].iter().map(|layer| layer.name.clone()).collect();
        let (method, (direct_multiply_adds, multiply_adds)) = describe(&step.operation);
        StepSummary { layers, method, output: step.output, direct_multiply_adds, multiply_adds }
    };
    steps.iter().map(summary).collect()
}

impl Outline {
    /// What the network is lowered to for a purpose.
    pub fn plan(&self, purpose: Purpose, engine: Engine) -> PlanSummary {
        match self.members() {
            Some(members) => {
                let plans = members.iter().map(|member| member.lowered(purpose, engine, members.len())).collect();
                PlanSummary::of_ensemble(self, plans)
            }
            None => self.lowered(purpose, engine, 1),
        }
    }

    /// What one of `networks` is lowered to.
    fn lowered(&self, purpose: Purpose, engine: Engine, networks: usize) -> PlanSummary {
        let plan = Plan::new(self, purpose, engine);
        let layout = match purpose {
            Purpose::Training => Layout::new(&plan, SLICE_IMAGES),
            Purpose::Prediction => Layout::for_prediction(&plan, usize::MAX, networks),
        };
        PlanSummary::new(self, &plan, &layout)
    }
}
