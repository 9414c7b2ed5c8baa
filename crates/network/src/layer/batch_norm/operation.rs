//! Batch normalisation with what follows it.
//!
//! In training its statistics are those of the whole batch, which lies in several slices: each slice adds up its part,
//! the parts are merged in slice order, and only then can the slices go on.

use std::ops::Range;

use tenfold_kernels::{Moments, Normalization, add_moments};

use super::super::operation::{Backward, BatchStatistics, Mode, Operation, Parameters, Pass, Saved, Statistics};
use super::super::outline::LayerOutline;
use super::super::place::{Epilogue, Place};
use super::BatchNorm;
use crate::architecture::Layer;
use crate::tensor::Role;

/// Where the numbers of a batch normalisation lie among a model's values.
#[derive(Debug)]
pub(super) struct Tensors {
    settings: BatchNorm,
    gamma: Range<usize>,
    beta: Range<usize>,
    moving_mean: Range<usize>,
    moving_variance: Range<usize>,
}

impl Tensors {
    pub(super) fn new(layer: &LayerOutline, settings: BatchNorm) -> Self {
        let range = |role| layer.range(|r| r == role).expect("batch normalisation has this tensor");
        Self {
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

    /// `scale` and `shift` of `y = scale x + shift` for the moving statistics.
    pub(super) fn scale_and_shift(&self, values: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let (mean, variance) = (&values[self.moving_mean.clone()], &values[self.moving_variance.clone()]);
        let inverse_deviation: Vec<f32> = variance.iter().map(|&variance| self.inverse_deviation(variance)).collect();
        let (mut scale, mut shift) = (vec![0.0; mean.len()], vec![0.0; mean.len()]);
        self.fold(values, mean, &inverse_deviation, [&mut scale, &mut shift]);
        (scale, shift)
    }

    /// Writes `scale` and `shift` of `y = scale x + shift` for the given statistics.
    fn fold(&self, values: &[f32], mean: &[f32], inverse_deviation: &[f32], [scale, shift]: [&mut [f32]; 2]) {
        let (gamma, beta) = (&values[self.gamma.clone()], &values[self.beta.clone()]);
        for c in 0..gamma.len() {
            scale[c] = gamma[c] * inverse_deviation[c];
            shift[c] = beta[c] - mean[c] * scale[c];
        }
    }
}

/// A batch normalisation of a plan, and what has become part of it.
#[derive(Debug)]
pub(super) struct Normalized {
    /// Which of the pass's statistics are this layer's.
    index: usize,
    kernel: Normalization,
    tensors: Tensors,
}

impl Normalized {
    pub(super) fn new(place: &Place<'_>, settings: BatchNorm, epilogue: &Epilogue) -> Self {
        let index = place.before.iter().filter(|before| matches!(before.layer, Layer::BatchNorm { .. })).count();
        let pooled = epilogue.pooled.then(|| place.outputs[epilogue.layers - 1]);
        let kernel = Normalization {
            map: [place.output.height, place.output.width, place.output.channels],
            relu: epilogue.activation.is_some(),
            pooled: pooled.map(|output| [output.height, output.width]),
        };
        Self { index, kernel, tensors: Tensors::new(place.layer, settings) }
    }

    fn channels(&self) -> usize {
        self.tensors.gamma.len()
    }

    fn statistics<'a>(&self, pass: &Pass<'a>) -> &'a Statistics {
        match pass.mode {
            Mode::Training { statistics, .. } => &statistics[self.index],
            Mode::Inference => unreachable!("gradients are for training"),
        }
    }

    /// The winners that there are of so many images.
    fn winners(&self, images: usize) -> Range<usize> {
        0..self.saved_bytes(images)
    }
}

/// What a batch normalisation keeps as coefficients, one for each channel after the other: `scale` and `shift` from forward,
/// and backward's `slope` and `offset`.
fn coefficients(saved: &mut [f32], channels: usize) -> [&mut [f32]; 4] {
    let mut parts = saved.chunks_exact_mut(channels);
    std::array::from_fn(|_| parts.next().expect("four for each channel"))
}

impl Operation for Normalized {
    fn method(&self) -> String {
        "normalisation by the batch's statistics".to_owned()
    }

    fn parameters(&self) -> Parameters {
        let Tensors { gamma, beta, .. } = &self.tensors;
        assert_eq!(gamma.end, beta.start, "gamma and beta lie side by side");
        Parameters { summed: gamma.start..beta.end, product: None }
    }

    fn saved_bytes(&self, images: usize) -> usize {
        self.kernel.pooled.map_or(0, |_| images * self.kernel.output_len())
    }

    fn save_space(&self, images: usize) -> Saved {
        Saved {
            winners: vec![0; self.saved_bytes(images)],
            moments: vec![Moments::default(); self.channels()],
            coefficients: vec![0.0; 4 * self.channels()],
            ..Saved::default()
        }
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], saved: &mut Saved, _: &mut [f32]) {
        let winners = &mut saved.winners[self.winners(pass.images)];
        match pass.mode {
            Mode::Training { statistics, .. } => {
                let Statistics { mean, inverse_deviation, .. } = &statistics[self.index];
                let [scale, shift, ..] = coefficients(&mut saved.coefficients, mean.len());
                self.tensors.fold(pass.values, mean, inverse_deviation, [scale, shift]);
                self.kernel.forward(pass.cpu, input, [scale, shift], output, winners);
            }
            Mode::Inference => {
                let (scale, shift) = self.tensors.scale_and_shift(pass.values);
                self.kernel.forward(pass.cpu, input, [&scale, &shift], output, winners);
            }
        }
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, saved: &mut Saved, _: &mut [f32]) {
        let statistics = self.statistics(pass);
        let (of_gamma, of_beta) = gradients.summed.split_at_mut(self.channels());
        for (c, part) in saved.moments.iter().enumerate() {
            of_gamma[c] = (part.second * f64::from(statistics.inverse_deviation[c])) as f32;
            of_beta[c] = part.first as f32;
        }
        let Some(input_gradient) = gradients.input_gradient else { return };
        let [scale, shift, slope, offset] = coefficients(&mut saved.coefficients, self.channels());
        let count = statistics.count as f64;
        for (c, sums) in statistics.gradient_sums.iter().enumerate() {
            let inverse_variance = f64::from(statistics.inverse_deviation[c]).powi(2);
            slope[c] = -scale[c] * (inverse_variance * sums.second / count) as f32;
            offset[c] = -scale[c] * (sums.first / count) as f32 - slope[c] * statistics.mean[c];
        }
        let winners = &saved.winners[self.winners(pass.images)];
        let (input, gradient) = (gradients.input, gradients.output_gradient);
        self.kernel.backward(pass.cpu, input, [scale, shift, slope, offset], gradient, winners, input_gradient);
    }

    fn batch_statistics(&self) -> Option<&dyn BatchStatistics> {
        Some(self)
    }
}

impl BatchStatistics for Normalized {
    fn gather(&self, pass: &Pass<'_>, input: &[f32], saved: &mut Saved) {
        saved.moments.fill(Moments::default());
        add_moments(pass.cpu, input, &mut saved.moments);
    }

    fn gather_gradient(&self, pass: &Pass<'_>, input: &[f32], output_gradient: &[f32], saved: &mut Saved) {
        let mean = &self.statistics(pass).mean;
        let [scale, shift, ..] = coefficients(&mut saved.coefficients, mean.len());
        let winners = &saved.winners[self.winners(pass.images)];
        let sums = &mut saved.moments;
        sums.fill(Moments::default());
        self.kernel.add_gradient_sums(pass.cpu, input, [scale, shift, mean], output_gradient, winners, sums);
    }

    fn merge(&self, parts: &mut dyn Iterator<Item = &Saved>, images: usize) -> Statistics {
        let [height, width, channels] = self.kernel.map;
        let count = images * height * width;
        let mut statistics = Statistics { count, ..Statistics::default() };
        for sums in merge(channels, parts) {
            let (mean, variance) = sums.mean_and_variance(count);
            let (mean, variance) = (mean as f32, variance as f32);
            statistics.mean.push(mean);
            statistics.variance.push(variance);
            statistics.inverse_deviation.push(self.tensors.inverse_deviation(variance));
        }
        statistics
    }

    fn follow(&self, statistics: &Statistics, kept: Option<f32>, values: &mut [f32]) {
        let Tensors { settings, moving_mean, moving_variance, .. } = &self.tensors;
        let kept = kept.unwrap_or(settings.momentum);
        for (moving, now) in [(moving_mean, &statistics.mean), (moving_variance, &statistics.variance)] {
            for (moving, now) in values[moving.clone()].iter_mut().zip(now) {
                *moving = *moving * kept + now * (1.0 - kept);
            }
        }
    }

    fn merge_gradient(&self, parts: &mut dyn Iterator<Item = &Saved>, statistics: &mut Statistics) {
        statistics.gradient_sums = merge(self.channels(), parts);
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
