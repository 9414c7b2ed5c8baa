//! Which layers of a network a quantised one needs scales for, and why some networks cannot be quantised.

use tenfold_kernels::MAX_QUANTIZED_TAPS;

use crate::error::Error;
use crate::layer::{ByteRole, LayerOutline};
use crate::outline::Outline;

/// Cells of a window up to which bytes can be averaged.
const MAX_AVERAGED_CELLS: usize = 1 << 16;
/// Numbers in an image with its padding.
const MAX_PADDED: u64 = 1 << 25;

impl Outline {
    /// The layers, counted from 0, that a quantised network of this outline needs scales for: every convolution and dense
    /// layer, and average and sum pooling before the last of these. What comes after that one works on floats.
    ///
    /// # Errors
    /// [`Error::Layer`] with the first layer that cannot be part of a quantised network: batch normalisation and dropout
    /// (see [`Model::folded`](crate::Model::folded)), layers whose output may be negative where bytes are needed, activations other than ReLU and
    /// clip before the last kernel, and windows too large for exact sums; [`Error::Quantization`] if there is nothing to
    /// quantise.
    pub fn byte_layers(&self) -> Result<Vec<usize>, Error> {
        if let Some(members) = self.members() {
            let mut first = 0;
            let of_member = |member: &Self| {
                let layers = member.byte_layers().map_err(|error| behind(first, error))?;
                let layers: Vec<usize> = layers.into_iter().map(|layer| first + layer).collect();
                first += member.layers.len();
                Ok(layers)
            };
            return Ok(members.iter().map(of_member).collect::<Result<Vec<_>, Error>>()?.concat());
        }
        self.check_chain()?;
        let last = self.layers.iter().rposition(|layer| matches!(byte_role(layer), ByteRole::Kernel { .. }));
        let nothing = || Error::Quantization { problem: "has no convolution or dense layer to quantise".to_owned() };
        let last = last.ok_or_else(nothing)?;
        let mut layers = Vec::new();
        // The layer whose output has met no ReLU yet.
        let mut signed = None;
        for (index, layer) in self.layers.iter().enumerate() {
            let refused = |problem| refusal(self, index, problem);
            match byte_role(layer) {
                ByteRole::FoldsIntoKernel | ByteRole::LeftOut => {
                    return Err(refused("is not part of a quantised network".to_owned()));
                }
                _ if index > last => {}
                ByteRole::Keeps => {}
                ByteRole::CutsOff { limit: Some(high) } if layers.is_empty() && high < 1.0 => {
                    let problem = format!("its upper limit is {high}, expected at least 1 where it takes pixels");
                    return Err(refused(problem));
                }
                ByteRole::CutsOff { .. } => signed = None,
                ByteRole::AfterKernels(problem) => return Err(refused(problem)),
                role @ (ByteRole::Kernel { .. } | ByteRole::AddsUp { .. }) => {
                    if let Some(before) = signed {
                        let problem = format!(
                            "its output may be negative, and {} takes bytes\nhint: only networks with a ReLU between the \
                             two can be quantised",
                            layer.name
                        );
                        return Err(refusal(self, before, problem));
                    }
                    check_sums(&role).map_err(refused)?;
                    layers.push(index);
                    signed = matches!(role, ByteRole::Kernel { .. }).then_some(index);
                }
            }
        }
        Ok(layers)
    }

    /// Refuses branches, which have no counterpart in int8.
    ///
    /// # Errors
    /// [`Error::Layer`] with the first layer that joins one.
    pub(super) fn check_chain(&self) -> Result<(), Error> {
        let problem = "joins a branch, and only networks without branches can be quantised";
        let join = self.layers.iter().position(|layer| layer.trunk.is_some());
        join.map_or(Ok(()), |index| Err(refusal(self, index, problem.to_owned())))
    }

    /// The largest number that the layer numbered `layer` can take in, where a clip since the layer with scales before
    /// it says so.
    pub(crate) fn input_limit(&self, layer: usize) -> Option<f32> {
        let roles = self.layers[..layer].iter().rev().map(byte_role);
        let limits = roles.map_while(|role| match role {
            ByteRole::CutsOff { limit } => Some(limit),
            ByteRole::Keeps => Some(None),
            ByteRole::Kernel { .. } | ByteRole::AddsUp { .. } | ByteRole::AfterKernels(_) => None,
            ByteRole::FoldsIntoKernel | ByteRole::LeftOut => None,
        });
        limits.flatten().min_by(f32::total_cmp)
    }
}

/// What a layer is to a quantised network.
pub(super) fn byte_role(layer: &LayerOutline) -> ByteRole {
    layer.layer.rules().byte_role(layer.input)
}

/// Refuses a layer whose sums could leave their range, or whose image is far larger with its padding, of which a copy is
/// made.
fn check_sums(role: &ByteRole) -> Result<(), String> {
    let (found, most, what) = match *role {
        ByteRole::Kernel { padded, .. } if padded > MAX_PADDED => {
            (padded as usize, MAX_PADDED as usize, "numbers in an image and its padding")
        }
        ByteRole::Kernel { inputs, .. } => (inputs, MAX_QUANTIZED_TAPS, "inputs"),
        ByteRole::AddsUp { cells } => (cells, MAX_AVERAGED_CELLS, "cells in a window"),
        ByteRole::Keeps
        | ByteRole::CutsOff { .. }
        | ByteRole::AfterKernels(_)
        | ByteRole::FoldsIntoKernel
        | ByteRole::LeftOut => return Ok(()),
    };
    if found > most { Err(format!("{found} {what}, expected at most {most} to be quantised")) } else { Ok(()) }
}

/// The error about a layer of a member, which lies behind so many layers of others.
fn behind(first: usize, error: Error) -> Error {
    match error {
        Error::Layer { number, layer, problem } => Error::Layer { number: first + number, layer, problem },
        other => other,
    }
}

/// The error that names a layer, counted from 0.
pub(super) fn refusal(outline: &Outline, index: usize, problem: String) -> Error {
    Error::Layer { number: index + 1, layer: outline.layers[index].layer.kind(), problem }
}
