//! Sizes of axes as values of a graph.

use super::node::Node;
use crate::error::Error;

/// Sizes in an array; a shape has as many as a tensor has axes.
pub(super) const MAX_SIZES: usize = 64;

/// The size of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    Number(i64),
    /// As many as there are images.
    Batch,
}

/// A size, a vector of them, or an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    pub sizes: Vec<Size>,
    /// Sizes of the array's axes: none for a single size, one for a vector.
    pub shape: Vec<usize>,
}

impl Sizes {
    /// Numbers of an array.
    pub fn of_numbers(node: &Node<'_>, shape: Vec<usize>, numbers: &[i64]) -> Result<Self, Error> {
        let sizes = numbers.iter().take(MAX_SIZES + 1).map(|&number| Size::Number(number)).collect();
        Self::vector(node, sizes).map(|row| Self { shape, ..row })
    }

    /// One number.
    pub fn single(number: i64) -> Self {
        Self { sizes: vec![Size::Number(number)], shape: Vec::new() }
    }

    /// A vector.
    pub fn vector(node: &Node<'_>, sizes: Vec<Size>) -> Result<Self, Error> {
        match sizes.len() {
            length if length > MAX_SIZES => Err(node.refuse(format!("makes a vector of more than {MAX_SIZES} sizes"))),
            length => Ok(Self { sizes, shape: vec![length] }),
        }
    }

    /// The sizes of a vector; nothing for one size, or an array of more axes.
    pub fn as_vector(&self) -> Option<&[Size]> {
        (self.shape.len() == 1).then_some(self.sizes.as_slice())
    }

    /// The sizes as numbers.
    pub fn numbers(&self, node: &Node<'_>) -> Result<Vec<i64>, Error> {
        let number = |size: &Size| match size {
            Size::Number(number) => Ok(*number),
            Size::Batch => Err(node.refuse("depends on the number of images where a number is expected")),
        };
        self.sizes.iter().map(number).collect()
    }
}

/// An index that may count from the end.
pub(super) fn place(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add(length as i64)? } else { index };
    usize::try_from(index).ok().filter(|&index| index < length)
}

/// A bound of a slice, which may count from the end and lie beyond either.
pub(super) fn clamped(bound: i64, length: usize) -> usize {
    let length = length as i64;
    (if bound < 0 { bound.saturating_add(length) } else { bound }).clamp(0, length) as usize
}
