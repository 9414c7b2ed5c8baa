//! The ink of a page with its lines level, and where places in it are in the picture.

use std::collections::HashMap;

use tenfold_imaging::{Ink, InkBox, PageInk, Piece, Run, Turn, pieces_and_runs};

use crate::labels::{Labels, Segment};
use crate::marks::{Mark, is_outside, marks};
use crate::skew::skew;

/// A page's ink as it is read.
pub(crate) struct Upright {
    pub(crate) ink: Ink,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) runs: Vec<Run>,
    pub(crate) marks: Vec<Mark>,
    /// The height of a digit in pixels.
    pub(crate) height: f32,
    /// By how many degrees the page is turned in the picture, clockwise.
    pub(crate) degrees: f32,
    /// How it was turned back, one turn after the other.
    turns: Vec<Turn>,
    factor: u32,
    size: [u32; 2],
}

impl Upright {
    /// The ink of a page that is turned by so many quarters, clockwise, and a few degrees more.
    pub(crate) fn of(found: &PageInk, quarters: u8) -> Self {
        let mut turns = Vec::new();
        let mut ink = found.ink.clone();
        if quarters > 0 {
            ink = turned(&ink, -90.0 * f32::from(quarters), &mut turns);
        }
        let (mut pieces, mut runs) = pieces_and_runs(&ink);
        let (mut found_marks, mut height) = marks(&pieces, ink.image());
        let skew = skew(&found_marks, height);
        if skew != 0.0 {
            // What is told by the picture's border and sides is told before the turn moves them.
            let outside: Vec<bool> = pieces.iter().map(|piece| is_outside(piece, ink.image())).collect();
            let left_out = runs.iter().filter(|run| outside[run.piece]).map(|run| [run.row, run.start, run.end]);
            let inside = ink.without(left_out);
            ink = turned(&inside, -skew, &mut turns);
            (pieces, runs) = pieces_and_runs(&ink);
            (found_marks, height) = marks(&pieces, ink.image());
        }
        let degrees = 90.0 * f32::from(quarters) + skew;
        Self { ink, pieces, runs, marks: found_marks, height, degrees, turns, factor: found.factor, size: found.size }
    }

    /// Whether places in it are others than in the picture.
    fn is_turned(&self) -> bool {
        !self.turns.is_empty()
    }

    /// The box in the picture around the pixels of each label; none where the page is not turned.
    pub(crate) fn boxes(&self, labels: &Labels) -> HashMap<u32, InkBox> {
        let mut ends: HashMap<u32, [f32; 4]> = HashMap::new();
        let image = self.ink.image();
        for row in 0..if self.is_turned() { image.height() } else { 0 } {
            let mut column = 0;
            for part in labels.of_row(row, 0, image.width()).chunk_by(|a, b| a == b) {
                let last = column + part.len() - 1;
                if part[0] != 0 {
                    let own = ends.entry(part[0]).or_insert([f32::INFINITY, f32::INFINITY, 0.0, 0.0]);
                    for column in [column, last] {
                        let [x, y] = self.before([column as f32 + 0.5, row as f32 + 0.5]);
                        *own = [own[0].min(x), own[1].min(y), own[2].max(x), own[3].max(y)];
                    }
                }
                column = last + 1;
            }
        }
        ends.into_iter().map(|(label, ends)| (label, box_of(ends))).collect()
    }

    /// Where segments, with their place here and the [boxes](Self::boxes) of all, are in the picture.
    pub(crate) fn in_picture(&self, place: InkBox, segments: &[Segment], boxes: &HashMap<u32, InkBox>) -> InkBox {
        let own = segments.iter().filter_map(|segment| boxes.get(&segment.label)).copied();
        own.reduce(InkBox::union).unwrap_or(place).enlarged(self.factor, self.size)
    }

    /// Where a place was before the page was turned.
    fn before(&self, place: [f32; 2]) -> [f32; 2] {
        self.turns.iter().rev().fold(place, |place, turn| turn.from_place(place))
    }
}

/// The ink turned by so many degrees, and the turn put behind those before.
fn turned(ink: &Ink, degrees: f32, turns: &mut Vec<Turn>) -> Ink {
    let turn = Turn::new(degrees, [ink.image().width(), ink.image().height()]);
    turns.push(turn);
    ink.turned(&turn)
}

/// The box around pixels whose middles lie between these: left, top, right, bottom.
fn box_of(ends: [f32; 4]) -> InkBox {
    let [left, top, right, bottom] = ends.map(|end| (end - 0.5).round().max(0.0) as u32);
    InkBox { left, top, width: right + 1 - left, height: bottom + 1 - top }
}
