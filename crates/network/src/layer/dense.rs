//! `y = x W + b`, and what an activation makes of it; `dW = x^T dy` (made later from its factors), `db = sum dy`,
//! `dx = dy W^T`.

use std::ops::Range;

use tenfold_kernels::{
    Activation, Convolution, Matrix, OutputGradient, Padding, QuantizedLayer, Window, add_row, bias_gradient, gemm,
    gemm_transposed, reference as kernels,
};

use super::bytes::{ByteOperation, ByteRole, ByteSettings, Products};
use super::effect::{Effect, LANES, check_count, product};
use super::kind::Kind;
use super::operation::{Backward, Operation, Parameters, Pass, Saved};
use super::place::{Fused, Place, Reach};
use super::reference::{ByteReference, Derivative, Reference, Values};
use crate::architecture::Shape;
use crate::tensor::Role;

/// [`Layer::Dense`](crate::Layer::Dense).
pub(crate) struct Dense {
    pub units: usize,
    pub bias: bool,
}

impl Kind for Dense {
    fn name(&self) -> &'static str {
        "dense"
    }

    fn effect(&self, input: Shape) -> Result<Effect, String> {
        if !input.is_flat() {
            return Err(format!("takes one vector, found {input}\nhint: put a flatten layer before it"));
        }
        check_count("units", self.units)?;
        let role = Role::Kernel { fan_in: input.channels, fan_out: self.units };
        let mut tensors = vec![(role, vec![input.channels, self.units])];
        tensors.extend(self.bias.then(|| (Role::Bias, vec![self.units])));
        let multiply_accumulates = product([input.channels, self.units]);
        let work = product([input.channels, self.units.next_multiple_of(LANES)]);
        Ok(Effect { output: Shape::flat(self.units), tensors, multiply_accumulates, work })
    }

    fn reach(&self, _: Shape) -> Reach {
        Reach::All
    }

    fn operation(&self, place: &Place<'_>) -> Option<Fused<Box<dyn Operation>>> {
        let (kernel, bias) = place.layer.kernel_and_bias();
        let epilogue = place.activation();
        let operation = Product {
            inputs: place.layer.input.len(),
            outputs: self.units,
            kernel,
            bias,
            activation: epilogue.activation,
        };
        Some(Fused { operation: Box::new(operation), layers: epilogue.layers })
    }

    fn byte_role(&self, input: Shape) -> ByteRole {
        ByteRole::Kernel { inputs: input.len(), padded: 0 }
    }

    fn byte_operation(&self, place: &Place<'_>, settings: ByteSettings) -> Option<Fused<ByteOperation>> {
        let inputs = place.layer.input.len();
        let kernel = settings.kernel.expect("a dense layer has a kernel");
        let layer = QuantizedLayer::dense(inputs, self.units, &kernel.weights, &kernel.scales, &kernel.biases);
        let operation = ByteOperation::of_kernel(kernel.is_last, layer, Products(product([inputs, self.units])));
        Some(Fused { operation, layers: place.activation().layers })
    }

    fn reference(&self, at: &Reference<'_>, input: &[f64]) -> Vec<f64> {
        let [kernel, bias] = [at.values_of(Role::is_kernel), at.values_of(|role| role == Role::Bias)];
        kernels::dense(input, kernel, bias, at.layer.input.len(), self.units)
    }

    fn reference_backward(&self, at: &Reference<'_>, of: Derivative<'_>, gradient: &mut [f64]) -> Vec<f64> {
        let (dy, inputs, outputs) = (of.output_gradient, at.layer.input.len(), self.units);
        at.set(gradient, Role::is_kernel, &kernels::dense_kernel_gradient(of.input, dy, inputs, outputs));
        at.set(gradient, |role| role == Role::Bias, &kernels::sum_rows(dy, outputs));
        kernels::dense_input_gradient(dy, at.values_of(Role::is_kernel), inputs, outputs)
    }

    fn byte_reference(&self, at: &ByteReference<'_>, input: Values) -> Values {
        let window = Window::new(at.layer.input.into(), [1, 1], [1, 1], Padding::Valid).expect("one pixel");
        at.convolved(&Convolution { window, filters: self.units }, <[i8]>::to_vec, input)
    }
}

/// A matrix product.
#[derive(Debug)]
struct Product {
    inputs: usize,
    outputs: usize,
    kernel: Range<usize>,
    bias: Option<Range<usize>>,
    activation: Option<Activation>,
}

impl Operation for Product {
    fn method(&self) -> String {
        "matrix product".to_owned()
    }

    fn multiply_adds(&self) -> (u64, u64) {
        let products = product([self.inputs, self.outputs]);
        (products, products)
    }

    fn parameters(&self) -> Parameters {
        let product = Some((self.kernel.clone(), [self.inputs, self.outputs]));
        Parameters { summed: self.bias.clone().unwrap_or_default(), product }
    }

    fn backward_scratch_len(&self, images: usize) -> usize {
        if self.activation.is_some() { images * self.outputs } else { 0 }
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], _: &mut Saved, _: &mut [f32]) {
        let kernel = Matrix::row_major(&pass.values[self.kernel.clone()], self.inputs, self.outputs);
        gemm(pass.cpu, Matrix::row_major(input, pass.images, self.inputs), kernel, output, false);
        if let Some(bias) = &self.bias {
            add_row(pass.cpu, output, &pass.values[bias.clone()]);
        }
        if let Some(activation) = self.activation {
            activation.in_place(pass.cpu, output);
        }
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, _: &mut Saved, scratch: &mut [f32]) {
        let output_gradient = if let Some(activation) = self.activation {
            let before = &mut scratch[..gradients.output.len()];
            activation.backward(pass.cpu, gradients.output, gradients.output_gradient, before);
            before
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
