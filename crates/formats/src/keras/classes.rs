//! The classes of layers that are read: one table, which refusals list and a list in `docs/formats.md` repeats.

use super::activations;
use super::settings::KerasLayer;
use super::translator::Translator;
use crate::chain::Role;
use crate::error::Error;

/// What a layer does to the network that is being read.
type Read = for<'a> fn(&mut Translator, &KerasLayer<'a>) -> Result<(), Error>;

/// The classes, each with its part in the chain and its reader.
const CLASSES: [(&str, Role, Read); 27] = [
    ("Conv2D", Role::Window, Translator::convolution),
    ("Convolution2D", Role::Window, Translator::convolution),
    ("DepthwiseConv2D", Role::Window, Translator::depthwise),
    ("SeparableConv2D", Role::Window, Translator::separable),
    ("ZeroPadding2D", Role::Layer, Translator::zero_padding),
    ("MaxPooling2D", Role::Window, Translator::max_pooling),
    ("AveragePooling2D", Role::Window, Translator::average_pooling),
    ("GlobalMaxPooling2D", Role::Layer, Translator::global_max_pooling),
    ("GlobalAveragePooling2D", Role::Layer, Translator::global_average_pooling),
    ("Concatenate", Role::Layer, Translator::concat_pool),
    ("Add", Role::Layer, Translator::join),
    ("Multiply", Role::Layer, Translator::join),
    ("Dense", Role::Layer, Translator::dense),
    ("BatchNormalization", Role::Layer, Translator::batch_norm),
    ("Dropout", Role::Layer, Translator::dropout),
    ("Activation", Role::End, Translator::activation),
    ("ReLU", Role::Layer, Translator::relu),
    ("Softmax", Role::End, Translator::softmax),
    ("Flatten", Role::Axes, Translator::flatten),
    ("Reshape", Role::Axes, Translator::reshape),
    ("Rescaling", Role::Scale, Translator::rescaling),
    ("Normalization", Role::Scale, Translator::normalization),
    ("Permute", Role::Nothing, Translator::permute),
    ("Resizing", Role::Axes, Translator::resize),
    ("CenterCrop", Role::Axes, Translator::resize),
    ("RandomCrop", Role::Axes, Translator::resize),
    ("InputLayer", Role::Nothing, |_, _| Ok(())),
];

/// The reader of a layer, and its part in the chain; nothing for a class that is not read.
pub(super) fn reader(layer: &KerasLayer<'_>) -> Option<(Role, Read)> {
    let activations = activations::CLASSES.map(|class| (class, Role::Layer, Translator::activation_layer as Read));
    let mut all = CLASSES.into_iter().chain(activations);
    all.find(|(class, ..)| *class == layer.class).map(|(_, role, read)| (role, read))
}

/// All classes that are read, in words.
pub(super) fn listed() -> String {
    names().join(", ")
}

fn names() -> Vec<&'static str> {
    [&CLASSES.map(|(class, ..)| class)[..], &activations::CLASSES].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documented;

    #[test]
    fn the_document_lists_the_layers_that_are_read() {
        assert_eq!(documented::names("Layers of Keras:"), names());
        assert_eq!(documented::names("Activations of Keras:"), activations::NAMED.map(|(name, _)| name));
    }
}
