//! What paper has beside ink: texture, print, what shows through, specks, an end, and a finger that holds it.

use std::f32::consts::TAU;

use tenfold_imaging::GreyImage;
use tenfold_random::Stream;

use crate::canvas::{Canvas, Colour, mix};
use crate::page::{Page, levels};

/// Sizes of the flecks of rough paper in pixels; each has the same part in its roughness.
const FLECKS: [f32; 3] = [1.5, 4.0, 12.0];

/// Print of rules and squares.
const PALE_BLUE: Colour = [120.0, 150.0, 205.0];
/// Print of boxes.
const BLACK: Colour = [30.0; 3];
/// Of dust.
const SPECK: Colour = [60.0, 55.0, 50.0];

/// On the other side are so many digits as this one for each million pixels.
const BEHIND: f32 = 30.0;

pub(crate) fn texture(canvas: &mut Canvas, deviation: f32, stream: &mut Stream) {
    // A uniform value has a variance of 1 / 12. One evenly between four others has 4 / 9 of theirs, on average over all places.
    let amplitude = deviation * (12.0f32 * 9.0 / 4.0 / FLECKS.len() as f32).sqrt();
    for size in FLECKS {
        let columns = (canvas.width as f32 / size) as usize + 2;
        let rows = (canvas.height as f32 / size) as usize + 2;
        let grid: Vec<f32> = (0..columns * rows).map(|_| amplitude * (stream.uniform() - 0.5)).collect();
        canvas.change(|[x, y], pixel| {
            let (x, y) = (x / size, y / size);
            let (left, top) = (x as usize, y as usize);
            let (across, down) = (x - left as f32, y - top as f32);
            let row = |y: usize| grid[y * columns + left] * (1.0 - across) + grid[y * columns + left + 1] * across;
            let change = row(top) * (1.0 - down) + row(top + 1) * down;
            pixel.iter_mut().for_each(|level| *level += change);
        });
    }
}

pub(crate) fn show_through(canvas: &mut Canvas, page: &Page, digit: &GreyImage, strength: f32, stream: &mut Stream) {
    let mirrored = digit.rows().flat_map(|row| row.iter().rev()).map(|&ink| (f32::from(ink) * strength) as u8);
    let mirrored = GreyImage::new(digit.width(), digit.height(), mirrored.collect()).expect("as many pixels");
    let size = canvas.size();
    for _ in 0..(BEHIND * size[0] * size[1] / 1e6).ceil() as u32 {
        let middle = size.map(|side| side * stream.uniform());
        Page { middle, ..page.clone() }.write(canvas, &mirrored, levels(page.ink));
    }
}

/// Lines at right angles to an axis, 0 across or 1 down.
pub(crate) fn lines(canvas: &mut Canvas, axis: usize, spacing: f32, line: f32, strength: f32, stream: &mut Stream) {
    let phase = spacing * stream.uniform();
    canvas.change(|at, pixel| {
        let from_line = (at[axis] + phase) % spacing;
        let off = from_line.min(spacing - from_line);
        mix(pixel, PALE_BLUE, strength * covered(line / 2.0 - off));
    });
}

pub(crate) fn boxed(canvas: &mut Canvas, page: &Page, digit: &GreyImage, gap: f32, line: f32, strength: f32) {
    let [least, greatest] = page.place(digit);
    let (least, greatest) = (least.map(|side| side - gap - line / 2.0), greatest.map(|side| side + gap + line / 2.0));
    let around = [least.map(|side| side - line), greatest.map(|side| side + line)];
    canvas.cover(around, BLACK, |at| {
        // The distance from the rectangle's outline: the nearest side from inside, the farthest axis from outside.
        let beyond = [0, 1].map(|axis| (least[axis] - at[axis]).max(at[axis] - greatest[axis]));
        strength * covered(line / 2.0 - beyond[0].max(beyond[1]).abs())
    });
}

pub(crate) fn speckle(canvas: &mut Canvas, specks: f32, radius: f32, stream: &mut Stream) {
    let size = canvas.size();
    for _ in 0..(specks * size[0] * size[1] / 1e6).ceil() as u32 {
        let middle = size.map(|side| side * stream.uniform());
        let radius = radius * (0.3 + 0.7 * stream.uniform());
        let around = [middle.map(|at| at - radius - 1.0), middle.map(|at| at + radius + 1.0)];
        canvas.cover(around, SPECK, |at| covered(radius - libm::hypotf(at[0] - middle[0], at[1] - middle[1])));
    }
}

pub(crate) fn edge(canvas: &mut Canvas, page: &Page, direction: f32, distance: f32, table: [u8; 3]) {
    let (towards, table) = ([libm::cosf(direction), libm::sinf(direction)], levels(table));
    let grain = TAU / 40.0;
    canvas.change(|at, pixel| {
        let beyond = (at[0] - page.middle[0]) * towards[0] + (at[1] - page.middle[1]) * towards[1] - distance;
        let cover = covered(beyond);
        if cover > 0.0 {
            // Wood, a little: light and dark by turns.
            let wave = 1.0 + 0.06 * libm::sinf(grain * beyond);
            mix(pixel, table.map(|level| level * wave), cover);
        }
    });
}

pub(crate) fn finger(canvas: &mut Canvas, tip: [f32; 2], radius: f32, colour: [u8; 3]) {
    let size = canvas.size();
    // It comes from the side that is nearest.
    let ends = [[0.0, tip[1]], [size[0], tip[1]], [tip[0], 0.0], [tip[0], size[1]]];
    let far = |end: &[f32; 2]| libm::hypotf(end[0] - tip[0], end[1] - tip[1]);
    let end = ends.into_iter().min_by(|one, other| far(one).total_cmp(&far(other))).expect("four sides");
    let (least, greatest) = ([0, 1].map(|axis| tip[axis].min(end[axis])), [0, 1].map(|axis| tip[axis].max(end[axis])));
    let around = [least.map(|at| at - radius - 1.0), greatest.map(|at| at + radius + 1.0)];
    canvas.cover(around, levels(colour), |at| {
        let nearest = [0, 1].map(|axis| at[axis].clamp(least[axis], greatest[axis]));
        covered(radius - libm::hypotf(at[0] - nearest[0], at[1] - nearest[1]))
    });
}

/// How much of a pixel is covered whose middle lies so many pixels inside an edge.
fn covered(inside: f32) -> f32 {
    (inside + 0.5).clamp(0.0, 1.0)
}
