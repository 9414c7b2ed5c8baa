//! What ends an ensemble: the logarithm of the mean of its members' probabilities, which whoever runs the members makes.

use super::bytes::{ByteOperation, ByteRole, ByteSettings};
use super::effect::Effect;
use super::kind::Kind;
use super::operation::Operation;
use super::place::{Fused, Place, Reach};
use super::reference::{ByteReference, Derivative, Reference, Values};
use crate::architecture::{Member, Shape};

/// [`Layer::Ensemble`](crate::Layer::Ensemble).
pub(crate) struct Ensemble;

impl Ensemble {
    /// What it makes of members that give these `outputs`. The error is what is wrong, in words.
    pub(crate) fn effect_of(members: &[Member], outputs: &[Shape]) -> Result<Effect, String> {
        let count = Member::COUNT;
        if !count.contains(&members.len()) {
            return Err(format!("has {} members, expected {} to {}", members.len(), count.start(), count.end()));
        }
        for (number, (member, output)) in (1..).zip(members.iter().zip(outputs)) {
            if !Member::TEMPERATURES.contains(&member.temperature) {
                return Err(format!(
                    "the temperature of member {number} is {}, expected 0.01 to 100",
                    member.temperature
                ));
            }
            if !output.is_flat() || *output != outputs[0] {
                let expected =
                    if outputs[0].is_flat() { format!(", and the first {}", outputs[0]) } else { String::new() };
                return Err(format!(
                    "member {number} ends in {output} outputs{expected}, expected as many flat ones in all"
                ));
            }
        }
        Ok(Effect::shape_only(outputs[0]))
    }
}

impl Kind for Ensemble {
    fn name(&self) -> &'static str {
        "ensemble"
    }

    fn effect(&self, _: Shape) -> Result<Effect, String> {
        Err("stands among other layers, expected a network of its own".to_owned())
    }

    fn reach(&self, _: Shape) -> Reach {
        Reach::All
    }

    fn operation(&self, place: &Place<'_>) -> Option<Fused<Box<dyn Operation>>> {
        unreachable!("{} runs as its members do", place.layer.name)
    }

    fn byte_role(&self, _: Shape) -> ByteRole {
        ByteRole::AfterKernels("takes probabilities".to_owned())
    }

    fn byte_operation(&self, place: &Place<'_>, _: ByteSettings) -> Option<Fused<ByteOperation>> {
        unreachable!("{} runs as its members do", place.layer.name)
    }

    fn reference(&self, at: &Reference<'_>, _: &[f64]) -> Vec<f64> {
        unreachable!("{} runs as its members do", at.layer.name)
    }

    fn reference_backward(&self, at: &Reference<'_>, _: Derivative<'_>, _: &mut [f64]) -> Vec<f64> {
        unreachable!("{} runs as its members do", at.layer.name)
    }

    fn byte_reference(&self, at: &ByteReference<'_>, _: Values) -> Values {
        unreachable!("{} runs as its members do", at.layer.name)
    }
}
