//! Averages of a run's models, which it hands out in place of the last one.

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// What is averaged: every value of the model, in the steps or epochs that are done. Statistics of batch normalisations cannot be
/// averaged; they are worked out anew on training images, as they are without augmentation.
///
/// ```
/// use tenfold_training::{Averaging, Recipe};
///
/// let recipe = Recipe { averaging: Some(Averaging::Ema { decay: 0.999 }), ..Recipe::paper() };
/// recipe.check()?;
/// # Ok::<(), tenfold_training::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Averaging {
    /// An exponential moving average: `a <- d a + (1 - d) w` after every step, with `d = min(decay, (1 + t) / (10 + t))` after
    /// step `t = 1, 2, ...`, so that the beginning is soon forgotten (TensorFlow's `ExponentialMovingAverage`).
    Ema {
        /// Above 0 and below 1.
        decay: f32,
    },
    /// Stochastic weight averaging (Izmailov et al., 2018): the mean of the models after each of the last epochs.
    Swa {
        /// How many, at least 1 and at most the run's.
        epochs: u32,
    },
}

impl Averaging {
    /// Checks the settings' ranges for a run of `epochs`.
    pub(crate) fn check(self, epochs: u32) -> Result<(), Error> {
        let (name, expected, found, ok) = match self {
            Self::Ema { decay } => {
                let ok = decay > 0.0 && decay < 1.0;
                ("the decay of the moving average", "above 0 and below 1", decay.to_string(), ok)
            }
            Self::Swa { epochs: last } => {
                let expected = "at least 1 and at most the run's";
                ("the number of epochs that are averaged", expected, last.to_string(), (1..=epochs).contains(&last))
            }
        };
        if ok { Ok(()) } else { Err(Error::Setting { name, expected, found }) }
    }

    /// Moves `average` after a step, of which there are now `steps`, that has led to `values`.
    pub(crate) fn follow_step(self, average: &mut [f32], values: &[f32], steps: usize) {
        let Self::Ema { decay } = self else { return };
        let steps = steps as f64;
        let share = (1.0 - f64::from(decay).min((1.0 + steps) / (10.0 + steps))) as f32;
        mix(average, values, share);
    }

    /// The average after the epoch numbered `epoch` of `epochs`, which has led to `values`; `before` it, if there was one.
    pub(crate) fn after_epoch(
        self,
        before: Option<&Vec<f32>>,
        values: &[f32],
        [epoch, epochs]: [u32; 2],
    ) -> Option<Vec<f32>> {
        let first = match self {
            Self::Ema { .. } => return before.cloned(),
            Self::Swa { epochs: last } => epochs - last + 1,
        };
        let number = (epoch + 1).checked_sub(first).filter(|number| *number > 0)?;
        let mut average = before.map_or_else(|| values.to_vec(), Vec::clone);
        mix(&mut average, values, 1.0 / number as f32);
        Some(average)
    }

    /// Whether there is an average after `done` of a run's `epochs`.
    pub(crate) fn has_begun(self, done: u32, epochs: u32) -> bool {
        match self {
            Self::Ema { .. } => true,
            Self::Swa { epochs: last } => done > epochs - last,
        }
    }
}

/// `average[i] += share (values[i] - average[i])`.
fn mix(average: &mut [f32], values: &[f32], share: f32) {
    for (average, value) in average.iter_mut().zip(values) {
        *average += share * (value - *average);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_are_those_of_the_formulas() {
        let values: Vec<f64> = (1..=40).map(|step| (f64::from(step) * 0.7).sin()).collect();
        let (mut found, mut expected) = (vec![0.5], 0.5);
        for (steps, &value) in (1..).zip(&values) {
            Averaging::Ema { decay: 0.75 }.follow_step(&mut found, &[value as f32], steps);
            let decay = f64::min(0.75, (1.0 + steps as f64) / (10.0 + steps as f64));
            expected = decay * expected + (1.0 - decay) * value;
            assert!((f64::from(found[0]) - expected).abs() < 1e-6, "step {steps}");
        }
        let swa = Averaging::Swa { epochs: 3 };
        let mut average = None;
        for (epoch, value) in (1..=5).zip([8.0, 9.0, 1.0, 2.0, 6.0]) {
            average = swa.after_epoch(average.as_ref(), &[value], [epoch, 5]);
            assert_eq!(average.is_some(), swa.has_begun(epoch, 5));
        }
        assert_eq!(average, Some(vec![3.0]));
        let once = Averaging::Swa { epochs: 1 }.after_epoch(None, &[7.0], [5, 5]);
        assert_eq!(once, Some(vec![7.0]));
    }
}
