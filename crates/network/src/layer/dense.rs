//! `y = x W + b`; `dW = x^T dy`, `db = sum dy`, `dx = dy W^T`.

use std::ops::Range;

use tenfold_kernels::{Matrix, add_row, gemm, sum_rows, transpose};

use super::{Backward, Operation, Pass, Saved, kernel_and_bias};
use crate::outline::LayerOutline;

#[derive(Debug)]
pub(super) struct Dense {
    inputs: usize,
    outputs: usize,
    kernel: Range<usize>,
    bias: Option<Range<usize>>,
}

impl Dense {
    pub(super) fn new(layer: &LayerOutline) -> Self {
        let (kernel, bias) = kernel_and_bias(layer);
        Self { inputs: layer.input.len(), outputs: layer.output.len(), kernel, bias }
    }
}

impl Operation for Dense {
    fn save_space(&self, _: usize) -> Saved {
        Saved { scratch: vec![0.0; self.kernel.len()], ..Saved::default() }
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], _: &mut Saved) {
        let kernel = Matrix::row_major(&pass.values[self.kernel.clone()], self.inputs, self.outputs);
        gemm(pass.cpu, Matrix::row_major(input, pass.images, self.inputs), kernel, output, false);
        if let Some(bias) = &self.bias {
            add_row(pass.cpu, output, &pass.values[bias.clone()]);
        }
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, saved: &mut Saved) {
        let output_gradient = Matrix::row_major(gradients.output_gradient, pass.images, self.outputs);
        let input = Matrix::row_major(gradients.input, pass.images, self.inputs);
        let kernel_gradient = &mut gradients.parameter_gradient[self.kernel.clone()];
        gemm(pass.cpu, input.transposed(), output_gradient, kernel_gradient, true);
        if let Some(bias) = &self.bias {
            sum_rows(pass.cpu, gradients.output_gradient, &mut gradients.parameter_gradient[bias.clone()]);
        }
        if let Some(input_gradient) = gradients.input_gradient {
            transpose(&pass.values[self.kernel.clone()], self.inputs, self.outputs, &mut saved.scratch);
            let transposed = Matrix::row_major(&saved.scratch, self.outputs, self.inputs);
            gemm(pass.cpu, output_gradient, transposed, input_gradient, false);
        }
    }
}
