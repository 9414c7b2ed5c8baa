//! Layers of Keras that have no counterpart: why, and what to do.

use super::activations;
use super::settings::KerasLayer;
use crate::error::Error;

/// The error for a layer of a class that is not read; `supported` are those that are.
pub(super) fn refusal(layer: &KerasLayer<'_>, supported: &str) -> Error {
    match layer.class {
        "Lambda" => layer.refuse(
            "runs Python code, which no file can be trusted with",
            "put a layer in its place that says what it does, such as Rescaling for a division of pixels",
        ),
        class if activations::WITHOUT_COUNTERPART.contains(&class) => layer.refuse(
            "is an activation without counterpart",
            format_args!("activations that are read are {}; train with one of them", activations::listed()),
        ),
        "Cropping2D" | "UpSampling2D" => another_size(layer),
        class if is_of_sequences(class) => layer.refuse(
            "works on sequences, which have no counterpart",
            "Tenfold's networks read images: use Conv2D and Dense layers",
        ),
        // Merges of branches have been refused by their inputs: what is left is arithmetic with numbers.
        "TFOpLambda" | "SlicingOpLambda" | "TrueDivide" | "Divide" | "Subtract" => layer.refuse(
            "is arithmetic between layers, which has no counterpart",
            "put a layer in its place, such as Rescaling for a division of pixels",
        ),
        _ => layer.refuse("has no counterpart in Tenfold", format_args!("layers that are read are {supported}")),
    }
}

/// The error for a layer that changes the size of images.
pub(super) fn another_size(layer: &KerasLayer<'_>) -> Error {
    layer.refuse(
        "gives images another size, which has no counterpart",
        "give images that size before the network, and leave the layer out",
    )
}

fn is_of_sequences(class: &str) -> bool {
    ["LSTM", "GRU", "RNN", "Conv1D", "Pooling1D", "Attention", "Embedding", "TimeDistributed", "Bidirectional"]
        .iter()
        .any(|part| class.contains(part))
}

/// Layers that do nothing in prediction: they change images or numbers in training, or nothing at all.
///
/// Each was seen to give its input back in Keras 2.15 or 3. A name alone does not decide: `RandomCrop` crops in prediction
/// too, and `RandomFourierFeatures` computes.
const WITHOUT_EFFECT: [&str; 32] = [
    "ActivityRegularization",
    "AlphaDropout",
    "AugMix",
    "CutMix",
    "GaussianDropout",
    "GaussianNoise",
    "Identity",
    "MixUp",
    "RandAugment",
    "RandomBrightness",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomContrast",
    "RandomElasticTransform",
    "RandomErasing",
    "RandomFlip",
    "RandomGaussianBlur",
    "RandomGrayscale",
    "RandomHeight",
    "RandomHue",
    "RandomInvert",
    "RandomPerspective",
    "RandomPosterization",
    "RandomRotation",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "RandomTranslation",
    "RandomWidth",
    "RandomZoom",
    "SpatialDropout1D",
    "SpatialDropout2D",
];

/// Whether a layer does nothing in prediction.
pub(super) fn does_nothing(class: &str) -> bool {
    WITHOUT_EFFECT.binary_search(&class).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_layers_that_were_seen_to_do_nothing_are_left_out() {
        assert!(WITHOUT_EFFECT.is_sorted());
        assert!(WITHOUT_EFFECT.iter().all(|class| does_nothing(class)));
        for class in ["RandomCrop", "RandomFourierFeatures", "Random", "Dropout", "Solarization", ""] {
            assert!(!does_nothing(class), "{class}");
        }
    }
}
