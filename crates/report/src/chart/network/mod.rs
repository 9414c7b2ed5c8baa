//! A network, layer by layer: the feature maps as blocks in SVG, or as boxes in a terminal.

mod blocks;
mod boxes;

use super::Colour;
use crate::number::Format;

/// One layer of a [`NetworkDiagram`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkLayer {
    /// What it is called.
    pub name: String,
    /// What it does: `conv2d`, `max_pool`, `dense`, ... Layers of a kind have a colour.
    pub kind: String,
    /// Whether each number it gives comes from the number at the same place.
    pub is_elementwise: bool,
    /// Height, width and channels of what it gives; a vector has height and width 1.
    pub output: [usize; 3],
    /// Numbers that it has learnt.
    pub parameters: usize,
}

/// A network from its input to its last layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkDiagram {
    /// Drawn above the diagram, and its name for screen readers.
    pub title: String,
    /// What the network is, in a sentence, for screen readers.
    pub description: String,
    /// Height, width and channels of an image.
    pub input: [usize; 3],
    /// The layers, in order.
    pub layers: Vec<NetworkLayer>,
}

impl NetworkDiagram {
    /// The input, as if it were a layer, and the layers.
    fn stages(&self) -> impl Iterator<Item = NetworkLayer> {
        let input = NetworkLayer {
            name: "input".into(),
            kind: "input".into(),
            is_elementwise: false,
            output: self.input,
            parameters: 0,
        };
        std::iter::once(input).chain(self.layers.iter().cloned())
    }
}

impl NetworkLayer {
    /// `26×26×32`, or `100` for a row.
    fn shape(&self) -> String {
        let [height, width, channels] = self.output;
        if self.is_flat() { channels.to_string() } else { format!("{height}×{width}×{channels}") }
    }

    /// `18,496 parameters`; nothing for a layer without any.
    fn parameters(&self) -> String {
        match self.parameters {
            0 => String::new(),
            1 => "1 parameter".into(),
            count => Format::Count.write(count as f64, 0) + " parameters",
        }
    }

    fn is_flat(&self) -> bool {
        self.output[0] == 1 && self.output[1] == 1
    }

    fn colour(&self) -> Colour {
        match self.kind.as_str() {
            "conv2d" => Colour::Blue,
            "max_pool" | "average_pool" | "sum_pool" => Colour::Orange,
            "dense" => Colour::Green,
            _ if self.is_elementwise => Colour::Purple,
            _ => Colour::Muted,
        }
    }
}
