//! The 8-connected pieces into which ink falls.

use crate::{GreyImage, Ink, InkBox};

/// Fainter ink neither joins pieces nor stretches the box (it is still drawn). Three sixteenths of full ink is above
/// grain and above the ringing of JPEG, which otherwise stretches the box of a 28 px digit by a tenth; lower thresholds
/// find the boxes of MNIST no better, since one pixel more or less does not scale a glyph.
pub const EDGE: u8 = 48;

/// A connected piece of ink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Piece {
    /// The smallest box around it.
    pub place: InkBox,
    /// The sum of its ink, 255 for a pixel of strong ink.
    pub ink: u64,
    /// How many pixels it has.
    pub area: u32,
    /// How many pixels of the picture's border it covers.
    pub contact: u32,
    /// The length of its outline along the sides of pixels: twice its own length if it is a thin line.
    pub outline: u32,
}

impl Piece {
    /// The mean width of its strokes in pixels: twice its area for each pixel of its outline, as of a [box](crate::stroke).
    pub(crate) fn stroke_width(&self) -> f32 {
        2.0 * (self.ink as f32 / 255.0) / (self.outline.max(1) as f32 * std::f32::consts::FRAC_PI_4)
    }
}

/// Pixels beside each other that are all ink of at least [`EDGE`], and the piece that they belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Run {
    /// The row, from the top.
    pub row: u32,
    /// The first column.
    pub start: u32,
    /// The column after the last.
    pub end: u32,
    /// The place of its piece among all.
    pub piece: usize,
}

/// All connected pieces in the order of their first rows.
pub(crate) fn pieces(ink: &Ink) -> Vec<Piece> {
    Forest::of(ink.image()).into_pieces().0
}

/// All 8-connected pieces in the order of their first rows, and the runs of which they are made, row by row. Runs instead of
/// pixels keep the memory in proportion to the ink, not to the picture.
///
/// ```
/// use tenfold_imaging::{GreyImage, extract_ink, ground, pieces_and_runs};
///
/// // Two strokes side by side.
/// let pixels = (0..50 * 50).map(|at| if [10, 11, 30].contains(&(at % 50)) { 0 } else { 255 }).collect();
/// let picture = GreyImage::new(50, 50, pixels)?;
/// let (pieces, runs) = pieces_and_runs(&extract_ink(&picture, &ground(&picture, None))?);
/// assert_eq!((pieces.len(), pieces[1].place.left), (2, 30));
/// assert_eq!((runs.len(), runs[0].start, runs[0].end, runs[0].piece), (100, 10, 12, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pieces_and_runs(ink: &Ink) -> (Vec<Piece>, Vec<Run>) {
    Forest::of(ink.image()).into_pieces()
}

/// The runs of ink of at least this level in a row: where each starts and ends.
pub(crate) fn runs(row: &[u8], least: u8) -> impl Iterator<Item = (usize, usize)> {
    let mut x = 0;
    std::iter::from_fn(move || {
        let start = x + row[x..].iter().position(|&pixel| pixel >= least)?;
        x = start + row[start..].iter().take_while(|&&pixel| pixel >= least).count();
        Some((start, x))
    })
}

/// Disjoint sets of runs; a root's `Piece` covers its whole set.
#[derive(Default)]
struct Forest {
    nodes: Vec<(usize, Piece)>,
    /// The run of each node.
    runs: Vec<Run>,
}

impl Forest {
    /// A node for each run, from the top and from the left, those that touch joined.
    fn of(image: &GreyImage) -> Self {
        let mut forest = Self::default();
        let mut above = 0..0;
        let last = image.height() as usize - 1;
        for (y, row) in image.rows().enumerate() {
            let first_here = forest.runs.len();
            for (start, end) in runs(row, EDGE) {
                let (levels, sides) = (&row[start..end], u32::from(start == 0) + u32::from(end == row.len()));
                let (start, end) = (start as u32, end as u32);
                let node = forest.add(Piece {
                    place: InkBox { left: start, top: y as u32, width: end - start, height: 1 },
                    ink: levels.iter().map(|&pixel| u64::from(pixel)).sum(),
                    area: end - start,
                    contact: if y == 0 || y == last { end - start } else { sides },
                    outline: 2 + 2 * (end - start),
                });
                // Runs touch, also at their corners, if neither ends before the other starts.
                above.start += forest.runs[above.clone()].iter().take_while(|run| run.end < start).count();
                for other in above.clone() {
                    let Run { start: from, end: to, .. } = forest.runs[other];
                    if from > end {
                        break;
                    }
                    let joined = forest.join(other, node);
                    // No outline runs between a pixel and the one below it.
                    forest.nodes[joined].1.outline -= 2 * to.min(end).saturating_sub(from.max(start));
                }
            }
            above = first_here..forest.runs.len();
        }
        forest
    }

    /// A new set of one run, which `piece` is.
    fn add(&mut self, piece: Piece) -> usize {
        let (node, InkBox { left, top, width, .. }) = (self.nodes.len(), piece.place);
        self.nodes.push((node, piece));
        self.runs.push(Run { row: top, start: left, end: left + width, piece: node });
        node
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.nodes[node].0 != node {
            // Path halving: each step points a node at its grandparent.
            self.nodes[node].0 = self.nodes[self.nodes[node].0].0;
            node = self.nodes[node].0;
        }
        node
    }

    /// Joins two sets; the root, which it gives, is the older of the two.
    fn join(&mut self, a: usize, b: usize) -> usize {
        let (a, b) = (self.root(a), self.root(b));
        let (older, newer) = (a.min(b), a.max(b));
        if older != newer {
            let joined = self.nodes[newer].1;
            let kept = &mut self.nodes[older].1;
            kept.place = kept.place.union(joined.place);
            kept.ink += joined.ink;
            kept.area += joined.area;
            kept.contact += joined.contact;
            kept.outline += joined.outline;
            self.nodes[newer].0 = older;
        }
        older
    }

    /// The roots, and the runs with the places of theirs.
    fn into_pieces(mut self) -> (Vec<Piece>, Vec<Run>) {
        let mut pieces = Vec::new();
        let mut place_of = vec![0; self.nodes.len()];
        for node in 0..self.nodes.len() {
            // A root is the oldest of its set, so its place is known before those of the others are asked for.
            let root = self.root(node);
            if root == node {
                place_of[node] = pieces.len();
                pieces.push(self.nodes[node].1);
            }
            self.runs[node].piece = place_of[root];
        }
        (pieces, self.runs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Polarity, extract_ink, ground};

    /// Ink from a drawing: `#` is ink, anything else paper.
    fn drawn(rows: &[&str]) -> Ink {
        let pixels: Vec<u8> = rows.concat().bytes().map(|mark| if mark == b'#' { 255 } else { 0 }).collect();
        let image = GreyImage::new(rows[0].len() as u32, rows.len() as u32, pixels).unwrap();
        extract_ink(&image, &ground(&image, Some(Polarity::LightOnDark))).unwrap()
    }

    #[test]
    fn corners_connect_and_late_joins_count_once() {
        let u_shape = drawn(&["#...#...", "#...#...", ".#.#....", "..#....#", "........"]);
        let found = pieces(&u_shape);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].place, InkBox { left: 0, top: 0, width: 5, height: 4 });
        assert_eq!(found[0].ink, 7 * 255);
        assert_eq!(found[1].place, InkBox { left: 7, top: 3, width: 1, height: 1 });
    }

    #[test]
    fn contact_counts_the_pixels_on_the_border() {
        let check = |rows: &[&str], contact| assert_eq!(pieces(&drawn(rows))[0].contact, contact, "{rows:?}");
        check(&[".....", ".###.", "....."], 0);
        check(&[".###.", "..#..", "..#.."], 4);
        check(&[".....", "#####", "....."], 2);
        check(&["#....", "#....", "#...."], 3);
    }

    #[test]
    fn an_outline_goes_around_holes_too() {
        let check = |rows: &[&str], outline| assert_eq!(pieces(&drawn(rows))[0].outline, outline, "{rows:?}");
        check(&["......", ".####.", "......"], 10);
        check(&["......", ".####.", ".#..#.", ".####."], 14 + 6);
        check(&["#..#", ".##.", "...."], 14);
        check(&["#.#.", "#.#.", "###."], 16);
    }

    #[test]
    fn a_flood_fill_finds_the_same_pieces() {
        // A pattern full of corners and late joins, from a small linear congruential generator.
        let mut state = 1u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if state >> 30 == 0 { '#' } else { '.' }
        };
        let rows: Vec<String> = (0..60).map(|_| (0..60).map(|_| next()).collect()).collect();
        let ink = drawn(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let mut found: Vec<_> = pieces(&ink).iter().map(|piece| (piece.place, piece.ink)).collect();
        let mut expected = flooded(ink.image());
        let order = |piece: &(InkBox, u64)| (piece.0.top, piece.0.left, piece.0.width, piece.0.height, piece.1);
        found.sort_by_key(order);
        expected.sort_by_key(order);
        assert!(found.len() > 100);
        assert_eq!(found, expected);
    }

    fn flooded(image: &GreyImage) -> Vec<(InkBox, u64)> {
        let (width, height) = (image.width() as i32, image.height() as i32);
        let mut open: Vec<bool> = image.pixels().iter().map(|&pixel| pixel >= EDGE).collect();
        let mut found = Vec::new();
        for seed in 0..open.len() as i32 {
            let mut stack = vec![(seed % width, seed / width)];
            let mut piece: Option<(InkBox, u64)> = None;
            while let Some((x, y)) = stack.pop() {
                let inside = (0..width).contains(&x) && (0..height).contains(&y);
                if !inside || !std::mem::take(&mut open[(y * width + x) as usize]) {
                    continue;
                }
                let place = InkBox { left: x as u32, top: y as u32, width: 1, height: 1 };
                let ink = u64::from(image.pixels()[(y * width + x) as usize]);
                piece = Some(piece.map_or((place, ink), |(old, sum)| (old.union(place), sum + ink)));
                stack.extend((-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (x + dx, y + dy))));
            }
            found.extend(piece);
        }
        found
    }
}
