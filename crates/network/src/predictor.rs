//! A model at work: images in, probabilities out.

use tenfold_kernels::{Buffer, Cpu, Team, softmax};

use crate::architecture::Shape;
use crate::engine::Engine;
use crate::layer::{Mode, Pass};
use crate::model::Model;
use crate::outline::Outline;
use crate::plan::{Plan, Purpose};
use crate::plan_summary::PlanSummary;
use crate::trainer::Moment;
use crate::workspace::{Layout, Workspace};

/// Images a thread takes at a time.
const SLICE_IMAGES: usize = 8;

/// A model with the buffers and threads to run it.
#[derive(Debug)]
pub struct Predictor {
    values: Buffer,
    plan: Plan,
    workspaces: Vec<Workspace>,
    team: Team,
    cpu: Cpu,
    input: Shape,
    outline: Outline,
}

impl Predictor {
    /// Prepares to run `model`.
    ///
    /// # Panics
    /// If `engine` has no threads.
    pub fn new(model: &Model, engine: Engine) -> Self {
        let Engine { threads, cpu, .. } = engine;
        let plan = Plan::new(model.outline(), Purpose::Prediction, engine);
        let layout = Layout::new(&plan, SLICE_IMAGES);
        let workspaces = (0..threads).map(|_| Workspace::new(&plan, &layout)).collect();
        let mut predictor = Self {
            values: Buffer::default(),
            outline: model.outline().clone(),
            team: Team::new(threads),
            plan,
            workspaces,
            cpu,
            input: model.architecture().input,
        };
        predictor.set_values(model);
        predictor
    }

    /// Takes over the values of another model of the same architecture, such as a later state of the same training.
    ///
    /// # Panics
    /// If the values are too few for the plan.
    pub fn set_values(&mut self, model: &Model) {
        self.values = Buffer::from(model.values());
        for step in &mut self.plan.steps {
            step.operation.prepare(self.cpu, &self.values);
        }
    }

    /// The operations an image goes through, and what their buffers take.
    pub fn plan(&self) -> PlanSummary {
        PlanSummary::new(&self.outline, &self.plan, self.workspaces[0].layout())
    }

    /// Classes, and probabilities per image.
    pub fn classes(&self) -> usize {
        self.outline.classes
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
        softmax(&logits, self.classes(), &mut probabilities);
        probabilities
    }

    /// The logits behind [`Self::probabilities`], in the same shape.
    ///
    /// # Panics
    /// If `images` is not whole images.
    pub fn logits(&mut self, images: &[u8]) -> Vec<f32> {
        self.logits_observed(images, &|_| {})
    }

    /// As [`Self::logits`], telling `observe` each time a slice of images is loaded or has gone through a step of the plan.
    ///
    /// # Panics
    /// If `images` is not whole images.
    pub fn logits_observed(&mut self, images: &[u8], observe: &(impl Fn(Moment) + Sync)) -> Vec<f32> {
        let (whole, classes) = (self.input, self.classes());
        assert!(images.len().is_multiple_of(whole.len()), "whole images of {} bytes", whole.len());
        let mut logits = vec![0.0; images.len() / whole.len() * classes];
        let (cpu, plan, values) = (self.cpu, &self.plan, &self.values);
        let pass = |images| Pass { cpu, values, images, mode: Mode::Inference };
        // A contiguous share for each thread, in whole slices.
        let share = (images.len() / whole.len()).div_ceil(self.workspaces.len()).next_multiple_of(SLICE_IMAGES).max(1);
        let shares = images.chunks(share * whole.len()).zip(logits.chunks_mut(share * classes));
        let mut work: Vec<_> = shares.collect();
        self.team.for_each_with(&mut work, &mut self.workspaces, |_, (images, logits), workspace| {
            let parts = images.chunks(SLICE_IMAGES * whole.len()).zip(logits.chunks_mut(SLICE_IMAGES * classes));
            for (images, logits) in parts {
                let pass = pass(images.len() / whole.len());
                workspace.load(plan, &pass, whole, images.chunks_exact(whole.len()));
                observe(Moment::Loaded);
                for operation in 0..plan.steps.len() {
                    workspace.forward(plan, &pass, operation);
                    observe(Moment::Forward(operation));
                }
                logits.copy_from_slice(workspace.logits(plan, &pass));
            }
        });
        logits
    }
}
