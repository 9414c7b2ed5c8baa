//! All the ways to take the segments of a field for digits: which neighbours may be one, and how likely each is by its form.

use tenfold_imaging::InkBox;

use crate::labels::Segment;

/// How likely it is that there is a digit more.
const DIGIT: f32 = 0.8;

/// A digit is at most so many segments...
const MOST_SEGMENTS: usize = 16;

/// ...and so wide and high, in heights of a digit.
const WIDEST: f32 = 1.4;
const HIGHEST: f32 = 1.8;

/// Parts of a digit are not farther apart than this, in heights of a digit.
const FARTHEST: f32 = 0.4;

/// A digit has at most so much in common with the one before it that it overlaps, in heights of a digit, and as a share of its width.
const MOST_SHARED: f32 = 0.4;
const MOST_SHARED_OF_WIDTH: f32 = 0.55;

/// Some segments that may be a digit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    /// Segments `from..to`.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) place: InkBox,
}

/// Some segments taken for a digit, or one left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arc {
    /// Segments `from..to`; a digit may share some before these with the one before it.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) place: InkBox,
    /// Its number among the glyphs of the lattice; `None` where a segment is left out as no digit.
    pub(crate) glyph: Option<usize>,
    /// The logarithm of how likely it is by its form, up to a constant.
    pub(crate) form: f32,
}

/// The arcs of a field.
pub(crate) struct Lattice {
    /// By where they begin.
    pub(crate) arcs: Vec<Arc>,
    /// The logarithm of how likely a digit ends before each segment.
    pub(crate) ends: Vec<f32>,
    /// What may be a digit.
    pub(crate) glyphs: Vec<Glyph>,
}

impl Lattice {
    /// The arcs over some segments of digits of this height.
    pub(crate) fn of(segments: &[Segment], height: f32) -> Self {
        let mut arcs = Vec::new();
        let mut glyphs: Vec<Glyph> = Vec::new();
        let usual = usual_ink(segments, height);
        for from in 0..segments.len() {
            let mut place = segments[from].place;
            let mut form = 0.0;
            for to in from + 1..=(from + MOST_SEGMENTS).min(segments.len()) {
                if to > from + 1 {
                    let next = &segments[to - 1];
                    let gap = next.place.left.saturating_sub(place.left + place.width) as f32 / height;
                    if gap > FARTHEST {
                        break;
                    }
                    form += if next.cut.is_some() { 0.0 } else { joined(gap) };
                    place = place.union(next.place);
                }
                let (wide, high) = (place.width as f32 / height, place.height as f32 / height);
                if wide > WIDEST || high > HIGHEST {
                    break;
                }
                let form = form + size(wide, high);
                let arc = Arc { from, to, place, glyph: Some(glyphs.len()), form };
                arcs.push(arc);
                arcs.extend(overlapping(arc, segments, height));
                glyphs.push(Glyph { from, to, place });
            }
            let left_out = left_out(segments[from].ink as f32 / usual);
            arcs.push(Arc { from, to: from + 1, place: segments[from].place, glyph: None, form: left_out });
        }
        arcs.sort_by_key(|arc| arc.from);
        let ends = segments.iter().map(|segment| segment.cut.map_or(0.0, |crossed| cut(crossed / height))).collect();
        Self { arcs, ends, glyphs }
    }

    /// The arcs over segments each of which is one digit.
    pub(crate) fn of_cells(places: &[InkBox]) -> Self {
        let arc = |(at, &place): (usize, &InkBox)| Arc { from: at, to: at + 1, place, glyph: Some(at), form: 0.0 };
        let glyph = |(at, &place): (usize, &InkBox)| Glyph { from: at, to: at + 1, place };
        let arcs = places.iter().enumerate().map(arc).collect();
        Self { arcs, ends: vec![0.0; places.len()], glyphs: places.iter().enumerate().map(glyph).collect() }
    }

    /// Adds the arcs over the segments that come behind these.
    pub(crate) fn append(&mut self, behind: Self) {
        let (segments, glyphs) = (self.ends.len(), self.glyphs.len());
        self.arcs.extend(behind.arcs.into_iter().map(|arc| Arc {
            from: arc.from + segments,
            to: arc.to + segments,
            glyph: arc.glyph.map(|glyph| glyph + glyphs),
            ..arc
        }));
        self.ends.extend(behind.ends);
        let moved = |glyph: Glyph| Glyph { from: glyph.from + segments, to: glyph.to + segments, ..glyph };
        self.glyphs.extend(behind.glyphs.into_iter().map(moved));
    }
}

/// The same digit, where the one before it overlaps it: its first segments belong to both.
fn overlapping(arc: Arc, segments: &[Segment], height: f32) -> Vec<Arc> {
    let mut found = Vec::new();
    let mut place = segments[arc.from].place;
    for (from, segment) in segments.iter().enumerate().take(arc.to).skip(arc.from + 1) {
        let Some(crossed) = segment.cut else { break };
        let wide = place.width as f32;
        if wide > MOST_SHARED * height || wide > MOST_SHARED_OF_WIDTH * arc.place.width as f32 {
            break;
        }
        // The cut where the other ends is none for this one.
        let form = arc.form + overlap(wide / height) - cut(crossed / height);
        found.push(Arc { from, form, ..arc });
        place = place.union(segment.place);
    }
    found
}

/// The ink of a digit: that of the field's height.
fn usual_ink(segments: &[Segment], height: f32) -> f32 {
    let ink: u64 = segments.iter().map(|segment| segment.ink).sum();
    let width: u32 = segments.iter().map(|segment| segment.place.width).sum();
    ink as f32 / (width as f32 / (0.6 * height)).max(1.0)
}

/// How likely digits of these sides are, in heights of a digit. They are as high as the others, and wide or, as a 1, narrow.
fn size(wide: f32, high: f32) -> f32 {
    let off = |by: f32, usual: f32| -0.5 * (by / usual) * (by / usual);
    let width = off(wide - 0.656, 0.31).max(off((wide - 0.19).max(0.0), 0.26));
    let height = off(high - 1.0, if high < 1.0 { 0.17 } else { 0.16 });
    DIGIT + width.max(-8.0) + height.max(-8.0)
}

/// How likely parts so far apart are one digit.
fn joined(gap: f32) -> f32 {
    -2.8 - 13.0 * gap
}

/// How likely digits touch where a seam crosses so much ink, in heights of a digit.
fn cut(crossed: f32) -> f32 {
    -1.6 - 5.6 * crossed
}

/// How likely digits overlap by so much, in heights of a digit.
fn overlap(wide: f32) -> f32 {
    -8.0 - 17.0 * wide
}

/// How likely a segment with this share of a digit's ink is none.
fn left_out(share: f32) -> f32 {
    -1.0 - 18.0 * share.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_may_share_segments_with_the_one_before_it() {
        let segment = |index: u32| Segment {
            place: InkBox { left: 5 * index, top: 0, width: 5, height: 20 },
            ink: 9_000,
            label: index + 1,
            cut: (index > 0).then_some(4.0),
        };
        let lattice = Lattice::of(&(0..6).map(segment).collect::<Vec<_>>(), 20.0);
        assert!(lattice.arcs.is_sorted_by_key(|arc| arc.from));
        let shared = |arc: &Arc| arc.from - lattice.glyphs[arc.glyph.unwrap()].from;
        let digits: Vec<&Arc> = lattice.arcs.iter().filter(|arc| arc.glyph.is_some()).collect();
        // A quarter of the height may be shared, half of it not.
        assert!(digits.iter().all(|arc| shared(arc) <= 1));
        assert!(digits.iter().any(|arc| shared(arc) == 1 && (arc.from, arc.to) == (2, 4)));
    }
}
