//! `y = x W + b`, perhaps cut off below 0; `dW = x^T dy` (made later from its factors), `db = sum dy`, `dx = dy W^T`.

use std::ops::Range;

use tenfold_kernels::{
    Matrix, OutputGradient, add_row, bias_gradient, gemm, gemm_transposed, relu_backward, relu_in_place,
};

use super::{Backward, Operation, Pass, Saved, kernel_and_bias};
use crate::gradient::Parameters;
use crate::outline::LayerOutline;

#[derive(Debug)]
pub(crate) struct Dense {
    inputs: usize,
    outputs: usize,
    kernel: Range<usize>,
    bias: Option<Range<usize>>,
    relu: bool,
}

impl Dense {
    pub(crate) fn new(layer: &LayerOutline, relu: bool) -> Self {
        let (kernel, bias) = kernel_and_bias(layer);
        Self { inputs: layer.input.len(), outputs: layer.output.len(), kernel, bias, relu }
    }
}

impl Operation for Dense {
    fn method(&self) -> String {
        "matrix product".to_owned()
    }

    fn multiply_adds(&self) -> (u64, u64) {
        let products = self.inputs as u64 * self.outputs as u64;
        (products, products)
    }

    fn parameters(&self) -> Parameters {
        let product = Some((self.kernel.clone(), [self.inputs, self.outputs]));
        Parameters { summed: self.bias.clone().unwrap_or_default(), product }
    }

    fn backward_scratch_len(&self, images: usize) -> usize {
        if self.relu { images * self.outputs } else { 0 }
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], _: &mut Saved, _: &mut [f32]) {
        let kernel = Matrix::row_major(&pass.values[self.kernel.clone()], self.inputs, self.outputs);
        gemm(pass.cpu, Matrix::row_major(input, pass.images, self.inputs), kernel, output, false);
        if let Some(bias) = &self.bias {
            add_row(pass.cpu, output, &pass.values[bias.clone()]);
        }
        if self.relu {
            relu_in_place(pass.cpu, output);
        }
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, _: &mut Saved, scratch: &mut [f32]) {
        let output_gradient = if self.relu {
            let masked = &mut scratch[..gradients.output.len()];
            relu_backward(pass.cpu, gradients.output, gradients.output_gradient, masked);
            masked
        } else {
            gradients.output_gradient
        };
        if let Some(product) = gradients.product {
            product.keep(gradients.input, output_gradient);
        }
        if self.bias.is_some() {
            let gradient = OutputGradient::Map { gradient: output_gradient, relu_output: None };
            bias_gradient(pass.cpu, gradient, gradients.summed);
        }
        if let Some(input_gradient) = gradients.input_gradient {
            let kernel = &pass.values[self.kernel.clone()];
            gemm_transposed(pass.cpu, output_gradient, kernel, self.outputs, input_gradient);
        }
    }
}
