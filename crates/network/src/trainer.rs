//! Gradient descent, one step at a time.

use std::ops::Range;

use tenfold_kernels::{Cpu, Team, add_assign};

use crate::error::Error;
use crate::layer::Statistics;
use crate::model::Model;
use crate::optimizer::{Optimizer, Updater};
use crate::plan::Plan;
use crate::slice::{Slice, SliceInput, Step, slice_images};

/// Images in a batch; a dropout stream's key has 16 bits for the image's number.
const MAX_BATCH: usize = 1 << 16;

/// The most that all buffers of a trainer may take together.
const MAX_BUFFER_BYTES: u64 = 16 << 30;

/// How a [`Trainer`] works.
#[derive(Clone, Copy, Debug)]
pub struct TrainerOptions {
    /// The largest batch, 1 to 65,536 images.
    pub batch: usize,
    /// Threads, at least 1; changes the speed and not one bit of the result.
    pub threads: usize,
    /// Decides everything random (dropout).
    pub seed: u64,
    /// Instructions to use; results differ in their last bits between levels.
    pub cpu: Cpu,
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

/// A model in training: its buffers, its optimiser's memory and its threads.
pub struct Trainer {
    model: Model,
    plan: Plan,
    /// The operations between two points at which the slices wait for each other: every range after the first starts
    /// with an operation that needs sums over the whole batch.
    segments: Vec<Range<usize>>,
    slices: Vec<Slice>,
    statistics: Vec<Statistics>,
    updater: Updater,
    team: Team,
    options: TrainerOptions,
    steps: u32,
}

impl Trainer {
    /// Makes every buffer that training `model` needs.
    ///
    /// # Errors
    /// [`Error::Setting`] if an option or a setting of `optimizer` is out of range, or the batch's buffers too large.
    pub fn new(model: Model, optimizer: Optimizer, options: TrainerOptions) -> Result<Self, Error> {
        optimizer.check()?;
        check_option("the batch", "1 to 65536 images", options.batch, MAX_BATCH)?;
        check_option("the number of threads", "1 to 1024", options.threads, 1_024)?;
        let plan = Plan::new(model.outline(), true);
        let trainable = model.outline().trainable;
        let per_slice = slice_images(options.batch);
        let slices = options.batch.div_ceil(per_slice) as u64;
        let bytes = slices.saturating_mul(Slice::bytes(per_slice, &plan, trainable));
        if bytes > MAX_BUFFER_BYTES {
            let found = format!("{} images, which take about {} GiB", options.batch, bytes >> 30);
            let expected = "a number for which this network's buffers fit into 16 GiB";
            return Err(Error::Setting { name: "the batch", expected, found });
        }
        let slices =
            (0..options.batch).step_by(per_slice).map(|first| Slice::new(first, per_slice, &plan, trainable)).collect();
        let waits: Vec<usize> =
            (0..plan.steps.len()).filter(|&i| plan.steps[i].operation.batch_statistics().is_some()).collect();
        let starts = std::iter::once(0).chain(waits.iter().copied());
        let ends = waits.iter().copied().chain(std::iter::once(plan.steps.len()));
        Ok(Self {
            segments: starts.zip(ends).map(|(start, end)| start..end).collect(),
            statistics: vec![Statistics::default(); waits.len()],
            updater: Updater::new(optimizer, trainable),
            // More threads than slices would only wait.
            team: Team::new(options.threads.min(options.batch.div_ceil(per_slice))),
            model,
            plan,
            slices,
            options,
            steps: 0,
        })
    }

    /// The model as it is now.
    pub fn model(&self) -> &Model {
        &self.model
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
        self.forward_backward(batch);
        let Self { slices, updater, team, model, options, .. } = self;
        let parameters = model.trainable_mut();
        updater.step(options.cpu, team, parameters, |start, block| add_slices(options.cpu, slices, start, block));
        self.steps += 1;
        self.outcome(batch.order.len())
    }

    /// The gradient that [`Self::step`] would use, without the step. Moving averages of batch normalisations do move.
    ///
    /// # Panics
    /// As [`Self::step`].
    pub fn gradient(&mut self, batch: Batch<'_>) -> Gradient {
        self.forward_backward(batch);
        let mut values = vec![0.0; self.model.outline().trainable];
        add_slices(self.options.cpu, &self.slices, 0, &mut values);
        Gradient { loss: self.outcome(batch.order.len()).loss, values }
    }

    fn outcome(&self, images: usize) -> StepOutcome {
        StepOutcome {
            loss: self.slices.iter().map(|slice| slice.loss).sum::<f64>() / images as f64,
            correct: self.slices.iter().map(|slice| slice.correct).sum(),
        }
    }

    fn forward_backward(&mut self, batch: Batch<'_>) {
        let images = batch.order.len();
        assert!((1..=self.options.batch).contains(&images), "a batch of {images}, at most {}", self.options.batch);
        for segment in 0..self.segments.len() {
            self.forward_segment(segment, batch);
        }
        for segment in (0..self.segments.len()).rev() {
            self.backward_segment(segment);
        }
    }

    fn forward_segment(&mut self, segment: usize, batch: Batch<'_>) {
        let Range { start, end } = self.segments[segment].clone();
        let last = end == self.plan.steps.len();
        let (per_slice, images) = (slice_images(self.options.batch), batch.order.len());
        let whole = self.model.architecture().input;
        let (step, team, slices) = self.split();
        team.for_each_mut(slices, |index, slice| {
            if segment == 0 {
                let (first, after) = ((index * per_slice).min(images), ((index + 1) * per_slice).min(images));
                let order = &batch.order[first..after];
                slice.load_batch(&step, whole, SliceInput { images: batch.images, labels: batch.labels, order });
            }
            for operation in start..end {
                slice.forward(&step, slice.training(&step), operation);
            }
            if last { slice.finish_forward(images) } else { slice.gather(&step, end) }
        });
        if !last && let Some(merging) = self.plan.steps[end].operation.batch_statistics() {
            let parts = &mut self.slices.iter().map(|slice| slice.saved(end));
            self.statistics[segment] = merging.merge(parts, images, self.model.values_mut());
        }
    }

    fn backward_segment(&mut self, segment: usize) {
        let Range { start, end } = self.segments[segment].clone();
        let waits = segment > 0;
        let last = end == self.plan.steps.len();
        let (step, team, slices) = self.split();
        team.for_each_mut(slices, |_, slice| {
            // The operation at `end` has been waiting for its sums, and the one at `start` will be if it needs some.
            let top = if last { end } else { end + 1 };
            for operation in (start + usize::from(waits)..top).rev() {
                slice.backward(&step, operation);
            }
            if waits {
                slice.gather_gradient(&step, start);
            }
        });
        if waits && let Some(merging) = self.plan.steps[start].operation.batch_statistics() {
            let parts = &mut self.slices.iter().map(|slice| slice.saved(start));
            merging.merge_gradient(parts, &mut self.statistics[segment - 1]);
        }
    }

    /// What a step shares, the threads and the slices, borrowed apart.
    fn split(&mut self) -> (Step<'_>, &mut Team, &mut [Slice]) {
        let step = Step {
            cpu: self.options.cpu,
            plan: &self.plan,
            values: self.model.values(),
            seed: self.options.seed,
            number: self.steps,
            statistics: &self.statistics,
        };
        (step, &mut self.team, &mut self.slices)
    }
}

impl std::fmt::Debug for Trainer {
    /// The model, the options and the steps taken: the buffers would fill the screen.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { model, options, steps, .. } = self;
        f.debug_struct("Trainer")
            .field("model", model)
            .field("options", options)
            .field("steps", steps)
            .finish_non_exhaustive()
    }
}

/// Writes the slices' gradients from parameter `start` on, added in slice order, to `block`.
fn add_slices(cpu: Cpu, slices: &[Slice], start: usize, block: &mut [f32]) {
    let range = start..start + block.len();
    block.copy_from_slice(&slices[0].parameter_gradient[range.clone()]);
    for slice in &slices[1..] {
        add_assign(cpu, block, &slice.parameter_gradient[range.clone()]);
    }
}

fn check_option(name: &'static str, expected: &'static str, found: usize, most: usize) -> Result<(), Error> {
    if (1..=most).contains(&found) {
        return Ok(());
    }
    Err(Error::Setting { name, expected, found: found.to_string() })
}
