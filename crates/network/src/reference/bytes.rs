//! Networks in int8, layer by layer: nothing fused, nothing trimmed, sums in integers, and factors worked out anew.

use crate::ensemble::{joined, probabilities};
use crate::layer::{ByteReference, Values};
use crate::model::Model;
use crate::quantization::PIXEL_SCALE;

/// The logits of a quantised model, `[N, classes]`: the bits that a [`Predictor`](crate::Predictor) gives on any machine.
///
/// # Panics
/// If the model is not quantised, or `images` is not whole images.
pub fn byte_logits(model: &Model, images: &[u8]) -> Vec<f32> {
    if let Some(members) = model.members().expect("memory for the members") {
        let classes = model.outline().classes;
        let answers =
            members.iter().map(|member| probabilities(byte_logits(member, images), member.temperature(), classes));
        return joined(answers);
    }
    let mut entries = model.quantization().expect("a quantised model").layers.iter().peekable();
    let mut values = Values::Bytes(images.to_vec(), PIXEL_SCALE);
    for (index, layer) in model.outline().layers.iter().enumerate() {
        let scales = entries.next_if(|scales| scales.layer == index);
        let next_scale = entries.peek().map(|next| next.input);
        values = layer
            .layer
            .rules()
            .byte_reference(&ByteReference { layer, values: model.values(), scales, next_scale }, values);
    }
    match values {
        Values::Bytes(..) => unreachable!("the last layer with scales gives floats"),
        Values::Floats(floats) => floats,
    }
}
