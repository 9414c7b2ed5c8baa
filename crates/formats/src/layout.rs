//! Parameters as frameworks with channels before rows and columns order them (PyTorch, ONNX), and back.
//!
//! Here a convolution's kernel is `[H, W, C, O]`, a dense layer's `[in, out]`, and an image is flattened pixel by pixel.
//! There they are `[O, C, H, W]` and `[out, in]`, and an image is flattened channel by channel, so that the inputs of
//! the first dense layer after it have another order. Both are one change of axes, once a dense kernel is seen as
//! `[H, W, C, O]` of the image that was flattened.

use tenfold_network::{Layer, Outline, Role, Shape, Tensor};

use crate::axes::transposed;

/// For each layer, the image that its flat input is a flattening of, element by element: that of the last flatten layer,
/// up to and including the dense layer that mixes the elements. A single pixel where there is no such image.
pub(crate) fn flattened(outline: &Outline) -> Vec<Shape> {
    let mut image = None;
    let mut of_layer = |layer: &tenfold_network::LayerOutline| {
        let before = image.unwrap_or(Shape::flat(layer.input.channels));
        if layer.mixes() {
            image = None;
        } else if layer.layer == Layer::Flatten && !layer.input.is_flat() {
            image = Some(layer.input);
        }
        before
    };
    outline.layers.iter().map(&mut of_layer).collect()
}

/// A tensor's shape and values with channels first; `image` is what [`flattened`] says of its layer.
pub(crate) fn channels_first(tensor: &Tensor, image: Shape, values: &[f32]) -> (Vec<usize>, Vec<f32>) {
    (channels_first_shape(tensor), moved(values, four_axes(tensor, image), [3, 2, 0, 1]))
}

/// The shape of a tensor with channels first.
pub(crate) fn channels_first_shape(tensor: &Tensor) -> Vec<usize> {
    match *tensor.shape {
        [height, width, input, output] => vec![output, input, height, width],
        [input, output] => vec![output, input],
        _ => tensor.shape.clone(),
    }
}

/// The other way: values with channels first, in the order of this program.
pub(crate) fn channels_last(tensor: &Tensor, image: Shape, values: &[f32]) -> Vec<f32> {
    let [height, width, input, output] = four_axes(tensor, image);
    moved(values, [output, input, height, width], [2, 3, 1, 0])
}

fn moved(values: &[f32], shape: [usize; 4], axes: [usize; 4]) -> Vec<f32> {
    transposed(&shape, values, &axes).expect("an order of four axes").1
}

/// A tensor's values seen as `[H, W, C, O]`.
fn four_axes(tensor: &Tensor, image: Shape) -> [usize; 4] {
    match (tensor.shape.as_slice(), tensor.role) {
        (&[height, width, input, output], _) => [height, width, input, output],
        (&[_, output], _) => [image.height, image.width, image.channels, output],
        // A dense layer's bias is of its outputs; all else is of its layer's inputs, or of channels.
        (&[length], Role::Bias) => [1, 1, 1, length],
        _ if tensor.shape == [image.len()] => [image.height, image.width, image.channels, 1],
        _ => [1, 1, 1, tensor.shape.iter().product()],
    }
}

/// Whether a maximum after a layer is the same with zeros put around its image as with padding, which here is never the
/// largest value: where nothing is below zero.
pub(crate) fn maximum_ignores_zeros(before: Option<&Layer>) -> bool {
    before.is_some_and(Layer::is_never_negative)
}

#[cfg(test)]
mod tests {
    use tenfold_network::{Architecture, Initializer, Model};

    use super::*;

    #[test]
    fn every_tensor_comes_back_from_channels_first() {
        let layers = vec![
            Layer::conv(3, 5),
            Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 },
            Layer::max_pool(4),
            Layer::Flatten,
            Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 },
            Layer::Relu,
            Layer::dense(7),
            Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 },
            Layer::dense(10),
        ];
        let architecture = Architecture { input: [28, 28, 1].into(), layers };
        let model = Model::random(architecture, Initializer::HeNormal, 1).unwrap();
        // Values that differ everywhere, so that a tensor in another order is another tensor.
        let values: Vec<f32> = (0..model.values().len()).map(|index| index as f32).collect();
        let images = flattened(model.outline());
        let mut changed = Vec::new();
        for (layer, image) in model.outline().layers.iter().zip(images) {
            for tensor in &layer.tensors {
                let own = &values[tensor.range.clone()];
                let (shape, first) = channels_first(tensor, image, own);
                assert_eq!(shape.iter().product::<usize>(), own.len());
                assert_eq!(channels_last(tensor, image, &first), own, "{}", tensor.name);
                changed.extend((first != own).then_some(tensor.name.as_str()));
            }
        }
        let flat_norm = ["gamma", "beta", "moving_mean", "moving_variance"].map(|role| format!("batch_norm_1.{role}"));
        let flat_norm = flat_norm.iter().map(String::as_str);
        assert_eq!(
            changed,
            ["conv2d.kernel"]
                .into_iter()
                .chain(flat_norm)
                .chain(["dense.kernel", "dense_1.kernel"])
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_dense_layer_after_an_image_takes_it_channel_by_channel() {
        let architecture = Architecture { input: [1, 2, 3].into(), layers: vec![Layer::Flatten, Layer::dense(2)] };
        let outline = architecture.outline().unwrap();
        let kernel = &outline.layers[1].tensors[0];
        // Rows: pixel 0 channels 0 1 2, pixel 1 channels 0 1 2; columns: the two units.
        let values: Vec<f32> = (0..12).map(|index| index as f32).collect();
        let (shape, first) = channels_first(kernel, flattened(&outline)[1], &values);
        assert_eq!(shape, [2, 6]);
        assert_eq!(first, [0., 6., 2., 8., 4., 10., 1., 7., 3., 9., 5., 11.]);
    }
}
