//! A network without the layers that prediction does not need.

use super::byte_layers::{byte_role, refusal};
use crate::architecture::{Architecture, Layer};
use crate::error::Error;
use crate::layer::{ByteRole, scale_and_shift};
use crate::model::Model;
use crate::tensor::Role;

impl Model {
    /// The model for prediction only, with the same outputs up to rounding: each batch normalisation has become part of
    /// the convolution or dense layer directly before it, which gains a bias if it had none, and dropout is left out.
    /// The result is not quantised.
    ///
    /// With moving statistics, `gamma (x K + b - mean) / deviation + beta` is a layer again, with the kernel
    /// `K gamma / deviation` and the bias `(b - mean) gamma / deviation + beta`.
    ///
    /// # Errors
    /// [`Error::Layer`] for a layer that joins a branch, and for a batch normalisation that follows no convolution or dense layer directly (dropout between
    /// the two does not count).
    pub fn folded(&self) -> Result<Self, Error> {
        if let Some(folded) = self.with_members(Self::folded)? {
            return Ok(folded);
        }
        self.outline().check_chain()?;
        let mut layers: Vec<Layer> = Vec::new();
        // Kernel and bias of each layer that has them.
        let mut tensors: Vec<[Vec<f32>; 2]> = Vec::new();
        for (index, layer) in self.outline().layers.iter().enumerate() {
            match byte_role(layer) {
                ByteRole::LeftOut => continue,
                ByteRole::FoldsIntoKernel => {
                    let (
                        Some(Layer::Conv2d { filters: outputs, bias, .. } | Layer::Dense { units: outputs, bias }),
                        Some([kernel, biases]),
                    ) = (layers.last_mut(), tensors.last_mut())
                    else {
                        let problem = "follows no convolution or dense layer directly, and cannot be folded into one";
                        return Err(refusal(self.outline(), index, problem.to_owned()));
                    };
                    *bias = true;
                    biases.resize(*outputs, 0.0);
                    let (scale, shift) = scale_and_shift(layer, self.values());
                    kernel.iter_mut().zip(scale.iter().cycle()).for_each(|(weight, scale)| *weight *= scale);
                    for ((bias, scale), shift) in biases.iter_mut().zip(scale).zip(shift) {
                        *bias = *bias * scale + shift;
                    }
                    continue;
                }
                ByteRole::Kernel { .. }
                | ByteRole::AddsUp { .. }
                | ByteRole::Keeps
                | ByteRole::CutsOff { .. }
                | ByteRole::AfterKernels(_) => {}
            }
            if let Some(kernel) = layer.range(Role::is_kernel) {
                tensors.push([self.values()[kernel].to_vec(), layer.biases(self.values()).to_vec()]);
            }
            layers.push(layer.layer.clone());
        }
        let architecture = Architecture { input: self.architecture().input, layers };
        let values = tensors.into_iter().flatten().flatten().collect();
        Self::with_values(architecture, values)?.with_temperature(self.temperature())
    }
}
