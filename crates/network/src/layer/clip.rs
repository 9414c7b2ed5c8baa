//! `y = min(max(x, low), high)`; `dx = dy` where `low < y < high`.

use tenfold_kernels::{clip, clip_backward};

use super::{Backward, Operation, Pass, Saved};

#[derive(Debug)]
pub(crate) struct Clip {
    /// Smallest and largest number.
    pub limits: [f32; 2],
}

impl Operation for Clip {
    fn method(&self) -> String {
        "clip".to_owned()
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], _: &mut Saved, _: &mut [f32]) {
        clip(pass.cpu, self.limits, input, output);
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, _: &mut Saved, _: &mut [f32]) {
        if let Some(input_gradient) = gradients.input_gradient {
            clip_backward(pass.cpu, self.limits, gradients.output, gradients.output_gradient, input_gradient);
        }
    }
}
