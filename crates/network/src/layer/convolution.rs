//! Convolution with what follows it; the formulas of the three passes are at the kernels.
//!
//! With a batch normalisation folded in, `gamma (x K + b - mean) / deviation + beta` is a convolution again, with the
//! kernel `K gamma / deviation` and the bias `(b - mean) gamma / deviation + beta`.

use std::ops::Range;

use tenfold_kernels::{
    self as kernels, Buffer, Cpu, Epilogue, MAX_FEW_CHANNELS, OutputGradient, Winograd, WinogradKernel, bias_gradient,
    convolution, convolution_input_gradient, convolution_kernel_gradient, few_channel_convolution,
    few_channel_kernel_gradient, few_channel_scratch_len, relu_backward,
};

use super::batch_norm::BatchNorm;
use super::{Backward, Operation, Pass, Saved, kernel_and_bias};
use crate::gradient::Parameters;
use crate::outline::LayerOutline;

/// Input channels from which transforms pay for themselves.
const MIN_WINOGRAD_CHANNELS: usize = 8;

/// The kernels that a convolution uses.
#[derive(Debug)]
pub(crate) enum Method {
    /// Sums over windows: any geometry.
    Direct,
    /// The frequency domain: 3x3, stride 1.
    Winograd(Box<Winograd>),
    /// Few channels, no padding, and nothing before that wants a gradient.
    FewChannels,
}

/// Layers after a convolution that have become part of it.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    /// How many.
    pub layers: usize,
    /// A batch normalisation, in prediction.
    pub norm: Option<LayerOutline>,
    pub relu: bool,
    /// 2x2 max pooling.
    pub pooled: bool,
}

#[derive(Debug)]
pub(crate) struct Convolution {
    geometry: kernels::Convolution,
    method: Method,
    relu: bool,
    pooled: bool,
    kernel: Range<usize>,
    bias: Option<Range<usize>>,
    norm: Option<BatchNorm>,
    zeros: Vec<f32>,
    prepared: Option<Prepared>,
}

/// What prediction works out once from the model's values.
#[derive(Debug)]
struct Prepared {
    /// As the method takes it.
    kernel: Buffer,
    bias: Buffer,
}

impl Method {
    /// The method for a geometry; `first`: whether it is a network's first operation; `exact`: without transforms.
    pub(crate) fn choose(geometry: kernels::Convolution, first: bool, exact: bool) -> Self {
        let window = &geometry.window;
        if first && window.channels <= MAX_FEW_CHANNELS && !window.is_padded() {
            return Self::FewChannels;
        }
        match Winograd::new(geometry) {
            Some(layout) if window.channels >= MIN_WINOGRAD_CHANNELS && !exact => Self::Winograd(Box::new(layout)),
            _ => Self::Direct,
        }
    }

    /// Whether its kernels can pool what they give.
    pub(crate) fn can_pool(&self) -> bool {
        !matches!(self, Self::Direct)
    }
}

impl Convolution {
    pub(crate) fn new(layer: &LayerOutline, geometry: kernels::Convolution, method: Method, tail: Tail) -> Self {
        let (kernel, bias) = kernel_and_bias(layer);
        Self {
            zeros: vec![0.0; geometry.filters],
            // Prediction has no statistics, so the number among them does not matter.
            norm: tail.norm.as_ref().map(|norm| BatchNorm::new(norm, 0)),
            geometry,
            method,
            relu: tail.relu,
            pooled: tail.pooled,
            kernel,
            bias,
            prepared: None,
        }
    }

    fn bias<'a>(&'a self, values: &'a [f32]) -> &'a [f32] {
        self.bias.as_ref().map_or(&self.zeros, |bias| &values[bias.clone()])
    }

    fn output_gradient<'a>(&self, gradients: &Backward<'a>, winners: &'a [u8]) -> OutputGradient<'a> {
        let gradient = gradients.output_gradient;
        if self.pooled {
            return OutputGradient::Pooled { gradient, winners: &winners[..gradient.len()] };
        }
        OutputGradient::Map { gradient, relu_output: self.relu.then_some(gradients.output) }
    }
}

impl Operation for Convolution {
    fn method(&self) -> String {
        match &self.method {
            Method::Winograd(_) => "Winograd F(4x4, 3x3)".to_owned(),
            Method::Direct => "direct".to_owned(),
            Method::FewChannels => "direct, few channels".to_owned(),
        }
    }

    fn multiply_adds(&self) -> (u64, u64) {
        let products = self.geometry.window.positions() as u64 * self.geometry.kernel_len() as u64;
        match &self.method {
            Method::Winograd(layout) => (products, layout.multiply_adds()),
            _ => (products, products),
        }
    }

    fn saved_bytes(&self, images: usize) -> usize {
        if self.pooled { images * self.geometry.output_len() / 4 } else { 0 }
    }

    fn save_space(&self, images: usize) -> Saved {
        Saved { winners: vec![0; self.saved_bytes(images)], ..Saved::default() }
    }

    fn parameters(&self) -> Parameters {
        let end = self.bias.as_ref().map_or(self.kernel.end, |bias| bias.end);
        assert!(
            self.bias.as_ref().is_none_or(|bias| bias.start == self.kernel.end),
            "kernel and bias lie side by side"
        );
        Parameters { summed: self.kernel.start..end, product: None }
    }

    fn forward_scratch_len(&self, images: usize) -> usize {
        match &self.method {
            Method::Winograd(layout) => layout.forward_scratch_len(images),
            Method::Direct => self.geometry.scratch_len(),
            Method::FewChannels => 0,
        }
    }

    fn backward_scratch_len(&self, images: usize) -> usize {
        match &self.method {
            Method::Winograd(layout) => layout.backward_scratch_len(images),
            Method::Direct => self.geometry.scratch_len() + images * self.geometry.output_len(),
            Method::FewChannels if self.pooled => few_channel_scratch_len(&self.geometry),
            Method::FewChannels => 0,
        }
    }

    fn prepared_len(&self) -> usize {
        let transformed = if let Method::Winograd(layout) = &self.method { layout.prepared_len() } else { 0 };
        self.geometry.kernel_len() + transformed
    }

    fn prepare(&mut self, cpu: Cpu, values: &[f32]) {
        let mut kernel = Buffer::from(&values[self.kernel.clone()]);
        let mut bias = Buffer::from(self.bias(values));
        if let Some(norm) = &self.norm {
            let (scale, shift) = norm.scale_and_shift(values);
            let filters = self.geometry.filters;
            kernel.iter_mut().enumerate().for_each(|(i, weight)| *weight *= scale[i % filters]);
            bias.iter_mut().enumerate().for_each(|(o, bias)| *bias = *bias * scale[o] + shift[o]);
        }
        if let Method::Winograd(layout) = &self.method {
            let mut prepared = Buffer::zeroed(layout.prepared_len());
            layout.prepare_kernel(cpu, &kernel, &mut prepared);
            kernel = prepared;
        }
        self.prepared = Some(Prepared { kernel, bias });
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], saved: &mut Saved, scratch: &mut [f32]) {
        let bias = self.prepared.as_ref().map_or_else(|| self.bias(pass.values), |prepared| &prepared.bias);
        let kernel = self.prepared.as_ref().map_or(&pass.values[self.kernel.clone()], |prepared| &prepared.kernel);
        let (cpu, relu) = (pass.cpu, self.relu);
        let outputs = output.len();
        let epilogue = if self.pooled {
            Epilogue::Pooled { relu, output, winners: &mut saved.winners[..outputs] }
        } else {
            Epilogue::Map { relu, output }
        };
        match (&self.method, epilogue) {
            (Method::Winograd(layout), epilogue) => {
                let kernel = match &self.prepared {
                    Some(prepared) => WinogradKernel::Prepared(&prepared.kernel),
                    None => WinogradKernel::Plain(kernel),
                };
                layout.forward(cpu, input, kernel, bias, epilogue, scratch);
            }
            (Method::FewChannels, epilogue) => {
                few_channel_convolution(cpu, &self.geometry, input, kernel, bias, epilogue);
            }
            (Method::Direct, Epilogue::Map { relu, output }) => {
                convolution(cpu, &self.geometry, input, kernel, bias, relu, output, scratch);
            }
            (Method::Direct, Epilogue::Pooled { .. }) => unreachable!("this method does not pool"),
        }
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, saved: &mut Saved, scratch: &mut [f32]) {
        let cpu = pass.cpu;
        let gradient = self.output_gradient(&gradients, &saved.winners);
        let kernel = &pass.values[self.kernel.clone()];
        let (kernel_gradient, bias) = gradients.summed.split_at_mut(kernel.len());
        if self.bias.is_some() {
            bias_gradient(cpu, gradient, bias);
        }
        match &self.method {
            Method::Winograd(layout) => {
                let (input, input_gradient) = (gradients.input, gradients.input_gradient);
                layout.backward(cpu, input, kernel, gradient, kernel_gradient, input_gradient, scratch);
            }
            Method::FewChannels => {
                let (geometry, input) = (&self.geometry, gradients.input);
                few_channel_kernel_gradient(cpu, geometry, input, gradient, kernel_gradient, scratch);
                assert!(gradients.input_gradient.is_none(), "only a first operation works on few channels");
            }
            Method::Direct => {
                let (masked, scratch) = scratch.split_at_mut(gradients.output.len());
                let output_gradient = if self.relu {
                    relu_backward(cpu, gradients.output, gradients.output_gradient, masked);
                    masked
                } else {
                    gradients.output_gradient
                };
                let geometry = &self.geometry;
                convolution_kernel_gradient(cpu, geometry, gradients.input, output_gradient, kernel_gradient);
                if let Some(input_gradient) = gradients.input_gradient {
                    convolution_input_gradient(cpu, geometry, output_gradient, kernel, input_gradient, scratch);
                }
            }
        }
    }
}
