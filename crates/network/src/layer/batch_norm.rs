//! Batch normalisation; the formulas are in [`tenfold_kernels`]' `normalization`.
//!
//! In training its statistics are those of the whole batch, which lies in several slices: each slice adds up its part,
//! the parts are merged in slice order, and only then can the slices go on. The moving variance is the biased one, as
//! in Keras 3.

use std::ops::Range;

use tenfold_kernels::{Moments, add_gradient_sums, add_moments, normalize, normalize_backward, reference as kernels};

use super::bytes::{ByteOperation, ByteRole, ByteSettings};
use super::effect::{Effect, check_fraction};
use super::kind::Kind;
use super::operation::{Backward, BatchStatistics, Mode, Operation, Parameters, Pass, Saved, Statistics};
use super::outline::LayerOutline;
use super::place::{Fused, Place, Reach};
use super::reference::{ByteReference, Derivative, Reference, Values};
use crate::architecture::{Layer, Shape};
use crate::tensor::Role;

/// [`Layer::BatchNorm`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchNorm {
    pub momentum: f32,
    pub epsilon: f32,
}

impl Kind for BatchNorm {
    fn name(&self) -> &'static str {
        "batch_norm"
    }

    fn effect(&self, input: Shape) -> Result<Effect, String> {
        check_fraction("momentum", self.momentum)?;
        if !(self.epsilon.is_finite() && self.epsilon > 0.0) {
            return Err(format!("epsilon is {}, expected a number above 0", self.epsilon));
        }
        let roles = [Role::Gamma, Role::Beta, Role::MovingMean, Role::MovingVariance];
        let tensors = roles.map(|role| (role, vec![input.channels])).to_vec();
        Ok(Effect { tensors, multiply_accumulates: input.len() as u64, ..Effect::shape_only(input) })
    }

    fn reach(&self, _: Shape) -> Reach {
        Reach::WholeInTraining
    }

    fn operation(&self, place: &Place<'_>) -> Option<Fused<Box<dyn Operation>>> {
        let index = place.before.iter().filter(|before| matches!(before.layer, Layer::BatchNorm { .. })).count();
        Some(Fused::alone(Box::new(Normalization::new(place.layer, *self, index))))
    }

    fn byte_role(&self, _: Shape) -> ByteRole {
        ByteRole::FoldsIntoKernel
    }

    fn byte_operation(&self, _: &Place<'_>, _: ByteSettings) -> Option<Fused<ByteOperation>> {
        None
    }

    fn reference(&self, at: &Reference<'_>, input: &[f64]) -> Vec<f64> {
        let of = |role| at.values_of(|of| of == role);
        let (gamma, beta, epsilon) = (of(Role::Gamma), of(Role::Beta), f64::from(self.epsilon));
        if at.seed.is_some() {
            return kernels::batch_norm(input, gamma, beta, epsilon);
        }
        let (mean, variance) = (of(Role::MovingMean), of(Role::MovingVariance));
        let normalized = input.iter().enumerate().map(|(i, x)| {
            let c = i % gamma.len();
            gamma[c] * (x - mean[c]) / libm::sqrt(variance[c] + epsilon) + beta[c]
        });
        normalized.collect()
    }

    fn reference_backward(&self, at: &Reference<'_>, of: Derivative<'_>, gradient: &mut [f64]) -> Vec<f64> {
        let (gamma, epsilon) = (at.values_of(|role| role == Role::Gamma), f64::from(self.epsilon));
        let [dx, dgamma, dbeta] = kernels::batch_norm_backward(of.input, gamma, of.output_gradient, epsilon);
        at.set(gradient, |role| role == Role::Gamma, &dgamma);
        at.set(gradient, |role| role == Role::Beta, &dbeta);
        dx
    }

    fn byte_reference(&self, at: &ByteReference<'_>, _: Values) -> Values {
        unreachable!("{} is not part of a quantised network", at.layer.name)
    }
}

/// `scale` and `shift` of what a batch normalisation is in prediction, `y = scale x + shift`, with moving statistics.
///
/// # Panics
/// If the layer is another.
pub(crate) fn scale_and_shift(layer: &LayerOutline, values: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let Layer::BatchNorm { momentum, epsilon } = layer.layer else { unreachable!("{} normalises", layer.name) };
    // Prediction has no statistics of a batch, so the number among them does not matter.
    Normalization::new(layer, BatchNorm { momentum, epsilon }, 0).scale_and_shift(values)
}

/// A batch normalisation of a plan.
#[derive(Debug)]
struct Normalization {
    /// Which of the pass's statistics are this layer's.
    index: usize,
    positions: usize,
    settings: BatchNorm,
    gamma: Range<usize>,
    beta: Range<usize>,
    moving_mean: Range<usize>,
    moving_variance: Range<usize>,
}

impl Normalization {
    fn new(layer: &LayerOutline, settings: BatchNorm, index: usize) -> Self {
        let range = |role| layer.range(|r| r == role).expect("batch normalisation has this tensor");
        Self {
            index,
            positions: layer.input.height * layer.input.width,
            settings,
            gamma: range(Role::Gamma),
            beta: range(Role::Beta),
            moving_mean: range(Role::MovingMean),
            moving_variance: range(Role::MovingVariance),
        }
    }

    fn inverse_deviation(&self, variance: f32) -> f32 {
        1.0 / (variance + self.settings.epsilon).sqrt()
    }

    fn scale_and_shift(&self, values: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let (mean, variance) = (&values[self.moving_mean.clone()], &values[self.moving_variance.clone()]);
        let inverse_deviation: Vec<f32> = variance.iter().map(|&variance| self.inverse_deviation(variance)).collect();
        let mut coefficients = vec![0.0; 2 * mean.len()];
        self.fold(values, mean, &inverse_deviation, &mut coefficients);
        let shift = coefficients.split_off(mean.len());
        (coefficients, shift)
    }

    /// Writes `scale` and then `shift` of `y = scale x + shift` for the given statistics.
    fn fold(&self, values: &[f32], mean: &[f32], inverse_deviation: &[f32], coefficients: &mut [f32]) {
        let (gamma, beta) = (&values[self.gamma.clone()], &values[self.beta.clone()]);
        let (scale, shift) = coefficients.split_at_mut(gamma.len());
        for c in 0..gamma.len() {
            scale[c] = gamma[c] * inverse_deviation[c];
            shift[c] = beta[c] - mean[c] * scale[c];
        }
    }

    fn statistics<'a>(&self, pass: &Pass<'a>) -> &'a Statistics {
        match pass.mode {
            Mode::Training { statistics, .. } => &statistics[self.index],
            Mode::Inference => unreachable!("gradients are for training"),
        }
    }
}

impl Operation for Normalization {
    fn method(&self) -> String {
        "normalisation by the batch's statistics".to_owned()
    }

    fn parameters(&self) -> Parameters {
        assert_eq!(self.gamma.end, self.beta.start, "gamma and beta lie side by side");
        Parameters { summed: self.gamma.start..self.beta.end, product: None }
    }

    fn save_space(&self, _: usize) -> Saved {
        let channels = self.gamma.len();
        Saved { moments: vec![Moments::default(); channels], coefficients: vec![0.0; 3 * channels], ..Saved::default() }
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], saved: &mut Saved, _: &mut [f32]) {
        match pass.mode {
            Mode::Training { statistics, .. } => {
                let Statistics { mean, inverse_deviation, .. } = &statistics[self.index];
                self.fold(pass.values, mean, inverse_deviation, &mut saved.coefficients[..2 * mean.len()]);
                let (scale, shift) = saved.coefficients[..2 * mean.len()].split_at(mean.len());
                normalize(pass.cpu, input, scale, shift, output);
            }
            Mode::Inference => {
                let (scale, shift) = self.scale_and_shift(pass.values);
                normalize(pass.cpu, input, &scale, &shift, output);
            }
        }
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, saved: &mut Saved, _: &mut [f32]) {
        let channels = self.gamma.len();
        let statistics = self.statistics(pass);
        for (c, part) in saved.moments.iter().enumerate() {
            gradients.summed[c] = part.second as f32;
            gradients.summed[channels + c] = part.first as f32;
        }
        let Some(input_gradient) = gradients.input_gradient else { return };
        let count = statistics.count as f64;
        for c in 0..channels {
            let (inverse_deviation, sums) = (statistics.inverse_deviation[c], statistics.gradient_sums[c]);
            let a = pass.values[self.gamma.start + c] * inverse_deviation;
            let b = -a * inverse_deviation * (sums.second / count) as f32;
            saved.coefficients[c] = a;
            saved.coefficients[channels + c] = b;
            saved.coefficients[2 * channels + c] = -a * (sums.first / count) as f32 - b * statistics.mean[c];
        }
        let coefficients = [0, 1, 2].map(|i| &saved.coefficients[i * channels..(i + 1) * channels]);
        normalize_backward(pass.cpu, gradients.input, gradients.output_gradient, coefficients, input_gradient);
    }

    fn batch_statistics(&self) -> Option<&dyn BatchStatistics> {
        Some(self)
    }
}

impl BatchStatistics for Normalization {
    fn gather(&self, pass: &Pass<'_>, input: &[f32], saved: &mut Saved) {
        saved.moments.fill(Moments::default());
        add_moments(pass.cpu, input, &mut saved.moments);
    }

    fn gather_gradient(&self, pass: &Pass<'_>, input: &[f32], output_gradient: &[f32], saved: &mut Saved) {
        let statistics = self.statistics(pass);
        saved.moments.fill(Moments::default());
        add_gradient_sums(
            pass.cpu,
            input,
            output_gradient,
            &statistics.mean,
            &statistics.inverse_deviation,
            &mut saved.moments,
        );
    }

    fn merge(&self, parts: &mut dyn Iterator<Item = &Saved>, images: usize) -> Statistics {
        let count = images * self.positions;
        let mut statistics = Statistics { count, ..Statistics::default() };
        for sums in merge(self.gamma.len(), parts) {
            let (mean, variance) = sums.mean_and_variance(count);
            let (mean, variance) = (mean as f32, variance as f32);
            statistics.mean.push(mean);
            statistics.variance.push(variance);
            statistics.inverse_deviation.push(self.inverse_deviation(variance));
        }
        statistics
    }

    fn follow(&self, statistics: &Statistics, kept: Option<f32>, values: &mut [f32]) {
        let kept = kept.unwrap_or(self.settings.momentum);
        for (moving, now) in [(&self.moving_mean, &statistics.mean), (&self.moving_variance, &statistics.variance)] {
            for (moving, now) in values[moving.clone()].iter_mut().zip(now) {
                *moving = *moving * kept + now * (1.0 - kept);
            }
        }
    }

    fn merge_gradient(&self, parts: &mut dyn Iterator<Item = &Saved>, statistics: &mut Statistics) {
        statistics.gradient_sums = merge(self.gamma.len(), parts);
    }
}

fn merge(channels: usize, parts: &mut dyn Iterator<Item = &Saved>) -> Vec<Moments> {
    let mut sums = vec![Moments::default(); channels];
    for part in parts {
        for (sum, part) in sums.iter_mut().zip(&part.moments) {
            sum.first += part.first;
            sum.second += part.second;
        }
    }
    sums
}
