//! A schedule in part.

use serde::Deserialize;
use tenfold_network::{Schedule, ScheduleKind};

use crate::error::Error;

/// What differs from another schedule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScheduleChanges {
    /// The kind, which starts from its own defaults ([`ScheduleKind::with_defaults`]); `type` in files.
    #[serde(rename = "type")]
    pub kind: Option<ScheduleKind>,
    /// Epochs; of every kind but one-cycle.
    pub warm_up: Option<f32>,
    /// See [`Schedule::Step`].
    pub every: Option<u32>,
    /// Of step, exponential and plateau.
    pub factor: Option<f32>,
    /// Of cosine and one-cycle.
    pub floor: Option<f32>,
    /// See [`Schedule::OneCycle`].
    pub rise: Option<f32>,
    /// See [`Schedule::OneCycle`].
    pub start: Option<f32>,
    /// See [`Schedule::Plateau`].
    pub patience: Option<u32>,
}

impl ScheduleChanges {
    pub(super) fn apply(mut self, base: Schedule) -> Result<Schedule, Error> {
        let mut changed = self.kind.map_or(base, ScheduleKind::with_defaults);
        match &mut changed {
            Schedule::Constant { warm_up } => set(warm_up, &mut self.warm_up),
            Schedule::Step { every, factor, warm_up } => {
                set(every, &mut self.every);
                set(factor, &mut self.factor);
                set(warm_up, &mut self.warm_up);
            }
            Schedule::Exponential { factor, warm_up } => {
                set(factor, &mut self.factor);
                set(warm_up, &mut self.warm_up);
            }
            Schedule::Cosine { floor, warm_up } => {
                set(floor, &mut self.floor);
                set(warm_up, &mut self.warm_up);
            }
            Schedule::OneCycle { rise, start, floor } => {
                set(rise, &mut self.rise);
                set(start, &mut self.start);
                set(floor, &mut self.floor);
            }
            Schedule::Plateau { patience, factor, warm_up } => {
                set(patience, &mut self.patience);
                set(factor, &mut self.factor);
                set(warm_up, &mut self.warm_up);
            }
        }
        // What is left has found no place.
        let Self { kind: _, warm_up, every, factor, floor, rise, start, patience } = self;
        let left = [
            ("warm_up", warm_up.is_some()),
            ("every", every.is_some()),
            ("factor", factor.is_some()),
            ("floor", floor.is_some()),
            ("rise", rise.is_some()),
            ("start", start.is_some()),
            ("patience", patience.is_some()),
        ];
        match left.into_iter().find(|(_, is_left)| *is_left) {
            Some((setting, _)) => Err(Error::OtherSchedule { setting, found: changed.kind() }),
            None => Ok(changed),
        }
    }
}

/// Moves what is given to where it belongs.
fn set<T>(to: &mut T, given: &mut Option<T>) {
    if let Some(value) = given.take() {
        *to = value;
    }
}
