//! Convolution in groups with what follows it; the formulas of the three passes are at the kernels.

use std::ops::Range;

use tenfold_kernels::{
    Cpu, GroupedConvolution, OutputGradient, bias_gradient, grouped_convolution, grouped_convolution_input_gradient,
    grouped_convolution_kernel_gradient,
};

use super::super::operation::{Backward, Operation, Parameters, Pass, Saved};
use super::super::outline::LayerOutline;
use super::super::place::Epilogue;
use super::operation::Prepared;

/// A convolution in groups, and what has become part of it: in prediction a batch normalisation, and an activation.
#[derive(Debug)]
pub(super) struct Grouped {
    geometry: GroupedConvolution,
    epilogue: Epilogue,
    kernel: Range<usize>,
    bias: Option<Range<usize>>,
    zeros: Vec<f32>,
    prepared: Option<Prepared>,
}

impl Grouped {
    pub(super) fn new(layer: &LayerOutline, geometry: GroupedConvolution, epilogue: Epilogue) -> Self {
        let (kernel, bias) = layer.kernel_and_bias();
        Self { zeros: vec![0.0; geometry.all.filters], geometry, epilogue, kernel, bias, prepared: None }
    }

    fn bias<'a>(&'a self, values: &'a [f32]) -> &'a [f32] {
        self.bias.as_ref().map_or(&self.zeros, |bias| &values[bias.clone()])
    }
}

impl Operation for Grouped {
    fn method(&self) -> String {
        let is_depthwise = self.geometry.groups == self.geometry.all.window.channels;
        if is_depthwise { "depthwise".to_owned() } else { format!("in {} groups", self.geometry.groups) }
    }

    fn multiply_adds(&self) -> (u64, u64) {
        let products = self.geometry.all.window.positions() as u64 * self.geometry.kernel_len() as u64;
        (products, products)
    }

    fn parameters(&self) -> Parameters {
        let end = self.bias.as_ref().map_or(self.kernel.end, |bias| bias.end);
        Parameters { summed: self.kernel.start..end, product: None }
    }

    fn backward_scratch_len(&self, images: usize) -> usize {
        if self.epilogue.activation.is_some() { images * self.geometry.all.output_len() } else { 0 }
    }

    fn prepared_len(&self) -> usize {
        self.geometry.kernel_len()
    }

    fn prepare(&mut self, _: Cpu, values: &[f32]) {
        let (kernel, bias) = (&values[self.kernel.clone()], self.bias(values));
        self.prepared = Some(Prepared::folded(&self.epilogue, values, kernel, bias));
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], _: &mut Saved, _: &mut [f32]) {
        let (kernel, bias) = match &self.prepared {
            Some(prepared) => (&*prepared.kernel, &*prepared.bias),
            None => (&pass.values[self.kernel.clone()], self.bias(pass.values)),
        };
        grouped_convolution(pass.cpu, &self.geometry, input, kernel, bias, output);
        if let Some(activation) = self.epilogue.activation {
            activation.in_place(pass.cpu, output);
        }
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, _: &mut Saved, scratch: &mut [f32]) {
        let (cpu, kernel) = (pass.cpu, &pass.values[self.kernel.clone()]);
        let gradient = match self.epilogue.activation {
            Some(activation) => {
                let before = &mut scratch[..gradients.output.len()];
                activation.backward(cpu, gradients.output, gradients.output_gradient, before);
                before
            }
            None => gradients.output_gradient,
        };
        let (kernel_gradient, bias) = gradients.summed.split_at_mut(kernel.len());
        if self.bias.is_some() {
            bias_gradient(cpu, OutputGradient::Map { gradient, relu_output: None }, bias);
        }
        grouped_convolution_kernel_gradient(cpu, &self.geometry, gradients.input, gradient, kernel_gradient);
        if let Some(input_gradient) = gradients.input_gradient {
            grouped_convolution_input_gradient(cpu, &self.geometry, gradient, kernel, input_gradient);
        }
    }
}
