//! Gradient descent, one step at a time.

use std::ops::Range;

use tenfold_kernels::Team;

use crate::engine::Engine;
use crate::error::Error;
use crate::gradient::GradientLayout;
use crate::layer::Statistics;
use crate::memory;
use crate::model::Model;
use crate::optimizer::{Optimizer, Updater};
use crate::plan::{Plan, Purpose};
use crate::plan_summary::PlanSummary;
use crate::slice::{Slice, SliceInput, Step, slice_images};
use crate::workspace::{Layout, Workspace};

/// Images in a batch; a dropout stream's key has 16 bits for the image's number.
const MAX_BATCH: usize = 1 << 16;

/// The most that all buffers of a trainer may take together.
const MAX_BUFFER_BYTES: u64 = 16 << 30;

/// How a [`Trainer`] works.
#[derive(Clone, Copy, Debug)]
pub struct TrainerOptions {
    /// The largest batch, 1 to 65,536 images: buffers are made for as many, so it should not be more than there are.
    pub batch: usize,
    /// Decides everything random (dropout).
    pub seed: u64,
    /// Threads (up to 1,024), instructions and methods.
    pub engine: Engine,
}

/// Some images of a dataset with their labels.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// All images of the dataset, one after the other.
    pub images: &'a [u8],
    /// All labels of the dataset.
    pub labels: &'a [u8],
    /// The numbers of the images that make up the batch.
    pub order: &'a [u32],
}

/// What a step found before it changed the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepOutcome {
    /// Mean cross-entropy over the batch, in nats; not finite if training has diverged.
    pub loss: f64,
    /// Images of the batch whose largest logit was their label's.
    pub correct: usize,
}

/// The derivative of the mean loss of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    /// Mean cross-entropy over the batch, in nats.
    pub loss: f64,
    /// With respect to each trainable parameter, in the order of [`Model::values`].
    pub values: Vec<f32>,
}

/// A part of a training step that is done; steps of the plan are numbered as in [`Trainer::plan`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// A slice's images are in its buffers.
    Loaded,
    /// A slice has gone forward through a step of the plan.
    Forward(usize),
    /// A slice's logits are compared with its labels.
    Compared,
    /// A slice has gone backward through a step of the plan.
    Backward(usize),
    /// The gradient is put together and the parameters are updated.
    Updated,
}

/// A model in training: its buffers, its optimiser's memory and its threads.
pub struct Trainer {
    model: Model,
    plan: Plan,
    gradients: GradientLayout,
    slices: Vec<Slice>,
    /// One for each thread; or for each slice, where slices have to wait for each other in the middle.
    workspaces: Vec<Workspace>,
    statistics: Vec<Statistics>,
    updater: Updater,
    team: Team,
    options: TrainerOptions,
}

/// What a [`Trainer`] carries from one step to the next; with the same options and optimiser, all that the next depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainerState {
    /// All values of the model, in the order of [`Model::values`].
    pub values: Vec<f32>,
    /// The optimiser's memory, a number per trainable parameter each: the velocity of SGD, or the means and the squares of
    /// Adam. What the rule does not use is empty.
    pub memory: [Vec<f32>; 2],
    /// Steps made.
    pub steps: u32,
}

impl Trainer {
    /// Makes every buffer that training `model` needs.
    ///
    /// # Errors
    /// [`Error::Setting`] if an option or a setting of `optimizer` is out of range, or the batch's buffers too large;
    /// [`Error::Untrainable`] for a model without trainable parameters; [`Error::Allocation`] if there is no memory for
    /// the buffers.
    pub fn new(model: Model, optimizer: Optimizer, options: TrainerOptions) -> Result<Self, Error> {
        optimizer.check()?;
        check_option("the batch", "1 to 65536 images", options.batch, MAX_BATCH)?;
        check_option("the number of threads", "1 to 1024", options.engine.threads, 1_024)?;
        if model.outline().trainable == 0 {
            return Err(Error::Untrainable);
        }
        let plan = Plan::new(model.outline(), Purpose::Training, options.engine);
        let gradients = GradientLayout::new(&plan);
        let per_slice = slice_images(options.batch);
        let slices = options.batch.div_ceil(per_slice);
        // More threads than slices would only wait.
        let team = Team::new(options.engine.threads.min(slices));
        let waits = plan.segments.len() - 1;
        let workspaces = if waits == 0 { team.threads() } else { slices };
        let layout = Layout::new(&plan, per_slice);
        let bytes = (slices as u64)
            .saturating_mul(gradients.bytes(&plan, per_slice))
            .saturating_add((workspaces as u64).saturating_mul(layout.bytes()))
            .saturating_add(Updater::bytes(optimizer, model.outline().trainable));
        if bytes > MAX_BUFFER_BYTES {
            let found = format!("{} images, which take about {} GiB", options.batch, bytes >> 30);
            let expected = "a number for which this network's buffers fit into 16 GiB";
            return Err(Error::Setting { name: "the batch", expected, found });
        }
        memory::check("buffers for a batch", bytes)?;
        let firsts = (0..options.batch).step_by(per_slice);
        Ok(Self {
            statistics: vec![Statistics::default(); waits],
            updater: Updater::new(optimizer, &gradients.blocks, team.threads()),
            slices: firsts.map(|first| Slice::new(first, per_slice, &plan, &gradients)).collect(),
            workspaces: (0..workspaces).map(|_| Workspace::new(&plan, &layout)).collect(),
            team,
            model,
            gradients,
            plan,
            options,
        })
    }

    /// The model as it is now.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The operations of a step, and what its buffers take.
    pub fn plan(&self) -> PlanSummary {
        PlanSummary::new(self.model.outline(), &self.plan, self.workspaces[0].layout())
    }

    /// A copy of all that the next step depends on.
    pub fn state(&self) -> TrainerState {
        TrainerState {
            values: self.model.values().to_vec(),
            memory: self.updater.memory().map(<[f32]>::to_vec),
            steps: self.updater.steps(),
        }
    }

    /// Goes on from `state`, which [`Self::state`] gave for the same architecture, optimiser and options: the steps that
    /// follow are those that would have followed there, to the last bit.
    ///
    /// # Errors
    /// [`Error::Values`] or [`Error::Memory`] if it is another network's or optimiser's; nothing has changed then.
    pub fn restore(&mut self, state: &TrainerState) -> Result<(), Error> {
        let TrainerState { values, memory, steps } = state;
        if values.len() != self.model.values().len() {
            return Err(Error::Values { expected: self.model.values().len(), found: values.len() });
        }
        self.updater.restore([&memory[0], &memory[1]], *steps)?;
        self.model.values_mut().copy_from_slice(values);
        Ok(())
    }

    /// Ends training.
    pub fn into_model(self) -> Model {
        self.model
    }

    /// One step: the gradient of the batch's mean loss, then an update of the parameters.
    ///
    /// # Panics
    /// If the batch is empty or larger than the trainer's, names an image that is not there, or has a label that is no
    /// class of the network.
    pub fn step(&mut self, batch: Batch<'_>) -> StepOutcome {
        self.step_observed(batch, &|_| {})
    }

    /// As [`Self::step`], telling `observe` each time a part of it is done, on the thread that did it: with a clock in
    /// `observe` and a single thread, what each part costs.
    ///
    /// # Panics
    /// As [`Self::step`].
    pub fn step_observed(&mut self, batch: Batch<'_>, observe: &(impl Fn(Moment) + Sync)) -> StepOutcome {
        self.forward_backward(batch, observe);
        let Self { slices, gradients, updater, team, model, options, .. } = self;
        let write = |block: &_, to: &mut _| gradients.write(options.engine.cpu, slices, block, to);
        updater.step(options.engine.cpu, team, model.trainable_mut(), &gradients.blocks, write);
        observe(Moment::Updated);
        self.outcome(batch.order.len())
    }

    /// The gradient that [`Self::step`] would use, without the step. Moving averages of batch normalisations do move.
    ///
    /// # Panics
    /// As [`Self::step`].
    pub fn gradient(&mut self, batch: Batch<'_>) -> Gradient {
        self.forward_backward(batch, &|_| {});
        let mut values = vec![0.0; self.model.outline().trainable];
        for block in &self.gradients.blocks {
            self.gradients.write(self.options.engine.cpu, &self.slices, block, &mut values[block.range.clone()]);
        }
        Gradient { loss: self.outcome(batch.order.len()).loss, values }
    }

    fn outcome(&self, images: usize) -> StepOutcome {
        StepOutcome {
            loss: self.slices.iter().map(|slice| slice.loss).sum::<f64>() / images as f64,
            correct: self.slices.iter().map(|slice| slice.correct).sum(),
        }
    }

    fn forward_backward(&mut self, batch: Batch<'_>, observe: &(impl Fn(Moment) + Sync)) {
        let images = batch.order.len();
        assert!((1..=self.options.batch).contains(&images), "a batch of {images}, at most {}", self.options.batch);
        let last = self.plan.segments.len() - 1;
        for segment in 0..last {
            self.run(batch, |step, input, slice, workspace| forward(step, segment, input, slice, workspace, observe));
            self.merge(segment, images);
        }
        self.run(batch, |step, input, slice, workspace| {
            forward(step, last, input, slice, workspace, observe);
            backward(step, last, slice, workspace, observe);
        });
        for segment in (0..last).rev() {
            self.merge_gradient(segment);
            self.run(batch, |step, _, slice, workspace| backward(step, segment, slice, workspace, observe));
        }
    }

    /// Calls `work` for every slice, with the part of the batch that is the slice's and a workspace.
    fn run(&mut self, batch: Batch<'_>, work: impl Fn(&Step<'_>, SliceInput<'_>, &mut Slice, &mut Workspace) + Sync) {
        let (per_slice, images) = (slice_images(self.options.batch), batch.order.len());
        let step = Step {
            cpu: self.options.engine.cpu,
            plan: &self.plan,
            gradients: &self.gradients,
            values: self.model.values(),
            seed: self.options.seed,
            number: self.updater.steps(),
            statistics: &self.statistics,
            batch: images,
        };
        let shape = self.model.architecture().input;
        self.team.for_each_with(&mut self.slices, &mut self.workspaces, |index, slice, workspace| {
            let (first, after) = ((index * per_slice).min(images), ((index + 1) * per_slice).min(images));
            let order = &batch.order[first..after];
            work(&step, SliceInput { shape, images: batch.images, labels: batch.labels, order }, slice, workspace);
        });
    }

    /// Puts together what the operation after `segment` needs to know of the whole batch before it can go forward.
    fn merge(&mut self, segment: usize, images: usize) {
        let operation = self.plan.segments[segment].end;
        if let Some(merging) = self.plan.steps[operation].operation.batch_statistics() {
            let parts = &mut self.workspaces.iter().map(|workspace| workspace.saved(operation));
            self.statistics[segment] = merging.merge(parts, images, self.model.values_mut());
        }
    }

    /// As [`Self::merge`], before it can go backward.
    fn merge_gradient(&mut self, segment: usize) {
        let operation = self.plan.segments[segment].end;
        if let Some(merging) = self.plan.steps[operation].operation.batch_statistics() {
            let parts = &mut self.workspaces.iter().map(|workspace| workspace.saved(operation));
            merging.merge_gradient(parts, &mut self.statistics[segment]);
        }
    }
}

/// Takes a slice forward through a segment, up to what the next one waits for.
fn forward(
    step: &Step<'_>,
    segment: usize,
    input: SliceInput<'_>,
    slice: &mut Slice,
    workspace: &mut Workspace,
    observe: &impl Fn(Moment),
) {
    if segment == 0 {
        slice.load(step, workspace, input);
        observe(Moment::Loaded);
    }
    let Range { start, end } = step.plan.segments[segment].clone();
    let pass = slice.pass(step);
    for operation in start..end {
        workspace.forward(step.plan, &pass, operation);
        observe(Moment::Forward(operation));
    }
    if end < step.plan.steps.len() {
        workspace.gather(step.plan, &pass, end);
    } else {
        slice.compare(step, workspace);
        observe(Moment::Compared);
    }
}

/// Takes a slice backward through a segment, up to what the one before waits for: the first operation of a segment goes
/// backward with the segment before, when the sums it needs are there.
fn backward(step: &Step<'_>, segment: usize, slice: &mut Slice, workspace: &mut Workspace, observe: &impl Fn(Moment)) {
    let Range { start, end } = step.plan.segments[segment].clone();
    let (waits, waited) = (segment > 0, end < step.plan.steps.len());
    for operation in (start + usize::from(waits)..end + usize::from(waited)).rev() {
        slice.backward(step, workspace, operation);
        observe(Moment::Backward(operation));
    }
    if waits {
        workspace.gather_gradient(step.plan, &slice.pass(step), start);
    }
}

impl std::fmt::Debug for Trainer {
    /// The model, the options and the steps taken: the buffers would fill the screen.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { model, options, updater, .. } = self;
        f.debug_struct("Trainer")
            .field("model", model)
            .field("options", options)
            .field("steps", &updater.steps())
            .finish_non_exhaustive()
    }
}

fn check_option(name: &'static str, expected: &'static str, found: usize, most: usize) -> Result<(), Error> {
    if (1..=most).contains(&found) {
        return Ok(());
    }
    Err(Error::Setting { name, expected, found: found.to_string() })
}
