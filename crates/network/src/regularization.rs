//! What keeps steps small and answers modest, apart from the optimiser's own weight decay.

use serde::{Deserialize, Serialize};

use crate::absent::is_default;
use crate::error::Error;

/// Settings of a step that stand against overfitting and divergence; each left out of files where it does nothing.
///
/// ```
/// use tenfold_network::{Optimizer, Regularization, StepSettings};
///
/// let regularization = Regularization { label_smoothing: 0.1, clip_norm: Some(1.0), ..Regularization::NONE };
/// regularization.check()?;
/// let settings = StepSettings { regularization, ..Optimizer::PAPER.settings() };
/// assert_eq!(settings.learning_rate, 0.01);
/// # Ok::<(), tenfold_network::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Regularization {
    /// The share of the target that is spread evenly over all classes, `0..1` (Szegedy et al., 2016). The loss of a step is
    /// then that with this target, which no answer brings to 0.
    #[serde(skip_serializing_if = "is_default")]
    pub label_smoothing: f32,
    /// The largest Euclidean norm of the gradient of all parameters together, above 0: a longer one is scaled down to it, as
    /// PyTorch's `clip_grad_norm_` does.
    #[serde(skip_serializing_if = "is_default")]
    pub clip_norm: Option<f32>,
    /// Whether the weight decay spares biases and what normalisations multiply by and add; without, it is on every trainable
    /// parameter.
    #[serde(skip_serializing_if = "is_default")]
    pub decay_kernels_only: bool,
    /// Added to the loss of a step for each value `w` of a kernel, a convolution's or a dense layer's: `l1 |w|`, 0 or above.
    #[serde(skip_serializing_if = "is_default")]
    pub l1: f32,
    /// Likewise `l2 w^2`, 0 or above. Both are Keras' `kernel_regularizer`; unlike weight decay their gradient is clipped, and
    /// goes through the optimiser's rule and memory, with the loss's.
    #[serde(skip_serializing_if = "is_default")]
    pub l2: f32,
}

impl Regularization {
    /// None of it.
    pub const NONE: Self = Self { label_smoothing: 0.0, clip_norm: None, decay_kernels_only: false, l1: 0.0, l2: 0.0 };

    /// Whether it does nothing.
    pub fn is_none(&self) -> bool {
        is_default(self)
    }

    /// Checks the settings' ranges.
    ///
    /// # Errors
    /// [`Error::Setting`] for the first that is out of range.
    pub fn check(self) -> Result<(), Error> {
        let check = |name, value: f32, ok: bool, expected| {
            if ok { Ok(()) } else { Err(Error::Setting { name, expected, found: value.to_string() }) }
        };
        let Self { label_smoothing, clip_norm, decay_kernels_only: _, l1, l2 } = self;
        let fraction = (0.0..1.0).contains(&label_smoothing);
        check("the label smoothing", label_smoothing, fraction, "0 up to but not including 1")?;
        let norm = clip_norm.unwrap_or(1.0);
        check("the norm at which gradients are clipped", norm, norm.is_finite() && norm > 0.0, "a number above 0")?;
        for (name, penalty) in [("the L1 penalty", l1), ("the L2 penalty", l2)] {
            check(name, penalty, penalty.is_finite() && penalty >= 0.0, "0 or above")?;
        }
        Ok(())
    }

    /// Whether kernels cost something.
    pub(crate) fn has_penalty(&self) -> bool {
        self.l1 > 0.0 || self.l2 > 0.0
    }

    /// What the values of a kernel cost.
    pub(crate) fn penalty(&self, kernel: &[f32]) -> f64 {
        let [l1, l2] = [self.l1, self.l2].map(f64::from);
        kernel.iter().copied().map(f64::from).map(|value| l1 * value.abs() + l2 * value * value).sum()
    }

    /// Adds to the gradient of a kernel that of what its values cost; at 0, where `|w|` has none, nothing.
    pub(crate) fn add_penalty_gradient(&self, kernel: &[f32], gradient: &mut [f32]) {
        for (gradient, &value) in gradient.iter_mut().zip(kernel) {
            let sign = if value == 0.0 { 0.0 } else { value.signum() };
            *gradient += self.l1 * sign + 2.0 * self.l2 * value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_of_a_penalty_is_its_finite_difference() {
        const STEP: f32 = 1.0 / 1024.0;
        let regularization = Regularization { l1: 0.25, l2: 0.75, ..Regularization::NONE };
        for value in [-2.0, -0.125, 0.0, 0.5, 1.5] {
            let mut gradient = [1.0];
            regularization.add_penalty_gradient(&[value], &mut gradient);
            let cost = |value: f32| regularization.penalty(&[value]);
            let slope = (cost(value + STEP) - cost(value - STEP)) / f64::from(2.0 * STEP);
            assert!((f64::from(gradient[0]) - 1.0 - slope).abs() < 1e-6, "at {value}: {}, not {slope}", gradient[0]);
        }
    }
}
