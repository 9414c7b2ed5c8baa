//! What joins a branch with the trunk that it left: residual blocks and gates.
//!
//! `y = x + f(x)`, `dx = dy + f'(x) dy` for a residual block; `y = x f(x)` for a gate, with a factor for each channel, so that
//! the branch gets the sum over the pixels of `x dy`, and the trunk `f(x) dy` beside what comes back through the branch.

use super::bytes::{ByteOperation, ByteRole, ByteSettings};
use super::effect::Effect;
use super::kind::Kind;
use super::operation::{Backward, JoinBackward, Operation, Pass, Saved};
use super::place::{Fused, Place, Reach};
use super::reference::{ByteReference, Derivative, Reference, Values};
use crate::architecture::{Layer, Shape};

/// How [`Layer::Residual`] and [`Layer::Gate`] end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    Residual,
    Gate,
}

impl Layer {
    /// How the layer joins what its own layers give with what they took, and these; nothing for one without layers.
    pub(crate) fn branch(&self) -> Option<(Join, &[Self])> {
        match self {
            Self::Residual { layers } => Some((Join::Residual, layers)),
            Self::Gate { layers } => Some((Join::Gate, layers)),
            _ => None,
        }
    }

    /// How many entries an outline has for `layers` and those in their blocks.
    pub(crate) fn count(layers: &[Self]) -> usize {
        layers.iter().map(|layer| 1 + layer.branch().map_or(0, |(_, branch)| Self::count(branch))).sum()
    }
}

impl Join {
    /// What it makes of images of the shape `trunk` and what the branch made of them. The error is what is wrong, in words.
    pub(crate) fn effect_of(self, trunk: Shape, branch: Shape) -> Result<Effect, String> {
        let expected = match self {
            Self::Residual => trunk,
            Self::Gate => Shape::flat(trunk.channels),
        };
        if branch == expected {
            return Ok(Effect::shape_only(trunk));
        }
        Err(format!("its layers make {branch} of {trunk}, expected {expected}"))
    }

    /// The output for `trunk` and `branch`: some images of so many channels and pixels each.
    pub(crate) fn formula(self, trunk: &[f64], branch: &[f64], [channels, pixels]: [usize; 2]) -> Vec<f64> {
        match self {
            Self::Residual => trunk.iter().zip(branch).map(|(x, f)| x + f).collect(),
            Self::Gate => trunk.iter().enumerate().map(|(i, x)| x * branch[factor(i, channels, pixels)]).collect(),
        }
    }

    /// The gradients of trunk and branch.
    pub(crate) fn formula_backward(
        self,
        trunk: &[f64],
        branch: &[f64],
        dy: &[f64],
        [channels, pixels]: [usize; 2],
    ) -> [Vec<f64>; 2] {
        match self {
            Self::Residual => [dy.to_vec(), dy.to_vec()],
            Self::Gate => {
                let mut of_branch = vec![0.0; branch.len()];
                dy.iter().enumerate().for_each(|(i, dy)| of_branch[factor(i, channels, pixels)] += trunk[i] * dy);
                let of_trunk = dy.iter().enumerate().map(|(i, dy)| dy * branch[factor(i, channels, pixels)]);
                [of_trunk.collect(), of_branch]
            }
        }
    }
}

/// Which factor of a gate the number `i` of some images is multiplied by.
fn factor(i: usize, channels: usize, pixels: usize) -> usize {
    i / (channels * pixels) * channels + i % channels
}

impl Kind for Join {
    fn name(&self) -> &'static str {
        match self {
            Self::Residual => "residual",
            Self::Gate => "gate",
        }
    }

    fn effect(&self, input: Shape) -> Result<Effect, String> {
        self.effect_of(input, input)
    }

    fn reach(&self, _: Shape) -> Reach {
        Reach::SamePlace
    }

    fn operation(&self, place: &Place<'_>) -> Option<Fused<Box<dyn Operation>>> {
        let channels = place.layer.output.channels;
        Some(Fused::alone(Box::new(Joined { join: *self, channels, pixels: place.layer.output.len() / channels })))
    }

    fn byte_role(&self, _: Shape) -> ByteRole {
        ByteRole::AfterKernels("joins two results, which has no counterpart in int8".to_owned())
    }

    fn byte_operation(&self, _: &Place<'_>, _: ByteSettings) -> Option<Fused<ByteOperation>> {
        None
    }

    fn reference(&self, at: &Reference<'_>, _: &[f64]) -> Vec<f64> {
        unreachable!("{} takes two arrays", at.layer.name)
    }

    fn reference_backward(&self, at: &Reference<'_>, _: Derivative<'_>, _: &mut [f64]) -> Vec<f64> {
        unreachable!("{} takes two arrays", at.layer.name)
    }

    fn byte_reference(&self, at: &ByteReference<'_>, _: Values) -> Values {
        unreachable!("{} is not part of a quantised network", at.layer.name)
    }
}

#[derive(Debug)]
struct Joined {
    join: Join,
    channels: usize,
    pixels: usize,
}

impl Operation for Joined {
    fn method(&self) -> String {
        match self.join {
            Join::Residual => "sum of two".to_owned(),
            Join::Gate => "a factor for each channel".to_owned(),
        }
    }

    fn forward(&self, _: &Pass<'_>, _: &[f32], _: &mut [f32], _: &mut Saved, _: &mut [f32]) {
        unreachable!("{self:?} takes two arrays")
    }

    fn backward(&self, _: &Pass<'_>, _: Backward<'_>, _: &mut Saved, _: &mut [f32]) {
        unreachable!("{self:?} takes two arrays")
    }

    fn join(&self, pass: &Pass<'_>, trunk: &[f32], branch: &[f32], output: &mut [f32]) {
        match self.join {
            Join::Residual => {
                output.copy_from_slice(trunk);
                tenfold_kernels::add_assign(pass.cpu, output, branch);
            }
            Join::Gate => tenfold_kernels::multiply_channels(pass.cpu, trunk, branch, self.channels, output),
        }
    }

    fn join_backward(&self, pass: &Pass<'_>, gradients: JoinBackward<'_>) {
        let JoinBackward { trunk, branch, output_gradient, trunk_gradient, branch_gradient } = gradients;
        match self.join {
            Join::Residual => {
                trunk_gradient.copy_from_slice(&output_gradient[..trunk_gradient.len()]);
                branch_gradient.copy_from_slice(output_gradient);
            }
            Join::Gate => {
                let channels = self.channels;
                if !trunk_gradient.is_empty() {
                    tenfold_kernels::multiply_channels(pass.cpu, output_gradient, branch, channels, trunk_gradient);
                }
                let image = channels * self.pixels;
                let images = trunk.chunks_exact(image).zip(output_gradient.chunks_exact(image));
                for ((x, dy), sums) in images.zip(branch_gradient.chunks_exact_mut(channels)) {
                    sums.fill(0.0);
                    tenfold_kernels::add_products_by_channel(pass.cpu, x, dy, sums);
                }
            }
        }
    }
}
