//! Which segment each pixel of a page belongs to.

use tenfold_imaging::{EDGE, Ink, InkBox, Run};

use crate::lines::{Group, Span};
use crate::seams::{MOST_PARTS, seams};

/// Groups narrower than this, in heights of a digit, are not cut.
const NARROWEST: f32 = 0.6;

/// Groups wider than this are not cut either: that is not a row of digits that touch.
const WIDEST: f32 = 25.0;

/// The most groups of a page that are also cut straight, where no seam parts them: beyond it is noise, or takes too long.
const MOST_CUT_STRAIGHT: usize = 500;

/// A digit, or a part of one that is made of whole segments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    pub(crate) place: InkBox,
    pub(crate) ink: u64,
    pub(crate) label: u32,
    /// How much ink the seam on its left crosses, in pixels of strong ink; `None` if it was not cut there.
    pub(crate) cut: Option<f32>,
}

/// The labels of a page's pixels.
pub(crate) struct Labels {
    width: usize,
    /// 0 where there is none.
    of: Vec<u32>,
}

impl Labels {
    /// Labels the pixels of all groups of all fields, `pieces` pieces of ink which are made of `runs`, and cuts wide groups into
    /// segments. Labels increase from group to group of a field, and from segment to segment of a group.
    pub(crate) fn of(fields: &[Span], ink: &Ink, pieces: usize, runs: &[Run]) -> (Self, Vec<Vec<Segment>>) {
        let mut of_piece = vec![0; pieces];
        let mut next = 0;
        for group in fields.iter().flat_map(|field| &field.groups) {
            next += MOST_PARTS as u32;
            group.marks.iter().for_each(|mark| of_piece[mark.piece] = next);
        }
        let width = ink.image().width() as usize;
        let mut labels = Self { width, of: vec![0; ink.image().pixels().len()] };
        for run in runs.iter().filter(|run| of_piece[run.piece] > 0) {
            let row = &mut labels.of[run.row as usize * width..][..width];
            row[run.start as usize..run.end as usize].fill(of_piece[run.piece]);
        }
        let mut segments = Vec::with_capacity(fields.len());
        let straight = fields.iter().map(|field| field.groups.len()).sum::<usize>() <= MOST_CUT_STRAIGHT;
        for field in fields {
            let of_group =
                |group: &Group| labels.cut(group, of_piece[group.marks[0].piece], field.height, straight, ink);
            segments.push(field.groups.iter().flat_map(of_group).collect());
        }
        (labels, segments)
    }

    /// The segments of a group, whose pixels have the label `first`; `straight`: with straight cuts.
    fn cut(&mut self, group: &Group, first: u32, height: f32, straight: bool, ink: &Ink) -> Vec<Segment> {
        let place = group.place;
        let whole = Segment { place, ink: group.marks.iter().map(|mark| mark.ink).sum(), label: first, cut: None };
        if !(NARROWEST * height..WIDEST * height).contains(&(place.width as f32)) {
            return vec![whole];
        }
        let pixels = self.pixels(place, first, ink);
        let seams = seams(&pixels, place.width as usize, height, straight);
        if seams.is_empty() {
            return vec![whole];
        }
        let mut parts: Vec<Segment> = Vec::with_capacity(seams.len() + 1);
        for part in 0..=seams.len() {
            let cut = part.checked_sub(1).map(|before| seams[before].crossed);
            parts.push(Segment { label: first + part as u32, ink: 0, cut, ..whole });
        }
        let mut boxes: Vec<Option<InkBox>> = vec![None; parts.len()];
        for y in 0..place.height {
            let row = (place.top + y) as usize * self.width + place.left as usize;
            let mut part = 0;
            for x in 0..place.width {
                while seams.get(part).is_some_and(|seam| x >= seam.columns[y as usize]) {
                    part += 1;
                }
                let (label, pixel) = (&mut self.of[row + x as usize], pixels[(y * place.width + x) as usize]);
                if *label == first {
                    *label = first + part as u32;
                    parts[part].ink += u64::from(pixel);
                    let here = InkBox { left: place.left + x, top: place.top + y, width: 1, height: 1 };
                    boxes[part] = Some(boxes[part].map_or(here, |place| place.union(here)));
                }
            }
        }
        let found = parts.into_iter().zip(boxes);
        found.filter_map(|(part, place)| Some(Segment { place: place?, ..part })).collect()
    }

    /// The labels of `width` pixels of a row, from column `left` on; 0 where there is none.
    pub(crate) fn of_row(&self, row: u32, left: u32, width: u32) -> &[u32] {
        &self.of[row as usize * self.width + left as usize..][..width as usize]
    }

    /// The ink in a rectangle that has a label; the rest is 0.
    fn pixels(&self, place: InkBox, label: u32, ink: &Ink) -> Vec<u8> {
        let of = |x: usize, y: usize| self.of[y * self.width + x];
        ink.part(&place, |x, y| of(x, y) == label).image().pixels().to_vec()
    }

    /// The ink of the segments with labels from `first` to `last` in and around their box, and the box in it.
    pub(crate) fn part(&self, place: InkBox, first: u32, last: u32, margin: u32, ink: &Ink) -> (Ink, InkBox) {
        let (left, top) = (place.left.saturating_sub(margin), place.top.saturating_sub(margin));
        let around = InkBox {
            left,
            top,
            width: place.left + place.width + margin - left,
            height: place.top + place.height + margin - top,
        };
        let page = ink.image();
        let rows = page.height() as usize;
        let is_other = |label: u32| label != 0 && !(first..=last).contains(&label);
        let keep = |x: usize, y: usize| {
            let label = self.of[y * self.width + x];
            // Faint ink is its own unless it is the edge of another's.
            label != 0 && !is_other(label)
                || label == 0
                    && page.pixels()[y * self.width + x] < EDGE
                    && !(y.saturating_sub(1)..(y + 2).min(rows)).any(|y| {
                        self.of[y * self.width..][x.saturating_sub(1)..(x + 2).min(self.width)]
                            .iter()
                            .any(|&label| is_other(label))
                    })
        };
        let part = ink.part(&around, keep);
        (part, InkBox { left: place.left - left, top: place.top - top, ..place })
    }
}
