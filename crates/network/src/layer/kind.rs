//! What the rest of the crate asks of a layer, whatever its kind. A kind's answers stand together in the file of its name.

use tenfold_kernels::Activation;

use super::bytes::{ByteOperation, ByteRole, ByteSettings};
use super::effect::Effect;
use super::operation::Operation;
use super::place::{Fused, Place, Reach};
use super::reference::{ByteReference, Derivative, Reference, Values};
use crate::architecture::Shape;

/// A kind of layer with its settings.
pub(crate) trait Kind {
    /// Its `type` in a file and the first part of its name in a network.
    fn name(&self) -> &'static str;

    /// What it makes of images of the shape `input`: the only place where its settings are checked. The error is what is
    /// wrong with them, or with the shape, in words. All other methods are for what this one accepts.
    fn effect(&self, input: Shape) -> Result<Effect, String>;

    /// Which numbers of an image of the shape `input` each number of the output depends on.
    fn reach(&self, input: Shape) -> Reach;

    /// The function that it applies to each number, if that is all it does: it can become part of the operation before.
    fn activation(&self) -> Option<Activation> {
        None
    }

    /// Whether it is max pooling of whole windows of 2x2 side by side, the first of which begins at the first pixel of an
    /// image of the shape `input`: it can become part of a convolution.
    fn pools_pairs(&self, _input: Shape) -> bool {
        false
    }

    /// The operation that it becomes at its place, unless nothing is to be done there.
    fn operation(&self, place: &Place<'_>) -> Option<Fused<Box<dyn Operation>>>;

    /// What it is to a quantised network.
    fn byte_role(&self, input: Shape) -> ByteRole;

    /// The operation on bytes that it becomes at a place not after the last kernel, unless nothing is to be done there.
    fn byte_operation(&self, place: &Place<'_>, settings: ByteSettings) -> Option<Fused<ByteOperation>>;

    /// Its formula: the output for `input`, in `f64`.
    fn reference(&self, at: &Reference<'_>, input: &[f64]) -> Vec<f64>;

    /// The gradient of its input; those of its parameters are written to their places in `gradient`.
    fn reference_backward(&self, at: &Reference<'_>, of: Derivative<'_>, gradient: &mut [f64]) -> Vec<f64>;

    /// Its formula in a quantised network, bit by bit.
    fn byte_reference(&self, at: &ByteReference<'_>, input: Values) -> Values;
}
