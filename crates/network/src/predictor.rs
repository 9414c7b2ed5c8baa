//! A model at work: images in, probabilities out.

use tenfold_kernels::{Buffer, Cpu, Team, softmax};

use crate::architecture::Shape;
use crate::engine::Engine;
use crate::error::Error;
use crate::layer::{Mode, Pass};
use crate::memory;
use crate::model::Model;
use crate::outline::Outline;
use crate::plan::{Plan, Purpose};
use crate::plan_summary::PlanSummary;
use crate::quantization::{ByteLayout, BytePlan, ByteWorkspace};
use crate::trainer::Moment;
use crate::workspace::{Layout, Workspace};

/// A model with the buffers and threads to run it. A quantised model runs on bytes, whatever the machine: that is faster
/// than floats where the CPU multiplies bytes ([`Cpu::multiplies_bytes`]) and slower elsewhere, but an image's logits are
/// then the same bits everywhere.
///
/// Buffers are made when images come, for no more of them than there are and for no more threads than share them. Those
/// of a thread take 32 MiB at most, or what one image needs: by the limits of [`Architecture::outline`] some 200 MiB.
///
/// [`Architecture::outline`]: crate::Architecture::outline
#[derive(Debug)]
pub struct Predictor {
    network: Network,
    team: Team,
    cpu: Cpu,
    input: Shape,
    outline: Outline,
    temperature: f32,
}

/// What a model has been lowered to, with a workspace for each thread that has had images; `most`: how many of them a
/// thread takes at a time.
#[derive(Debug)]
enum Network {
    Floats { values: Buffer, plan: Plan, most: usize, workspaces: Vec<Workspace> },
    Bytes { plan: BytePlan, most: usize, workspaces: Vec<ByteWorkspace> },
}

impl Network {
    fn new(model: &Model, engine: Engine) -> Result<Self, Error> {
        let check = |values: usize, buffers: u64| {
            let bytes = (engine.threads as u64).saturating_mul(buffers).saturating_add(4 * values as u64);
            memory::check("buffers for prediction", bytes)
        };
        if model.quantization().is_some() {
            // A byte for each weight, which is made from one that is spread out.
            check(model.values().len(), 0)?;
            let plan = BytePlan::new(model);
            let layout = ByteLayout::for_prediction(&plan, usize::MAX);
            check(0, layout.bytes())?;
            return Ok(Self::Bytes { most: layout.images(), plan, workspaces: Vec::new() });
        }
        let plan = Plan::new(model.outline(), Purpose::Prediction, engine);
        let layout = Layout::for_prediction(&plan, usize::MAX);
        let prepared: usize = plan.steps.iter().map(|step| step.operation.prepared_len()).sum();
        check(model.values().len() + prepared, layout.bytes())?;
        let most = layout.images();
        let mut network = Self::Floats { values: Buffer::default(), plan, most, workspaces: Vec::new() };
        network.set_values(engine.cpu, model);
        Ok(network)
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
    /// # Errors
    /// [`Error::Allocation`] if there is no memory for a copy of its values, as the methods take them, and for the buffers of
    /// all threads.
    ///
    /// # Panics
    /// If `engine` has no threads.
    pub fn new(model: &Model, engine: Engine) -> Result<Self, Error> {
        Ok(Self {
            network: Network::new(model, engine)?,
            outline: model.outline().clone(),
            team: Team::new(engine.threads),
            cpu: engine.cpu,
            input: model.architecture().input,
            temperature: model.temperature(),
        })
    }

    /// Takes over the values and the temperature of another model of the same architecture, such as a later state of the same training.
    ///
    /// # Panics
    /// If the values are too few for the plan, or this predictor runs on bytes and the model is not quantised.
    pub fn set_values(&mut self, model: &Model) {
        self.network.set_values(self.cpu, model);
        self.temperature = model.temperature();
    }

    /// The operations an image goes through, and what their buffers take for a thread with many images.
    pub fn plan(&self) -> PlanSummary {
        match &self.network {
            Network::Floats { plan, most, .. } => PlanSummary::new(&self.outline, plan, &Layout::new(plan, *most)),
            Network::Bytes { plan, most, .. } => ByteLayout::new(plan, *most).summary(plan, &self.outline),
        }
    }

    /// Bytes of the buffers made so far.
    #[cfg(test)]
    pub(crate) fn buffer_bytes(&self) -> u64 {
        match &self.network {
            Network::Floats { workspaces, .. } => workspaces.iter().map(|workspace| workspace.layout().bytes()).sum(),
            Network::Bytes { workspaces, .. } => workspaces.iter().map(|workspace| workspace.layout().bytes()).sum(),
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
        let count = images.len() / whole.len();
        let mut logits = vec![0.0; count * classes];
        let (lengths, logits_to) = ([whole.len(), classes], &mut logits);
        match &mut self.network {
            Network::Floats { values, plan, most, workspaces } => {
                let cut = Cut::new(count, *most, self.team.threads());
                let room = workspaces.first().map_or(0, |workspace| workspace.layout().images());
                cut.make_room(workspaces, room, || Workspace::new(plan, &Layout::new(plan, cut.slice)));
                cut.share(lengths, images, logits_to, &mut self.team, workspaces, |images, logits, workspace| {
                    let pass = Pass { cpu, values, images: images.len() / whole.len(), mode: Mode::Inference };
                    workspace.load(plan, &pass, whole, images.chunks_exact(whole.len()));
                    observe(Moment::Loaded);
                    for operation in 0..plan.steps.len() {
                        workspace.forward(plan, &pass, operation);
                        observe(Moment::Forward(operation));
                    }
                    logits.copy_from_slice(workspace.logits(plan, &pass));
                });
            }
            Network::Bytes { plan, most, workspaces } => {
                let cut = Cut::new(count, *most, self.team.threads());
                let room = workspaces.first().map_or(0, |workspace| workspace.layout().images());
                cut.make_room(workspaces, room, || ByteWorkspace::new(plan, &ByteLayout::new(plan, cut.slice)));
                cut.share(lengths, images, logits_to, &mut self.team, workspaces, |images, logits, workspace| {
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

/// How images are divided: a contiguous share for each thread, in slices that it takes one after the other.
struct Cut {
    slice: usize,
    share: usize,
    shares: usize,
}

impl Cut {
    /// Of `images` images, for up to `threads` threads, in slices of up to `most` images.
    fn new(images: usize, most: usize, threads: usize) -> Self {
        let slice = images.clamp(1, most);
        let share = images.div_ceil(threads).next_multiple_of(slice).max(1);
        Self { slice, share, shares: images.div_ceil(share) }
    }

    /// Sees to it that there is a workspace for each share, made by `make`; those that there are have room for `room`
    /// images.
    fn make_room<W>(&self, workspaces: &mut Vec<W>, room: usize, make: impl Fn() -> W) {
        if room < self.slice {
            workspaces.clear();
        }
        while workspaces.len() < self.shares {
            workspaces.push(make());
        }
    }

    /// Runs `run` on slice after slice of images and their logits, numbers of `lengths` each, with the share's workspace.
    fn share<W: Send>(
        &self,
        [image, classes]: [usize; 2],
        images: &[u8],
        logits: &mut [f32],
        team: &mut Team,
        workspaces: &mut [W],
        run: impl Fn(&[u8], &mut [f32], &mut W) + Sync,
    ) {
        let Self { slice, share, .. } = self;
        let mut shares: Vec<_> = images.chunks(share * image).zip(logits.chunks_mut(share * classes)).collect();
        team.for_each_with(&mut shares, workspaces, |_, (images, logits), workspace| {
            for (images, logits) in images.chunks(slice * image).zip(logits.chunks_mut(slice * classes)) {
                run(images, logits, workspace);
            }
        });
    }
}
