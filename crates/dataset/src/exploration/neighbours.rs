//! All pairs of images within a distance, exactly, without comparing every pair pixel by pixel.
//!
//! The distance is Euclidean. An image has a *sketch*: the sums of its pixels over the cells of a grid of at most 8x8,
//! each divided by the square root of the pixels in a cell. By the inequality of Cauchy and Schwarz two sketches are
//! never further apart than the images, so sketches rule out most pairs. They are divided in halves, each time by the
//! cell in which they vary most, until few are left together (a k-d tree: Bentley, "Multidimensional binary search trees
//! used for associative searching", CACM 18 (1975) 509-517). The box around these few rules out most of them at once.
//! What remains is compared in whole numbers.

use crate::Dataset;

/// Cells of a sketch along each side of an image, at most.
const GRID: usize = 8;
/// Cells compared at a time: a vector or two of any CPU.
const LANES: usize = 8;
/// Images left together, at most: comparing a box costs about as much as comparing two images.
const TOGETHER: usize = 32;

/// Compared with cells in descending order of variance, so that most comparisons end early. Cells outside a
/// smaller grid are 0.
type Sketch = [[f32; LANES]; GRID * GRID / LANES];

/// Calls `found(one, other, squared)` for each two of the images at `indices` whose squared distance is at most `limit`.
/// Neither the order of pairs nor the order within one is promised.
pub(super) fn pairs_among(dataset: &Dataset, indices: &[u32], limit: u64, mut found: impl FnMut(u32, u32, u64)) {
    let mut sketches = sketch_all(dataset, indices);
    let order = widest_first(&sketches);
    let groups = Group::divide(reordered(&mut sketches, &order));
    for (position, group) in groups.iter().enumerate() {
        for other in &groups[position..] {
            // A group meets itself: each two of its images twice, and each image itself, of which one is kept.
            let same = std::ptr::eq(group, other);
            group.compare(other, [dataset; 2], limit, |one, other, squared| {
                if !same || one < other {
                    found(one, other, squared);
                }
            });
        }
    }
}

/// Calls `found(one, other, squared)` for each image of the first data set and each of the second whose squared distance
/// is at most `limit`, in no particular order. Images are of one size; only those at the indices are looked at.
pub(super) fn pairs_between(
    (first, first_indices): (&Dataset, &[u32]),
    (second, second_indices): (&Dataset, &[u32]),
    limit: u64,
    mut found: impl FnMut(u32, u32, u64),
) {
    let [mut of_first, mut of_second] = [sketch_all(first, first_indices), sketch_all(second, second_indices)];
    let order = widest_first(&of_second);
    let groups = Group::divide(reordered(&mut of_second, &order));
    for group in Group::divide(reordered(&mut of_first, &order)) {
        for other in &groups {
            group.compare(other, [first, second], limit, &mut found);
        }
    }
}

/// How far apart the sketches of two images within the limit can be. Sketches are rounded: cells are below 2^17, so f32
/// leaves 0.01 of doubt in each of 64, which is 0.3 in all, and sums of 64 squares lose less than a hundred-thousandth.
fn reach(limit: u64) -> f32 {
    ((limit as f64).sqrt() * 1.0001 + 1.0) as f32
}

/// A few images of a data set and the box around their sketches.
struct Group {
    images: Vec<(u32, Sketch)>,
    low: Sketch,
    high: Sketch,
}

impl Group {
    /// Divides images, each with its place in its data set, in groups of at most [`TOGETHER`].
    fn divide(images: &mut [(u32, Sketch)]) -> Vec<Self> {
        if images.len() <= TOGETHER {
            return vec![Self::around(images)];
        }
        let (widest, middle) = (widest_first(images)[0], images.len() / 2);
        let value = |(_, sketch): &(u32, Sketch)| sketch.as_flattened()[widest];
        images.select_nth_unstable_by(middle, |a, b| value(a).total_cmp(&value(b)));
        let (low, high) = images.split_at_mut(middle);
        [Self::divide(low), Self::divide(high)].into_iter().flatten().collect()
    }

    fn around(images: &[(u32, Sketch)]) -> Self {
        let (mut low, mut high) = (Sketch::default(), Sketch::default());
        low.as_flattened_mut().fill(f32::INFINITY);
        high.as_flattened_mut().fill(f32::NEG_INFINITY);
        for (_, sketch) in images {
            let bounds = low.as_flattened_mut().iter_mut().zip(high.as_flattened_mut());
            for ((low, high), &cell) in bounds.zip(sketch.as_flattened()) {
                (*low, *high) = (low.min(cell), high.max(cell));
            }
        }
        Self { images: images.to_vec(), low, high }
    }

    /// Compares each image of one group with each of another. `datasets`: of the two groups.
    fn compare(&self, other: &Self, datasets: [&Dataset; 2], limit: u64, mut found: impl FnMut(u32, u32, u64)) {
        let reach = reach(limit);
        let its_box = [&other.low, &other.high];
        if !within(reach, [&self.low, &self.high], its_box) {
            return;
        }
        for &(one, ref sketch) in self.images.iter().filter(|(_, sketch)| within(reach, [sketch; 2], its_box)) {
            for &(other, _) in other.images.iter().filter(|(_, other)| within(reach, [sketch; 2], [other; 2])) {
                let [a, b] =
                    [(datasets[0], one), (datasets[1], other)].map(|(dataset, index)| dataset.image(index as usize));
                let squared = squared_distance(a, b);
                if squared <= limit {
                    found(one, other, squared);
                }
            }
        }
    }
}

/// Whether two boxes, each given by its least and its greatest cells, are within `reach`. A sketch is a box, too.
fn within(reach: f32, [a_low, a_high]: [&Sketch; 2], [b_low, b_high]: [&Sketch; 2]) -> bool {
    let mut sum = 0.0;
    (0..a_low.len()).all(|row| {
        let [a_low, a_high, b_low, b_high] = [a_low, a_high, b_low, b_high].map(|sketch| &sketch[row]);
        let squares: [f32; LANES] = std::array::from_fn(|lane| {
            let gap = (a_low[lane] - b_high[lane]).max(b_low[lane] - a_high[lane]).max(0.0);
            gap * gap
        });
        sum += squares.iter().sum::<f32>();
        sum <= reach * reach
    })
}

/// The images at `indices` and their sketches, whose cells are row by row.
fn sketch_all(dataset: &Dataset, indices: &[u32]) -> Vec<(u32, Sketch)> {
    let [height, width] = [dataset.height(), dataset.width()].map(|side| side.div_ceil(GRID));
    let scale = ((height * width) as f32).sqrt();
    let sketch = |&index: &u32| {
        let mut sums = [0_u32; GRID * GRID];
        for (y, row) in dataset.image(index as usize).chunks_exact(dataset.width()).enumerate() {
            for (sum, pixels) in sums[y / height * GRID..].iter_mut().zip(row.chunks(width)) {
                *sum += pixels.iter().map(|&pixel| u32::from(pixel)).sum::<u32>();
            }
        }
        let mut sketch = Sketch::default();
        sketch.as_flattened_mut().iter_mut().zip(sums).for_each(|(cell, sum)| *cell = sum as f32 / scale);
        (index, sketch)
    };
    indices.iter().map(sketch).collect()
}

/// The cells in descending order of their variance.
fn widest_first(images: &[(u32, Sketch)]) -> [usize; GRID * GRID] {
    let (mut sums, mut squares) = ([0.0; GRID * GRID], [0.0; GRID * GRID]);
    for (_, sketch) in images {
        for ((sum, square), &cell) in sums.iter_mut().zip(&mut squares).zip(sketch.as_flattened()) {
            *sum += f64::from(cell);
            *square += f64::from(cell) * f64::from(cell);
        }
    }
    let variance = |cell: usize| squares[cell] - sums[cell] * sums[cell] / images.len() as f64;
    let mut order = std::array::from_fn(|cell| cell);
    order.sort_by(|&a, &b| variance(b).total_cmp(&variance(a)));
    order
}

/// The same sketches with their cells in another order.
fn reordered<'a>(images: &'a mut [(u32, Sketch)], order: &[usize; GRID * GRID]) -> &'a mut [(u32, Sketch)] {
    for (_, sketch) in images.iter_mut() {
        let cells = order.map(|cell| sketch.as_flattened()[cell]);
        sketch.as_flattened_mut().copy_from_slice(&cells);
    }
    images
}

fn squared_distance(a: &[u8], b: &[u8]) -> u64 {
    a.iter().zip(b).map(|(&a, &b)| u64::from(a.abs_diff(b)).pow(2)).sum()
}

#[cfg(test)]
mod tests;
