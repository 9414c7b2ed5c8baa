//! The image as one vector: the same numbers in the same order, so that nothing is to be done.

use super::bytes::{ByteOperation, ByteRole, ByteSettings};
use super::effect::Effect;
use super::kind::Kind;
use super::operation::Operation;
use super::place::{Fused, Place, Reach};
use super::reference::{ByteReference, Derivative, Reference, Values};
use crate::architecture::Shape;

/// [`Layer::Flatten`](crate::Layer::Flatten).
pub(crate) struct Flatten;

impl Kind for Flatten {
    fn name(&self) -> &'static str {
        "flatten"
    }

    fn effect(&self, input: Shape) -> Result<Effect, String> {
        Ok(Effect::shape_only(Shape::flat(input.len())))
    }

    fn reach(&self, _: Shape) -> Reach {
        Reach::Flattened
    }

    fn operation(&self, _: &Place<'_>) -> Option<Fused<Box<dyn Operation>>> {
        None
    }

    fn byte_role(&self, _: Shape) -> ByteRole {
        ByteRole::Keeps
    }

    fn byte_operation(&self, _: &Place<'_>, _: ByteSettings) -> Option<Fused<ByteOperation>> {
        None
    }

    fn reference(&self, _: &Reference<'_>, input: &[f64]) -> Vec<f64> {
        input.to_vec()
    }

    fn reference_backward(&self, _: &Reference<'_>, of: Derivative<'_>, _: &mut [f64]) -> Vec<f64> {
        of.output_gradient.to_vec()
    }

    fn byte_reference(&self, _: &ByteReference<'_>, input: Values) -> Values {
        input
    }
}
