//! The sizes of an image inside a network.

use serde::{Deserialize, Serialize};

/// Height, width and channels of one image inside the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[usize; 3]", into = "[usize; 3]")]
pub struct Shape {
    /// H, in pixels.
    pub height: usize,
    /// W, in pixels.
    pub width: usize,
    /// C.
    pub channels: usize,
}

impl Shape {
    /// A vector of `length` numbers, as dense layers take and give.
    pub const fn flat(length: usize) -> Self {
        Self { height: 1, width: 1, channels: length }
    }

    /// Numbers in one image.
    pub const fn len(self) -> usize {
        self.height * self.width * self.channels
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether this is a vector.
    pub const fn is_flat(self) -> bool {
        self.height == 1 && self.width == 1
    }
}

impl From<[usize; 3]> for Shape {
    fn from([height, width, channels]: [usize; 3]) -> Self {
        Self { height, width, channels }
    }
}

impl From<Shape> for [usize; 3] {
    fn from(shape: Shape) -> Self {
        [shape.height, shape.width, shape.channels]
    }
}

impl std::fmt::Display for Shape {
    /// `26x26x32`, or just the length where the shape is flat.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = if self.is_flat() {
            self.channels.to_string()
        } else {
            format!("{}x{}x{}", self.height, self.width, self.channels)
        };
        f.pad(&text)
    }
}
