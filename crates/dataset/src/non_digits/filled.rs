//! Silhouettes of things, filled with a pattern, and blobs.

use std::f32::consts::PI;

use tenfold_imaging::GreyImage;

use super::Source;
use super::canvas::Canvas;
use super::texture::Pattern;

/// Pixels of the longer side.
const SIDE_PX: f32 = 64.0;

/// A half of an outline, from the top to the bottom, in a box of height 1: how far it is from the middle. Clothes and the like are the
/// same on both sides.
type Half = &'static [[f32; 2]];

/// Half outlines of clothes, vessels and other things that stand upright.
const HALVES: &[Half] = &[
    // A shirt with short sleeves.
    &[[0.10, 0.06], [0.16, 0.00], [0.28, 0.03], [0.50, 0.22], [0.42, 0.36], [0.30, 0.26], [0.29, 1.00], [0.00, 1.00]],
    // A pullover.
    &[
        [0.09, 0.05],
        [0.15, 0.00],
        [0.28, 0.05],
        [0.38, 0.24],
        [0.50, 0.86],
        [0.39, 0.90],
        [0.28, 0.40],
        [0.28, 1.00],
        [0.00, 1.00],
    ],
    // A dress.
    &[[0.08, 0.10], [0.12, 0.00], [0.18, 0.00], [0.20, 0.14], [0.17, 0.36], [0.40, 1.00], [0.00, 1.00]],
    // Trousers.
    &[[0.00, 0.00], [0.24, 0.00], [0.29, 0.40], [0.34, 1.00], [0.17, 1.00], [0.05, 0.30], [0.00, 0.26]],
    // A coat.
    &[
        [0.07, 0.08],
        [0.12, 0.00],
        [0.26, 0.05],
        [0.34, 0.20],
        [0.46, 0.76],
        [0.36, 0.80],
        [0.27, 0.36],
        [0.33, 1.00],
        [0.02, 1.00],
        [0.00, 0.30],
    ],
    // A bag with a handle.
    &[
        [0.00, 0.00],
        [0.18, 0.04],
        [0.26, 0.30],
        [0.50, 0.34],
        [0.54, 1.00],
        [0.00, 1.00],
        [0.00, 0.36],
        [0.17, 0.32],
        [0.12, 0.12],
        [0.00, 0.08],
    ],
    // A cup.
    &[[0.00, 0.00], [0.44, 0.00], [0.38, 0.60], [0.26, 0.92], [0.34, 1.00], [0.00, 1.00]],
    // A tree.
    &[[0.00, 0.00], [0.26, 0.34], [0.14, 0.34], [0.38, 0.72], [0.08, 0.72], [0.08, 1.00], [0.00, 1.00]],
    // A head with ears.
    &[[0.00, 0.22], [0.24, 0.18], [0.38, 0.00], [0.46, 0.34], [0.44, 0.66], [0.24, 0.94], [0.00, 1.00]],
    // A block.
    &[[0.00, 0.04], [0.46, 0.00], [0.48, 0.96], [0.00, 1.00]],
];

/// Whole outlines of things that lie or look to one side, in a box of width 1.
const WHOLES: &[&[[f32; 2]]] = &[
    // A shoe.
    &[
        [0.02, 0.12],
        [0.22, 0.10],
        [0.34, 0.02],
        [0.52, 0.24],
        [0.84, 0.34],
        [0.98, 0.50],
        [0.98, 0.62],
        [0.02, 0.62],
        [0.00, 0.36],
    ],
    // A boot.
    &[
        [0.06, 0.00],
        [0.46, 0.00],
        [0.48, 0.46],
        [0.80, 0.60],
        [0.94, 0.74],
        [0.94, 0.92],
        [0.36, 0.92],
        [0.32, 0.84],
        [0.28, 0.94],
        [0.06, 0.94],
        [0.02, 0.50],
    ],
    // A sandal with a heel.
    &[
        [0.00, 0.10],
        [0.12, 0.04],
        [0.40, 0.30],
        [0.66, 0.44],
        [0.80, 0.36],
        [0.98, 0.52],
        [0.98, 0.60],
        [0.60, 0.58],
        [0.20, 0.28],
        [0.12, 0.62],
        [0.04, 0.62],
    ],
    // A fish.
    &[
        [0.00, 0.36],
        [0.20, 0.16],
        [0.46, 0.10],
        [0.76, 0.32],
        [1.00, 0.12],
        [0.92, 0.38],
        [1.00, 0.64],
        [0.76, 0.44],
        [0.46, 0.66],
        [0.18, 0.58],
    ],
    // A bird.
    &[
        [0.00, 0.22],
        [0.14, 0.10],
        [0.28, 0.14],
        [0.36, 0.30],
        [0.70, 0.20],
        [1.00, 0.34],
        [0.74, 0.44],
        [0.56, 0.62],
        [0.52, 0.78],
        [0.46, 0.62],
        [0.22, 0.52],
        [0.12, 0.30],
    ],
    // A house.
    &[
        [0.00, 0.44],
        [0.50, 0.00],
        [0.72, 0.18],
        [0.72, 0.06],
        [0.82, 0.06],
        [0.82, 0.27],
        [1.00, 0.44],
        [0.90, 0.44],
        [0.90, 0.94],
        [0.10, 0.94],
        [0.10, 0.44],
    ],
    // A car.
    &[
        [0.00, 0.34],
        [0.16, 0.28],
        [0.30, 0.06],
        [0.66, 0.06],
        [0.82, 0.28],
        [1.00, 0.34],
        [1.00, 0.54],
        [0.86, 0.54],
        [0.76, 0.66],
        [0.66, 0.54],
        [0.32, 0.54],
        [0.22, 0.66],
        [0.12, 0.54],
        [0.00, 0.54],
    ],
];

impl Source<'_> {
    pub(super) fn filled(&mut self) -> GreyImage {
        let outline = match self.stream.below(10) {
            0 | 1 => self.blob(),
            2..=6 => self.half(),
            _ => self.whole(),
        };
        self.fill(&outline)
    }

    /// A thing of two like halves.
    fn half(&mut self) -> Vec<[f32; 2]> {
        let half = HALVES[self.stream.below(HALVES.len() as u32) as usize];
        let left = half.iter().rev().map(|&[x, y]| [-x, y]);
        let outline: Vec<[f32; 2]> = half.iter().copied().chain(left).collect();
        self.moved(&outline)
    }

    fn whole(&mut self) -> Vec<[f32; 2]> {
        let whole = WHOLES[self.stream.below(WHOLES.len() as u32) as usize];
        let turned = if self.chance(0.5) { -1.0 } else { 1.0 };
        let outline: Vec<[f32; 2]> = whole.iter().map(|&[x, y]| [turned * x, y]).collect();
        self.moved(&outline)
    }

    /// A ring of waves about a circle.
    fn blob(&mut self) -> Vec<[f32; 2]> {
        const POINTS: u32 = 48;
        let waves: [[f32; 2]; 4] = std::array::from_fn(|_| [self.between(0.0, 0.16), self.between(0.0, 2.0 * PI)]);
        let stretch = self.between(0.8, 1.6);
        let point = |point: u32| {
            let angle = 2.0 * PI * point as f32 / POINTS as f32;
            let wave =
                |(number, [size, phase]): (usize, [f32; 2])| size * libm::sinf((number + 2) as f32 * angle + phase);
            let radius = 0.5 * (1.0 + waves.into_iter().enumerate().map(wave).sum::<f32>());
            [stretch * radius * libm::cosf(angle), radius * libm::sinf(angle)]
        };
        (0..POINTS).map(point).collect()
    }

    /// Wider or narrower, turned a little, and each corner moved.
    fn moved(&mut self, outline: &[[f32; 2]]) -> Vec<[f32; 2]> {
        let (stretch, turn) = (self.between(0.85, 1.25), self.between(-0.25, 0.25));
        let (sine, cosine) = (libm::sinf(turn), libm::cosf(turn));
        let moved = outline.iter().map(|&[x, y]| {
            let [x, y] = [stretch * x + self.between(-0.025, 0.025), y + self.between(-0.025, 0.025)];
            [x * cosine - y * sine, x * sine + y * cosine]
        });
        moved.collect()
    }

    /// The inside of an outline, in a pattern of greys.
    fn fill(&mut self, outline: &[[f32; 2]]) -> GreyImage {
        let edge = |choose: fn(f32, f32) -> f32| {
            [0, 1].map(|axis| outline.iter().map(|point| point[axis]).reduce(choose).expect("an outline has points"))
        };
        let (least, greatest) = (edge(f32::min), edge(f32::max));
        let longer = (greatest[0] - least[0]).max(greatest[1] - least[1]);
        let size = [0, 1].map(|axis| (SIDE_PX * (greatest[axis] - least[axis]) / longer).max(2.0) as usize);
        let pattern = Pattern::new(self, 0.5);
        let canvas = Canvas::of_places(size[0], size[1], |place| {
            let point = [0, 1].map(|axis| least[axis] + (greatest[axis] - least[axis]) * place[axis]);
            if is_inside(point, outline) { pattern.level(place) } else { 0 }
        });
        canvas.picture()
    }
}

/// Whether a line from the point to the right crosses the outline an odd number of times.
fn is_inside([x, y]: [f32; 2], outline: &[[f32; 2]]) -> bool {
    let next = outline.iter().cycle().skip(1);
    let crosses = |&(&a, &b): &(&[f32; 2], &[f32; 2])| {
        (a[1] > y) != (b[1] > y) && x < a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1])
    };
    outline.iter().zip(next).filter(crosses).count() % 2 == 1
}
