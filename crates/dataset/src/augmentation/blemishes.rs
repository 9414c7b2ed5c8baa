//! Blemishes: what is on the paper beside ink.

use tenfold_random::Stream;

use super::Augmentation;
use crate::transformation::Plane;

/// Levels of a background are drawn at so many points along each side, the outer ones at the image's corners.
const POINTS: usize = 4;
/// The thinnest and the thickest line, in pixels.
const WIDTHS_PX: [f32; 2] = [0.5, 2.5];
/// The least ink of a line, as a share of full ink.
const FAINTEST: f32 = 0.3;

/// The blemishes that were drawn for one image.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Blemishes {
    /// Level of the background at each point, `[POINTS, POINTS]`, as a share of full ink.
    background: [[f32; POINTS]; POINTS],
    line: Option<Line>,
    /// The share of pixels that are specks.
    specks: f32,
    /// What is in an erased rectangle, as a share of full ink.
    pub erase_ink: f32,
}

/// A straight line from one side of the image to the opposite one.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Line {
    is_upright: bool,
    /// Where it begins and ends, as shares of the side.
    ends: [f32; 2],
    width_px: f32,
    /// As a share of full ink.
    ink: f32,
}

impl Blemishes {
    /// Draws for one image, always as many numbers; none where there are to be no blemishes.
    pub(super) fn draw(from: &Augmentation, stream: &mut Stream) -> Self {
        if [from.background, from.lines, from.specks, from.erase_ink] == [0.0; 4] {
            return Self::default();
        }
        let darkest = from.background * stream.uniform();
        let background = [(); POINTS].map(|()| [(); POINTS].map(|()| darkest * stream.uniform()));
        let is_crossed = stream.uniform() < from.lines;
        let line = Line {
            is_upright: stream.uniform() < 0.5,
            ends: [stream.uniform(), stream.uniform()],
            width_px: WIDTHS_PX[0] + (WIDTHS_PX[1] - WIDTHS_PX[0]) * stream.uniform(),
            ink: FAINTEST + (1.0 - FAINTEST) * stream.uniform(),
        };
        let (specks, erase_ink) = (from.specks * stream.uniform(), from.erase_ink * stream.uniform());
        Self { background, line: is_crossed.then_some(line), specks, erase_ink }
    }

    /// Adds the background and the line.
    pub(super) fn add_to(&self, image: &mut Plane) {
        if self.background != [[0.0; POINTS]; POINTS] {
            self.shade(image);
        }
        if let Some(line) = self.line {
            line.add_to(image);
        }
    }

    /// Brings each pixel nearer to full ink, by a share between those at the points around it.
    fn shade(&self, image: &mut Plane) {
        let [height, width] = [image.height, image.width];
        // Of a place along a side: the point before it, and how far it is on the way to the next.
        let place = |at: usize, length: usize| {
            let along = (POINTS - 1) as f32 * at as f32 / (length - 1).max(1) as f32;
            let before = (along as usize).min(POINTS - 2);
            (before, along - before as f32)
        };
        for (y, row) in image.rows_mut().enumerate() {
            let (above, down) = place(y, height);
            let column = |x: usize| {
                let [above, below] = [self.background[above][x], self.background[above + 1][x]];
                above + (below - above) * down
            };
            let levels: [f32; POINTS] = std::array::from_fn(column);
            for (x, value) in row.iter_mut().enumerate() {
                let (left, right) = place(x, width);
                let level = levels[left] + (levels[left + 1] - levels[left]) * right;
                *value += (255.0 - *value) * level;
            }
        }
    }

    /// Makes some pixels full ink and as many background.
    pub(super) fn strew_specks(&self, image: &mut Plane, stream: &mut Stream) {
        if self.specks == 0.0 {
            return;
        }
        for value in &mut image.values {
            let chance = stream.uniform();
            if chance < self.specks {
                *value = if chance < 0.5 * self.specks { 255.0 } else { 0.0 };
            }
        }
    }
}

impl Line {
    /// What is darker than the line stays so.
    fn add_to(self, image: &mut Plane) {
        let [height, width] = [image.height as f32, image.width as f32];
        let (along, across) = if self.is_upright { (height, width) } else { (width, height) };
        let slope = (self.ends[1] - self.ends[0]) * across / along;
        let steepness = (1.0 + slope * slope).sqrt();
        for (y, row) in image.rows_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                let place = [y as f32 + 0.5, x as f32 + 0.5];
                let [at, beside] = if self.is_upright { place } else { [place[1], place[0]] };
                let distance = (beside - self.ends[0] * across - slope * at).abs() / steepness;
                let covered = (0.5 * self.width_px + 0.5 - distance).clamp(0.0, self.width_px.min(1.0));
                *value = value.max(255.0 * self.ink * covered);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold_random::Purpose;

    fn drawn(from: Augmentation, index: u32) -> Blemishes {
        Blemishes::draw(&from, &mut Stream::new(1, Purpose::Test, 0, index))
    }

    #[test]
    fn a_background_lies_between_paper_and_its_darkest_and_leaves_ink_as_it_is() {
        let from = Augmentation { background: 0.6, ..Augmentation::default() };
        let mut darkest = 0.0f32;
        for index in 0..200 {
            let mut image = Plane::new([28, 28]);
            image.values[400] = 255.0;
            drawn(from, index).add_to(&mut image);
            assert_eq!(image.values[400], 255.0);
            let levels = image.values.iter().filter(|&&value| value != 255.0);
            darkest = levels.fold(darkest, |darkest, &level| darkest.max(level));
        }
        assert!((0.5 * 255.0..0.6 * 255.0).contains(&darkest), "{darkest}");
    }

    #[test]
    fn a_line_goes_from_side_to_side() {
        let line = Line { is_upright: false, ends: [0.5, 0.5], width_px: 2.0, ink: 1.0 };
        let mut image = Plane::new([8, 6]);
        line.add_to(&mut image);
        let column = |x: usize| (0..8).map(|y| image.values[6 * y + x]).collect::<Vec<_>>();
        assert_eq!(column(0), [0.0, 0.0, 0.0, 255.0, 255.0, 0.0, 0.0, 0.0]);
        assert_eq!(column(0), column(5));
        let mut upright = Plane::new([6, 8]);
        Line { is_upright: true, ..line }.add_to(&mut upright);
        assert_eq!(upright.values[..8], [0.0, 0.0, 0.0, 255.0, 255.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn lines_cross_their_share_of_images_and_specks_are_of_both_kinds() {
        let crossed = |lines| {
            let from = Augmentation { lines, ..Augmentation::default() };
            (0..400).filter(|&index| drawn(from, index).line.is_some()).count()
        };
        assert_eq!([crossed(0.0), crossed(1.0)], [0, 400]);
        assert!((70..130).contains(&crossed(0.25)));

        let blemishes = Blemishes { specks: 0.4, ..drawn(Augmentation::default(), 0) };
        let mut image = Plane::new([100, 100]);
        image.values.fill(100.0);
        blemishes.strew_specks(&mut image, &mut Stream::new(1, Purpose::Test, 0, 0));
        for wanted in [0.0, 255.0] {
            let count = image.values.iter().filter(|&&value| value == wanted).count();
            assert!((1_850..2_150).contains(&count), "{count} of {wanted}");
        }
    }
}
