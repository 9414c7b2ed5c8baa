//! Convolution with what follows it; the formulas of the three passes are at the kernels.
//!
//! With a batch normalisation folded in, `gamma (x K + b - mean) / deviation + beta` is a convolution again, with the
//! kernel `K gamma / deviation` and the bias `(b - mean) gamma / deviation + beta`.

use std::ops::Range;

use tenfold_kernels::{
    self as kernels, Activation, Buffer, Cpu, MAX_FEW_CHANNELS, OutputGradient, Winograd, WinogradKernel,
    bias_gradient, convolution, convolution_input_gradient, convolution_kernel_gradient, few_channel_convolution,
    few_channel_kernel_gradient, few_channel_scratch_len,
};

use super::super::batch_norm::scale_and_shift;
use super::super::operation::{Backward, Operation, Parameters, Pass, Saved};
use super::super::outline::LayerOutline;
use super::super::place::Epilogue;

/// Input channels from which transforms pay for themselves.
const MIN_WINOGRAD_CHANNELS: usize = 8;

/// The kernels that a convolution uses.
#[derive(Debug)]
pub(super) enum Method {
    /// Sums over windows: any geometry.
    Direct,
    /// The frequency domain: 3x3, stride 1.
    Winograd(Box<Winograd>),
    /// Few channels, no padding, and nothing before that wants a gradient.
    FewChannels,
}

/// A convolution and what has become part of it.
#[derive(Debug)]
pub(super) struct Convolved {
    geometry: kernels::Convolution,
    method: Method,
    epilogue: Epilogue,
    kernel: Range<usize>,
    bias: Option<Range<usize>>,
    zeros: Vec<f32>,
    prepared: Option<Prepared>,
}

/// What prediction works out once from the model's values.
#[derive(Debug)]
pub(super) struct Prepared {
    /// As the method takes it.
    pub kernel: Buffer,
    pub bias: Buffer,
}

impl Prepared {
    /// A kernel, whose last axis is that of the filters, and a bias, with a batch normalisation after them folded in.
    pub fn folded(epilogue: &Epilogue, values: &[f32], kernel: &[f32], bias: &[f32]) -> Self {
        let (mut kernel, mut bias) = (Buffer::from(kernel), Buffer::from(bias));
        if let Some(norm) = &epilogue.norm {
            let (scale, shift) = scale_and_shift(norm, values);
            let filters = bias.len();
            kernel.iter_mut().enumerate().for_each(|(i, weight)| *weight *= scale[i % filters]);
            bias.iter_mut().enumerate().for_each(|(o, bias)| *bias = *bias * scale[o] + shift[o]);
        }
        Self { kernel, bias }
    }
}

impl Method {
    /// The method for a geometry; `first`: whether it is a network's first operation; `exact`: without transforms.
    pub(super) fn choose(geometry: kernels::Convolution, first: bool, exact: bool) -> Self {
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
    pub(super) fn can_pool(&self) -> bool {
        !matches!(self, Self::Direct)
    }
}

impl Convolved {
    pub(super) fn new(
        layer: &LayerOutline,
        geometry: kernels::Convolution,
        method: Method,
        epilogue: Epilogue,
    ) -> Self {
        let (kernel, bias) = layer.kernel_and_bias();
        Self { zeros: vec![0.0; geometry.filters], geometry, method, epilogue, kernel, bias, prepared: None }
    }

    fn bias<'a>(&'a self, values: &'a [f32]) -> &'a [f32] {
        self.bias.as_ref().map_or(&self.zeros, |bias| &values[bias.clone()])
    }

    /// The activation, where no kernel takes its gradient back while it reads the outputs' gradient.
    fn apart(&self) -> Option<Activation> {
        let is_direct = matches!(self.method, Method::Direct);
        self.epilogue.activation.filter(|activation| is_direct || !activation.is_in_registers())
    }

    /// Floats for the gradient of what an activation takes, where it is made apart.
    fn apart_len(&self, images: usize) -> usize {
        if self.apart().is_some() { images * self.geometry.output_len() } else { 0 }
    }
}

impl Operation for Convolved {
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
            Method::Direct | Method::FewChannels => (products, products),
        }
    }

    fn saved_bytes(&self, images: usize) -> usize {
        if self.epilogue.pooled { images * self.geometry.output_len() / 4 } else { 0 }
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
        let kernels = match &self.method {
            Method::Winograd(layout) => layout.backward_scratch_len(images),
            Method::Direct => self.geometry.scratch_len(),
            Method::FewChannels if self.epilogue.pooled => few_channel_scratch_len(&self.geometry),
            Method::FewChannels => 0,
        };
        kernels + self.apart_len(images)
    }

    fn prepared_len(&self) -> usize {
        let transformed = if let Method::Winograd(layout) = &self.method { layout.prepared_len() } else { 0 };
        self.geometry.kernel_len() + transformed
    }

    fn prepare(&mut self, cpu: Cpu, values: &[f32]) {
        let mut folded = Prepared::folded(&self.epilogue, values, &values[self.kernel.clone()], self.bias(values));
        if let Method::Winograd(layout) = &self.method {
            let mut prepared = Buffer::zeroed(layout.prepared_len());
            layout.prepare_kernel(cpu, &folded.kernel, &mut prepared);
            folded.kernel = prepared;
        }
        self.prepared = Some(folded);
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], saved: &mut Saved, scratch: &mut [f32]) {
        let bias = self.prepared.as_ref().map_or_else(|| self.bias(pass.values), |prepared| &prepared.bias);
        let kernel = self.prepared.as_ref().map_or(&pass.values[self.kernel.clone()], |prepared| &prepared.kernel);
        let (cpu, activation) = (pass.cpu, self.epilogue.activation);
        let outputs = output.len();
        let epilogue = if self.epilogue.pooled {
            kernels::Epilogue::Pooled { activation, output, winners: &mut saved.winners[..outputs] }
        } else {
            kernels::Epilogue::Map { activation, output }
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
            (Method::Direct, kernels::Epilogue::Map { activation, output }) => {
                convolution(cpu, &self.geometry, input, kernel, bias, activation, output, scratch);
            }
            (Method::Direct, kernels::Epilogue::Pooled { .. }) => unreachable!("this method does not pool"),
        }
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, saved: &mut Saved, scratch: &mut [f32]) {
        let cpu = pass.cpu;
        let (before, scratch) = scratch.split_at_mut(if self.apart().is_some() { gradients.output.len() } else { 0 });
        let gradient = match self.apart() {
            Some(activation) => {
                activation.backward(cpu, gradients.output, gradients.output_gradient, before);
                OutputGradient::Map { gradient: before, relu_output: None }
            }
            None if self.epilogue.pooled => {
                let gradient = gradients.output_gradient;
                OutputGradient::Pooled { gradient, winners: &saved.winners[..gradient.len()] }
            }
            None => {
                let relu_output = self.epilogue.activation.map(|_| gradients.output);
                OutputGradient::Map { gradient: gradients.output_gradient, relu_output }
            }
        };
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
                let OutputGradient::Map { gradient, relu_output: None } = gradient else {
                    unreachable!("this method takes plain gradients")
                };
                convolution_kernel_gradient(cpu, &self.geometry, gradients.input, gradient, kernel_gradient);
                if let Some(input_gradient) = gradients.input_gradient {
                    convolution_input_gradient(cpu, &self.geometry, gradient, kernel, input_gradient, scratch);
                }
            }
        }
    }
}
