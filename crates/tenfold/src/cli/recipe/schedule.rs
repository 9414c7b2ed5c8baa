//! The options of the learning rate.

use clap::Args;
use tenfold_network::ScheduleKind;
use tenfold_training::ScheduleChanges;

use super::named;

/// How the learning rate varies over the run.
#[derive(Args, Default)]
pub(super) struct ScheduleArguments {
    /// How the learning rate varies, from --learning-rate down: constant, step, exponential, cosine, one-cycle or plateau
    /// [default: constant]
    #[arg(long, value_name = "NAME", value_parser = named::<ScheduleKind>)]
    schedule: Option<ScheduleKind>,
    /// Raise the learning rate from 0 over this many first epochs; for any schedule but one-cycle
    #[arg(long, value_name = "EPOCHS")]
    warm_up: Option<f32>,
    /// Share of the learning rate at the end of cosine [default: 0] and one-cycle [default: 0.000004]
    #[arg(long, value_name = "SHARE")]
    schedule_floor: Option<f32>,
    /// What step and plateau multiply the learning rate by [default: 0.1], and exponential in an epoch [default: 0.9]
    #[arg(long, value_name = "FACTOR")]
    schedule_factor: Option<f32>,
    /// Epochs after which step changes the learning rate [default: 5]
    #[arg(long, value_name = "EPOCHS")]
    schedule_every: Option<u32>,
    /// Share of the steps in which one-cycle rises [default: 0.3]
    #[arg(long, value_name = "SHARE")]
    schedule_rise: Option<f32>,
    /// Share of the learning rate at which one-cycle starts [default: 0.04]
    #[arg(long, value_name = "SHARE")]
    schedule_start: Option<f32>,
    /// Epochs without a lower loss that plateau waits for before it changes the learning rate [default: 10]
    #[arg(long, value_name = "EPOCHS")]
    schedule_patience: Option<u32>,
}

impl ScheduleArguments {
    pub(super) fn changes(&self) -> ScheduleChanges {
        ScheduleChanges {
            kind: self.schedule,
            warm_up: self.warm_up,
            every: self.schedule_every,
            factor: self.schedule_factor,
            floor: self.schedule_floor,
            rise: self.schedule_rise,
            start: self.schedule_start,
            patience: self.schedule_patience,
        }
    }
}
