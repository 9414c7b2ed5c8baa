//! Keras' activations: those that are read by their names, in layers of their own or as a setting of others; those that are
//! a class of layers each; and what is written of them.

use serde_json::{Value, json};
use tenfold_network::{Activation as Function, Layer};

use super::settings::{KerasLayer, decimal};
use crate::error::Error;

/// What an activation is.
pub(super) enum Activation {
    Nothing,
    Layer(Layer),
    /// Another function in Keras 3 than before.
    HardSigmoid,
    Softmax,
}

/// The activations by name, which refusals list and a list in `docs/formats.md` repeats.
pub(super) const NAMED: [(&str, Activation); 17] = [
    ("relu", Activation::Layer(Layer::Relu)),
    ("relu6", Activation::Layer(Layer::Clip { low: 0.0, high: 6.0 })),
    ("tanh", Activation::Layer(Layer::Tanh)),
    ("sigmoid", Activation::Layer(Layer::Sigmoid)),
    ("leaky_relu", Activation::Layer(Layer::LeakyRelu { slope: 0.2 })),
    ("elu", Activation::Layer(Layer::Elu { alpha: 1.0 })),
    ("selu", Activation::Layer(Layer::Selu)),
    ("gelu", Activation::Layer(Layer::Gelu { approximate: false })),
    ("silu", Activation::Layer(Layer::Silu)),
    ("swish", Activation::Layer(Layer::Silu)),
    ("hard_silu", Activation::Layer(Layer::HardSwish)),
    ("hard_swish", Activation::Layer(Layer::HardSwish)),
    ("hard_sigmoid", Activation::HardSigmoid),
    ("softplus", Activation::Layer(Layer::Softplus)),
    ("linear", Activation::Nothing),
    ("softmax", Activation::Softmax),
    ("log_softmax", Activation::Softmax),
];

/// The classes of layers that are an activation each, and are read by [`of_class`].
pub(super) const CLASSES: [&str; 2] = ["LeakyReLU", "ELU"];

/// Classes of activations without counterpart.
pub(super) const WITHOUT_COUNTERPART: [&str; 2] = ["PReLU", "ThresholdedReLU"];

/// An activation by its name; nothing for one that is not read.
pub(super) fn named(name: &str) -> Option<Activation> {
    NAMED.into_iter().find(|(named, _)| *named == name).map(|(_, activation)| activation)
}

/// All activations that are read, in words.
pub(super) fn listed() -> String {
    [&NAMED.map(|(name, _)| name)[..], &CLASSES].concat().join(", ")
}

/// The hard sigmoid of a version of Keras.
pub(super) fn hard_sigmoid(is_keras_3: bool) -> Layer {
    Layer::HardSigmoid { slope: if is_keras_3 { 1.0 / 6.0 } else { 0.2 } }
}

/// What a layer of one of [`CLASSES`] is.
///
/// # Errors
/// [`Error::Unsupported`] for a layer of another class, or a setting that is not a number.
pub(super) fn of_class(layer: &KerasLayer<'_>) -> Result<Layer, Error> {
    let setting = |names: &[&str], default: f64| layer.number(names).map(|number| number.unwrap_or(default) as f32);
    match layer.class {
        // Keras 3 renamed it.
        "LeakyReLU" => Ok(Layer::LeakyRelu { slope: setting(&["negative_slope", "alpha"], 0.3)? }),
        "ELU" => Ok(Layer::Elu { alpha: setting(&["alpha"], 1.0)? }),
        class => Err(layer.unsupported(format!("{class} is not an activation"))),
    }
}

/// How an activation is written.
pub(super) enum Written {
    /// A name.
    Named(&'static str),
    /// A class, Keras' own names for its layers, and its settings.
    Class(&'static str, &'static str, Value),
}

/// What is written for an activation; the error is why Keras has no counterpart.
pub(super) fn written(activation: Function) -> Result<Written, &'static str> {
    Ok(match activation {
        Function::Relu => Written::Named("relu"),
        Function::Clip { low, .. } if low != 0.0 => {
            return Err("Keras has limits of numbers from 0 on only\nhint: ONNX has any");
        }
        Function::Clip { high, .. } => {
            let settings = json!({ "max_value": decimal(high), "negative_slope": 0.0, "threshold": 0.0 });
            Written::Class("ReLU", "re_lu", settings)
        }
        Function::Tanh => Written::Named("tanh"),
        Function::Sigmoid => Written::Named("sigmoid"),
        // By its old name, which Keras 3 takes too.
        Function::LeakyRelu { slope } => Written::Class("LeakyReLU", "leaky_re_lu", json!({ "alpha": decimal(slope) })),
        Function::Selu => Written::Named("selu"),
        Function::Gelu { approximate: false } => Written::Named("gelu"),
        Function::Gelu { approximate: true } => {
            return Err("Keras files have GELU by the error function only\nhint: ONNX has both");
        }
        // By its old name, which Keras 3 takes too.
        Function::Silu => Written::Named("swish"),
        Function::HardSwish => Written::Named("hard_silu"),
        Function::HardSigmoid { .. } => {
            return Err("Keras 2 and 3 give the name to two functions\nhint: ONNX has any");
        }
        Function::Softplus => Written::Named("softplus"),
        Function::Elu { alpha } => Written::Class("ELU", "elu", json!({ "alpha": decimal(alpha) })),
    })
}
