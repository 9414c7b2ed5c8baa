//! Initial values of the parameters.

use serde::{Deserialize, Serialize};
use tenfold_kernels::Buffer;
use tenfold_random::{Purpose, Stream};

use crate::error::Error;
use crate::memory;
use crate::outline::Outline;
use crate::tensor::Role;

/// How kernels start; biases and shifts start at 0, scales and moving variances at 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Initializer {
    /// Gaussian with variance `2 / fan_in` (He et al., "Delving deep into rectifiers", 2015, equation 10).
    #[default]
    HeNormal,
    /// Uniform in `+-sqrt(6 / fan_in)`, which has the same variance; Keras' `he_uniform`.
    HeUniform,
    /// Gaussian with variance `2 / (fan_in + fan_out)` (Glorot and Bengio, 2010).
    GlorotNormal,
    /// Uniform in `+-sqrt(6 / (fan_in + fan_out))`; Keras' default.
    GlorotUniform,
}

impl Initializer {
    /// Values for all parameters of `outline`. Every tensor has a random stream of its own.
    ///
    /// # Errors
    /// [`Error::Allocation`] if there is no memory for them.
    pub(crate) fn values(self, outline: &Outline, seed: u64) -> Result<Buffer, Error> {
        let mut values = memory::zeroed("parameters", outline.parameters)?;
        for (index, tensor) in outline.tensors().enumerate() {
            let values = &mut values[tensor.range.clone()];
            match tensor.role {
                Role::Kernel { fan_in, fan_out } => {
                    let mut stream = Stream::new(seed, Purpose::Weights, 0, index as u32);
                    values.fill_with(|| self.draw(fan_in, fan_out, &mut stream));
                }
                Role::Gamma | Role::MovingVariance => values.fill(1.0),
                Role::Bias | Role::Beta | Role::MovingMean => {}
            }
        }
        Ok(values)
    }

    fn draw(self, fan_in: usize, fan_out: usize, stream: &mut Stream) -> f32 {
        let fan = match self {
            Self::HeNormal | Self::HeUniform => fan_in,
            Self::GlorotNormal | Self::GlorotUniform => fan_in + fan_out,
        } as f64;
        let value = match self {
            Self::HeNormal | Self::GlorotNormal => stream.normal() * libm::sqrt(2.0 / fan),
            Self::HeUniform | Self::GlorotUniform => (2.0 * stream.uniform_f64() - 1.0) * libm::sqrt(6.0 / fan),
        };
        value as f32
    }
}
