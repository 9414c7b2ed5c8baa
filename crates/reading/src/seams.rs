//! Where touching digits can be parted: seams from top to bottom that cross as little ink as they can.

/// What a step to the side costs, in pixels of ink crossed: a seam may follow a valley between two slanted digits, and does
/// not wander far for nothing.
const STEP: f32 = 0.5;

/// A seam through more ink than this, in heights of a digit, goes along a stroke and not across.
const THICKEST: f32 = 0.4;

/// Seams that leave the same ink on their left, but for this share of a digit's, are one.
const SAME: f32 = 0.06;

/// The most seams for each height of a digit in the mark's width.
const PER_HEIGHT: f32 = 3.0;

/// One more than the most seams of a mark.
pub(crate) const MOST_PARTS: usize = 64;

/// A way through a mark.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seam {
    /// For each row the first column of what lies on its right.
    pub(crate) columns: Vec<u32>,
    /// How much ink it crosses, in pixels of strong ink.
    pub(crate) crossed: f32,
}

/// The seams of a mark of `width` columns, from left to right; no two cross. `ink` is its ink, row by row from the top, 0 to 255,
/// and `height` that of a digit.
pub(crate) fn seams(ink: &[u8], width: usize, height: f32) -> Vec<Seam> {
    let ways = Ways::through(ink, width);
    let total: f32 = ink.iter().map(|&pixel| f32::from(pixel)).sum();
    let digit = total * (0.7 * height / width as f32).min(1.0);
    let mut ends: Vec<usize> = (1..width.saturating_sub(1)).filter(|&x| ways.is_least_around(x)).collect();
    ends.sort_by(|&a, &b| ways.costs[a].total_cmp(&ways.costs[b]));
    let most = ((PER_HEIGHT * width as f32 / height) as usize + 1).min(MOST_PARTS - 1);
    let mut found: Vec<(f32, Seam)> = Vec::new();
    for end in ends {
        let (seam, left) = ways.seam(end, ink);
        let is_new = found.iter().all(|(other, _)| (other - left).abs() > SAME * digit);
        let parts = left > SAME * digit && left < total - SAME * digit;
        if is_new && parts && seam.crossed <= THICKEST * height {
            found.push((left, seam));
        }
        if found.len() == most {
            break;
        }
    }
    found.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    found.into_iter().map(|(_, seam)| seam).collect()
}

/// The cheapest way from the top to each pixel.
struct Ways {
    width: usize,
    /// Of each column of the last row.
    costs: Vec<f32>,
    /// For each pixel the step from the column above, -1 to 1.
    steps: Vec<i8>,
}

impl Ways {
    fn through(ink: &[u8], width: usize) -> Self {
        let mut costs = vec![0.0f32; width];
        let mut steps = Vec::with_capacity(ink.len());
        for row in ink.chunks_exact(width) {
            let above = costs.clone();
            for (x, (cost, &pixel)) in costs.iter_mut().zip(row).enumerate() {
                let mut best = (above[x], 0i8);
                if x > 0 && above[x - 1] + STEP < best.0 {
                    best = (above[x - 1] + STEP, -1);
                }
                if x + 1 < width && above[x + 1] + STEP < best.0 {
                    best = (above[x + 1] + STEP, 1);
                }
                steps.push(best.1);
                *cost = best.0 + f32::from(pixel) / 255.0;
            }
        }
        Self { width, costs, steps }
    }

    /// Whether ways that end beside a column cost no less; of equals the first is the least.
    fn is_least_around(&self, x: usize) -> bool {
        self.costs[x] < self.costs[x - 1] && self.costs[x] <= self.costs[x + 1]
    }

    /// The way that ends in a column, and the ink on its left.
    fn seam(&self, end: usize, ink: &[u8]) -> (Seam, f32) {
        let (mut x, mut left, mut crossed) = (end, 0.0, 0.0);
        let mut columns = Vec::new();
        for (row, steps) in ink.chunks_exact(self.width).zip(self.steps.chunks_exact(self.width)).rev() {
            columns.push(x as u32);
            crossed += f32::from(row[x]) / 255.0;
            left += row[..x].iter().map(|&pixel| f32::from(pixel)).sum::<f32>();
            x = x.saturating_add_signed(isize::from(steps[x]));
        }
        columns.reverse();
        (Seam { columns, crossed }, left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ink from a drawing: `#` is ink.
    fn drawn(rows: &[&str]) -> (Vec<u8>, usize) {
        (rows.concat().bytes().map(|mark| if mark == b'#' { 255 } else { 0 }).collect(), rows[0].len())
    }

    #[test]
    fn two_strokes_that_touch_are_parted_where_they_do() {
        let (ink, width) = drawn(&[
            ".##......##.",
            ".##.....##..",
            ".##....##...",
            ".########...",
            ".##..##.....",
            ".##.##......",
            ".##.##......",
        ]);
        let found = seams(&ink, width, 7.0);
        let best = found.iter().min_by(|a, b| a.crossed.total_cmp(&b.crossed)).unwrap();
        assert_eq!(best.crossed, 1.0, "{found:?}");
        assert!(best.columns.iter().all(|column| (3..8).contains(column)), "{best:?}");
    }

    #[test]
    fn seams_do_not_cross() {
        let rows: Vec<String> = (0..20)
            .map(|y: usize| (0..90).map(|x: usize| if (x * x + 7 * y * x) % 11 < 3 { '#' } else { '.' }).collect())
            .collect();
        let (ink, width) = drawn(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let found = seams(&ink, width, 20.0);
        assert!(found.len() > 3);
        for pair in found.windows(2) {
            assert!(pair[0].columns.iter().zip(&pair[1].columns).all(|(a, b)| a <= b));
        }
    }
}
