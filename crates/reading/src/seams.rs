//! Where touching digits can be parted: seams from top to bottom that cross as little ink as they can, and straight cuts where
//! digits overlap so far that no seam parts them.

/// What a step to the side costs, in pixels of ink crossed: a seam may follow a valley between two slanted digits, and does
/// not wander far for nothing.
const STEP: f32 = 0.5;

/// A seam through more ink than this, in heights of a digit, goes along a stroke and not across; a straight cut may go through
/// the ink that two digits share.
const THICKEST: f32 = 0.4;
const THICKEST_STRAIGHT: f32 = 0.6;

/// Seams that leave the same ink on their left, but for this share of a digit's, are one; so are straight cuts and what is near them.
const SAME: f32 = 0.06;
const SAME_STRAIGHT: f32 = 0.1;

/// How far apart straight cuts are tried, in heights of a digit, and how far each may be off its place, as a share of that.
const APART: f32 = 0.12;
const OFF: [f32; 3] = [0.0, -0.33, 0.33];

/// Marks narrower than this, in heights of a digit, are most often one, and have no straight cuts.
const NARROWEST_STRAIGHT: f32 = 0.8;

/// The slants that straight cuts have, in columns to the left for each row down. Of equals the first is taken.
const SLANTS: [f32; 5] = [0.0, -0.15, 0.15, -0.3, 0.3];

/// The most seams, and then the most seams and straight cuts, for each height of a digit in the mark's width.
const SEAMS_PER_HEIGHT: f32 = 3.0;
const PER_HEIGHT: f32 = 8.0;

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
/// and `height` that of a digit; `straight`: with straight cuts, if it is wide enough.
pub(crate) fn seams(ink: &[u8], width: usize, height: f32, straight: bool) -> Vec<Seam> {
    let total: f32 = ink.iter().map(|&pixel| f32::from(pixel)).sum();
    let digit = total * (0.7 * height / width as f32).min(1.0);
    let most = |per_height: f32| ((per_height * width as f32 / height) as usize + 1).min(MOST_PARTS - 1);
    let mut found = Found { all: Vec::new(), least: SAME * digit, most_left: total - SAME * digit };
    let ways = Ways::through(ink, width);
    let mut ends: Vec<usize> = (1..width.saturating_sub(1)).filter(|&x| ways.is_least_around(x)).collect();
    ends.sort_by(|&a, &b| ways.costs[a].total_cmp(&ways.costs[b]));
    let winding = ends.into_iter().map(|end| ways.seam(end, ink));
    found.take(winding, THICKEST * height, SAME * digit, most(SEAMS_PER_HEIGHT));
    if straight && width as f32 >= NARROWEST_STRAIGHT * height {
        let mut cuts = straight_cuts(ink, width, APART * height);
        cuts.sort_by(|(a, _), (b, _)| a.crossed.total_cmp(&b.crossed));
        found.take(cuts.into_iter(), THICKEST_STRAIGHT * height, SAME_STRAIGHT * digit, most(PER_HEIGHT));
    }
    found.in_order()
}

/// The seams that are found, with the ink on the left of each.
struct Found {
    all: Vec<(Seam, f32)>,
    /// The least and the most ink that a seam leaves on its left.
    least: f32,
    most_left: f32,
}

impl Found {
    /// Takes seams that cross no more ink than `thickest` and leave other ink on their left than those taken, by more than `same`; until
    /// there are `most`.
    fn take(&mut self, seams: impl Iterator<Item = (Seam, f32)>, thickest: f32, same: f32, most: usize) {
        for (seam, left) in seams {
            if self.all.len() >= most {
                return;
            }
            let is_new = self.all.iter().all(|(_, other)| (other - left).abs() > same);
            if is_new && left > self.least && left < self.most_left && seam.crossed <= thickest {
                self.all.push((seam, left));
            }
        }
    }

    /// From left to right; where one would cross that on its left it goes along it.
    fn in_order(mut self) -> Vec<Seam> {
        self.all.sort_by(|(_, a), (_, b)| a.total_cmp(b));
        let mut seams: Vec<Seam> = Vec::with_capacity(self.all.len());
        for (mut seam, _) in self.all {
            if let Some(before) = seams.last() {
                seam.columns
                    .iter_mut()
                    .zip(&before.columns)
                    .for_each(|(column, &least)| *column = (*column).max(least));
            }
            seams.push(seam);
        }
        seams
    }
}

/// Straight cuts `apart` columns apart, each with the slant and the place near its own that cross the least ink, with the ink on
/// their left.
fn straight_cuts(ink: &[u8], width: usize, apart: f32) -> Vec<(Seam, f32)> {
    let middle = (ink.len() / width) as f32 / 2.0;
    let cut = |x: f32, slant: f32| {
        let column = |row: usize| (x + slant * (middle - row as f32)).clamp(0.0, width as f32 - 1.0) as u32;
        let columns: Vec<u32> = (0..ink.len() / width).map(column).collect();
        let crossed = ink.chunks_exact(width).zip(&columns).map(|(row, &x)| f32::from(row[x as usize])).sum::<f32>();
        Seam { columns, crossed: crossed / 255.0 }
    };
    let best = |number: usize| {
        let of_slant = |slant| OFF.map(|off| cut((number as f32 + off) * apart, slant));
        let all = SLANTS.into_iter().flat_map(of_slant);
        all.min_by(|a, b| a.crossed.total_cmp(&b.crossed)).expect("some slants")
    };
    let left = |seam: &Seam| {
        let rows = ink.chunks_exact(width).zip(&seam.columns);
        rows.flat_map(|(row, &x)| &row[..x as usize]).map(|&pixel| f32::from(pixel)).sum::<f32>()
    };
    (1..(width as f32 / apart) as usize)
        .map(best)
        .map(|seam| {
            let ink = left(&seam);
            (seam, ink)
        })
        .collect()
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
        let found = seams(&ink, width, 7.0, true);
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
        let found = seams(&ink, width, 20.0, true);
        assert!(found.len() > 3);
        for pair in found.windows(2) {
            assert!(pair[0].columns.iter().zip(&pair[1].columns).all(|(a, b)| a <= b));
        }
    }
}
