//! The paper as a surface: the colour that a picture would have at each place if nothing were written there.

use crate::GreyImage;
use crate::histogram::Histogram;
use crate::reduction::block_means;

/// Cells along the longer side of the grid on which the surface is found.
const CELLS: u32 = 48;

/// A window reaches as many cells to each side as a sixth of the grid: three strokes of a digit that fills the picture
/// cover less than half of it, and the edge of a shadow that crosses it is kept where it is.
const REACH_SHARE: u32 = 6;

/// The paper's level at each pixel of a channel: the median of the cells around, which is paper wherever ink covers less
/// than half of a window. A median keeps an edge where a mean would blur it, so what lies beside the edge of a shadow is
/// measured against its own side.
pub(crate) fn paper(channel: &GreyImage) -> GreyImage {
    let (cells, factor) = block_means(channel, CELLS);
    let reach = cells.width().max(cells.height()).div_ceil(REACH_SHARE) as usize;
    enlarge(&medians(&cells, reach), factor, channel.width(), channel.height())
}

/// The median over the window around each cell, cut off at the border.
fn medians(cells: &GreyImage, reach: usize) -> GreyImage {
    let rows: Vec<&[u8]> = cells.rows().collect();
    let (width, height) = (rows[0].len(), rows.len());
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        let window = &rows[y.saturating_sub(reach)..(y + reach + 1).min(height)];
        let mut levels = Histogram([0; 256]);
        let column = |levels: &mut Histogram, x: usize, is_new: bool| {
            for row in window {
                let count = &mut levels.0[usize::from(row[x])];
                *count = if is_new { *count + 1 } else { *count - 1 };
            }
        };
        (0..reach.min(width)).for_each(|x| column(&mut levels, x, true));
        for x in 0..width {
            if x + reach < width {
                column(&mut levels, x + reach, true);
            }
            if x > reach {
                column(&mut levels, x - reach - 1, false);
            }
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
