//! The 8-connected pieces into which ink falls.

use crate::{GreyImage, Ink, InkBox};

/// Fainter ink neither joins pieces nor stretches the box (it is still drawn). Three sixteenths of full ink is above
/// grain and above the ringing of JPEG, which otherwise stretches the box of a 28 px digit by a tenth; lower thresholds
/// find the boxes of MNIST no better, since one pixel more or less does not scale a glyph.
pub(crate) const EDGE: u8 = 48;

/// A connected piece.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) place: InkBox,
    /// The sum of its ink.
    pub(crate) ink: u64,
    /// How many pixels of the picture's border it covers.
    pub(crate) contact: u32,
}

/// All connected pieces in the order of their first rows. Runs instead of pixels keep the memory in proportion to the
/// ink, not to the picture; only the previous row's runs are kept.
pub(crate) fn pieces(ink: &Ink) -> Vec<Piece> {
    Forest::of(ink.image()).into_roots()
}

/// The runs of ink in a row: where each starts and ends.
fn runs(row: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut x = 0;
    std::iter::from_fn(move || {
        let start = x + row[x..].iter().position(|&pixel| pixel >= EDGE)?;
        x = start + row[start..].iter().take_while(|&&pixel| pixel >= EDGE).count();
        Some((start, x))
    })
}

/// A horizontal run of ink and the piece it belongs to.
struct Run {
    start: u32,
    end: u32,
    piece: usize,
}

/// Disjoint sets of runs; a root's `Piece` covers its whole set.
#[derive(Default)]
struct Forest {
    nodes: Vec<(usize, Piece)>,
}

impl Forest {
    /// A node for each run, from the top and from the left, those that touch joined.
    fn of(image: &GreyImage) -> Self {
        let mut forest = Self::default();
        let mut above: Vec<Run> = Vec::new();
        let last = image.height() as usize - 1;
        for (y, row) in image.rows().enumerate() {
            let mut found = Vec::new();
            let mut first_above = 0;
            for (start, end) in runs(row) {
                let (levels, sides) = (&row[start..end], u32::from(start == 0) + u32::from(end == row.len()));
                let (start, end) = (start as u32, end as u32);
                let mut piece = forest.add(Piece {
                    place: InkBox { left: start, top: y as u32, width: end - start, height: 1 },
                    ink: levels.iter().map(|&pixel| u64::from(pixel)).sum(),
                    contact: if y == 0 || y == last { end - start } else { sides },
                });
                // Runs touch, also at their corners, if neither ends before the other starts.
                first_above += above[first_above..].iter().take_while(|run| run.end < start).count();
                for run in above[first_above..].iter().take_while(|run| run.start <= end) {
                    piece = forest.join(run.piece, piece);
                }
                found.push(Run { start, end, piece });
            }
            above = found;
        }
        forest
    }

    fn add(&mut self, piece: Piece) -> usize {
        self.nodes.push((self.nodes.len(), piece));
        self.nodes.len() - 1
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.nodes[node].0 != node {
            // Path halving: each step points a node at its grandparent.
            self.nodes[node].0 = self.nodes[self.nodes[node].0].0;
            node = self.nodes[node].0;
        }
        node
    }

    /// Joins two sets and returns the root, the older of the two.
    fn join(&mut self, a: usize, b: usize) -> usize {
        let (a, b) = (self.root(a), self.root(b));
        let (older, newer) = (a.min(b), a.max(b));
        if older != newer {
            let joined = self.nodes[newer].1;
            let kept = &mut self.nodes[older].1;
            kept.place = kept.place.union(joined.place);
            kept.ink += joined.ink;
            kept.contact += joined.contact;
            self.nodes[newer].0 = older;
        }
        older
    }

    fn into_roots(self) -> Vec<Piece> {
        self.nodes
            .iter()
            .enumerate()
            .filter(|(node, (parent, _))| node == parent)
            .map(|(_, (_, piece))| *piece)
            .collect()
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
