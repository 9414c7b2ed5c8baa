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
}

impl Regularization {
    /// None of it.
    pub const NONE: Self = Self { label_smoothing: 0.0, clip_norm: None, decay_kernels_only: false };

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
        let Self { label_smoothing, clip_norm, decay_kernels_only: _ } = self;
        let fraction = (0.0..1.0).contains(&label_smoothing);
        check("the label smoothing", label_smoothing, fraction, "0 up to but not including 1")?;
        let norm = clip_norm.unwrap_or(1.0);
        check("the norm at which gradients are clipped", norm, norm.is_finite() && norm > 0.0, "a number above 0")
    }
}
