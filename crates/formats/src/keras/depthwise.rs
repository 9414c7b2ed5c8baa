//! Convolutions that have a class of their own in Keras: those with a group for each channel.

use tenfold_network::{Layer, LayerOutline, Tensor};

/// How many filters each channel has in a depthwise convolution, as Keras has them; nothing for another layer. Its strides
/// down and right are the same.
pub(super) fn multiplier(layer: &LayerOutline) -> Option<usize> {
    match layer.layer {
        Layer::Conv2d { filters, groups, stride: [down, right], .. } => {
            let is_depthwise = groups > 1 && groups == layer.input.channels && down == right;
            is_depthwise.then_some(filters / groups)
        }
        _ => None,
    }
}

/// The shape of a layer's tensor in Keras: a depthwise kernel is `[height, width, C, multiplier]`, the same numbers in the
/// same order.
pub(super) fn shape(layer: &LayerOutline, tensor: &Tensor) -> Vec<usize> {
    match (multiplier(layer), &*tensor.shape) {
        (Some(multiplier), &[height, width, _, filters]) => vec![height, width, filters / multiplier, multiplier],
        _ => tensor.shape.clone(),
    }
}
