//! A network as blocks in space: as high and deep as the feature maps, as wide as there are channels.

use super::{NetworkDiagram, NetworkLayer};
use crate::chart::svg::{Anchor, Canvas, MARGIN_PX, TEXT_PX, title_height};
use crate::chart::{Chart, Colour, Svg, Theme, text};

/// A deep network continues in another row.
const WIDTH_PX: f64 = 960.0;
/// The height of the largest feature maps.
const HIGHEST_PX: f64 = 120.0;
const LOWEST_PX: f64 = 10.0;
/// Across and up, for each pixel into the depth.
const SLANT: f64 = 0.3;
/// Beside a block and its labels, for the arrow to the next.
const GAP_PX: f64 = 18.0;
const LINE_PX: f64 = 17.0;
/// Lines below a block: name, shape, parameters.
const LINES: f64 = 3.0;
const WIDEST_LABEL_PX: f64 = 150.0;
const ROW_GAP_PX: f64 = 22.0;

/// A layer's place: its block, the labels below it, and the slot that both share.
struct Slot {
    layer: NetworkLayer,
    left: f64,
    width: f64,
    row: usize,
    block: Block,
}

/// The size of a block in pixels.
struct Block {
    width: f64,
    height: f64,
    depth: f64,
}

impl Block {
    /// `largest`: the largest side of any image in the network.
    fn new(layer: &NetworkLayer, largest: usize) -> Self {
        let [height, width, channels] = layer.output.map(|size| size.max(1) as f64);
        let side = |size: f64| (libm::sqrt(size / largest.max(1) as f64) * HIGHEST_PX).max(LOWEST_PX);
        let thickness = 4.0 + 5.0 * libm::log2(channels);
        match (layer.is_flat(), layer.is_elementwise) {
            // A vector stands upright.
            (true, false) => {
                Self { width: 9.0, height: (12.0 * libm::log2(channels)).clamp(LOWEST_PX, HIGHEST_PX), depth: 9.0 }
            }
            (true, true) => {
                Self { width: 4.0, height: (12.0 * libm::log2(channels)).clamp(LOWEST_PX, HIGHEST_PX), depth: 9.0 }
            }
            (false, is_thin) => {
                Self { width: if is_thin { 4.0 } else { thickness }, height: side(height), depth: side(width) }
            }
        }
    }

    /// How far its back reaches to the right and up.
    fn slant(&self) -> f64 {
        self.depth * SLANT
    }
}

impl Chart for NetworkDiagram {
    fn svg(&self, theme: Theme) -> Svg {
        let slots = slots(self.stages().collect());
        let rows = slots.last().map_or(0, |slot| slot.row + 1);
        let row_height = HIGHEST_PX * (1.0 + SLANT) + LINES * LINE_PX + ROW_GAP_PX;
        let top = title_height(&self.title, WIDTH_PX) + MARGIN_PX;
        let height = top + rows as f64 * row_height;
        let mut canvas = Canvas::new(theme, WIDTH_PX, height, &self.title, &self.description);
        for (index, slot) in slots.iter().enumerate() {
            let floor = top + slot.row as f64 * row_height + HIGHEST_PX * (1.0 + SLANT);
            let has_next = index + 1 < slots.len();
            draw(&mut canvas, slot, floor, has_next);
        }
        canvas.finish()
    }
}

/// Places from left to right, and in the next row where one is full.
fn slots(stages: Vec<NetworkLayer>) -> Vec<Slot> {
    let sides = stages.iter().filter(|layer| !layer.is_flat()).flat_map(|layer| [layer.output[0], layer.output[1]]);
    let largest = sides.max().unwrap_or(1);
    let (mut left, mut row) = (MARGIN_PX, 0);
    let place = |layer: NetworkLayer| {
        let block = Block::new(&layer, largest);
        let labels = labels(&layer).map(|label| text::width(&label, TEXT_PX));
        let width = labels.into_iter().fold(block.width + block.slant(), f64::max) + GAP_PX;
        if left + width > WIDTH_PX - MARGIN_PX && left > MARGIN_PX {
            (left, row) = (MARGIN_PX, row + 1);
        }
        let slot = Slot { layer, left, width, row, block };
        left += width;
        slot
    };
    stages.into_iter().map(place).collect()
}

/// What stands below a block.
fn labels(layer: &NetworkLayer) -> [String; 3] {
    [layer.name.clone(), layer.shape(), layer.parameters()].map(|label| text::fit(&label, TEXT_PX, WIDEST_LABEL_PX))
}

/// A block whose lower front edge is at `floor`, its labels, and the arrow behind it.
fn draw(canvas: &mut Canvas, slot: &Slot, floor: f64, has_next: bool) {
    let Slot { layer, block, .. } = slot;
    let (Block { width, height, .. }, slant) = (block, block.slant());
    let middle = slot.left + (slot.width - GAP_PX) / 2.0;
    let (left, top) = (middle - (width + slant) / 2.0, floor - height);
    let right = left + width;
    canvas.element("g").paint("fill", layer.colour()).paint("stroke", layer.colour()).open();
    canvas.element("title").hold(&[layer.name.clone(), layer.shape(), layer.parameters()].join("  "));
    let mut face = |opacity: f64, corners: [(f64, f64); 4]| {
        let points: Vec<String> = corners.iter().map(|(x, y)| format!("{x:.2},{y:.2}")).collect();
        let element = canvas.element("polygon").set("points", &points.join(" "));
        element.at(&[("fill-opacity", opacity)]).set("stroke-linejoin", "round").close();
    };
    face(0.55, [(left, top), (right, top), (right, floor), (left, floor)]);
    face(0.2, [(left, top), (left + slant, top - slant), (right + slant, top - slant), (right, top)]);
    face(0.35, [(right, top), (right + slant, top - slant), (right + slant, floor - slant), (right, floor)]);
    canvas.end("g");
    for (line, (label, colour)) in labels(layer).iter().zip([Colour::Ink, Colour::Muted, Colour::Muted]).enumerate() {
        if !label.is_empty() {
            let y = floor + (line as f64 + 1.0) * LINE_PX;
            canvas.label((middle, y), Anchor::Middle, colour, label);
        }
    }
    if has_next {
        let (x, y) = (slot.left + slot.width - GAP_PX / 2.0, floor + LINE_PX - TEXT_PX * 0.35);
        let points = format!("{:.2},{:.2} {:.2},{y:.2} {:.2},{:.2}", x - 2.5, y - 4.0, x + 2.5, x - 2.5, y + 4.0);
        let arrow = canvas.element("polyline").set("points", &points).set("fill", "none");
        arrow.paint("stroke", Colour::Muted).close();
    }
}
