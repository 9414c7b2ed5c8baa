//! Batch normalisation; the formulas are in [`tenfold_kernels`]' `normalization`.
//!
//! The moving variance is the biased one, as in Keras 3.

mod operation;

use tenfold_kernels::reference as kernels;

use super::bytes::{ByteOperation, ByteRole, ByteSettings};
use super::effect::{Effect, check_fraction};
use super::kind::Kind;
use super::operation::Operation;
use super::outline::LayerOutline;
use super::place::{Fused, Place, Reach};
use super::reference::{ByteReference, Derivative, Reference, Values};
use crate::architecture::{Layer, Shape};
use crate::tensor::Role;
use operation::{Normalized, Tensors};

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
        let epilogue = place.after_norm();
        let layers = epilogue.layers;
        Some(Fused { operation: Box::new(Normalized::new(place, *self, &epilogue)), layers })
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
    Tensors::new(layer, BatchNorm { momentum, epsilon }).scale_and_shift(values)
}
