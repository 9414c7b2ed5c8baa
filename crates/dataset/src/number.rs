//! Numbers: digits side by side on paper, as a writer has them.

use tenfold_imaging::GreyImage;
use tenfold_random::Stream;

/// Fainter ink does not count for where a digit begins and ends.
const EDGE: u8 = 48;
/// Paper around a number, in pixels of digit images.
const MARGIN_PX: usize = 12;
/// How far digits are off their common line, up and down, in pixels of digit images.
const OFF_LINE_PX: u32 = 2;
/// The farthest below and above the line that a sign may begin, in pixels of digit images.
const LIFTS_PX: [i32; 2] = [-10, 40];
/// Between two columns that show a digit there is no more of another's width than this.
const MOST_OF_NEIGHBOUR: f32 = 0.65;
/// The most that a number slants: columns for each row, to either side.
const SLANT: f32 = 0.3;

/// A digit's, or a sign's, ink in its box.
#[derive(Clone, Debug)]
pub struct Glyph {
    width: usize,
    height: usize,
    ink: Vec<u8>,
    /// How far above the line it begins, in pixels; below 0 it hangs.
    lift: i32,
}

/// A digit of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// What it is.
    pub class: u16,
    /// Where its ink begins in the picture, in pixels from the left.
    pub left: f32,
    /// Where its ink ends.
    pub right: f32,
    /// Its first row and the row after its last, in pixels from the top.
    pub rows: [f32; 2],
    /// How much ink it has, in pixels of strong ink of the picture.
    pub ink: f32,
}

/// A number on paper.
#[derive(Clone, Debug)]
pub struct Number {
    /// Dark ink on light paper, or the other way round.
    pub picture: GreyImage,
    /// The height of its highest digit in the picture, in pixels.
    pub height: f32,
    /// From left to right, at least one.
    pub digits: Vec<Place>,
}

impl Glyph {
    /// The ink of a digit image of `width` columns, 0 paper to 255; `None` if it has none.
    ///
    /// # Panics
    /// If `image` is not whole rows of `width` pixels.
    pub fn of(image: &[u8], width: usize) -> Option<Self> {
        assert_eq!(image.len() % width, 0, "rows of {width} pixels");
        let rows: Vec<&[u8]> = image.chunks_exact(width).collect();
        let has_ink = |row: &&[u8]| row.iter().any(|&pixel| pixel >= EDGE);
        let column_has_ink = |x: &usize| rows.iter().any(|row| row[*x] >= EDGE);
        let (top, bottom) = (rows.iter().position(has_ink)?, rows.iter().rposition(has_ink)?);
        let (left, right) = ((0..width).find(column_has_ink)?, (0..width).rfind(column_has_ink)?);
        let ink = rows[top..=bottom].iter().flat_map(|row| &row[left..=right]).copied().collect();
        Some(Self { width: right + 1 - left, height: bottom + 1 - top, ink, lift: 0 })
    }

    /// The same `lift` pixels above the line that digits stand on; below 0 it hangs. It counts from -10 to 40.
    #[must_use]
    pub fn lifted(self, lift: i32) -> Self {
        Self { lift: lift.clamp(LIFTS_PX[0], LIFTS_PX[1]), ..self }
    }

    /// How far it reaches above the line.
    fn top(&self) -> i32 {
        self.height as i32 + self.lift
    }
}

impl Number {
    /// Writes digits side by side: neighbours apart by `gap` pixels of digit images, from the first to the second, below 0
    /// overlapping, though by no more than half of the narrower one; slanted, on paper of any grey, `size` times as large.
    ///
    /// # Panics
    /// Without a digit, if the second gap is less than the first, or unless `size` is positive.
    pub fn written(glyphs: &[(Glyph, u16)], gap: [i32; 2], size: f32, stream: &mut Stream) -> Self {
        let highest = glyphs.iter().map(|(glyph, _)| glyph.top()).max().expect("at least one digit").max(1) as usize;
        let mut left = MARGIN_PX as i32;
        let mut corners = Vec::with_capacity(glyphs.len());
        for (index, (glyph, _)) in glyphs.iter().enumerate() {
            if let Some(before) = index.checked_sub(1) {
                let narrower = glyph.width.min(glyphs[before].0.width) as i32;
                let apart = gap[0] + stream.below((gap[1] - gap[0] + 1) as u32) as i32;
                left += apart.max(-narrower / 2);
            }
            let line = (MARGIN_PX + highest).saturating_add_signed(-glyph.top() as isize);
            corners.push([left as usize, line + stream.below(2 * OFF_LINE_PX) as usize]);
            left += glyph.width as i32;
        }
        let (width, height) = (left as usize + MARGIN_PX, highest + 2 * MARGIN_PX + 2 * OFF_LINE_PX as usize);
        let mut ink = vec![0u8; width * height];
        for ((glyph, _), &[left, top]) in glyphs.iter().zip(&corners) {
            for (y, row) in glyph.ink.chunks_exact(glyph.width).enumerate() {
                let target = &mut ink[(top + y) * width + left..];
                target.iter_mut().zip(row).for_each(|(pixel, &level)| *pixel = (*pixel).max(level));
            }
        }
        let slant = SLANT * (2.0 * stream.uniform() - 1.0);
        let paper =
            Paper { slant, size, middle: height as f32 / 2.0, reach: (0.5 * slant.abs() * height as f32).ceil() };
        let digits = glyphs.iter().zip(&corners).map(|((glyph, class), corner)| paper.place(glyph, *class, *corner));
        let digits = digits.collect();
        Self { picture: paper.draw(&ink, width, stream), height: size * highest as f32, digits }
    }
}

impl Number {
    /// Whether what is between two columns is the digit `index`, give or take `piece` pixels on each side. Where digits overlap the
    /// one may end and the other begin anywhere in what they share.
    pub(crate) fn is_about(&self, index: usize, [left, right]: [f32; 2], piece: f32) -> bool {
        let Place { left: own_left, right: own_right, .. } = self.digits[index];
        let before = index.checked_sub(1).map_or(f32::NEG_INFINITY, |before| self.digits[before].right);
        let after = self.digits.get(index + 1).map_or(f32::INFINITY, |after| after.left);
        (own_left - piece..=own_left.max(before) + piece).contains(&left)
            && (own_right.min(after) - piece..=own_right + piece).contains(&right)
    }

    /// The digit that is [about](Self::is_about) what is between two columns, if there is no more of another than may be.
    pub(crate) fn digit_at(&self, ends: [f32; 2], piece: f32) -> Option<usize> {
        let all = 0..self.digits.len();
        let is_alone =
            |index: usize| all.clone().all(|other| other == index || self.share(other, ends) < MOST_OF_NEIGHBOUR);
        all.clone().find(|&index| self.is_about(index, ends, piece) && is_alone(index))
    }

    /// How much of the digit `index` is between two columns, as a share of its width.
    pub(crate) fn share(&self, index: usize, [left, right]: [f32; 2]) -> f32 {
        let Place { left: first, right: end, .. } = self.digits[index];
        (right.min(end) - left.max(first)) / (end - first)
    }
}

/// How digits come onto paper.
struct Paper {
    /// Columns to the left for each row down.
    slant: f32,
    size: f32,
    /// The row that slanting leaves where it is.
    middle: f32,
    /// Columns on either side that slanting needs.
    reach: f32,
}

impl Paper {
    /// Where the ink of a digit with this corner begins and ends on the paper.
    fn place(&self, glyph: &Glyph, class: u16, [x, y]: [usize; 2]) -> Place {
        let ink: f32 = glyph.ink.iter().map(|&level| f32::from(level)).sum();
        let ink = ink / 255.0 * self.size * self.size;
        let mut place = Place { class, left: f32::INFINITY, right: 0.0, rows: [f32::INFINITY, 0.0], ink };
        for (index, _) in glyph.ink.iter().enumerate().filter(|(_, level)| **level >= EDGE) {
            let (column, row) = (x + index % glyph.width, y + index / glyph.width);
            let left = (column as f32 + self.reach - self.slant * (row as f32 - self.middle)) * self.size;
            place.left = place.left.min(left);
            place.right = place.right.max(left + self.size);
            let top = row as f32 * self.size;
            place.rows = [place.rows[0].min(top), place.rows[1].max(top + self.size)];
        }
        place
    }

    /// Ink of `width` columns on paper and of a strength by chance, light on dark one time in four.
    fn draw(&self, ink: &[u8], width: usize, stream: &mut Stream) -> GreyImage {
        let height = ink.len() / width;
        let (paper, strength) = (190.0 + 65.0 * stream.uniform(), 100.0 + 80.0 * stream.uniform());
        let is_dark = stream.below(4) > 0;
        let columns = ((width as f32 + 2.0 * self.reach) * self.size) as usize;
        let rows = (height as f32 * self.size) as usize;
        let level = |x: isize, y: isize| match (usize::try_from(x), usize::try_from(y)) {
            (Ok(x), Ok(y)) if x < width && y < height => f32::from(ink[y * width + x]),
            _ => 0.0,
        };
        let between = |x: f32, y: f32| {
            let (left, top) = (x.floor(), y.floor());
            let (right, down) = (x - left, y - top);
            let row = |y| level(left as isize, y) * (1.0 - right) + level(left as isize + 1, y) * right;
            row(top as isize) * (1.0 - down) + row(top as isize + 1) * down
        };
        let pixel = |place: usize| {
            let x = ((place % columns) as f32 + 0.5) / self.size - 0.5 - self.reach;
            let y = ((place / columns) as f32 + 0.5) / self.size - 0.5;
            let level = paper - between(x + self.slant * (y - self.middle), y) / 255.0 * strength;
            (if is_dark { level } else { 255.0 - level }).round() as u8
        };
        let pixels = (0..columns * rows).map(pixel).collect();
        GreyImage::new(columns as u32, rows as u32, pixels).expect("a pixel for each place")
    }
}
