//! Patterns without a form: noise, hatching, ruled and squared lines.

use std::f32::consts::PI;

use tenfold_imaging::GreyImage;

use super::Source;
use super::canvas::Canvas;

const WAVES: usize = 5;

/// A field of greys: waves in all directions, as light and folds are, and stripes.
pub(super) struct Pattern {
    /// Of each its size, its frequencies across and down, and its phase.
    waves: [[f32; 4]; WAVES],
    level: f32,
}

impl Pattern {
    /// Of levels around `level`, a share of full ink, or above it.
    pub fn new(source: &mut Source<'_>, level: f32) -> Self {
        let (depth, finest) = (source.between(0.0, 0.25), source.between(2.0, 16.0));
        let waves = std::array::from_fn(|_| {
            let [across, down] = [0; 2].map(|_| source.between(-finest, finest) * PI);
            [depth * source.between(0.2, 1.0), across, down, source.between(0.0, 2.0 * PI)]
        });
        Self { waves, level: source.between(level, 1.0) }
    }

    /// The level at a place, `[x, y]` from 0 to 1: a quarter of full ink or more.
    pub fn level(&self, place: [f32; 2]) -> u8 {
        (255.0 * (self.level + self.sum(place)).clamp(0.25, 1.0)) as u8
    }

    fn sum(&self, [x, y]: [f32; 2]) -> f32 {
        self.waves.iter().map(|[size, across, down, phase]| size * libm::sinf(across * x + down * y + phase)).sum()
    }
}

/// Pixels of the longer side.
const SIDE_PX: f32 = 64.0;

impl Source<'_> {
    pub(super) fn texture(&mut self) -> GreyImage {
        let (aspect, is_wide) = (self.between(0.6, 1.0), self.chance(0.5));
        let size = if is_wide { [SIDE_PX, aspect * SIDE_PX] } else { [aspect * SIDE_PX, SIDE_PX] };
        let [width, height] = size.map(|side| side as usize);
        let canvas = match self.stream.below(4) {
            0 => self.clouds(width, height),
            1 => self.grain(width, height),
            2 => self.lines(width, height, false),
            _ => self.lines(width, height, true),
        };
        canvas.picture()
    }

    /// Patches of ink where the sum of some waves is high.
    fn clouds(&mut self, width: usize, height: usize) -> Canvas {
        let waves: [[f32; 3]; WAVES] = std::array::from_fn(|_| {
            [self.between(-14.0, 14.0), self.between(-14.0, 14.0), self.between(0.0, 2.0 * PI)]
        });
        let (threshold, softness) = (self.between(-0.4, 0.6), self.between(0.1, 1.5));
        Canvas::of_places(width, height, |[x, y]| {
            let sum: f32 = waves.iter().map(|[across, down, phase]| libm::sinf(across * x + down * y + phase)).sum();
            (255.0 * ((sum - threshold) / softness).clamp(0.0, 1.0)) as u8
        })
    }

    /// Each block of pixels for itself.
    fn grain(&mut self, width: usize, height: usize) -> Canvas {
        let (block, share) = (1 + self.stream.below(8) as usize, self.between(0.15, 0.7));
        let columns = width.div_ceil(block);
        let blocks: Vec<u8> = (0..columns * height.div_ceil(block))
            .map(|_| if self.chance(share) { self.between(80.0, 255.0) as u8 } else { 0 })
            .collect();
        let pixels = (0..width * height).map(|i| blocks[i / width / block * columns + i % width / block]);
        Canvas::new(width, height, pixels.collect())
    }

    /// Hatching, lines of a page; crossed, squared paper.
    fn lines(&mut self, width: usize, height: usize, are_crossed: bool) -> Canvas {
        let (angle, distance) = (self.between(0.0, PI), self.between(0.09, 0.3));
        let (share, crossing) = (self.between(0.12, 0.5), angle + self.between(0.4, 1.0) * 0.5 * PI);
        let (waviness, phase) = (self.between(-0.06, 0.12).max(0.0), self.stream.uniform());
        let is_line = |[x, y]: [f32; 2], angle: f32| {
            let [along, across] =
                [x * libm::cosf(angle) + y * libm::sinf(angle), y * libm::cosf(angle) - x * libm::sinf(angle)];
            let place = (across + waviness * libm::sinf(2.0 * PI * along)) / distance + phase;
            place - place.floor() < share
        };
        Canvas::of_places(width, height, |place| {
            if is_line(place, angle) || are_crossed && is_line(place, crossing) { 255 } else { 0 }
        })
    }
}
