//! A layer's place in a network that is being lowered to operations, and what of the layers after it can become part of its
//! operation.

use tenfold_kernels::{Activation, Window};

use super::outline::LayerOutline;
use crate::architecture::{Layer, Shape};

/// Which numbers of a layer's input a number of its output depends on.
pub(crate) enum Reach {
    /// That in the same place.
    SamePlace,
    /// That in the same place; but in training on all numbers, or on its place among them.
    WholeInTraining,
    /// One, in another place.
    Flattened,
    /// Those in its window, of the same image.
    Window(Window),
    /// All of the same image.
    All,
}

/// A layer at its place.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub layer: &'a LayerOutline,
    pub before: &'a [LayerOutline],
    /// Layers that may become part of its operation, and what is used of the output of each.
    pub after: &'a [LayerOutline],
    pub outputs: &'a [Shape],
    /// What there is of its input, from the top left corner.
    pub input: Shape,
    /// What is used of its output.
    pub output: Shape,
    /// Whether nothing is computed before it.
    pub is_first: bool,
    /// Forward and backward, or forward only with values that do not change.
    pub training: bool,
    /// Without transforms.
    pub exact: bool,
}

/// What a layer and some after it become.
pub(crate) struct Fused<O> {
    pub operation: O,
    /// How many of the layers after it are part of the operation.
    pub layers: usize,
}

impl<O> Fused<O> {
    /// The operation of one layer.
    pub(crate) fn alone(operation: O) -> Self {
        Self { operation, layers: 0 }
    }
}

/// The layers after a convolution, a batch normalisation or a dense layer that have become part of it.
#[derive(Debug, Default)]
pub(crate) struct Epilogue {
    /// How many.
    pub layers: usize,
    /// A batch normalisation, in prediction.
    pub norm: Option<LayerOutline>,
    pub activation: Option<Activation>,
    /// 2x2 max pooling.
    pub pooled: bool,
}

impl Place<'_> {
    /// A layer's window over the part of its input that there is, for the part of its output that is used.
    pub(crate) fn used(&self, window: Window) -> Window {
        let window = window.cropped([self.output.height, self.output.width]);
        // More than is read may be there, if the layer before makes more.
        let is_there = window.height <= self.input.height && window.width <= self.input.width;
        assert!(is_there, "{} reads what is there", self.layer.name);
        Window { height: self.input.height, width: self.input.width, ..window }
    }

    /// What of the layers after it a convolution can take in: in prediction a batch normalisation, an activation, and
    /// pooling where it gives a map of the size `poolable`.
    pub(crate) fn epilogue(&self, poolable: Option<[usize; 2]>) -> Epilogue {
        let mut epilogue = Epilogue::default();
        if !self.training
            && let Some(norm) = self.after.first().filter(|next| matches!(next.layer, Layer::BatchNorm { .. }))
        {
            epilogue = Epilogue { norm: Some(norm.clone()), layers: 1, ..epilogue };
        }
        epilogue.take_activation(self);
        let in_registers = epilogue.activation.is_none_or(Activation::is_in_registers);
        if let (Some(next), Some(map), true) = (self.after.get(epilogue.layers), poolable, in_registers) {
            // What is computed of a map is what its windows read: an odd side is that of a last window over its edge.
            epilogue.pooled = next.layer.rules().pools_pairs(next.input) && map.iter().all(|side| side % 2 == 0);
            epilogue.layers += usize::from(epilogue.pooled);
        }
        epilogue
    }

    /// What of the layers after it a batch normalisation can take in: an activation that is applied in registers, and pooling
    /// of windows that lie inside its map.
    pub(crate) fn after_norm(&self) -> Epilogue {
        let mut epilogue = Epilogue::default();
        let activation = self.after.first().and_then(|next| next.layer.activation());
        if activation.is_some_and(Activation::is_in_registers) {
            epilogue.take_activation(self);
        }
        if let (Some(next), Some(pooled)) = (self.after.get(epilogue.layers), self.outputs.get(epilogue.layers)) {
            let is_inside = 2 * pooled.height <= self.output.height && 2 * pooled.width <= self.output.width;
            epilogue.pooled = is_inside && next.layer.rules().pools_pairs(next.input);
            epilogue.layers += usize::from(epilogue.pooled);
        }
        epilogue
    }

    /// What of the layers after it a dense layer can take in: an activation.
    pub(crate) fn activation(&self) -> Epilogue {
        let mut epilogue = Epilogue::default();
        epilogue.take_activation(self);
        epilogue
    }
}

impl Epilogue {
    /// Takes in the next layer, if it is an activation; not in training one that goes back from its input, which is kept
    /// only between operations.
    fn take_activation(&mut self, place: &Place<'_>) {
        let activation = place.after.get(self.layers).and_then(|next| next.layer.activation());
        self.activation = activation.filter(|activation| !(place.training && activation.goes_back_from_input()));
        self.layers += usize::from(self.activation.is_some());
    }
}
