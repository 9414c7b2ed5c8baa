//! A scale and a shift of what a network takes, or of each channel between its layers, within its values where that can
//! be.

use crate::architecture::Layer;
use crate::error::Error;
use crate::layer::Reach;
use crate::model::Model;
use crate::tensor::Role;

/// A power of two: added to the variance it makes exactly 1.
const EPSILON: f32 = 1.0 / 1_024.0;

/// A layer that scales and shifts each channel and does nothing else: a batch normalisation whose tensors are as
/// [`tensor`] says.
pub const LAYER: Layer = Layer::BatchNorm { momentum: 0.99, epsilon: EPSILON };

/// The values of a [`LAYER`]'s tensor in a role, for channels `x` that become `x * scale + shift`: a number per channel.
pub fn tensor(role: Role, scale: &[f32], shift: &[f32]) -> Vec<f32> {
    match role {
        Role::Beta => shift.to_vec(),
        Role::MovingMean => vec![0.0; scale.len()],
        Role::MovingVariance => vec![1.0 - EPSILON; scale.len()],
        Role::Gamma | Role::Kernel { .. } | Role::Bias => scale.to_vec(),
    }
}

impl Model {
    /// The model that answers for pixels `x`, 0 to 1, as this one does for `x * scale + shift`. The first layer's weights
    /// take that in; where that pads, has no bias, or would get infinite weights, a [`LAYER`] before it does.
    ///
    /// # Errors
    /// [`Error::Quantization`] for a quantised model; those of [`Model::with_values`] for a network that cannot have
    /// another layer.
    pub fn with_scaled_pixels(&self, scale: f64, shift: f64) -> Result<Self, Error> {
        if let Some(scaled) = self.with_members(|member| member.with_scaled_pixels(scale, shift))? {
            return Ok(scaled);
        }
        match self.scaled_values(scale, shift) {
            Some(values) if self.quantization().is_none() => {
                Self::with_values(self.architecture().clone(), values)?.with_temperature(self.temperature())
            }
            _ => {
                let channels = self.architecture().input.channels;
                self.with_scaling(0, &vec![scale as f32; channels], &vec![shift as f32; channels])
            }
        }
    }

    /// The model with a [`LAYER`] as layer `at`, from 0, that multiplies each channel with its `scale` and adds its `shift`.
    ///
    /// # Errors
    /// [`Error::Quantization`] for a quantised model; those of [`Model::with_values`] for a network that cannot have the
    /// layer there; [`Error::Layer`] for a place in a block, or other numbers of scales or shifts than there are channels.
    ///
    /// # Panics
    /// If there are fewer than `at` layers.
    pub fn with_scaling(&self, at: usize, scale: &[f32], shift: &[f32]) -> Result<Self, Error> {
        if self.quantization().is_some() {
            let problem = "is quantised\nhint: scale the float model that it was made from";
            return Err(Error::Quantization { problem: problem.to_owned() });
        }
        let mut architecture = self.architecture().clone();
        let wrong = |problem| Error::Layer { number: at + 1, layer: LAYER.kind(), problem };
        let place = place(&architecture.layers, at).ok_or_else(|| wrong("lies in a block of layers".to_owned()))?;
        architecture.layers.insert(place, LAYER);
        let outline = architecture.outline()?;
        let channels = outline.layers[at].input.channels;
        if [scale.len(), shift.len()] != [channels; 2] {
            let found = format!("{} scales and {} shifts", scale.len(), shift.len());
            return Err(wrong(format!("found {found}, expected {channels} of each, one per channel")));
        }
        let before = &self.outline().layers;
        let mut placed = Vec::new();
        for (index, layer) in outline.layers.iter().enumerate() {
            for of in &layer.tensors {
                let same = |layer: usize| before[layer].tensors.iter().find(|tensor| tensor.role == of.role);
                let values = match index.checked_sub(1) {
                    _ if index == at => tensor(of.role, scale, shift),
                    Some(layer) if index > at => self.tensor(same(layer).expect("the same layer as before")).to_vec(),
                    _ => self.tensor(same(index).expect("the same layer as before")).to_vec(),
                };
                placed.push((of.range.start, values));
            }
        }
        placed.sort_by_key(|(start, _)| *start);
        let values = placed.into_iter().flat_map(|(_, values)| values).collect();
        Self::with_values(architecture, values)?.with_temperature(self.temperature())
    }

    /// The values with a scale and a shift of all pixels in the first weights; nothing where these meet zeros beside the
    /// pixels, have no bias, or become infinite.
    fn scaled_values(&self, scale: f64, shift: f64) -> Option<Vec<f32>> {
        let first = self.outline().layers.iter().find(|layer| layer.layer != Layer::Flatten)?;
        let is_taken_twice = self.outline().layers.iter().any(|layer| layer.trunk == Some(0));
        let sees_zeros = matches!(first.reach(), Reach::Window(window) if window.is_padded());
        let [kernel, bias] = first.tensors.as_slice() else { return None };
        if is_taken_twice || sees_zeros || !kernel.role.is_kernel() {
            return None;
        }
        let mut values = self.values().to_vec();
        let mut sums = vec![0.0; bias.range.len()];
        // The filters are the kernel's last axis.
        for (index, weight) in values[kernel.range.clone()].iter_mut().enumerate() {
            let filter = index % sums.len();
            sums[filter] += f64::from(*weight);
            *weight = (f64::from(*weight) * scale) as f32;
        }
        for (bias, sum) in values[bias.range.clone()].iter_mut().zip(sums) {
            *bias = (f64::from(*bias) + shift * sum) as f32;
        }
        values.iter().all(|value| value.is_finite()).then_some(values)
    }
}

/// The place among `layers` of the layer that an outline has as number `at`; nothing for one in a block.
pub(crate) fn place(layers: &[Layer], at: usize) -> Option<usize> {
    let count = |layer: &Layer| Layer::count(std::slice::from_ref(layer));
    let mut starts = layers.iter().scan(0, |next, layer| {
        let start = *next;
        *next += count(layer);
        Some(start)
    });
    let end = Layer::count(layers);
    starts.position(|start| start == at).or((at == end).then_some(layers.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Architecture, Engine, Initializer, Padding, Predictor, quantize};

    fn model(layers: Vec<Layer>) -> Model {
        let architecture = Architecture { input: [28, 28, 1].into(), layers };
        Model::random(architecture, Initializer::HeNormal, 3).unwrap().with_temperature(1.5).unwrap()
    }

    fn convolution(padding: Padding, bias: bool) -> Model {
        let conv = Layer::Conv2d { filters: 3, kernel: [3, 3], stride: [1, 1], padding, bias, groups: 1 };
        model(vec![conv, Layer::Relu, Layer::Flatten, Layer::dense(10)])
    }

    fn distance(a: (&Model, &[u8]), b: (&Model, &[u8])) -> f32 {
        let answer = |(model, image): (&Model, &[u8])| {
            Predictor::new(model, Engine::single()).unwrap().probabilities(image).to_vec()
        };
        answer(a).iter().zip(answer(b)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn pixels_are_scaled_before_the_first_layer() {
        let bright: Vec<u8> = (0..784).map(|pixel| (pixel % 256 / 2 * 2) as u8).collect();
        let half: Vec<u8> = bright.iter().map(|&pixel| pixel / 2).collect();
        let dense = model(vec![Layer::Flatten, Layer::dense(10)]);
        // Zeros around the image are zeros of what is scaled.
        for (model, is_folded) in [
            (convolution(Padding::Same, true), false),
            (convolution(Padding::Valid, false), false),
            (convolution(Padding::Valid, true), true),
            (dense, true),
        ] {
            let scaled = model.with_scaled_pixels(2.0, 0.0).unwrap();
            assert_eq!(scaled.architecture() == model.architecture(), is_folded);
            assert_eq!(scaled.temperature(), model.temperature());
            assert!(distance((&model, &bright), (&scaled, &half)) < 1e-6);
            assert!(distance((&model, &bright), (&scaled, &bright)) > 1e-3);
            // An image of what is shifted to nothing is blank.
            let scaled = model.with_scaled_pixels(1.0 / 3.0, -0.2 / 3.0).unwrap();
            assert!(distance((&model, &[0; 784]), (&scaled, &[51; 784])) < 1e-6);
        }
    }

    #[test]
    fn each_channel_has_its_own_scale_between_layers() {
        let model = convolution(Padding::Valid, true);
        let scaled = model.with_scaling(1, &[1.0, 2.0, 0.5], &[0.0, 1.0, -1.0]).unwrap();
        // The convolution's own bias and weights, scaled and shifted, are the same network.
        let mut values = model.values().to_vec();
        let [kernel, bias] = &model.outline().layers[0].tensors[..] else { panic!("a kernel and a bias") };
        for (place, value) in values[..bias.range.end].iter_mut().enumerate() {
            let channel = (place - kernel.range.start) % 3;
            *value = *value * [1.0, 2.0, 0.5][channel]
                + if bias.range.contains(&place) { [0.0, 1.0, -1.0][channel] } else { 0.0 };
        }
        let same = Model::with_values(model.architecture().clone(), values).unwrap().with_temperature(1.5).unwrap();
        let image: Vec<u8> = (0..784).map(|pixel| (pixel % 251) as u8).collect();
        assert!(distance((&scaled, &image), (&same, &image)) < 1e-6);
        // The layer has three values of a scale and one of a shift: the total is right in the first.
        for (scales, shifts) in [(2, 6), (2, 2), (3, 2), (2, 3)] {
            let error = model.with_scaling(1, &vec![1.0; scales], &vec![0.0; shifts]).unwrap_err();
            assert!(matches!(error, Error::Layer { number: 2, .. }), "{scales} {shifts}: {error}");
        }
    }

    #[test]
    fn quantised_models_are_left_as_they_are() {
        let quantized = quantize(&convolution(Padding::Valid, true), &[90; 784], Engine::single()).unwrap();
        for scaled in [quantized.with_scaled_pixels(2.0, 0.0), quantized.with_scaling(0, &[1.0], &[0.0])] {
            assert!(matches!(scaled, Err(Error::Quantization { .. })), "{scaled:?}");
        }
    }
}
