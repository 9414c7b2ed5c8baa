//! One step: all slices forward and backward, then the update.

use super::Trainer;
use super::batch::{Batch, Gradient, StepOutcome};
use crate::gradient::Block;
use crate::optimizer::StepSettings;
use crate::regularization::Regularization;
use crate::slice::{Slice, SliceInput, Step, slice_images};
use crate::step_event::StepEvent;
use crate::workspace::Workspace;

impl Trainer {
    /// One step: the gradient of the batch's mean loss, then an update of the parameters with `settings`, which may be
    /// others in each step; [`Optimizer::settings`](crate::Optimizer::settings) has those of a recipe.
    ///
    /// # Panics
    /// If the batch is empty or larger than the trainer's, names an image that is not there, has a label that is neither a class
    /// of the network nor [`NO_CLASS`](crate::NO_CLASS), or soft targets for other images than it has.
    pub fn step(&mut self, batch: Batch<'_>, settings: StepSettings) -> StepOutcome {
        self.step_observed(batch, settings, &|_| {})
    }

    /// As [`Self::step`]; calls `observe` each time a part of it is done, on the thread that did it: with a clock in
    /// `observe` and a single thread, that shows what each part costs.
    ///
    /// # Panics
    /// As [`Self::step`].
    pub fn step_observed(
        &mut self,
        batch: Batch<'_>,
        settings: StepSettings,
        observe: &(impl Fn(StepEvent) + Sync),
    ) -> StepOutcome {
        self.forward_backward(batch, settings.regularization.label_smoothing, observe);
        let Self { slices, gradients, updater, team, model, options, .. } = self;
        let cpu = options.engine.cpu;
        let penalty = penalty(settings.regularization, &gradients.blocks, model.values());
        let write = |block: &_, to: &mut _| gradients.write(cpu, slices.iter().map(|slice| &slice.gradient), block, to);
        updater.step(cpu, team, model.trainable_mut(), &gradients.blocks, settings, write);
        observe(StepEvent::Updated);
        let outcome = self.outcome(batch.order.len());
        StepOutcome { loss: outcome.loss + penalty, ..outcome }
    }

    /// The gradient that [`Self::step`] would use without regularization, and no step. Moving averages of batch normalisations
    /// do move.
    ///
    /// # Panics
    /// As [`Self::step`].
    pub fn gradient(&mut self, batch: Batch<'_>) -> Gradient {
        self.forward_backward(batch, 0.0, &|_| {});
        let mut values = vec![0.0; self.model.outline().trainable];
        for block in &self.gradients.blocks {
            let slices = self.slices.iter().map(|slice| &slice.gradient);
            self.gradients.write(self.options.engine.cpu, slices, block, &mut values[block.range.clone()]);
        }
        Gradient { loss: self.outcome(batch.order.len()).loss, values }
    }

    fn outcome(&self, images: usize) -> StepOutcome {
        StepOutcome {
            loss: self.slices.iter().map(|slice| slice.loss).sum::<f64>() / images as f64,
            correct: self.slices.iter().map(|slice| slice.correct).sum(),
        }
    }

    fn forward_backward(&mut self, batch: Batch<'_>, smoothing: f32, observe: &(impl Fn(StepEvent) + Sync)) {
        let images = batch.order.len();
        assert!((1..=self.options.batch).contains(&images), "a batch of {images}, at most {}", self.options.batch);
        let last = self.plan.segments.len() - 1;
        for segment in 0..last {
            self.run(batch, |step, input, slice, workspace| slice.forward(step, segment, input, workspace, observe));
            self.merge(segment, images, None);
        }
        self.run(batch, |step, input, slice, workspace| {
            slice.forward(step, last, input, workspace, observe);
            slice.compare(step, smoothing, input.soft, workspace);
            observe(StepEvent::Compared);
            slice.backward(step, last, workspace, observe);
        });
        for segment in (0..last).rev() {
            self.merge_gradient(segment);
            self.run(batch, |step, _, slice, workspace| slice.backward(step, segment, workspace, observe));
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
        let (shape, classes) = (self.model.architecture().input, self.model.outline().classes);
        let targets = batch.soft.map_or(images * classes, |soft| soft.probabilities.len());
        assert_eq!(targets, images * classes, "soft targets for each image");
        let keeps = self.plan.segments.len() > 1;
        self.team.for_each_with(&mut self.slices, &mut self.workspaces, |index, slice, workspace| {
            let (first, after) = ((index * per_slice).min(images), ((index + 1) * per_slice).min(images));
            let order = &batch.order[first..after];
            let soft = batch.soft.map(|soft| soft.part(first..after, classes));
            let input = SliceInput { shape, images: batch.images, labels: batch.labels, order, soft };
            if keeps {
                workspace.exchange(&mut slice.kept);
            }
            work(&step, input, slice, workspace);
            if keeps {
                workspace.exchange(&mut slice.kept);
            }
        });
    }

    /// `values` with the moving statistics of batch normalisations worked out anew: the means over `batches` of what each
    /// batch has, an image in one batch weighing as much as in another. For an average of models, whose own statistics are not
    /// those of its values. Dropout is as in training; nothing else of the trainer changes.
    ///
    /// # Panics
    /// If `values` are not as many as the model's, and as [`Self::step`].
    pub fn with_statistics<'b>(&mut self, values: &[f32], batches: impl IntoIterator<Item = Batch<'b>>) -> Vec<f32> {
        let waits = self.plan.segments.len() - 1;
        if waits == 0 {
            return values.to_vec();
        }
        let own = self.model.values().to_vec();
        self.model.values_mut().copy_from_slice(values);
        let mut seen = 0;
        for batch in batches {
            let images = batch.order.len();
            let kept = seen as f32 / (seen + images) as f32;
            for segment in 0..waits {
                self.run(batch, |step, input, slice, workspace| {
                    slice.forward(step, segment, input, workspace, &|_| {});
                });
                self.merge(segment, images, Some(kept));
            }
            seen += images;
        }
        let found = self.model.values().to_vec();
        self.model.values_mut().copy_from_slice(&own);
        found
    }

    /// Puts together what the operation after `segment` needs to know of the whole batch before it can go forward, and moves
    /// its moving statistics, which keep this share of themselves, or else the layer's own.
    fn merge(&mut self, segment: usize, images: usize, kept: Option<f32>) {
        let operation = self.plan.segments[segment].end;
        if let Some(merging) = self.plan.steps[operation].operation.batch_statistics() {
            let parts = &mut self.slices.iter().map(|slice| slice.kept.saved(operation));
            self.statistics[segment] = merging.merge(parts, images);
            merging.follow(&self.statistics[segment], kept, self.model.values_mut());
        }
    }

    /// As [`Self::merge`], before it can go backward.
    fn merge_gradient(&mut self, segment: usize) {
        let operation = self.plan.segments[segment].end;
        if let Some(merging) = self.plan.steps[operation].operation.batch_statistics() {
            let parts = &mut self.slices.iter().map(|slice| slice.kept.saved(operation));
            merging.merge_gradient(parts, &mut self.statistics[segment]);
        }
    }
}

/// What the kernels among these parameters cost, added up in their order.
fn penalty(regularization: Regularization, blocks: &[Block], values: &[f32]) -> f64 {
    if !regularization.has_penalty() {
        return 0.0;
    }
    let kernels = blocks.iter().filter(|block| block.is_kernel);
    kernels.map(|block| regularization.penalty(&values[block.range.clone()])).sum()
}
