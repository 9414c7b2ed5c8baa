//! What can be measured, each by its name.

use std::time::Duration;

use serde::Serialize;
use tenfold_network::Outline;
use tenfold_training::{Engine, quantize_on};

use super::machine::{Machine, peak};
use super::subject::Subject;
use super::windows::{Rate, predict, train};
use crate::error::Result;

/// Images from which the int8 model's scales are chosen.
const CALIBRATION_IMAGES: usize = 500;

/// Everything there is to measure.
pub const MEASUREMENTS: [Measurement; 8] = [
    Measurement { work: Work::Train, batch: 16 },
    Measurement { work: Work::Train, batch: 64 },
    Measurement { work: Work::Predict, batch: 1 },
    Measurement { work: Work::Predict, batch: 16 },
    Measurement { work: Work::Predict, batch: 256 },
    Measurement { work: Work::PredictInt8, batch: 1 },
    Measurement { work: Work::PredictInt8, batch: 16 },
    Measurement { work: Work::PredictInt8, batch: 256 },
];

/// One kind of work in batches of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measurement {
    /// What is done.
    pub work: Work,
    /// Images in a batch; with one it is measured on one thread.
    pub batch: usize,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Steps of training from random values.
    Train,
    /// Predictions by a trained model.
    Predict,
    /// Predictions by the same model in int8.
    PredictInt8,
}

/// What came of a measurement, as it is in JSON.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
pub enum Speed {
    /// Of single images.
    Latency {
        /// Microseconds for one, on one thread.
        us: f64,
        /// Of the multiply-adds that the thread can do, as if every layer were computed directly and whole.
        share_of_peak: f64,
    },
    /// Of batches.
    Rate {
        /// The median over windows of many steps.
        images_per_s: f64,
        /// Images per second in the best window.
        best: f64,
        /// As for a latency, of all threads.
        share_of_peak: f64,
    },
}

impl Work {
    /// The first part of a measurement's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Predict => "predict",
            Self::PredictInt8 => "predict_int8",
        }
    }
}

impl Measurement {
    /// The one of [`MEASUREMENTS`] with this [name](Self::name).
    pub fn named(name: &str) -> Option<Self> {
        MEASUREMENTS.into_iter().find(|measurement| measurement.name() == name)
    }

    /// Such as `train.batch_16`.
    pub fn name(self) -> String {
        format!("{}.{}", self.work.name(), self.setting())
    }

    /// The part of the name after the work.
    pub fn setting(self) -> String {
        format!("batch_{}", self.batch)
    }

    /// Works for `budget`, and at least once, with what the machine was measured with.
    ///
    /// # Errors
    /// [`Error::WrongAnswers`](crate::Error::WrongAnswers) if training does not lower the loss or predictions are not as accurate as they should be;
    /// [`Error::Network`](crate::Error::Network) or [`Error::Training`](crate::Error::Training) for a subject that cannot be.
    pub fn measure(self, subject: &Subject, machine: &Machine, budget: Duration) -> Result<Speed> {
        let is_single = self.batch == 1;
        let engine = if is_single { Engine { threads: 1, ..machine.engine } } else { machine.engine };
        let gflops = if engine.threads == machine.threads { machine.gflops } else { peak(engine) };
        let Rate { median, best } = match self.work {
            Work::Train => train(subject.model.architecture(), &subject.images, self.batch, engine, budget),
            Work::Predict => predict(&subject.model, subject, self.batch, engine, budget),
            Work::PredictInt8 => {
                // Calibrated on the test images for want of others at hand: nothing is judged by it here but the speed.
                let quantized = quantize_on(&subject.model, &subject.images, CALIBRATION_IMAGES, engine)?;
                predict(&quantized, subject, self.batch, engine, budget)
            }
        }?;
        let share_of_peak = median * self.operations(subject.model.outline()) as f64 / (gflops * 1e9);
        Ok(match is_single {
            true => Speed::Latency { us: 1e6 / median, share_of_peak },
            false => Speed::Rate { images_per_s: median, best, share_of_peak },
        })
    }

    /// Floating-point operations for one image, a multiply-accumulate counted as two and every layer as if it were
    /// computed directly and whole.
    fn operations(self, outline: &Outline) -> u64 {
        2 * match self.work {
            Work::Train => training_multiply_accumulates(outline),
            Work::Predict | Work::PredictInt8 => outline.multiply_accumulates(),
        }
    }
}

/// Forward, the gradient of the parameters and the gradient of the input each take as many; nothing needs the gradient
/// of the images.
fn training_multiply_accumulates(outline: &Outline) -> u64 {
    let first = outline.layers.iter().map(|layer| layer.multiply_accumulates).find(|&count| count > 0);
    3 * outline.multiply_accumulates() - first.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use tenfold_network::Architecture;

    use super::*;

    #[test]
    fn a_measurement_is_found_by_its_name() {
        for measurement in MEASUREMENTS {
            assert_eq!(Measurement::named(&measurement.name()), Some(measurement));
        }
        assert_eq!(Measurement::named("train.batch_17"), None);
    }

    /// The paper's network by hand: 9 x 26 x 26 x 32, 9 x 32 x 11 x 11 x 64, 9 x 64 x 9 x 9 x 64, 1,024 x 100 and 100 x 10.
    #[test]
    fn training_costs_three_times_the_forward_pass_but_for_the_first_layer() {
        let outline = Architecture::paper().outline().unwrap();
        let (first, others) = (194_688, 2_230_272 + 2_985_984 + 102_400 + 1_000);
        assert_eq!(outline.multiply_accumulates(), first + others);
        assert_eq!(training_multiply_accumulates(&outline), 2 * first + 3 * others);
    }
}
