//! Strokes replaced by their edges: Canny, "A computational approach to edge detection", IEEE PAMI 8 (1986) 679-698, with the
//! settings that scikit-image has unless told otherwise.

use crate::transformation::{Blur, Plane};

/// Standard deviation of the blur before, in pixels.
const SIGMA_PX: f32 = 1.0;
/// The strength from which a ridge belongs to an edge that has a strong ridge, as the sum of Sobel's weights gives it.
const WEAK: f32 = 0.1 * 255.0;
/// The strength from which a ridge is an edge.
const STRONG: f32 = 0.2 * 255.0;

/// Full ink on the edges, and background elsewhere.
pub(super) fn canny(image: &mut Plane) {
    let (mut blur, mut inside) = (Blur::default(), Plane::new([image.height, image.width]));
    inside.values.fill(1.0);
    blur.apply(image, SIGMA_PX);
    blur.apply(&mut inside, SIGMA_PX);
    // Where the image ends is no edge.
    image.values.iter_mut().zip(inside.values).for_each(|(value, inside)| *value /= inside);
    let slopes = Slopes::new(image);
    image.values.fill(0.0);
    let mut ahead: Vec<usize> = slopes.inner().filter(|&at| slopes.is_ridge(at, STRONG)).collect();
    while let Some(at) = ahead.pop() {
        if image.values[at] == 0.0 {
            image.values[at] = 255.0;
            let (above, below) = (at - image.width, at + image.width);
            let around = [above - 1, above, above + 1, at - 1, at + 1, below - 1, below, below + 1];
            ahead.extend(around.into_iter().filter(|&next| slopes.is_inner(next) && slopes.is_ridge(next, WEAK)));
        }
    }
}

/// How brightness rises at each pixel; nowhere at the outermost, where edges are not looked for.
struct Slopes {
    sides: [usize; 2],
    /// Down and right.
    slopes: Vec<[f32; 2]>,
    strengths: Vec<f32>,
}

impl Slopes {
    /// By Sobel's weights.
    fn new(image: &Plane) -> Self {
        let pixels = image.height * image.width;
        let (slopes, strengths) = (vec![[0.0; 2]; pixels], vec![0.0; pixels]);
        let mut new = Self { sides: [image.height, image.width], slopes, strengths };
        for at in new.inner() {
            let near = [at - image.width, at, at + image.width].map(|middle| &image.values[middle - 1..middle + 2]);
            let rise = |from: [f32; 3], to: [f32; 3]| to[0] - from[0] + 2.0 * (to[1] - from[1]) + to[2] - from[2];
            let row = |y: usize| [near[y][0], near[y][1], near[y][2]];
            let column = |x: usize| [near[0][x], near[1][x], near[2][x]];
            let [down, right] = [rise(row(0), row(2)), rise(column(0), column(2))];
            new.slopes[at] = [down, right];
            new.strengths[at] = (down * down + right * right).sqrt();
        }
        new
    }

    /// Every pixel but the outermost.
    fn inner(&self) -> impl Iterator<Item = usize> + use<> {
        let [height, width] = self.sides;
        (1..height.saturating_sub(1)).flat_map(move |y| (1..width.saturating_sub(1)).map(move |x| y * width + x))
    }

    fn is_inner(&self, at: usize) -> bool {
        let [height, width] = self.sides;
        (1..height - 1).contains(&(at / width)) && (1..width - 1).contains(&(at % width))
    }

    /// Whether the slope is at least `strength`, and no less than a pixel further up and down the slope, between the two
    /// neighbours that are nearest there.
    fn is_ridge(&self, at: usize, strength: f32) -> bool {
        let [down, right] = self.slopes[at];
        let here = self.strengths[at];
        let step = |slope: f32, width: usize| if slope < 0.0 { -(width as isize) } else { width as isize };
        let [down_step, right_step] = [step(down, self.sides[1]), step(right, 1)];
        let (straight, share) = match down.abs() >= right.abs() {
            true => (down_step, right.abs() / down.abs()),
            false => (right_step, down.abs() / right.abs()),
        };
        let beyond = |straight: isize, diagonal: isize| {
            let [straight, diagonal] =
                [straight, diagonal].map(|step| self.strengths[at.checked_add_signed(step).expect("an inner pixel")]);
            straight * (1.0 - share) + diagonal * share
        };
        let diagonal = down_step + right_step;
        here >= strength && here >= beyond(straight, diagonal) && here >= beyond(-straight, -diagonal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_becomes_its_outline() {
        let inside = |at: usize| (8..20).contains(&(at / 28)) && (8..20).contains(&(at % 28));
        let mut image = Plane::new([28, 28]);
        (0..784).filter(|&at| inside(at)).for_each(|at| image.values[at] = 200.0);
        canny(&mut image);
        let row = |y: usize| (0..28).filter(|x| image.values[y * 28 + x] > 0.0).collect::<Vec<_>>();
        // An edge lies between two pixels, which are equally steep but for rounding.
        let sides = [row(14).first().copied(), row(14).last().copied()].map(Option::unwrap);
        assert!(row(14).len() <= 4 && (7..=8).contains(&sides[0]) && (19..=20).contains(&sides[1]), "{:?}", row(14));
        assert_eq!((row(3), row(24)), (vec![], vec![]));
        assert!(image.values.iter().all(|&value| value == 0.0 || value == 255.0));
    }

    #[test]
    fn faint_edges_count_only_beside_strong_ones() {
        let rows = |heights: fn(usize) -> f32| {
            let mut image = Plane::new([28, 28]);
            (0..784).filter(|at| at % 28 >= 14).for_each(|at| image.values[at] = heights(at / 28));
            canny(&mut image);
            (0..28).filter(|y| image.values[y * 28..][..28].iter().any(|&value| value > 0.0)).count()
        };
        // Sobel's sum at a step of 1, blurred by a pixel, is 2.56.
        assert_eq!([rows(|_| 9.0), rows(|_| 18.0), rows(|_| 22.0)], [0, 0, 26]);
        assert_eq!(rows(|y| 60.0 - 1.6 * y as f32), 26, "from 153 to 43");
    }

    #[test]
    fn the_smallest_images_have_no_edges() {
        for sides in [[1, 1], [2, 5], [5, 2]] {
            let mut image = Plane::new(sides);
            image.values.fill(255.0);
            canny(&mut image);
            assert_eq!(image, Plane::new(sides));
        }
    }
}
