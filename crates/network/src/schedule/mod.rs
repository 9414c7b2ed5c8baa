//! How the learning rate varies over a run: a pure function of the place in the run and the losses so far.

mod kind;

use serde::{Deserialize, Serialize};

use crate::absent::is_default;
use crate::error::Error;
pub use kind::ScheduleKind;

/// What the learning rate of a step is, relative to the optimiser's: PyTorch's `torch.optim.lr_scheduler`, a step at a time.
///
/// Every kind but [`OneCycle`](Self::OneCycle), whose beginning is a rise, may be preceded by a linear *warm-up* of some
/// epochs: its `n` steps have `1/n, 2/n, ..., 1` of the learning rate (`LinearLR` from `1/n` on), and the kind's own steps
/// and epochs are counted from its end (`SequentialLR`).
///
/// ```
/// use tenfold_network::{RunPosition, Schedule};
///
/// let schedule = Schedule::Cosine { floor: 0.0, warm_up: 1.0 };
/// schedule.check(10)?;
/// let rate = |step| schedule.rate(0.1, RunPosition { step, epoch_steps: 100, epochs: 10, losses: &[] });
/// assert_eq!((rate(49), rate(99), rate(100)), (0.05, 0.1, 0.1));
/// assert!((rate(550) - 0.05).abs() < 1e-6 && rate(999) < 1e-5);
/// # Ok::<(), tenfold_network::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Schedule {
    /// The same in all steps.
    Constant {
        /// Epochs of warm-up, 0 or more.
        #[serde(default, skip_serializing_if = "is_default")]
        warm_up: f32,
    },
    /// Multiplied by a factor after every so many epochs: `factor^floor(epoch / every)` (`StepLR`).
    Step {
        /// Epochs between two changes, at least 1.
        every: u32,
        /// Above 0, at most 1.
        factor: f32,
        /// Epochs of warm-up, 0 or more.
        #[serde(default, skip_serializing_if = "is_default")]
        warm_up: f32,
    },
    /// Multiplied by a factor over each epoch, evenly in its steps: `factor^(step / steps of an epoch)` (`ExponentialLR`).
    Exponential {
        /// Of an epoch, above 0, at most 1.
        factor: f32,
        /// Epochs of warm-up, 0 or more.
        #[serde(default, skip_serializing_if = "is_default")]
        warm_up: f32,
    },
    /// Half a cosine from 1 down to `floor`, which it would reach one step after the last (`CosineAnnealingLR`).
    Cosine {
        /// A share of the learning rate, `0..=1`.
        floor: f32,
        /// Epochs of warm-up, 0 or more.
        #[serde(default, skip_serializing_if = "is_default")]
        warm_up: f32,
    },
    /// From `start` up to 1 and down to `floor`, each half a cosine (`OneCycleLR`).
    OneCycle {
        /// The share of the steps in which it rises, above 0 and below 1.
        rise: f32,
        /// A share of the learning rate, `0..=1`.
        start: f32,
        /// A share of the learning rate, `0..=1`.
        floor: f32,
    },
    /// Multiplied by a factor when more than `patience` epochs in a row have not brought the loss below 0.9999 of the lowest
    /// before (`ReduceLROnPlateau`).
    Plateau {
        /// Epochs that are waited for.
        patience: u32,
        /// Above 0, below 1.
        factor: f32,
        /// Epochs of warm-up, 0 or more.
        #[serde(default, skip_serializing_if = "is_default")]
        warm_up: f32,
    },
}

/// A step's place in its run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunPosition<'a> {
    /// Steps before it.
    pub step: u32,
    /// Steps of an epoch, at least 1.
    pub epoch_steps: u32,
    /// Epochs of the whole run.
    pub epochs: u32,
    /// The loss after each epoch that is done, by which [`Schedule::Plateau`] decides.
    pub losses: &'a [f64],
}

impl Schedule {
    /// Checks the settings' ranges for a run of `epochs`.
    ///
    /// # Errors
    /// [`Error::Setting`] for the first that is out of range.
    pub fn check(self, epochs: u32) -> Result<(), Error> {
        let check = |name, value: f32, ok: bool, expected| {
            if ok { Ok(()) } else { Err(Error::Setting { name, expected, found: value.to_string() }) }
        };
        let share = |name, value| check(name, value, (0.0..=1.0).contains(&value), "0 to 1");
        let within = |name, value, below_one: bool| {
            let ok = value > 0.0 && value <= 1.0 && !(below_one && value == 1.0);
            check(name, value, ok, if below_one { "above 0 and below 1" } else { "above 0, at most 1" })
        };
        let warm_up = self.warm_up();
        check(
            "the warm-up",
            warm_up,
            (0.0..epochs as f32).contains(&warm_up),
            "0 or more epochs, fewer than the run's",
        )?;
        match self {
            Self::Constant { .. } => Ok(()),
            Self::Step { every, factor, .. } => {
                check("the epochs between two changes of the learning rate", every as f32, every > 0, "at least 1")?;
                within("the schedule's factor", factor, false)
            }
            Self::Exponential { factor, .. } => within("the schedule's factor", factor, false),
            Self::Cosine { floor, .. } => share("the schedule's floor", floor),
            Self::OneCycle { rise, start, floor } => {
                within("the schedule's rise", rise, true)?;
                share("the schedule's start", start)?;
                share("the schedule's floor", floor)
            }
            Self::Plateau { factor, .. } => within("the schedule's factor", factor, true),
        }
    }

    /// The learning rate of the step at `position`, where the optimiser's is `peak`.
    pub fn rate(self, peak: f32, position: RunPosition<'_>) -> f32 {
        let warm_up = (f64::from(self.warm_up()) * f64::from(position.epoch_steps)).round();
        let step = f64::from(position.step);
        let factor =
            if step < warm_up { (step + 1.0) / warm_up } else { self.factor(step - warm_up, warm_up, position) };
        (f64::from(peak) * factor) as f32
    }

    /// What the learning rate is multiplied by `step` steps after the warm-up.
    fn factor(self, step: f64, warm_up: f64, position: RunPosition<'_>) -> f64 {
        let RunPosition { epoch_steps, epochs, losses, .. } = position;
        let epoch_steps = f64::from(epoch_steps);
        let steps = epoch_steps * f64::from(epochs) - warm_up;
        match self {
            Self::Constant { .. } => 1.0,
            Self::Step { every, factor, .. } => {
                libm::pow(factor.into(), (step / (epoch_steps * f64::from(every))).floor())
            }
            Self::Exponential { factor, .. } => libm::pow(factor.into(), step / epoch_steps),
            Self::Cosine { floor, .. } => between(1.0, floor.into(), step / steps),
            Self::OneCycle { rise, start, floor } => {
                // The last step of the rise and that of the run have the peak and the floor.
                let (top, last) = (f64::from(rise) * steps - 1.0, steps - 1.0);
                if step < top {
                    between(start.into(), 1.0, step / top)
                } else {
                    between(1.0, floor.into(), (step - top) / (last - top))
                }
            }
            Self::Plateau { patience, factor, .. } => libm::pow(factor.into(), reductions(losses, patience).into()),
        }
    }

    /// Epochs of warm-up.
    pub const fn warm_up(self) -> f32 {
        match self {
            Self::Constant { warm_up }
            | Self::Step { warm_up, .. }
            | Self::Exponential { warm_up, .. }
            | Self::Cosine { warm_up, .. }
            | Self::Plateau { warm_up, .. } => warm_up,
            Self::OneCycle { .. } => 0.0,
        }
    }

    /// Whether the learning rate depends on how many epochs the run has in all.
    pub const fn depends_on_epochs(self) -> bool {
        matches!(self, Self::Cosine { .. } | Self::OneCycle { .. })
    }

    /// Whether every step has the optimiser's learning rate.
    pub fn is_constant(&self) -> bool {
        is_default(self)
    }

    /// Which kind it is.
    pub const fn kind(self) -> ScheduleKind {
        match self {
            Self::Constant { .. } => ScheduleKind::Constant,
            Self::Step { .. } => ScheduleKind::Step,
            Self::Exponential { .. } => ScheduleKind::Exponential,
            Self::Cosine { .. } => ScheduleKind::Cosine,
            Self::OneCycle { .. } => ScheduleKind::OneCycle,
            Self::Plateau { .. } => ScheduleKind::Plateau,
        }
    }
}

impl Default for Schedule {
    /// The optimiser's learning rate in all steps.
    fn default() -> Self {
        Self::Constant { warm_up: 0.0 }
    }
}

/// Half a cosine between two values: `from` at 0, `to` at 1.
fn between(from: f64, to: f64, at: f64) -> f64 {
    to + (from - to) * (1.0 + libm::cos(std::f64::consts::PI * at)) / 2.0
}

/// How often the loss has not fallen for more than `patience` epochs.
fn reductions(losses: &[f64], patience: u32) -> u32 {
    /// A loss must be below this share of the lowest before, to be lower: PyTorch's `threshold` of 1e-4.
    const LOWER: f64 = 1.0 - 1e-4;
    let (mut lowest, mut waited, mut reductions) = (f64::INFINITY, 0, 0);
    for &loss in losses {
        if loss < lowest * LOWER {
            (lowest, waited) = (loss, 0);
        } else {
            waited += 1;
        }
        if waited > patience {
            (reductions, waited) = (reductions + 1, 0);
        }
    }
    reductions
}

#[cfg(test)]
mod tests;
