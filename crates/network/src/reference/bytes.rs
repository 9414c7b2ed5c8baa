//! Networks on bytes, layer by layer: nothing fused, nothing trimmed, sums in integers, and factors worked out anew.

use std::iter::Peekable;
use std::slice::Iter;

use tenfold_kernels::reference::{average_pool_bytes, max_pool_bytes, quantized_sums, to_byte};
use tenfold_kernels::{Convolution, Cpu, Level, Padding, Window, average_pool, max_pool};

use crate::architecture::Layer;
use crate::effect::layer_window;
use crate::layer::averaging;
use crate::model::Model;
use crate::outline::LayerOutline;
use crate::quantization::{LayerScales, PIXEL_SCALE};

/// The logits of a quantised model, `[N, classes]`: the bits that a [`Predictor`](crate::Predictor) gives on any machine.
///
/// # Panics
/// If the model is not quantised, or `images` is not whole images.
pub fn byte_logits(model: &Model, images: &[u8]) -> Vec<f32> {
    let mut entries = model.quantization().expect("a quantised model").layers.iter().peekable();
    let mut layers = model.outline().layers.iter().enumerate();
    let mut values = Values::Bytes(images.to_vec(), PIXEL_SCALE);
    for (index, layer) in &mut layers {
        let entry = entries.next_if(|scales| scales.layer == index);
        values = match values {
            Values::Bytes(bytes, scale) => on_bytes(model, layer, bytes, scale, entry, &mut entries),
            Values::Floats(floats) => Values::Floats(on_floats(layer, floats)),
        };
    }
    match values {
        Values::Bytes(..) => unreachable!("the last layer with scales gives floats"),
        Values::Floats(floats) => floats,
    }
}

/// What a layer gives.
enum Values {
    /// With what a 1 stands for.
    Bytes(Vec<u8>, f32),
    Floats(Vec<f32>),
}

/// One layer from bytes; `entry`: its scales, if it has some, `entries`: those of layers after it.
fn on_bytes(
    model: &Model,
    layer: &LayerOutline,
    bytes: Vec<u8>,
    scale: f32,
    entry: Option<&LayerScales>,
    entries: &mut Peekable<Iter<'_, LayerScales>>,
) -> Values {
    let output_scale = entries.peek().map_or(1.0, |next| next.input);
    match (&layer.layer, entry) {
        (Layer::Conv2d { .. } | Layer::Dense { .. }, Some(scales)) => {
            let outputs = weighted(model, layer, scales, f64::from(output_scale), &bytes);
            match entries.peek() {
                Some(_) => Values::Bytes(outputs.into_iter().map(to_byte).collect(), output_scale),
                None => Values::Floats(outputs),
            }
        }
        (Layer::Pool { kind, .. }, entry) => match (averaging(*kind), entry) {
            (None, _) => Values::Bytes(max_pool_bytes(&layer_window(layer), &bytes), scale),
            (Some(pooling), Some(scales)) => {
                let ratio = (f64::from(scales.input) / f64::from(output_scale)) as f32;
                Values::Bytes(average_pool_bytes(&layer_window(layer), pooling, ratio, &bytes), output_scale)
            }
            (Some(_), None) => unreachable!("{} averages bytes, and has scales", layer.name),
        },
        (Layer::Clip { high, .. }, _) => {
            // Whole numbers up to the one that stands for the limit.
            let most = (f64::from(*high) / f64::from(scale) * (1.0 + 1e-6)).min(255.0) as u8;
            Values::Bytes(bytes.into_iter().map(|byte| byte.min(most)).collect(), scale)
        }
        _ => Values::Bytes(bytes, scale),
    }
}

/// The outputs of a convolution or dense layer, over the scale of what they become.
fn weighted(model: &Model, layer: &LayerOutline, scales: &LayerScales, output_scale: f64, bytes: &[u8]) -> Vec<f32> {
    let window = match layer.layer {
        Layer::Dense { .. } => Window::new(layer.input.into(), [1, 1], [1, 1], Padding::Valid).expect("one pixel"),
        _ => layer_window(layer),
    };
    let geometry = Convolution { window, filters: layer.output.channels };
    let values = model.tensor(&layer.tensors[0]).iter().zip(scales.kernel.iter().cycle());
    let kernel: Vec<i8> =
        values.map(|(value, scale)| libm::round(f64::from(*value) / f64::from(*scale)) as i8).collect();
    let bias = layer.tensors.get(1).map(|bias| model.tensor(bias));
    let sums = quantized_sums(&geometry, bytes, &kernel).into_iter().enumerate();
    sums.map(|(i, sum)| {
        let filter = i % geometry.filters;
        let factor = f64::from(scales.input) * f64::from(scales.kernel[filter]) / output_scale;
        let bias = bias.map_or(0.0, |bias| f64::from(bias[filter]) / output_scale);
        sum as f32 * factor as f32 + bias as f32
    })
    .collect()
}

/// One layer after the last with scales.
fn on_floats(layer: &LayerOutline, mut floats: Vec<f32>) -> Vec<f32> {
    match layer.layer {
        Layer::Relu => floats.iter_mut().for_each(|value| *value = value.max(0.0)),
        Layer::Clip { low, high } => floats.iter_mut().for_each(|value| *value = value.clamp(low, high)),
        Layer::Pool { kind, .. } => {
            let window = layer_window(layer);
            let outputs = floats.len() / window.input_len() * layer.output.len();
            let mut pooled = vec![0.0; outputs];
            // The kernels' own sums, whose order is the same at every level.
            let cpu = Cpu::with_level(Level::Portable).expect("every machine has this level");
            match averaging(kind) {
                None => max_pool(cpu, &window, &floats, &mut pooled, &mut vec![0; outputs]),
                Some(pooling) => average_pool(cpu, &window, pooling, &floats, &mut pooled),
            }
            return pooled;
        }
        _ => {}
    }
    floats
}
