//! A model at work: images in, probabilities out.

use tenfold_kernels::{Buffer, Cpu, Team, softmax};

use crate::architecture::Shape;
use crate::engine::Engine;
use crate::layer::{Mode, Pass};
use crate::model::Model;
use crate::outline::Outline;
use crate::plan::{Plan, Purpose};
use crate::plan_summary::PlanSummary;
use crate::quantization::{BytePlan, ByteWorkspace};
use crate::trainer::Moment;
use crate::workspace::{Layout, Workspace};

/// Images a thread takes at a time.
const SLICE_IMAGES: usize = 8;

/// A model with the buffers and threads to run it. A quantised model runs on bytes, whatever the machine: that is faster
/// than floats where the CPU multiplies bytes ([`Cpu::multiplies_bytes`]) and slower elsewhere, but an image's logits are
/// then the same bits everywhere.
#[derive(Debug)]
pub struct Predictor {
    network: Network,
    team: Team,
    cpu: Cpu,
    input: Shape,
    outline: Outline,
    temperature: f32,
}

/// What a model has been lowered to, with a workspace per thread.
#[derive(Debug)]
enum Network {
    Floats { values: Buffer, plan: Plan, workspaces: Vec<Workspace> },
    Bytes { plan: BytePlan, workspaces: Vec<ByteWorkspace> },
}

impl Network {
    fn new(model: &Model, engine: Engine) -> Self {
        if model.quantization().is_some() {
            let plan = BytePlan::new(model);
            let workspaces = (0..engine.threads).map(|_| ByteWorkspace::new(&plan, SLICE_IMAGES)).collect();
            return Self::Bytes { plan, workspaces };
        }
        let plan = Plan::new(model.outline(), Purpose::Prediction, engine);
        let layout = Layout::new(&plan, SLICE_IMAGES);
        let workspaces = (0..engine.threads).map(|_| Workspace::new(&plan, &layout)).collect();
        let mut network = Self::Floats { values: Buffer::default(), plan, workspaces };
        network.set_values(engine.cpu, model);
        network
    }

    fn set_values(&mut self, cpu: Cpu, model: &Model) {
        match self {
            Self::Floats { values, plan, .. } => {
                *values = Buffer::from(model.values());
                plan.steps.iter_mut().for_each(|step| step.operation.prepare(cpu, values));
            }
            Self::Bytes { plan, .. } => *plan = BytePlan::new(model),
        }
    }
}

impl Predictor {
    /// Prepares to run `model`.
    ///
    /// # Panics
    /// If `engine` has no threads.
    pub fn new(model: &Model, engine: Engine) -> Self {
        Self {
            network: Network::new(model, engine),
            outline: model.outline().clone(),
            team: Team::new(engine.threads),
            cpu: engine.cpu,
            input: model.architecture().input,
            temperature: model.temperature(),
        }
    }

    /// Takes over the values and the temperature of another model of the same architecture, such as a later state of the same training.
    ///
    /// # Panics
    /// If the values are too few for the plan, or this predictor runs on bytes and the model is not quantised.
    pub fn set_values(&mut self, model: &Model) {
        self.network.set_values(self.cpu, model);
        self.temperature = model.temperature();
    }

    /// The operations an image goes through, and what their buffers take.
    pub fn plan(&self) -> PlanSummary {
        match &self.network {
            Network::Floats { plan, workspaces, .. } => PlanSummary::new(&self.outline, plan, workspaces[0].layout()),
            Network::Bytes { plan, workspaces } => workspaces[0].summary(plan, &self.outline),
        }
    }

    /// Classes, and probabilities per image.
    pub fn classes(&self) -> usize {
        self.outline.classes
    }

    /// The probability of each class for each image: `[N, classes]`, rows adding up to 1; the softmax of the logits divided
    /// by the model's temperature.
    ///
    /// `images`: N images of bytes (0 background, 255 ink), in the network's input shape, one after the other. An
    /// image's probabilities do not depend on the images beside it, nor on the number of threads.
    ///
    /// # Panics
    /// If `images` is not whole images.
    pub fn probabilities(&mut self, images: &[u8]) -> Vec<f32> {
        let mut logits = self.logits(images);
        logits.iter_mut().for_each(|logit| *logit /= self.temperature);
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
        let (whole, classes, cpu) = (self.input, self.classes(), self.cpu);
        assert!(images.len().is_multiple_of(whole.len()), "whole images of {} bytes", whole.len());
        let mut logits = vec![0.0; images.len() / whole.len() * classes];
        let work = Work { image_len: whole.len(), images, classes, logits: &mut logits };
        match &mut self.network {
            Network::Floats { values, plan, workspaces } => {
                let pass = |images| Pass { cpu, values, images, mode: Mode::Inference };
                work.share(&mut self.team, workspaces, |images, logits, workspace| {
                    let pass = pass(images.len() / whole.len());
                    workspace.load(plan, &pass, whole, images.chunks_exact(whole.len()));
                    observe(Moment::Loaded);
                    for operation in 0..plan.steps.len() {
                        workspace.forward(plan, &pass, operation);
                        observe(Moment::Forward(operation));
                    }
                    logits.copy_from_slice(workspace.logits(plan, &pass));
                });
            }
            Network::Bytes { plan, workspaces } => {
                work.share(&mut self.team, workspaces, |images, logits, workspace| {
                    // Nothing to load: the first step reads the images where they are.
                    observe(Moment::Loaded);
                    let done = |step| observe(Moment::Forward(step));
                    logits.copy_from_slice(workspace.run(cpu, plan, images, done));
                });
            }
        }
        logits
    }
}

/// Images, and where their logits go.
struct Work<'a> {
    images: &'a [u8],
    image_len: usize,
    logits: &'a mut [f32],
    classes: usize,
}

impl Work<'_> {
    /// Gives each thread a contiguous share, in whole slices, and runs `run` on slice after slice with its workspace.
    fn share<W: Send>(self, team: &mut Team, workspaces: &mut [W], run: impl Fn(&[u8], &mut [f32], &mut W) + Sync) {
        let Self { images, image_len, logits, classes } = self;
        let share = (images.len() / image_len).div_ceil(workspaces.len()).next_multiple_of(SLICE_IMAGES).max(1);
        let mut shares: Vec<_> = images.chunks(share * image_len).zip(logits.chunks_mut(share * classes)).collect();
        team.for_each_with(&mut shares, workspaces, |_, (images, logits), workspace| {
            let slices = images.chunks(SLICE_IMAGES * image_len).zip(logits.chunks_mut(SLICE_IMAGES * classes));
            for (images, logits) in slices {
                run(images, logits, workspace);
            }
        });
    }
}
