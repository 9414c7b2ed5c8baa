//! All the ways to take the segments of a field for digits: which neighbours may be one, and how likely each is by its form.

use tenfold_imaging::InkBox;

use crate::judgement::Judgement;
use crate::labels::Segment;

/// How likely it is that there is a digit more.
const DIGIT: f32 = 1.2;

/// A digit is at most so many segments...
const MOST_SEGMENTS: usize = 16;

/// ...and so wide and high, in heights of a digit.
const WIDEST: f32 = 1.4;
const HIGHEST: f32 = 1.8;

/// Parts of a digit are not farther apart than this, in heights of a digit.
const FARTHEST: f32 = 0.4;

/// How much the odds of a whole digit count.
const WHOLE: f32 = 0.41;

/// How likely a sign is, and how much its odds count.
const SIGN: f32 = -1.0;
const SIGN_ODDS: f32 = 0.6;

/// Some segments that may be a digit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    /// Segments `from..to`.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) place: InkBox,
    /// The logarithm of how likely its parts belong together.
    pub(crate) joined: f32,
}

/// A sign that segments may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sign {
    /// Its place in [`SIGNS`](crate::SIGNS).
    pub(crate) sign: usize,
    pub(crate) probability: f32,
    /// In pixels of the picture.
    pub(crate) place: InkBox,
}

/// What segments are taken for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Taken {
    /// A digit: its number among the glyphs of the lattice.
    Digit(usize),
    /// A sign.
    Sign(Sign),
    /// One segment is left out, as neither.
    LeftOut,
}

/// Some segments taken for a digit or a sign, or one left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arc {
    /// Segments `from..to`.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) taken: Taken,
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
    /// How probable each digit is for each of them, if it is one, as it is seen among its neighbours; empty before it is judged.
    pub(crate) seen: Vec<[f32; 10]>,
}

impl Lattice {
    /// The arcs over some segments of digits of this height.
    pub(crate) fn of(segments: &[Segment], height: f32) -> Self {
        let mut arcs = Vec::new();
        let mut glyphs: Vec<Glyph> = Vec::new();
        let usual = usual_ink(segments, height);
        for from in 0..segments.len() {
            let mut place = segments[from].place;
            let mut joins = 0.0;
            for to in from + 1..=(from + MOST_SEGMENTS).min(segments.len()) {
                if to > from + 1 {
                    let next = &segments[to - 1];
                    let gap = next.place.left.saturating_sub(place.left + place.width) as f32 / height;
                    if gap > FARTHEST {
                        break;
                    }
                    joins += if next.cut.is_some() { 0.0 } else { joined(gap) };
                    place = place.union(next.place);
                }
                let (wide, high) = (place.width as f32 / height, place.height as f32 / height);
                if wide > WIDEST || high > HIGHEST {
                    break;
                }
                arcs.push(Arc { from, to, taken: Taken::Digit(glyphs.len()), form: joins + size(wide, high) });
                glyphs.push(Glyph { from, to, place, joined: joins });
            }
            let left_out = left_out(segments[from].ink as f32 / usual);
            arcs.push(Arc { from, to: from + 1, taken: Taken::LeftOut, form: left_out });
        }
        let ends = segments.iter().map(|segment| segment.cut.map_or(0.0, |crossed| cut(crossed / height))).collect();
        Self { arcs, ends, glyphs, seen: Vec::new() }
    }

    /// The lattice without what is hardly a digit, all other arcs as likely as the judgement of each glyph makes them, and with arcs for
    /// what may be a sign.
    pub(crate) fn judged(self, judgements: &[Judgement]) -> Self {
        let mut left = 0..;
        let mut number = |judgement: &Judgement| judgement.is_likely().then(|| left.next().expect("no end"));
        let numbers: Vec<Option<usize>> = judgements.iter().map(&mut number).collect();
        let judged = |arc: Arc| match arc.taken {
            Taken::Digit(glyph) => {
                let (judgement, Glyph { joined, place, .. }) = (&judgements[glyph], self.glyphs[glyph]);
                let form = arc.form + WHOLE * judgement.odds();
                let digit = numbers[glyph].map(|number| Arc { taken: Taken::Digit(number), form, ..arc });
                let sign = |(sign, probability, odds): (usize, f32, f32)| Arc {
                    taken: Taken::Sign(Sign { sign, probability, place }),
                    form: SIGN + joined + SIGN_ODDS * odds,
                    ..arc
                };
                digit.into_iter().chain(judgement.signs().map(sign)).collect()
            }
            Taken::Sign(_) | Taken::LeftOut => vec![arc],
        };
        let arcs = self.arcs.into_iter().flat_map(judged).collect();
        let likely = self.glyphs.iter().zip(judgements).filter(|(_, judgement)| judgement.is_likely());
        let (glyphs, seen) = likely.map(|(&glyph, judgement)| (glyph, judgement.digits())).unzip();
        Self { arcs, ends: self.ends, glyphs, seen }
    }

    /// The arcs over segments each of which is one digit.
    pub(crate) fn of_cells(places: &[InkBox]) -> Self {
        let arc = |at: usize| Arc { from: at, to: at + 1, taken: Taken::Digit(at), form: 0.0 };
        let glyph = |(at, &place): (usize, &InkBox)| Glyph { from: at, to: at + 1, place, joined: 0.0 };
        let arcs = (0..places.len()).map(arc).collect();
        let glyphs = places.iter().enumerate().map(glyph).collect();
        Self { arcs, ends: vec![0.0; places.len()], glyphs, seen: Vec::new() }
    }

    /// Adds the arcs over the segments that come behind these.
    pub(crate) fn append(&mut self, behind: Self) {
        let (segments, glyphs) = (self.ends.len(), self.glyphs.len());
        self.arcs.extend(behind.arcs.into_iter().map(|arc| Arc {
            from: arc.from + segments,
            to: arc.to + segments,
            taken: match arc.taken {
                Taken::Digit(glyph) => Taken::Digit(glyph + glyphs),
                other => other,
            },
            ..arc
        }));
        self.ends.extend(behind.ends);
        let moved = |glyph: Glyph| Glyph { from: glyph.from + segments, to: glyph.to + segments, ..glyph };
        self.glyphs.extend(behind.glyphs.into_iter().map(moved));
        self.seen.extend(behind.seen);
    }
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
    let width = off(wide - 0.656, 0.385).max(off((wide - 0.19).max(0.0), 0.32));
    let height = off(high - 1.0, if high < 1.0 { 0.21 } else { 0.2 });
    DIGIT + width.max(-8.0) + height.max(-8.0)
}

/// How likely parts so far apart are one digit.
fn joined(gap: f32) -> f32 {
    -0.33 - 2.0 * gap
}

/// How likely digits touch where a seam crosses so much ink, in heights of a digit.
fn cut(crossed: f32) -> f32 {
    -2.1 - 1.6 * crossed
}

/// How likely a segment with this share of a digit's ink is none.
fn left_out(share: f32) -> f32 {
    -1.0 - 12.0 * share.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judgement::CLASSES;

    #[test]
    fn what_hardly_is_a_digit_is_left_out() {
        let segment = |index: u32| Segment {
            place: InkBox { left: 12 * index, top: 0, width: 12, height: 20 },
            ink: 9_000,
            label: index + 1,
            cut: (index > 0).then_some(4.0),
        };
        let lattice = Lattice::of(&(0..3).map(segment).collect::<Vec<_>>(), 20.0);
        let is_digit = |arc: &&Arc| matches!(arc.taken, Taken::Digit(_));
        let forms = |lattice: &Lattice| lattice.arcs.iter().filter(is_digit).count();
        let (glyphs, left_out) = (lattice.glyphs.len(), lattice.arcs.len() - forms(&lattice));
        assert_eq!((glyphs, left_out), (5, 3), "each alone, and each two neighbours");
        // The first is a 7, perhaps, or a slash; all else is none.
        let row = |classes: &[(usize, f32)]| {
            let mut row = [0.0; CLASSES];
            classes.iter().for_each(|&(class, probability)| row[class] = probability);
            Judgement(row)
        };
        let mut rows = vec![row(&[(CLASSES - 1, 1.0)]); glyphs];
        rows[0] = row(&[(1, 0.2), (7, 0.6), (13, 0.1), (CLASSES - 1, 0.1)]);
        let judged = lattice.judged(&rows);
        assert_eq!((judged.glyphs.len(), forms(&judged), judged.arcs.len()), (1, 1, 5));
        assert_eq!((judged.arcs[0].taken, judged.seen[0][1], judged.seen[0][7]), (Taken::Digit(0), 0.25, 0.75));
        let place = segment(0).place;
        assert_eq!(
            (judged.arcs[1].taken, judged.arcs[1].to),
            (Taken::Sign(Sign { sign: 3, probability: 0.1, place }), 1)
        );
    }
}
