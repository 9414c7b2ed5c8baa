//! Two or three digits in one picture.

use tenfold_imaging::GreyImage;

use super::Source;
use super::canvas::Canvas;
use super::written::HEIGHT_PX;

/// The thinnest and the thickest line of digits by hands, in their heights.
const LINE: [f32; 2] = [0.02, 0.12];
/// The share of pictures with three digits in a row, and of those with one digit above the other.
const THREE: f32 = 0.25;
const STACKED: f32 = 0.15;
/// Digits that stand above each other: a ring above a line is a 9, and two rings are an 8.
const STACKABLE: [usize; 6] = [2, 3, 4, 5, 6, 8];
/// From how far digits overlap to how far they are apart, in heights.
const GAP: [f32; 2] = [-0.12, 0.35];
/// The least gap beside a 1, which would be a bar or a leg of the other digit, and between two digits one above the other.
const LEAST_APART: f32 = 0.2;

impl Source<'_> {
    pub(super) fn several(&mut self) -> GreyImage {
        let is_drawn = self.chance(0.5);
        let is_stacked = self.chance(STACKED);
        let count = if !is_stacked && self.chance(THREE) { 3 } else { 2 };
        let digits: Vec<(usize, Canvas)> = (0..count).map(|index| self.digit(index, is_drawn, is_stacked)).collect();
        let height = digits.iter().map(|(_, canvas)| canvas.height).max().expect("two or three") as f32;
        // Where each begins, along the line and across it.
        let mut places = vec![[0.0; 2]];
        for pair in digits.windows(2) {
            let least = if is_stacked || pair.iter().any(|(digit, _)| *digit == 1) { LEAST_APART } else { GAP[0] };
            let gap = self.between(least, GAP[1]) * height;
            let length = if is_stacked { pair[0].1.height } else { pair[0].1.width };
            let [along, across] = places[places.len() - 1];
            places.push([along + (length as f32 + gap).max(1.0), across + self.between(-0.12, 0.12) * height]);
        }
        let least =
            places.iter().fold([f32::INFINITY; 2], |least, place| [least[0].min(place[0]), least[1].min(place[1])]);
        let corner = |place: &[f32; 2]| {
            let [along, across] = [place[0] - least[0], place[1] - least[1]].map(|distance| distance as usize);
            if is_stacked { [across, along] } else { [along, across] }
        };
        let corners: Vec<[usize; 2]> = places.iter().map(corner).collect();
        let end = |axis: fn(&Canvas) -> usize, which: usize| {
            digits
                .iter()
                .zip(&corners)
                .map(|((_, canvas), corner)| corner[which] + axis(canvas))
                .max()
                .expect("two or three")
        };
        let mut all = Canvas::empty(end(|canvas| canvas.width, 0), end(|canvas| canvas.height, 1));
        for ((_, canvas), corner) in digits.iter().zip(&corners) {
            all.put(canvas, *corner);
        }
        all.picture()
    }

    /// A digit of a class by the same hand as those before it, or one of the given ones.
    fn digit(&mut self, index: u32, is_drawn: bool, is_stacked: bool) -> (usize, Canvas) {
        let class = if is_stacked {
            STACKABLE[self.stream.below(STACKABLE.len() as u32) as usize]
        } else {
            self.stream.below(10) as usize
        };
        if !is_drawn && let Some(canvas) = self.given(|label| usize::from(label) == class) {
            return (class, canvas);
        }
        let ink = self.hand().write(class as u8, index).draw(HEIGHT_PX, &self.pen(LINE));
        (class, Canvas::from(ink).cropped().expect("a drawn digit has ink"))
    }

    /// One of the given digits with such a label, cut to its ink; `None` if it is not found soon.
    pub(super) fn given(&mut self, is_wanted: impl Fn(u16) -> bool) -> Option<Canvas> {
        const TRIES: u32 = 100;
        let digits = self.digits;
        let index = (0..TRIES).map(|_| self.stream.below(digits.len() as u32) as usize);
        let index = index.into_iter().find(|&index| is_wanted(digits.label(index)))?;
        Canvas::new(digits.width(), digits.height(), digits.image(index).to_vec()).cropped()
    }
}
