//! A scale and a shift of each channel: in the weights of the layer after it, or as a batch normalisation that does just that.

use tenfold_network::{Layer, Model, Role};

use crate::arrays;
use crate::error::Error;
use crate::saved_model::SavedModel;

/// A power of two: added to the variance it makes exactly 1.
const EPSILON: f32 = 1.0 / 1_024.0;

/// The layer.
pub(crate) const LAYER: Layer = Layer::BatchNorm { momentum: 0.99, epsilon: EPSILON };

/// What the layer's tensor in a role is for channels `x` that become `x * scale + shift`.
pub(crate) fn tensor(role: Role, scale: &[f32], shift: &[f32]) -> Vec<f32> {
    match role {
        Role::Beta => shift.to_vec(),
        Role::MovingMean => vec![0.0; scale.len()],
        Role::MovingVariance => vec![1.0 - EPSILON; scale.len()],
        _ => scale.to_vec(),
    }
}

impl SavedModel {
    /// The model that takes pixels from 0 to 1 and answers as this one does for `(pixel - mean) / deviation`: for models that
    /// were trained on such pixels, by PyTorch's `Normalize(mean, deviation)` for one. The first layer's weights take that
    /// in; where it pads, or has no bias, a layer before it does.
    ///
    /// # Errors
    /// [`Error::Unsupported`] unless the mean is -1,000 to 1,000 and the deviation 0.001 to 1,000, and for a quantised
    /// model.
    ///
    /// # Examples
    /// ```
    /// # let saved = tenfold_formats::SavedModel {
    /// #     model: tenfold_network::Model::random(
    /// #         tenfold_network::Architecture::paper(), tenfold_network::Initializer::HeNormal, 1)?,
    /// #     preparation: Default::default(),
    /// #     labels: (0..10).map(|digit| digit.to_string()).collect(),
    /// #     provenance: Default::default(),
    /// # };
    /// let normalized = saved.with_normalized_pixels(0.1307, 0.3081)?;
    /// assert_eq!(normalized.model.architecture(), &tenfold_network::Architecture::paper());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_normalized_pixels(self, mean: f64, deviation: f64) -> Result<Self, Error> {
        let model = &self.model;
        if !(-1_000.0..=1_000.0).contains(&mean) {
            return Err(Error::unsupported("mean of pixels", format!("is {mean}, expected -1000 to 1000")));
        }
        if !(0.001..=1_000.0).contains(&deviation) {
            return Err(Error::unsupported("deviation of pixels", format!("is {deviation}, expected 0.001 to 1000")));
        }
        if model.quantization().is_some() {
            return Err(Error::unsupported(
                "the model",
                "is quantised\nhint: convert the float model that it was made from",
            ));
        }
        let model = before(model, 1.0 / deviation, -mean / deviation)?.with_temperature(model.temperature())?;
        Ok(Self { model, ..self })
    }
}

/// The network that answers for pixels `x` as `model` does for `x * scale + shift`, at temperature 1: the first layer's
/// weights take that in, or a layer before it does.
///
/// # Errors
/// [`Error::Network`] for a network that cannot have another layer.
pub(crate) fn before(model: &Model, scale: f64, shift: f64) -> Result<Model, Error> {
    match folded(model, scale, shift) {
        Some(values) => Ok(Model::with_values(model.architecture().clone(), values)?),
        None => {
            let channels = model.architecture().input.channels;
            inserted(model, 0, &vec![scale as f32; channels], &vec![shift as f32; channels])
        }
    }
}

/// The model's values with a scale and a shift of all pixels in its first weights; nothing where these meet zeros beside
/// the pixels, have no bias, or become infinite.
fn folded(model: &Model, scale: f64, shift: f64) -> Option<Vec<f32>> {
    let first = model.outline().layers.iter().find(|layer| layer.layer != Layer::Flatten)?;
    let sees_pixels_only = match first.layer {
        Layer::Conv2d { kernel, stride, padding, .. } => !padding.windows(first.input, kernel, stride)?.is_padded(),
        Layer::Dense { .. } => true,
        _ => false,
    };
    let (true, [kernel, bias]) = (sees_pixels_only, first.tensors.as_slice()) else { return None };
    let mut values = model.values().to_vec();
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

/// The network with a layer at position `at` that scales and shifts each channel, at temperature 1.
///
/// # Errors
/// [`Error::Network`] for a network that cannot have the layer there.
pub(crate) fn inserted(model: &Model, at: usize, scale: &[f32], shift: &[f32]) -> Result<Model, Error> {
    let mut architecture = model.architecture().clone();
    architecture.layers.insert(at, LAYER);
    let values = arrays::values(&architecture.outline()?, |index, of| {
        if index == at {
            return Ok(tensor(of.role, scale, shift));
        }
        let tensors = &model.outline().layers[if index < at { index } else { index - 1 }].tensors;
        let same = tensors.iter().find(|tensor| tensor.role == of.role).expect("the same layer as before");
        Ok(model.tensor(same).to_vec())
    })?;
    Ok(Model::with_values(architecture, values)?)
}

#[cfg(test)]
mod tests {
    use tenfold_network::{Engine, Layer, Padding, Predictor};

    use crate::{SavedModel, samples};

    fn first(padding: Padding, bias: bool) -> SavedModel {
        let conv = Layer::Conv2d { filters: 3, kernel: [3, 3], stride: [1, 1], padding, bias };
        samples::of_layers(vec![conv, Layer::Relu, Layer::Flatten, Layer::dense(10)])
    }

    fn far(a: (&SavedModel, &[u8]), b: (&SavedModel, &[u8])) -> f32 {
        let answer = |(saved, image): (&SavedModel, &[u8])| {
            Predictor::new(&saved.model, Engine::single()).unwrap().probabilities(image).to_vec()
        };
        answer(a).iter().zip(answer(b)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn pixels_are_normalised_before_the_first_layer() {
        let bright: Vec<u8> = (0..784).map(|pixel| (pixel % 256 / 2 * 2) as u8).collect();
        let half: Vec<u8> = bright.iter().map(|&pixel| pixel / 2).collect();
        let dense = samples::of_layers(vec![Layer::Flatten, Layer::dense(10)]);
        // Zeros around the image are zeros of what is normalised.
        for (saved, is_folded) in [
            (first(Padding::Same, true), false),
            (first(Padding::Valid, false), false),
            (first(Padding::Valid, true), true),
            (dense, true),
        ] {
            // Pixels from 0 to 1, less nothing, divided by 0.5: an image of half the ink.
            let normalized = saved.clone().with_normalized_pixels(0.0, 0.5).unwrap();
            assert_eq!(normalized.model.architecture() == saved.model.architecture(), is_folded);
            assert!(far((&saved, &bright), (&normalized, &half)) < 1e-6);
            assert!(far((&saved, &bright), (&normalized, &bright)) > 1e-3);
            // An image of the mean is blank.
            let normalized = saved.clone().with_normalized_pixels(0.2, 3.0).unwrap();
            assert!(far((&saved, &[0; 784]), (&normalized, &[51; 784])) < 1e-6);
        }
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        for (mean, deviation, expected) in [
            (f64::NAN, 1.0, "mean of pixels: is NaN, expected -1000 to 1000"),
            (1e4, 1.0, "mean of pixels: is 10000"),
            (0.0, 0.0, "deviation of pixels: is 0, expected 0.001 to 1000"),
            (0.0, -1.0, "deviation of pixels: is -1"),
            (0.0, f64::INFINITY, "deviation of pixels: is inf"),
        ] {
            let error = samples::saved().with_normalized_pixels(mean, deviation).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
        let error = samples::quantized().with_normalized_pixels(0.1, 0.3).unwrap_err().to_string();
        assert!(error.contains("quantised"), "{error}");
    }
}
