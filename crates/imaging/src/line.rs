//! A line as it lies in a picture, taken out of it.

use crate::rule::{Axis, Rule};

/// Where it is darker than the line by this factor, and so many levels, there is ink over it.
const DARKER: f32 = 1.4;
const DARKER_BY: f32 = 10.0;

/// A line is measured at every so many of its pixels.
const SAMPLED: usize = 4;

/// To its sides a line fades, to less than this share of its middle; where it becomes stronger again another begins.
const FADED: f32 = 1.0 / 8.0;
const AGAIN: f32 = 1.2;

/// A line as it lies in the picture.
pub(crate) struct Line {
    axis: Axis,
    /// Across, for each place along it.
    middles: Vec<isize>,
    /// The first and the last of its pixels across, from its middle.
    first: isize,
    last: isize,
    /// How far its middle is from the paper.
    peak: f32,
}

impl Line {
    /// `distances`: of each pixel from the paper.
    pub(crate) fn of(distances: &[u8], axis: Axis, rule: &Rule) -> Self {
        let middle = |along| rule.across(along as f32 + 0.5, axis.length as f32).round() as isize;
        let mut line = Self { axis, middles: (0..axis.length).map(middle).collect(), first: 0, last: 0, peak: 0.0 };
        line.peak = (-1..=1).map(|off| line.level(distances, off)).fold(0.0, f32::max);
        // And a pixel more, where it is not quite straight.
        line.first = -1 - line.side(distances, -1);
        line.last = 1 + line.side(distances, 1);
        line
    }

    /// So many pixels from its middle: the level in the middle of all, since strokes cross it in fewer places.
    fn level(&self, distances: &[u8], off: isize) -> f32 {
        let places = (0..self.axis.length).step_by(SAMPLED).filter_map(|along| self.place(along, off));
        let mut levels: Vec<u8> = places.map(|place| distances[place]).collect();
        let middle = levels.len() / 2;
        if levels.is_empty() { 0.0 } else { f32::from(*levels.select_nth_unstable(middle).1) }
    }

    /// How many pixels it has on one side of its middle.
    fn side(&self, distances: &[u8], towards: isize) -> isize {
        let mut least = self.peak;
        let is_line = |&off: &isize| {
            let level = self.level(distances, towards * off);
            let falls = level > FADED * self.peak && level <= AGAIN * least;
            least = least.min(level);
            falls
        };
        (1..self.axis.reach as isize).take_while(is_line).count() as isize
    }

    /// Where a pixel lies in memory.
    fn place(&self, along: usize, off: isize) -> Option<usize> {
        let across = usize::try_from(self.middles[along] + off).ok().filter(|&across| across < self.axis.breadth)?;
        Some(along * self.axis.step + across * self.axis.step_across)
    }

    /// The places of all its pixels at one place along it.
    fn places(&self, along: usize) -> impl Iterator<Item = usize> {
        (self.first..=self.last).filter_map(move |off| self.place(along, off))
    }

    /// From this distance on it is ink over the line.
    fn darker(&self) -> f32 {
        DARKER * self.peak + DARKER_BY
    }

    /// Takes the line out, but for ink that is darker.
    pub(crate) fn erase(&self, pixels: &mut [u8]) {
        for place in (0..self.axis.length).flat_map(|along| self.places(along)) {
            if f32::from(pixels[place]) < self.darker() {
                pixels[place] = 0;
            }
        }
    }

    /// Puts back what joins ink on both sides of the line, where that is no darker than the line.
    pub(crate) fn bridge(&self, before: &[u8], erased: &[u8], after: &mut [u8]) {
        let aslant = (self.last - self.first + 1) as usize;
        for along in 0..self.axis.length {
            let beside = |off: isize| {
                let near = along.saturating_sub(aslant)..(along + aslant + 1).min(self.axis.length);
                let levels = near.filter_map(|along| self.place(along, off)).map(|place| erased[place]);
                f32::from(levels.max().unwrap_or(0))
            };
            let stroke = beside(self.first - 1).min(beside(self.last + 1));
            if stroke > self.peak / 2.0 + DARKER_BY && stroke < self.darker() {
                self.places(along).for_each(|place| after[place] = before[place]);
            }
        }
    }
}
