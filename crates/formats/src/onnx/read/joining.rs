//! Nodes that join two results: `Add` at the end of a residual block, `Mul` of an image and a factor for each channel.

use tenfold_network::{Layer, Shape};

use super::activation::Activation;
use super::context::Context;
use super::node::{BRANCH_HINT, Node};
use crate::chain::Role;
use crate::error::Error;

/// What a node makes of two results, one of which the other is made from.
pub(super) fn join(
    context: &mut Context<'_>,
    node: &Node<'_>,
    a: Activation,
    b: Activation,
) -> Result<Activation, Error> {
    let refused = || node.refuse(format!("joins two results, expected one chain of layers\n{BRANCH_HINT}"));
    let now = context.chain.changes();
    let (trunk, branch) = match (a.step == now, b.step == now) {
        (true, false) => (b, a),
        (false, true) => (a, b),
        _ => return Err(refused()),
    };
    let branch = context.enter(node, Role::Layer, branch)?;
    let is_alike = trunk.clone().at(branch.step) == branch;
    let channels = trunk.shape.channels;
    let scales = branch.shape == Shape::flat(channels)
        && match trunk.as_image() {
            Some(_) => branch.dims == [channels, 1, 1],
            None => is_alike,
        };
    let block = match node.op() {
        "Add" if is_alike => |layers| Layer::Residual { layers },
        "Mul" if scales => |layers| Layer::Gate { layers },
        _ => return Err(refused()),
    };
    let joined = context.chain.join(trunk.step, trunk.shape, block);
    context.placed(node, joined)?;
    Ok(trunk.at(context.chain.changes()))
}
