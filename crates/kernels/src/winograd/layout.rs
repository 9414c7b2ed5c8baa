//! A convolution laid out in tiles, and the layout of its buffers.

use super::filters::Pairs;
use super::lines::{self, BANDS};
use super::spacing::spaced;
use crate::convolution::Convolution;

/// Frequencies of a tile: 6 x 6.
pub(super) const FREQUENCIES: usize = 36;
/// Output channels that are worked on at a time.
const GROUP: usize = 64;

/// A convolution laid out in tiles.
#[derive(Clone, Debug)]
pub struct Winograd {
    pub(super) geometry: Convolution,
    pub(super) tiles: Vec<Tile>,
    /// How many tiles of an image have each frequency.
    pub(super) counts: [usize; FREQUENCIES],
}

/// Where one tile lies and which of its frequencies' matrices rows are its.
#[derive(Clone, Debug)]
pub(super) struct Tile {
    /// The first output pixel; the first input pixel is this minus the padding before the image.
    pub row: usize,
    pub column: usize,
    /// Whether it is half as high, and half as wide.
    pub half: [bool; 2],
    /// Its number among the tiles that have the frequency.
    pub index: [usize; FREQUENCIES],
}

impl Winograd {
    /// The layout for `geometry`, or `None` unless its kernel is 3x3 and its stride 1.
    pub fn new(geometry: Convolution) -> Option<Self> {
        if geometry.window.kernel != [3, 3] || geometry.window.stride != [1, 1] {
            return None;
        }
        let [height, width] = geometry.window.output;
        let mut counts = [0; FREQUENCIES];
        let mut tiles = Vec::new();
        for (row, half_height) in cut(height) {
            for (column, half_width) in cut(width) {
                let mut index = [0; FREQUENCIES];
                for (frequency, index) in index.iter_mut().enumerate() {
                    if lines::has(half_height, frequency / 6) && lines::has(half_width, frequency % 6) {
                        *index = counts[frequency];
                        counts[frequency] += 1;
                    }
                }
                tiles.push(Tile { row, column, half: [half_height, half_width], index });
            }
        }
        Some(Self { geometry, tiles, counts })
    }

    /// The convolution's geometry.
    pub fn geometry(&self) -> &Convolution {
        &self.geometry
    }

    /// Multiply-adds of one image's products in the frequency domain; the transforms come on top.
    pub fn multiply_adds(&self) -> u64 {
        self.counts.iter().sum::<usize>() as u64 * (self.geometry.window.channels * self.geometry.filters) as u64
    }

    /// Floats of a prepared kernel.
    pub fn prepared_len(&self) -> usize {
        self.groups().map(|group| BANDS.len() * self.pairs(&group).band_len()).sum()
    }

    /// Floats of scratch space that [`Self::forward`] needs for `images` images.
    pub fn forward_scratch_len(&self, images: usize) -> usize {
        let group = self.widest(|group| self.pairs(group).band_len() + self.matrices(images, group.width).length);
        self.matrices(images, self.geometry.window.channels).length + group
    }

    /// Floats of scratch space that [`Self::backward`] needs for `images` images.
    pub fn backward_scratch_len(&self, images: usize) -> usize {
        let group = self.widest(|group| {
            self.pairs(group).band_len() + 9 * self.pairs(group).len() + self.matrices(images, group.width).length
        });
        let from = self.matrices(images, self.geometry.window.channels);
        from.length + self.apart_len(&from) + group
    }

    /// The groups of output channels, in order.
    pub(super) fn groups(&self) -> impl Iterator<Item = Group> + use<> {
        let filters = self.geometry.filters;
        (0..filters).step_by(GROUP).map(move |first| Group { first, width: GROUP.min(filters - first) })
    }

    /// Room for the gradient of the input's frequencies. With one group it takes their own place: they are not needed any
    /// more by then, and what is written again does not push something else out of a cache.
    pub(super) fn apart_len(&self, from: &Matrices) -> usize {
        if self.groups().count() > 1 { from.length } else { 0 }
    }

    fn widest(&self, length: impl Fn(&Group) -> usize) -> usize {
        self.groups().map(|group| length(&group)).max().unwrap_or(0)
    }

    /// The pairs of an input channel and an output channel of a group.
    pub(super) fn pairs(&self, group: &Group) -> Pairs {
        let Convolution { window, filters } = self.geometry;
        Pairs { rows: window.channels, columns: filters, first: group.first, width: group.width }
    }

    /// How a frequency-domain buffer for `images` images with `channels` channels is laid out.
    pub(super) fn matrices(&self, images: usize, channels: usize) -> Matrices {
        let rows = self.counts.map(|count| count * images);
        let mut offset = [0; FREQUENCIES];
        let mut end = 0;
        for (offset, rows) in offset.iter_mut().zip(rows) {
            *offset = end;
            end += spaced(rows * channels);
        }
        Matrices { offset, rows, channels, length: end }
    }
}

/// Some output channels.
pub(super) struct Group {
    pub first: usize,
    pub width: usize,
}

/// The layout of a frequency-domain buffer.
pub(super) struct Matrices {
    pub offset: [usize; FREQUENCIES],
    pub rows: [usize; FREQUENCIES],
    pub channels: usize,
    pub length: usize,
}

impl Matrices {
    pub fn matrix<'a>(&self, frequency: usize, buffer: &'a [f32]) -> &'a [f32] {
        &buffer[self.offset[frequency]..][..self.rows[frequency] * self.channels]
    }

    pub fn matrix_mut<'a>(&self, frequency: usize, buffer: &'a mut [f32]) -> &'a mut [f32] {
        &mut buffer[self.offset[frequency]..][..self.rows[frequency] * self.channels]
    }
}

/// Cuts `length` outputs into lines of four and, if one or two are left, a half line: (start, half).
fn cut(length: usize) -> impl Iterator<Item = (usize, bool)> {
    (0..length).step_by(4).map(move |start| (start, length - start <= 2))
}
