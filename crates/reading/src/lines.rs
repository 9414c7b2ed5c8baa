//! Marks into lines of text, and lines into fields.

use tenfold_imaging::InkBox;

use crate::marks::{DIGIT_HEIGHTS, Mark, middle_height};

/// Marks that share this much of the lower one's height are in one line.
const SHARED_HEIGHT: f32 = 0.45;

/// A line's band follows its marks, as a line may rise or fall: each new one counts for this much.
const FOLLOW: f32 = 0.5;

/// A small mark this near to a line, in heights of a digit, is a part of something in it, or a sign.
const NEAR: f32 = 0.7;

/// Where marks lie farther apart than this, in heights of a digit, and so many times farther than is usual in the line, a new
/// field begins.
const FIELD_GAP: f32 = 1.2;
const UNUSUAL_GAP: f32 = 2.0;

/// Small marks over or under a larger one, by this share of their width, belong to it...
const OVERLAP: f32 = 0.6;

/// ...unless they lie on its right and below this share of its height, as the point behind a 7 that reaches over it.
const FOOT: f32 = 0.7;

/// Marks that stand for each other's place from left to right: one that may be a digit, and small ones above or below it.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) place: InkBox,
    pub(crate) marks: Vec<Mark>,
}

/// Groups from left to right that belong together as the digits of a number do.
#[derive(Debug)]
pub(crate) struct Span {
    /// The number of its line, from the top.
    pub(crate) line: usize,
    /// The height of a digit in its line, in pixels.
    pub(crate) height: f32,
    pub(crate) groups: Vec<Group>,
}

/// A line that is being found.
struct Line {
    top: f32,
    bottom: f32,
    marks: Vec<Mark>,
}

/// The fields of a page, line by line, each from left to right. `height` is that of a digit.
pub(crate) fn fields(marks: &[Mark], height: f32) -> Vec<Span> {
    let mut fields = Vec::new();
    for (line, marks) in lines(marks, height).into_iter().enumerate() {
        let height = middle_height(marks.iter().map(|mark| (mark.place, mark.ink)));
        let groups = groups(marks, height);
        for groups in divided(groups, height) {
            fields.push(Span { line, height, groups });
        }
    }
    fields
}

/// Marks by lines from the top, each from left to right.
fn lines(marks: &[Mark], height: f32) -> Vec<Vec<Mark>> {
    let mut marks = marks.to_vec();
    marks.sort_by_key(|mark| (mark.place.left, mark.place.top));
    let (large, small): (Vec<Mark>, Vec<Mark>) =
        marks.into_iter().partition(|mark| mark.place.height as f32 >= DIGIT_HEIGHTS.start * height);
    let mut lines: Vec<Line> = Vec::new();
    for mark in large {
        let (top, bottom) = ends(mark.place);
        let shared = |line: &Line| {
            let lower = (bottom - top).min(line.bottom - line.top);
            (bottom.min(line.bottom) - top.max(line.top)) / lower
        };
        let best = lines.iter_mut().max_by(|a, b| shared(a).total_cmp(&shared(b)));
        match best {
            Some(line) if shared(line) >= SHARED_HEIGHT => {
                line.top += FOLLOW * (top - line.top);
                line.bottom += FOLLOW * (bottom - line.bottom);
                line.marks.push(mark);
            }
            _ => lines.push(Line { top, bottom, marks: vec![mark] }),
        }
    }
    for mark in small {
        let nearest = |line: &Line| {
            let large = line.marks.iter().filter(|mark| mark.place.height as f32 >= DIGIT_HEIGHTS.start * height);
            large.map(|other| other.place.gap(mark.place)).min().unwrap_or(u32::MAX)
        };
        let best = lines.iter_mut().min_by_key(|line| nearest(line));
        if let Some(line) = best.filter(|line| nearest(line) as f32 <= NEAR * height) {
            line.marks.push(mark);
        }
    }
    let middle = |line: &Line| {
        let sum: u64 = line.marks.iter().map(|mark| u64::from(2 * mark.place.top + mark.place.height)).sum();
        sum as f32 / line.marks.len() as f32
    };
    lines.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    lines.into_iter().map(|line| line.marks).collect()
}

fn ends(place: InkBox) -> (f32, f32) {
    (place.top as f32, (place.top + place.height) as f32)
}

/// The groups of a line from left to right, by their middles.
fn groups(marks: Vec<Mark>, height: f32) -> Vec<Group> {
    let is_large = |mark: &Mark| mark.place.height as f32 >= DIGIT_HEIGHTS.start * height;
    let (large, small): (Vec<Mark>, Vec<Mark>) = marks.into_iter().partition(is_large);
    let group = |mark: Mark| Group { place: mark.place, marks: vec![mark] };
    let mut groups: Vec<Group> = large.into_iter().map(group).collect();
    let hosts = groups.len();
    for mark in small {
        let overlap = |group: &Group| overlap(group.place, mark.place);
        let host = groups[..hosts].iter_mut().max_by_key(|group| overlap(group));
        match host {
            Some(host)
                if overlap(host) as f32 >= OVERLAP * mark.place.width as f32
                    && !is_behind_foot(host.place, mark.place) =>
            {
                host.place = host.place.union(mark.place);
                host.marks.push(mark);
            }
            _ => groups.push(group(mark)),
        }
    }
    groups.sort_by_key(|group| (2 * group.place.left + group.place.width, group.place.top));
    groups
}

/// Whether a small mark lies where a point or a comma behind a digit does.
fn is_behind_foot(digit: InkBox, mark: InkBox) -> bool {
    let is_low = mark.top.saturating_sub(digit.top) as f32 >= FOOT * digit.height as f32;
    is_low && 2 * mark.left + mark.width > 2 * digit.left + digit.width
}

/// Columns that two places share.
fn overlap(a: InkBox, b: InkBox) -> u32 {
    (a.left + a.width).min(b.left + b.width).saturating_sub(a.left.max(b.left))
}

/// A line where it has wide gaps.
fn divided(groups: Vec<Group>, height: f32) -> Vec<Vec<Group>> {
    let mut right = 0;
    let gaps: Vec<u32> = groups
        .iter()
        .map(|group| {
            let gap = group.place.left.saturating_sub(right);
            right = right.max(group.place.left + group.place.width);
            gap
        })
        .collect();
    let mut inner: Vec<u32> = gaps[1..].to_vec();
    inner.sort_unstable();
    let usual = inner.get(inner.len().saturating_sub(1) / 2).map_or(0.0, |&gap| gap as f32);
    let wide = (FIELD_GAP * height).max(UNUSUAL_GAP * usual);
    let mut fields: Vec<Vec<Group>> = Vec::new();
    for (group, gap) in groups.into_iter().zip(gaps) {
        match fields.last_mut() {
            Some(field) if gap as f32 <= wide => field.push(group),
            _ => fields.push(vec![group]),
        }
    }
    fields
}
