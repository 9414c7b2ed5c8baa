//! What a model is lowered to for prediction: steps on floats, or on bytes if it is quantised.

use tenfold_kernels::{Buffer, Cpu};

use crate::architecture::Shape;
use crate::layer::{Mode, Pass};
use crate::layout::Layout;
use crate::model::Model;
use crate::plan::Plan;
use crate::quantization::{ByteLayout, BytePlan, ByteWorkspace};
use crate::step_event::StepEvent;
use crate::workspace::{Kept, Workspace};

/// A model that threads share, and that each runs with a workspace of its own.
pub(super) trait Lowered: Sync {
    /// One thread's buffers.
    type Workspace: Send;

    /// Buffers for slices of up to `images` images.
    fn workspace(&self, images: usize) -> Self::Workspace;

    /// Images for which a workspace has room.
    fn room(workspace: &Self::Workspace) -> usize;

    /// Runs a slice of images, for which the workspace must have room, and returns their logits. Calls `observe` when
    /// the images are loaded and after each step.
    fn run<'a>(&self, images: &[u8], workspace: &'a mut Self::Workspace, observe: &impl Fn(StepEvent)) -> &'a [f32];
}

#[derive(Debug)]
pub(super) struct Floats {
    cpu: Cpu,
    /// Of an image, of which the plan may use a part.
    input: Shape,
    values: Buffer,
    pub plan: Plan,
}

impl Floats {
    /// `plan`: what the model's network is lowered to.
    pub fn new(cpu: Cpu, plan: Plan, model: &Model) -> Self {
        let mut floats = Self { cpu, input: model.architecture().input, values: Buffer::default(), plan };
        floats.set_values(model);
        floats
    }

    pub fn set_values(&mut self, model: &Model) {
        self.values = Buffer::from(model.values());
        self.plan.steps.iter_mut().for_each(|step| step.operation.prepare(self.cpu, &self.values));
    }
}

impl Lowered for Floats {
    type Workspace = Workspace;

    fn workspace(&self, images: usize) -> Workspace {
        let layout = Layout::new(&self.plan, images);
        Workspace::new(&layout, Kept::new(&self.plan, &layout))
    }

    fn room(workspace: &Workspace) -> usize {
        workspace.layout().images()
    }

    fn run<'a>(&self, images: &[u8], workspace: &'a mut Workspace, observe: &impl Fn(StepEvent)) -> &'a [f32] {
        let (plan, length) = (&self.plan, self.input.len());
        let count = images.len() / length;
        let pass = Pass { cpu: self.cpu, values: &self.values, images: count, mode: Mode::Inference };
        workspace.load(plan, &pass, self.input, images.chunks_exact(length));
        observe(StepEvent::Loaded);
        for operation in 0..plan.steps.len() {
            workspace.forward(plan, &pass, operation);
            observe(StepEvent::Forward(operation));
        }
        workspace.logits(plan, &pass)
    }
}

#[derive(Debug)]
pub(super) struct Bytes {
    pub cpu: Cpu,
    pub plan: BytePlan,
}

impl Lowered for Bytes {
    type Workspace = ByteWorkspace;

    fn workspace(&self, images: usize) -> ByteWorkspace {
        ByteWorkspace::new(&self.plan, &ByteLayout::new(&self.plan, images))
    }

    fn room(workspace: &ByteWorkspace) -> usize {
        workspace.layout().images()
    }

    fn run<'a>(&self, images: &[u8], workspace: &'a mut ByteWorkspace, observe: &impl Fn(StepEvent)) -> &'a [f32] {
        // Nothing to load: the first step reads the images where they are.
        observe(StepEvent::Loaded);
        workspace.run(self.cpu, &self.plan, images, |step| observe(StepEvent::Forward(step)))
    }
}
