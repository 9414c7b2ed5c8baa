//! Activations: layers that apply a function to each number. The functions themselves, forward and backward, are
//! [`Activation`]'s; this is what they are to a network.

use tenfold_kernels::{Activation, Cpu, Level, reference};

use super::bytes::{ByteOperation, ByteRole, ByteSettings};
use super::effect::Effect;
use super::kind::Kind;
use super::operation::{Backward, Operation, Pass, Saved};
use super::place::{Lowered, Place, Reach};
use super::reference::{ByteReference, Derivative, Reference, Values};
use crate::architecture::Shape;

impl Kind for Activation {
    fn name(&self) -> &'static str {
        match self {
            Self::Relu => "relu",
            Self::Clip { .. } => "clip",
        }
    }

    fn effect(&self, input: Shape) -> Result<Effect, String> {
        match *self {
            Self::Clip { low, high } if !(low.is_finite() && high.is_finite() && low < high) => {
                Err(format!("limits of {low} and {high}, expected finite ones, the first below the second"))
            }
            Self::Clip { .. } | Self::Relu => Ok(Effect::shape_only(input)),
        }
    }

    fn reach(&self, _: Shape) -> Reach {
        Reach::SamePlace
    }

    fn activation(&self) -> Option<Activation> {
        Some(*self)
    }

    fn operation(&self, _: &Place<'_>) -> Option<Lowered<Box<dyn Operation>>> {
        Some(Lowered::alone(Box::new(*self)))
    }

    fn byte_role(&self, _: Shape) -> ByteRole {
        match *self {
            Self::Relu => ByteRole::CutsOff { limit: None },
            Self::Clip { low: 0.0, high } => ByteRole::CutsOff { limit: Some(high) },
            Self::Clip { low, .. } => {
                ByteRole::AfterKernels(format!("its lower limit is {low}, expected 0 in a quantised network"))
            }
        }
    }

    fn byte_operation(&self, _: &Place<'_>, _: ByteSettings) -> Option<Lowered<ByteOperation>> {
        // Bytes are never negative, and none stands for more than an upper limit.
        None
    }

    fn reference(&self, _: &Reference<'_>, input: &[f64]) -> Vec<f64> {
        reference::activation(*self, input)
    }

    fn reference_backward(&self, _: &Reference<'_>, of: Derivative<'_>, _: &mut [f64]) -> Vec<f64> {
        reference::activation_backward(*self, of.output, of.output_gradient)
    }

    fn byte_reference(&self, _: &ByteReference<'_>, input: Values) -> Values {
        match (*self, input) {
            (Self::Clip { high, .. }, Values::Bytes(bytes, scale)) => {
                // Whole numbers up to the one that stands for the limit.
                let most = (f64::from(high) / f64::from(scale) * (1.0 + 1e-6)).min(255.0) as u8;
                Values::Bytes(bytes.into_iter().map(|byte| byte.min(most)).collect(), scale)
            }
            (Self::Relu, Values::Bytes(bytes, scale)) => Values::Bytes(bytes, scale),
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
            Self::backward(*self, pass.cpu, gradients.output, gradients.output_gradient, input_gradient);
        }
    }
}
