//! The paper as a surface: the colour that a picture would have at each place if nothing were written there.

use crate::GreyImage;
use crate::histogram::Histogram;
use crate::reduction::block_means;

/// Cells along the longer side of the grid on which the surface is found.
const CELLS: u32 = 48;

/// A window reaches to each side as many cells as a quarter of the grid: strokes of a digit that fills the picture
/// cover less than half of it, and the edge of a shadow that crosses it is kept where it is.
const REACH_SHARE: u32 = 4;

/// The paper's level at each pixel of a channel: the median of the cells around, which is paper wherever ink covers less
/// than half of a window. A median keeps an edge where a mean would blur it, so what lies beside the edge of a shadow is
/// measured against its own side.
pub(crate) fn paper(channel: &GreyImage) -> GreyImage {
    let (cells, factor) = block_means(channel, CELLS);
    let reach = cells.width().max(cells.height()).div_ceil(REACH_SHARE) as usize;
    enlarge(&medians(&cells, reach), factor, channel.width(), channel.height())
}

/// The median over the window around each cell. At the border it is as much smaller on the one side as on the other, so that
/// an edge along the border is kept where it is, too.
fn medians(cells: &GreyImage, reach: usize) -> GreyImage {
    let rows: Vec<&[u8]> = cells.rows().collect();
    let (width, height) = (rows[0].len(), rows.len());
    let around = |at: usize, len: usize| {
        let reach = reach.min(at).min(len - 1 - at);
        at - reach..at + reach + 1
    };
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        let window = &rows[around(y, height)];
        let mut levels = Histogram([0; 256]);
        let (mut from, mut to) = (0, 0);
        for x in 0..width {
            let columns = around(x, width);
            for row in window {
                row[to..columns.end].iter().for_each(|&level| levels.0[usize::from(level)] += 1);
                row[from..columns.start].iter().for_each(|&level| levels.0[usize::from(level)] -= 1);
            }
            (from, to) = (columns.start, columns.end);
            pixels.push(levels.percentile(50));
        }
    }
    GreyImage::new(cells.width(), cells.height(), pixels).expect("a median for each cell")
}

/// Between the middles of cells of `factor` by `factor` pixels the level changes evenly.
fn enlarge(cells: &GreyImage, factor: u32, width: u32, height: u32) -> GreyImage {
    if factor == 1 {
        return cells.clone();
    }
    let across = between(width, factor, cells.width());
    let rows: Vec<&[u8]> = cells.rows().collect();
    let mut pixels = Vec::with_capacity(width as usize * height as usize);
    for (above, below, down) in between(height, factor, cells.height()) {
        pixels.extend(across.iter().map(|&(left, right, part)| {
            let mix = |row: &[u8]| f32::from(row[left]) * (1.0 - part) + f32::from(row[right]) * part;
            (mix(rows[above]) * (1.0 - down) + mix(rows[below]) * down).round() as u8
        }));
    }
    GreyImage::new(width, height, pixels).expect("a level for each pixel")
}

/// For each of `len` pixels the two cells between whose middles it lies, and how far from the first, 0 to 1.
fn between(len: u32, factor: u32, cells: u32) -> Vec<(usize, usize, f32)> {
    let last = cells as usize - 1;
    let pixel = |at: u32| {
        let place = ((at as f32 + 0.5) / factor as f32 - 0.5).max(0.0);
        let cell = (place as usize).min(last);
        (cell, (cell + 1).min(last), place - cell as f32)
    };
    (0..len).map(pixel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(side: u32, level: impl Fn(u32, u32) -> u8) -> GreyImage {
        GreyImage::new(side, side, (0..side * side).map(|at| level(at % side, at / side)).collect()).unwrap()
    }

    #[test]
    fn strokes_vanish_and_edges_stay() {
        // A shadow over the right and a strip along the top, and two strokes.
        let paper_of = |x: u32, y: u32| {
            if y < 4 {
                250
            } else if x >= 28 {
                90
            } else {
                200
            }
        };
        let is_ink =
            |x, y| (8..11).contains(&x) && (8..40).contains(&y) || (30..33).contains(&y) && (8..20).contains(&x);
        let written = picture(48, |x, y| if is_ink(x, y) { 10 } else { paper_of(x, y) });
        let found = paper(&written);
        let is_wrong = |at: &usize| found.pixels()[*at] != paper_of((at % 48) as u32, (at / 48) as u32);
        let wrong = (0..48 * 48).filter(is_wrong).count();
        assert!(wrong < 48 * 48 / 25, "{wrong}");
    }

    #[test]
    fn a_gradient_stays_one_when_it_is_enlarged() {
        let image = picture(480, |x, _| (20 + x / 4) as u8);
        let found = paper(&image);
        let farthest = found.pixels().iter().zip(image.pixels()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(farthest <= Some(2), "{farthest:?}");
    }
}
