//! Gradient descent, one step at a time.

mod batch;
mod options;
mod state;
mod step;

use tenfold_kernels::Team;

use crate::error::Error;
use crate::gradient::GradientLayout;
use crate::layer::Statistics;
use crate::layout::Layout;
use crate::memory;
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::plan::{Plan, Purpose};
use crate::plan_summary::PlanSummary;
use crate::slice::{Slice, slice_images};
use crate::updater::Updater;
use crate::workspace::{Kept, Workspace};
pub use batch::{Batch, Gradient, StepOutcome};
pub use options::TrainerOptions;
pub use state::TrainerState;

/// The most that all buffers of a trainer may take together.
const MAX_BUFFER_BYTES: u64 = 16 << 30;

/// A model in training: its buffers, its optimiser's memory and its threads.
///
/// ```
/// use tenfold_network::{Architecture, Batch, Engine, Initializer, Model, Optimizer, Trainer, TrainerOptions};
///
/// let model = Model::random(Architecture::preset("linear").expect("a preset"), Initializer::HeNormal, 1)?;
/// let (optimizer, options) = (Optimizer::PAPER, TrainerOptions { batch: 2, seed: 1, engine: Engine::single() });
/// let mut trainer = Trainer::new(model, optimizer, options)?;
///
/// // Blank paper is to be a 0, and a page of ink a 1.
/// let images = [[0; 784], [255; 784]].concat();
/// let batch = Batch { images: &images, labels: &[0, 1], order: &[0, 1], soft: None };
/// let first = trainer.step(batch, optimizer.settings());
/// let second = trainer.step(batch, optimizer.settings());
/// assert!(second.loss < first.loss);
/// # Ok::<(), tenfold_network::Error>(())
/// ```
pub struct Trainer {
    model: Model,
    plan: Plan,
    gradients: GradientLayout,
    slices: Vec<Slice>,
    /// One for each thread.
    workspaces: Vec<Workspace>,
    statistics: Vec<Statistics>,
    updater: Updater,
    team: Team,
    options: TrainerOptions,
}

impl Trainer {
    /// Makes every buffer that training `model` needs. Of `optimizer` it takes the rule and its constants; the learning
    /// rate, the weight decay and whatever regularizes are given to each [step](Self::step).
    ///
    /// # Errors
    /// [`Error::Setting`] if an option or a setting of `optimizer` is out of range, or the batch's buffers too large;
    /// [`Error::Untrainable`] for an ensemble or a model without trainable parameters; [`Error::Allocation`] if there is no memory for
    /// the buffers.
    pub fn new(model: Model, optimizer: Optimizer, options: TrainerOptions) -> Result<Self, Error> {
        optimizer.check()?;
        options.check()?;
        model.check_trainable()?;
        let plan = Plan::new(model.outline(), Purpose::Training, options.engine);
        let gradients = GradientLayout::new(&plan, model.outline());
        let per_slice = slice_images(options.batch);
        let slices = options.batch.div_ceil(per_slice);
        // More threads than slices would only wait.
        let team = Team::new(options.engine.threads.min(slices));
        let waits = plan.segments.len() - 1;
        // What is kept is a slice's where slices have to wait for each other in the middle, and else a thread's.
        let (keeps, threads) = (if waits == 0 { team.threads() } else { slices }, team.threads());
        let layout = Layout::new(&plan, per_slice);
        let bytes = (slices as u64)
            .saturating_mul(gradients.bytes(&plan, per_slice))
            .saturating_add((keeps as u64).saturating_mul(layout.kept_bytes()))
            .saturating_add((threads as u64).saturating_mul(layout.own_bytes()))
            .saturating_add(Updater::bytes(optimizer, model.outline().trainable));
        if bytes > MAX_BUFFER_BYTES {
            let found = format!("{} images, which take about {} GiB", options.batch, bytes >> 30);
            let expected = "a number for which this network's buffers fit into 16 GiB";
            return Err(Error::Setting { name: "the batch", expected, found });
        }
        memory::check("buffers for a batch", bytes)?;
        let firsts = (0..options.batch).step_by(per_slice);
        let kept = |here: bool| if here { Kept::new(&plan, &layout) } else { Kept::default() };
        let slice = |first| Slice::new(first, per_slice, &plan, &gradients, kept(waits > 0));
        Ok(Self {
            statistics: vec![Statistics::default(); waits],
            updater: Updater::new(optimizer, &gradients.blocks, threads),
            slices: firsts.map(slice).collect(),
            workspaces: (0..threads).map(|_| Workspace::new(&layout, kept(waits == 0))).collect(),
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
            memory: self.updater.memory(),
            steps: self.updater.steps(),
        }
    }

    /// Resumes from `state`, which [`Self::state`] gave for the same architecture, optimiser and options: the same steps
    /// then give the same bytes.
    ///
    /// # Errors
    /// [`Error::Values`] or [`Error::OptimizerMemory`] if it is another network's or optimiser's; nothing has changed then.
    pub fn restore(&mut self, state: &TrainerState) -> Result<(), Error> {
        let TrainerState { values, memory, steps } = state;
        if values.len() != self.model.values().len() {
            return Err(Error::Values { expected: self.model.values().len(), found: values.len() });
        }
        self.updater.restore(memory, *steps)?;
        self.model.values_mut().copy_from_slice(values);
        Ok(())
    }

    /// Threads that a step is worked on by: those of the engine, or fewer for a small batch.
    pub fn threads(&self) -> usize {
        self.team.threads()
    }

    /// Calls `work(index, part, own)` for each of `parts` on the threads of the trainer, which have nothing else to do
    /// between two steps; `own` is one of `owns` that no other thread has meanwhile.
    ///
    /// # Panics
    /// If there are not as many `owns` as [`Self::threads`]; or if `work` panics.
    pub fn for_each_with<T: Send, W: Send>(
        &mut self,
        parts: &mut [T],
        owns: &mut [W],
        work: impl Fn(usize, &mut T, &mut W) + Sync,
    ) {
        assert_eq!(owns.len(), self.threads(), "one of its own for each thread");
        self.team.for_each_with(parts, owns, work);
    }

    /// Ends training.
    pub fn into_model(self) -> Model {
        self.model
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
