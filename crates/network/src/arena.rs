//! Buffers that are never needed at the same time share their memory.
//!
//! Less memory is not the point: what is used again soon after is still in a cache.

use std::ops::Range;

/// Floats to which buffers are rounded up: a cache line.
const ALIGNMENT: usize = 16;

/// A buffer, and the first and the last moment at which it is needed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetime {
    pub length: usize,
    pub first: usize,
    pub last: usize,
}

/// A place for each buffer in one arena, and the arena's length. Buffers that live at the same moment do not overlap.
///
/// Large buffers are placed first, each at the lowest place that is free during its life.
pub(crate) fn place(buffers: &[Lifetime]) -> (Vec<Range<usize>>, usize) {
    let mut order: Vec<usize> = (0..buffers.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(buffers[i].length));
    let mut places = vec![0..0; buffers.len()];
    let mut placed: Vec<usize> = Vec::new();
    for index in order {
        let Lifetime { length, first, last } = buffers[index];
        let mut in_the_way: Vec<Range<usize>> = placed
            .iter()
            .filter(|&&other| buffers[other].first <= last && first <= buffers[other].last)
            .map(|&other| places[other].clone())
            .collect();
        in_the_way.sort_by_key(|range| range.start);
        let mut start = 0;
        for range in in_the_way {
            if start + length <= range.start {
                break;
            }
            start = start.max(range.end.next_multiple_of(ALIGNMENT));
        }
        places[index] = start..start + length;
        placed.push(index);
    }
    let length = places.iter().map(|range| range.end).max().unwrap_or(0);
    (places, length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold_random::{Purpose, Stream};

    #[test]
    fn buffers_that_live_together_do_not_overlap() {
        let mut stream = Stream::new(1, Purpose::Test, 0, 0);
        for _ in 0..200 {
            let mut below = |most: u32| (stream.next_u32() % most) as usize;
            let buffers: Vec<Lifetime> = (0..below(12) + 1)
                .map(|_| {
                    let first = below(10);
                    Lifetime { length: below(100), first, last: first + below(5) }
                })
                .collect();
            let (places, length) = place(&buffers);
            for (i, a) in buffers.iter().enumerate() {
                assert!(places[i].len() == a.length && places[i].end <= length && places[i].start % ALIGNMENT == 0);
                for (j, b) in buffers.iter().enumerate().take(i) {
                    let together = a.first <= b.last && b.first <= a.last;
                    let overlap = places[i].start < places[j].end && places[j].start < places[i].end;
                    assert!(!(together && overlap), "{buffers:?} at {places:?}");
                }
            }
        }
    }

    #[test]
    fn buffers_that_follow_each_other_share_a_place() {
        let buffers =
            [(64, 0, 1), (32, 1, 2), (64, 2, 3)].map(|(length, first, last)| Lifetime { length, first, last });
        assert_eq!(place(&buffers), (vec![0..64, 64..96, 0..64], 96));
    }
}
