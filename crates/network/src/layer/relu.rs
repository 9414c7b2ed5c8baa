//! `y = max(x, 0)`; `dx = dy` where `y > 0`.

use tenfold_kernels::{relu, relu_backward};

use super::{Backward, Operation, Pass, Saved};

#[derive(Debug)]
pub(crate) struct Relu;

impl Operation for Relu {
    fn method(&self) -> String {
        "relu".to_owned()
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], _: &mut Saved, _: &mut [f32]) {
        relu(pass.cpu, input, output);
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, _: &mut Saved, _: &mut [f32]) {
        if let Some(input_gradient) = gradients.input_gradient {
            relu_backward(pass.cpu, gradients.output, gradients.output_gradient, input_gradient);
        }
    }
}
