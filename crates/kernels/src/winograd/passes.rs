//! The three passes.

use super::layout::Winograd;
use super::lines::BANDS;
use super::spacing::spaced;
use super::{filters, input, output};
use crate::epilogue::{Epilogue, OutputGradient};
use crate::gemm::{Matrix, gemm};
use crate::level::Cpu;

/// The kernel of a Winograd convolution.
#[derive(Clone, Copy, Debug)]
pub enum WinogradKernel<'a> {
    /// `[3, 3, C, O]`.
    Plain(&'a [f32]),
    /// What [`Winograd::prepare_kernel`] made of it: for many passes with the same kernel.
    Prepared(&'a [f32]),
}

impl Winograd {
    /// Transforms a kernel for later passes.
    ///
    /// # Panics
    /// If a length does not fit.
    pub fn prepare_kernel(&self, cpu: Cpu, kernel: &[f32], mut prepared: &mut [f32]) {
        assert_eq!(kernel.len(), self.geometry.kernel_len(), "a kernel of {:?}", self.geometry);
        assert_eq!(prepared.len(), self.prepared_len(), "a prepared kernel of {:?}", self.geometry);
        for pairs in self.groups().map(|group| self.pairs(&group)) {
            for band in 0..BANDS.len() {
                let (part, rest) = prepared.split_at_mut(pairs.band_len());
                filters::transform(cpu, pairs, band, kernel, part);
                prepared = rest;
            }
        }
    }

    /// Convolves `input` `[N, H, W, C]` with `kernel`, adds `bias` (`[O]`) and goes on as `epilogue` says. `scratch`: at
    /// least [`Self::forward_scratch_len`] floats of any content.
    ///
    /// # Panics
    /// If a length does not fit, or if an output that is to be pooled has an odd height or width.
    pub fn forward(
        &self,
        cpu: Cpu,
        input: &[f32],
        kernel: WinogradKernel<'_>,
        bias: &[f32],
        mut epilogue: Epilogue<'_>,
        scratch: &mut [f32],
    ) {
        let channels = self.geometry.window.channels;
        let images = input.len() / self.geometry.window.input_len();
        let from = self.matrices(images, channels);
        let (frequencies, scratch) = scratch.split_at_mut(from.length);
        input::input(cpu, self, images, input, frequencies);
        let mut prepared = 0;
        for group in self.groups() {
            let (pairs, to) = (self.pairs(&group), self.matrices(images, group.width));
            let (transformed, products) = scratch.split_at_mut(pairs.band_len());
            for band in 0..BANDS.len() {
                let transformed = match kernel {
                    WinogradKernel::Plain(kernel) => {
                        filters::transform(cpu, pairs, band, kernel, transformed);
                        &*transformed
                    }
                    WinogradKernel::Prepared(kernel) => &kernel[prepared..][..transformed.len()],
                };
                prepared += transformed.len();
                for (f, kernel) in filters::frequencies(band).zip(transformed.chunks_exact(spaced(pairs.len()))) {
                    let kernel = Matrix::row_major(&kernel[..pairs.len()], channels, group.width);
                    let input = Matrix::row_major(from.matrix(f, frequencies), from.rows[f], channels);
                    gemm(cpu, input, kernel, to.matrix_mut(f, products), false);
                }
            }
            output::output(cpu, self, images, &group, products, bias, &mut epilogue);
        }
        epilogue.finish(cpu);
    }

    /// Both gradients: of the kernel (`[3, 3, C, O]`, overwritten) and, if wanted, of the input (`[N, H, W, C]`,
    /// overwritten). `input` and `kernel` (`[3, 3, C, O]`): what [`Self::forward`] took; `gradient`: of what it gave;
    /// `scratch`: at least [`Self::backward_scratch_len`] floats of any content.
    ///
    /// The input is transformed again: that is faster than to keep its transform, which is larger than a cache.
    ///
    /// # Panics
    /// If a length does not fit.
    #[expect(clippy::too_many_arguments, reason = "each is a different array")]
    pub fn backward(
        &self,
        cpu: Cpu,
        input: &[f32],
        kernel: &[f32],
        gradient: OutputGradient<'_>,
        kernel_gradient: &mut [f32],
        input_gradient: Option<&mut [f32]>,
        scratch: &mut [f32],
    ) {
        assert_eq!(kernel.len(), self.geometry.kernel_len(), "a kernel of {:?}", self.geometry);
        assert_eq!(kernel_gradient.len(), kernel.len(), "the gradient of a kernel of {:?}", self.geometry);
        let channels = self.geometry.window.channels;
        let images = input.len() / self.geometry.window.input_len();
        let from = self.matrices(images, channels);
        let (frequencies, scratch) = scratch.split_at_mut(from.length);
        let (apart, scratch) = scratch.split_at_mut(self.apart_len(&from));
        input::input(cpu, self, images, input, frequencies);
        for group in self.groups() {
            let (pairs, to) = (self.pairs(&group), self.matrices(images, group.width));
            let (transformed, rest) = scratch.split_at_mut(pairs.band_len());
            let (products, taps) = rest.split_at_mut(to.length);
            output::output_adjoint(cpu, self, images, &group, gradient, products);
            if input_gradient.is_some() {
                filters::transposed(cpu, pairs, kernel, &mut taps[..9 * pairs.len()]);
            }
            for band in 0..BANDS.len() {
                for (f, gradient) in filters::frequencies(band).zip(transformed.chunks_exact_mut(spaced(pairs.len()))) {
                    let input = Matrix::row_major(from.matrix(f, frequencies), from.rows[f], channels);
                    let output = Matrix::row_major(to.matrix(f, products), to.rows[f], group.width);
                    gemm(cpu, input.transposed(), output, &mut gradient[..pairs.len()], false);
                }
                filters::adjoint(cpu, pairs, band, transformed, kernel_gradient);
                if input_gradient.is_none() {
                    continue;
                }
                filters::transform(cpu, pairs.transposed(), band, &taps[..9 * pairs.len()], transformed);
                let gradients = if apart.is_empty() { &mut *frequencies } else { &mut *apart };
                for (f, kernel) in filters::frequencies(band).zip(transformed.chunks_exact(spaced(pairs.len()))) {
                    let kernel = Matrix::row_major(&kernel[..pairs.len()], group.width, channels);
                    let products = Matrix::row_major(to.matrix(f, products), to.rows[f], group.width);
                    gemm(cpu, products, kernel, from.matrix_mut(f, gradients), group.first > 0);
                }
            }
        }
        if let Some(input_gradient) = input_gradient {
            let gradients = if apart.is_empty() { frequencies } else { apart };
            input::input_adjoint(cpu, self, images, gradients, input_gradient);
        }
    }
}
