//! Where the places of a flat paper are in a picture of it.

/// A projective map of the plane, by the rows of its matrix; the last element is 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Projection([[f64; 3]; 3]);

impl Projection {
    /// The map that takes four places to four others; nothing if three of them are on one line.
    pub(crate) fn of(from: [[f64; 2]; 4], to: [[f64; 2]; 4]) -> Option<Self> {
        // Two equations for each place, in the eight unknown elements: x' (g x + h y + 1) = a x + b y + c, and so for y'.
        let mut rows: Vec<[f64; 9]> = Vec::with_capacity(8);
        for ([x, y], [right, down]) in from.into_iter().zip(to) {
            rows.push([x, y, 1.0, 0.0, 0.0, 0.0, -x * right, -y * right, right]);
            rows.push([0.0, 0.0, 0.0, x, y, 1.0, -x * down, -y * down, down]);
        }
        let [a, b, c, d, e, f, g, h] = solved(rows.try_into().ok()?)?;
        Some(Self([[a, b, c], [d, e, f], [g, h, 1.0]]))
    }

    /// Where a place is.
    pub(crate) fn of_place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [right, down, scale] = self.0.map(|[a, b, c]| a * x + b * y + c);
        [right / scale, down / scale]
    }
}

/// The solution of eight equations, each with its right side last, by elimination; nothing if there is none or more than one.
fn solved(mut rows: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for column in 0..8 {
        let pivot = (column..8).max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()))?;
        rows.swap(column, pivot);
        let own = rows[column];
        if own[column].abs() < 1e-9 {
            return None;
        }
        for (_, row) in rows.iter_mut().enumerate().filter(|(at, _)| *at != column) {
            let factor = row[column] / own[column];
            row.iter_mut().zip(own).for_each(|(value, own)| *value -= factor * own);
        }
    }
    Some(std::array::from_fn(|at| rows[at][8] / rows[at][at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_places_say_where_all_are() {
        let (from, to) =
            ([[0.0, 0.0], [2.0, 0.0], [0.0, 1.0], [2.0, 1.0]], [[10.0, 12.0], [90.0, 4.0], [14.0, 60.0], [80.0, 50.0]]);
        let map = Projection::of(from, to).unwrap();
        for (from, to) in from.into_iter().zip(to) {
            let [x, y] = map.of_place(from);
            assert!((x - to[0]).abs() < 1e-9 && (y - to[1]).abs() < 1e-9);
        }
        // Lines stay lines: the diagonals meet where they do in the picture.
        let [x, y] = map.of_place([1.0, 0.5]);
        let on = |a: [f64; 2], b: [f64; 2]| (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
        assert!(on(to[0], to[3]).abs() < 1e-9 && on(to[1], to[2]).abs() < 1e-9);
        assert_eq!(Projection::of(from, [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]), None);
    }
}
