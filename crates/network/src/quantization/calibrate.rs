//! From a model in floats to one in int8.

use tenfold_kernels::QuantizedKernel;

use super::byte_layers::refusal;
use super::scales::{LayerScales, PIXEL_SCALE, Quantization};
use crate::engine::Engine;
use crate::error::Error;
use crate::layer::{Mode, Pass};
use crate::layout::Layout;
use crate::model::Model;
use crate::plan::{Plan, Purpose};
use crate::tensor::Role;
use crate::workspace::{Kept, Workspace};

/// The scale below which a filter is taken for one of zeros: nothing that it adds would show, and products of scales
/// stay far from the smallest numbers.
const NEGLIGIBLE: f32 = 1e-30;

/// The model in int8: folded (see [`Model::folded`]), each kernel rounded to whole numbers `-127..=127` times a scale
/// per filter, and a scale for each layer's input such that the largest activation that the calibration images bring
/// about is 255. Activations that are larger still are cut off. (Cutting off more, for a finer grid, does not help: for the
/// paper's trained network and 12,000 training images, the logits' relative error is 0.0066 with the largest activation,
/// 0.0067 with 1.1 of it, 0.0069 with 0.95 and 0.015 with 0.8.)
///
/// `images`: N images of bytes in the network's input shape, like those that the model will see; some hundreds are
/// enough. They run one after the other on one thread. The scales follow from activations in floats, whose rounding
/// depends on the engine's instructions and methods; what the quantised model makes of an image does not.
///
/// ```
/// use tenfold_network::{Architecture, Engine, Initializer, Model, Predictor, quantize};
///
/// let model = Model::random(Architecture::paper(), Initializer::HeNormal, 1)?;
/// let images: Vec<u8> = (0..4 * 784).map(|pixel| (pixel * pixel % 251) as u8).collect();
/// let int8 = quantize(&model, &images, Engine::single())?;
/// let [floats, bytes] = [&model, &int8].map(|model| Predictor::new(model, Engine::single()));
/// let (floats, bytes) = (floats?.probabilities(&images), bytes?.probabilities(&images));
/// assert!(floats.iter().zip(&bytes).all(|(a, b)| (a - b).abs() < 0.05));
/// # Ok::<(), tenfold_network::Error>(())
/// ```
///
/// # Errors
/// [`Error::Layer`] for a layer that cannot be folded or quantised (see [`crate::Outline::byte_layers`]) or whose values
/// are not finite numbers or too extreme; [`Error::Quantization`] for a model that is quantised already or has nothing to
/// quantise; [`Error::Setting`] without whole images.
pub fn quantize(model: &Model, images: &[u8], engine: Engine) -> Result<Model, Error> {
    if model.quantization().is_some() {
        return Err(Error::Quantization { problem: "is quantised already".to_owned() });
    }
    let image_len = model.architecture().input.len();
    if images.is_empty() || !images.len().is_multiple_of(image_len) {
        let found = format!("{} bytes for images of {image_len}", images.len());
        return Err(Error::Setting { name: "calibration", expected: "at least one whole image", found });
    }
    if let Some(quantized) = model.with_members(|member| quantize(member, images, engine))? {
        return Ok(quantized);
    }
    let folded = model.folded()?;
    let outline = folded.outline();
    let layers = outline.byte_layers()?;
    let largest = largest_inputs(&folded, &layers, images, engine);
    let mut values = folded.values().to_vec();
    let mut scales = Vec::with_capacity(layers.len());
    for (entry, (layer, largest)) in layers.into_iter().zip(largest).enumerate() {
        // What is never more than zero needs some scale too.
        let input = match outline.input_limit(layer) {
            _ if entry == 0 => PIXEL_SCALE,
            Some(limit) if largest == 0.0 => limit / 255.0,
            None if largest == 0.0 => PIXEL_SCALE,
            _ => largest / 255.0,
        };
        let kernel = outline.layers[layer].range(Role::is_kernel);
        let kernel = kernel.map(|range| {
            round_kernel(&mut values[range], outline.layers[layer].output.channels).ok_or_else(|| {
                refusal(outline, layer, "its kernel holds values that are not finite numbers".to_owned())
            })
        });
        scales.push(LayerScales { layer, input, kernel: kernel.transpose()?.unwrap_or_default() });
    }
    let quantized = Model::with_quantization(folded.architecture().clone(), values, Quantization { layers: scales })?;
    quantized.with_temperature(model.temperature())
}

/// Puts each value of a kernel `[taps, filters]` in its place on the filter's grid; returns the grids' scales, or `None`
/// if a value is not finite.
fn round_kernel(kernel: &mut [f32], filters: usize) -> Option<Vec<f32>> {
    let QuantizedKernel { values, mut scales } = QuantizedKernel::new(kernel, filters)?;
    for (row, weights) in kernel.chunks_exact_mut(filters).zip(values.chunks_exact(filters)) {
        for ((value, &weight), &scale) in row.iter_mut().zip(weights).zip(&scales) {
            *value = if scale < NEGLIGIBLE { 0.0 } else { f32::from(weight) * scale };
        }
    }
    scales.iter_mut().filter(|scale| **scale < NEGLIGIBLE).for_each(|scale| *scale = 1.0);
    Some(scales)
}

/// The largest number that each of the layers numbered `layers` takes in from any of the images, at least 0.
fn largest_inputs(model: &Model, layers: &[usize], images: &[u8], engine: Engine) -> Vec<f32> {
    let mut plan = Plan::new(model.outline(), Purpose::Prediction, engine);
    plan.steps.iter_mut().for_each(|step| step.operation.prepare(engine.cpu, model.values()));
    let whole = model.architecture().input;
    let layout = Layout::for_prediction(&plan, images.len() / whole.len(), 1);
    let mut workspace = Workspace::new(&layout, Kept::new(&plan, &layout));
    let mut largest = vec![0.0_f32; layers.len()];
    for images in images.chunks(layout.images() * whole.len()) {
        let count = images.len() / whole.len();
        let pass = Pass { cpu: engine.cpu, values: model.values(), images: count, mode: Mode::Inference };
        workspace.load(&plan, &pass, whole, images.chunks_exact(whole.len()));
        for (index, step) in plan.steps.iter().enumerate() {
            // Nothing is ever fused in front of a layer with scales, so each of them begins a step.
            if let Some(entry) = layers.iter().position(|&layer| layer == step.layers.start) {
                let input = workspace.input(&plan, &pass, index);
                largest[entry] = input.iter().fold(largest[entry], |largest, &value| largest.max(value));
            }
            workspace.forward(&plan, &pass, index);
        }
    }
    largest
}
