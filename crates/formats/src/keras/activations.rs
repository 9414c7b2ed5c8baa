//! The activations that are read by their names, in layers of their own or as a setting of others.

use tenfold_network::Layer;

/// What an activation is.
pub(super) enum Activation {
    Nothing,
    Layer(Layer),
    Softmax,
}

/// The activations, which refusals list and a list in `docs/formats.md` repeats.
pub(super) const NAMED: [(&str, Activation); 5] = [
    ("relu", Activation::Layer(Layer::Relu)),
    ("relu6", Activation::Layer(Layer::Clip { low: 0.0, high: 6.0 })),
    ("linear", Activation::Nothing),
    ("softmax", Activation::Softmax),
    ("log_softmax", Activation::Softmax),
];

/// An activation by its name; nothing for one that is not read.
pub(super) fn named(name: &str) -> Option<Activation> {
    NAMED.into_iter().find(|(named, _)| *named == name).map(|(_, activation)| activation)
}

/// All activations that are read, in words.
pub(super) fn listed() -> String {
    NAMED.map(|(name, _)| name).join(", ")
}
