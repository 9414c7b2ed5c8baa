//! A network as boxes of text, one below the other, for a terminal of 80 columns.

use super::{NetworkDiagram, NetworkLayer};

/// Columns inside a box, a space at either side included.
const INSIDE: usize = 46;
/// Columns to the left of the boxes: they stand in the middle of 80.
const INDENT: usize = 16;
/// Columns of a name at most, so that a shape of any size has room beside it.
const NAME: usize = 22;

impl NetworkDiagram {
    /// The diagram as lines of at most 80 columns: a box per layer with its name, shape and parameters, in which the layers
    /// that work on each number by itself join the one before.
    pub fn to_text(&self) -> String {
        let stages: Vec<NetworkLayer> = self.stages().collect();
        let mut lines = Vec::new();
        // The input stands alone.
        let joins = |a: &NetworkLayer, b: &NetworkLayer| a.kind != "input" && b.is_elementwise;
        let groups: Vec<&[NetworkLayer]> = stages.chunk_by(joins).collect();
        for (index, group) in groups.iter().enumerate() {
            let is_last = index + 1 == groups.len();
            lines.push(border('┌', if index == 0 { '─' } else { '┴' }, '┐'));
            lines.extend(group.iter().map(row));
            lines.push(border('└', if is_last { '─' } else { '┬' }, '┘'));
            if !is_last {
                lines.push(format!("{:indent$}│", "", indent = INDENT + 1 + INSIDE / 2));
            }
        }
        lines.join("\n")
    }
}

fn border(left: char, middle: char, right: char) -> String {
    let line = |length| "─".repeat(length);
    format!("{:INDENT$}{left}{}{middle}{}{right}", "", line(INSIDE / 2), line(INSIDE - INSIDE / 2 - 1))
}

/// A layer's name, shape and number of parameters between the sides of its box.
fn row(layer: &NetworkLayer) -> String {
    let name: String = layer.name.chars().filter(|character| !character.is_control()).take(NAME).collect();
    let shape = if layer.is_elementwise { String::new() } else { layer.shape() };
    let parameters = if layer.parameters == 0 { String::new() } else { layer.parameters().replace(" parameters", "") };
    let rest = INSIDE - 2 - NAME;
    let (wide, narrow) = (rest / 2 + 1, rest - rest / 2 - 1);
    let text = format!("{name:<NAME$}{shape:>wide$}{parameters:>narrow$}");
    // Shapes and counts beyond what a network can have are cut, not the box.
    let text: String = text.chars().take(INSIDE - 2).collect();
    format!("{:INDENT$}│ {text} │", "")
}
