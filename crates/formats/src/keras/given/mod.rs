//! Files that hold values alone: which of a given network's layers each of them belongs to.

mod counts;
mod layers;
mod names;

pub(super) use counts::of_counts;
pub(super) use names::of_names;
