//! The parts of a training step or a prediction, for those who measure them.

/// A part that is done; steps of the plan are numbered as in [`Trainer::plan`](crate::Trainer::plan).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepEvent {
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
