//! Activations: layers that apply a function to each number. The functions themselves, forward and backward, are
//! [`Activation`]'s; this is what they are to a network.

use tenfold_kernels::{Activation, Cpu, Level, reference};

use super::bytes::{ByteOperation, ByteRole, ByteSettings};
use super::effect::Effect;
use super::kind::Kind;
use super::operation::{Backward, Operation, Pass, Saved};
use super::place::{Fused, Place, Reach};
use super::reference::{ByteReference, Derivative, Reference, Values};
use crate::architecture::Shape;

impl Kind for Activation {
    fn name(&self) -> &'static str {
        match self {
            Self::Relu => "relu",
            Self::Clip { .. } => "clip",
            Self::Tanh => "tanh",
            Self::Sigmoid => "sigmoid",
            Self::LeakyRelu { .. } => "leaky_relu",
            Self::Elu { .. } => "elu",
            Self::Selu => "selu",
            Self::Gelu { .. } => "gelu",
            Self::Silu => "silu",
            Self::HardSwish => "hard_swish",
            Self::HardSigmoid { .. } => "hard_sigmoid",
            Self::Softplus => "softplus",
        }
    }

    fn effect(&self, input: Shape) -> Result<Effect, String> {
        match *self {
            Self::Clip { low, high } if !(low.is_finite() && high.is_finite() && low < high) => {
                Err(format!("limits of {low} and {high}, expected finite ones, the first below the second"))
            }
            Self::Elu { alpha } if !(alpha.is_finite() && alpha >= 0.0) => {
                Err(format!("alpha is {alpha}, expected a finite number, 0 or more"))
            }
            Self::LeakyRelu { slope } if !(slope.is_finite() && slope >= 0.0) => {
                Err(format!("the slope is {slope}, expected a finite number, 0 or more"))
            }
            Self::HardSigmoid { slope } if !(slope.is_finite() && slope > 0.0) => {
                Err(format!("the slope is {slope}, expected a finite number above 0"))
            }
            Self::Relu
            | Self::Clip { .. }
            | Self::Tanh
            | Self::Sigmoid
            | Self::LeakyRelu { .. }
            | Self::Elu { .. }
            | Self::Selu
            | Self::Gelu { .. }
            | Self::Silu
            | Self::HardSwish
            | Self::HardSigmoid { .. }
            | Self::Softplus => Ok(Effect::shape_only(input)),
        }
    }

    fn reach(&self, _: Shape) -> Reach {
        Reach::SamePlace
    }

    fn activation(&self) -> Option<Activation> {
        Some(*self)
    }

    fn operation(&self, _: &Place<'_>) -> Option<Fused<Box<dyn Operation>>> {
        Some(Fused::alone(Box::new(*self)))
    }

    fn byte_role(&self, _: Shape) -> ByteRole {
        match *self {
            Self::Relu => ByteRole::CutsOff { limit: None },
            Self::Clip { low: 0.0, high } => ByteRole::CutsOff { limit: Some(high) },
            Self::Clip { low, .. } => {
                ByteRole::AfterKernels(format!("its lower limit is {low}, expected 0 in a quantised network"))
            }
            Self::Tanh
            | Self::Sigmoid
            | Self::LeakyRelu { .. }
            | Self::Elu { .. }
            | Self::Selu
            | Self::Gelu { .. }
            | Self::Silu
            | Self::HardSwish
            | Self::HardSigmoid { .. }
            | Self::Softplus => {
                let problem = "has no counterpart in int8 before the last convolution or dense layer";
                ByteRole::AfterKernels(format!("{problem}\nhint: use relu or clip there"))
            }
        }
    }

    fn byte_operation(&self, _: &Place<'_>, _: ByteSettings) -> Option<Fused<ByteOperation>> {
        // Bytes are never negative, and none stands for more than an upper limit.
        None
    }

    fn reference(&self, _: &Reference<'_>, input: &[f64]) -> Vec<f64> {
        reference::activation(*self, input)
    }

    fn reference_backward(&self, _: &Reference<'_>, of: Derivative<'_>, _: &mut [f64]) -> Vec<f64> {
        let at = if self.goes_back_from_input() { of.input } else { of.output };
        reference::activation_backward(*self, at, of.output_gradient)
    }

    fn byte_reference(&self, _: &ByteReference<'_>, input: Values) -> Values {
        match (*self, input) {
            (Self::Clip { high, .. }, Values::Bytes(bytes, scale)) => {
                // Whole numbers up to the one that stands for the limit.
                let most = (f64::from(high) / f64::from(scale) * (1.0 + 1e-6)).min(255.0) as u8;
                Values::Bytes(bytes.into_iter().map(|byte| byte.min(most)).collect(), scale)
            }
            (Self::Relu, Values::Bytes(bytes, scale)) => Values::Bytes(bytes, scale),
            (_, Values::Bytes(..)) => unreachable!("{} takes floats", self.name()),
            (_, Values::Floats(mut floats)) => {
                // The kernels' own function, which gives the same bits at every level.
                self.in_place(Cpu::with_level(Level::Portable).expect("every machine has this level"), &mut floats);
                Values::Floats(floats)
            }
        }
    }
}

impl Operation for Activation {
    fn method(&self) -> String {
        self.name().to_owned()
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], _: &mut Saved, _: &mut [f32]) {
        Self::forward(*self, pass.cpu, input, output);
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, _: &mut Saved, _: &mut [f32]) {
        if let Some(input_gradient) = gradients.input_gradient {
            let at = if self.goes_back_from_input() { gradients.input } else { gradients.output };
            Self::backward(*self, pass.cpu, at, gradients.output_gradient, input_gradient);
        }
    }
}

/// Whether nothing that it gives is ever below 0.
pub(crate) fn is_never_negative(activation: Activation) -> bool {
    match activation {
        Activation::Relu | Activation::Sigmoid | Activation::HardSigmoid { .. } | Activation::Softplus => true,
        Activation::Clip { low, .. } => low >= 0.0,
        Activation::LeakyRelu { slope } => slope == 0.0,
        Activation::Elu { alpha } => alpha == 0.0,
        Activation::Tanh | Activation::Selu | Activation::Gelu { .. } | Activation::Silu | Activation::HardSwish => {
            false
        }
    }
}
