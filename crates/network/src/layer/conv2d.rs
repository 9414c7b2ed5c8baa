//! Convolution with bias; the formulas of the three passes are at the kernels.

use std::ops::Range;

use tenfold_kernels::{
    Convolution, add_row, convolution, convolution_input_gradient, convolution_kernel_gradient, sum_rows,
};

use super::{Backward, Operation, Pass, Saved, kernel_and_bias};
use crate::architecture::Layer;
use crate::effect;
use crate::outline::LayerOutline;

#[derive(Debug)]
pub(super) struct Conv2d {
    geometry: Convolution,
    kernel: Range<usize>,
    bias: Option<Range<usize>>,
}

impl Conv2d {
    pub(super) fn new(layer: &LayerOutline) -> Self {
        let Layer::Conv2d { filters, kernel, stride, padding, .. } = layer.layer else {
            unreachable!("made from a convolution layer");
        };
        let geometry = effect::convolution(layer.input, filters, kernel, stride, padding)
            .expect("the outline has accepted this geometry");
        let (kernel, bias) = kernel_and_bias(layer);
        Self { geometry, kernel, bias }
    }
}

impl Operation for Conv2d {
    fn save_space(&self, _: usize) -> Saved {
        Saved { scratch: vec![0.0; self.geometry.scratch_len()], ..Saved::default() }
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], saved: &mut Saved) {
        let kernel = &pass.values[self.kernel.clone()];
        convolution(pass.cpu, &self.geometry, input, kernel, output, &mut saved.scratch);
        if let Some(bias) = &self.bias {
            add_row(pass.cpu, output, &pass.values[bias.clone()]);
        }
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, saved: &mut Saved) {
        let output_gradient = gradients.output_gradient;
        let kernel_gradient = &mut gradients.parameter_gradient[self.kernel.clone()];
        let scratch = &mut saved.scratch;
        convolution_kernel_gradient(
            pass.cpu,
            &self.geometry,
            gradients.input,
            output_gradient,
            kernel_gradient,
            scratch,
        );
        if let Some(bias) = &self.bias {
            sum_rows(pass.cpu, output_gradient, &mut gradients.parameter_gradient[bias.clone()]);
        }
        if let Some(input_gradient) = gradients.input_gradient {
            let kernel = &pass.values[self.kernel.clone()];
            convolution_input_gradient(pass.cpu, &self.geometry, output_gradient, kernel, input_gradient, scratch);
        }
    }
}
