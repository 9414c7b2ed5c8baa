//! The way through images, tiles and channels that all transforms share.

use super::layout::{FREQUENCIES, Group, Matrices, Tile, Winograd};
use super::lines;
use crate::isa::{Isa, for_each_isa};
use crate::level::Cpu;
use crate::window::Window;

/// The images on the pixel side of a transform.
pub(super) struct Map {
    height: usize,
    width: usize,
    channels: usize,
    /// The first channel that takes part.
    pub first: usize,
    /// Rows above and columns left of the image that the first tile starts with.
    before: [usize; 2],
    /// Pixels to the side of one of the map's cells: 2 where it is pooled.
    cell: usize,
}

impl Winograd {
    pub(super) fn input_map(&self) -> Map {
        let Window { height, width, channels, before, .. } = self.geometry.window;
        Map { height, width, channels, first: 0, before, cell: 1 }
    }

    pub(super) fn output_map(&self, group: &Group) -> Map {
        let [height, width] = self.geometry.window.output;
        Map { height, width, channels: self.geometry.filters, first: group.first, before: [0, 0], cell: 1 }
    }

    /// The output after 2x2 pooling.
    pub(super) fn pooled_map(&self, group: &Group) -> Map {
        let [height, width] = self.geometry.window.output;
        assert!(height % 2 == 0 && width % 2 == 0, "an output of {height}x{width} in whole 2x2 windows");
        Map { height: height / 2, width: width / 2, cell: 2, ..self.output_map(group) }
    }
}

impl Tile {
    /// Whether none of the pixels it touches is padding.
    fn is_inside(&self, map: &Map, pixels: fn(bool) -> usize) -> bool {
        let inside = |start: usize, axis: usize, length: usize| {
            start >= map.before[axis] && start - map.before[axis] + pixels(self.half[axis]) <= length * map.cell
        };
        inside(self.row, 0, map.height) && inside(self.column, 1, map.width)
    }
}

pub(super) fn assert_lengths(images: usize, map: &Map, pixels: &[f32], matrices: &Matrices, frequencies: &[f32]) {
    assert_eq!(pixels.len(), images * map.height * map.width * map.channels, "the pixels of {images} images");
    assert!(frequencies.len() >= matrices.length, "a frequency-domain buffer for {images} images");
}

/// One tile of one image, for one vector of channels.
pub(super) struct At<'a> {
    /// Where each frequency's value for the first channel is in the frequency-domain buffer.
    frequencies: &'a [usize; FREQUENCIES],
    /// The first channel in the frequency-domain buffer, and how many there are: a whole vector, or fewer at the end.
    pub channel: usize,
    pub lanes: usize,
    /// Offset in the images of the same channel of this image's first pixel.
    image: usize,
    pub map: &'a Map,
    tile: &'a Tile,
}

impl At<'_> {
    /// The offset in the images of the tile's pixel `(y, x)`, unless that is padding.
    #[inline(always)]
    pub(super) fn pixel<const WHOLE: bool>(&self, y: usize, x: usize) -> Option<usize> {
        // Padding before the image wraps around and is as much out of range as padding after it.
        let y = (self.tile.row + y).wrapping_sub(self.map.before[0]);
        let x = (self.tile.column + x).wrapping_sub(self.map.before[1]);
        (WHOLE || y < self.map.height && x < self.map.width)
            .then(|| self.image + (y * self.map.width + x) * self.map.channels)
    }

    /// Whether the tile is the first of those that read its pixel `(y, x)`: it shares its first two rows with the tile above
    /// and its first two columns with the tile on the left.
    #[inline(always)]
    pub(super) fn is_first(&self, y: usize, x: usize) -> bool {
        (y >= 2 || self.tile.row == 0) && (x >= 2 || self.tile.column == 0)
    }

    /// The offset in the pooled images of the tile's 2x2 window `(y, x)`.
    #[inline(always)]
    pub(super) fn cell(&self, y: usize, x: usize) -> usize {
        let (y, x) = (self.tile.row / 2 + y, self.tile.column / 2 + x);
        self.image + (y * self.map.width + x) * self.map.channels
    }

    /// The offset of a frequency's value in the frequency-domain buffer.
    #[inline(always)]
    pub(super) fn frequency(&self, y: usize, x: usize) -> usize {
        self.frequencies[6 * y + x] + self.channel
    }

    /// # Safety
    /// `from` is valid for `lanes` floats, and these are a whole vector if `WHOLE`.
    #[inline(always)]
    pub(super) unsafe fn load<I: Isa, const WHOLE: bool>(&self, from: *const f32) -> I::Vector {
        // SAFETY: by contract.
        unsafe { if WHOLE || self.lanes == I::LANES { I::load(from) } else { I::load_first(from, self.lanes) } }
    }

    /// # Safety
    /// As [`Self::load`].
    #[inline(always)]
    pub(super) unsafe fn store<I: Isa, const WHOLE: bool>(&self, to: *mut f32, vector: I::Vector) {
        // SAFETY: by contract.
        unsafe {
            if WHOLE || self.lanes == I::LANES { I::store(to, vector) } else { I::store_first(to, self.lanes, vector) }
        }
    }
}

/// What to do with one tile of one image for one vector of channels.
pub(super) trait Transform {
    /// How many pixels of a line it touches, by whether the line is half.
    const PIXELS: fn(bool) -> usize;

    /// What to do with an image before its first tile.
    ///
    /// # Safety
    /// The transform's pointers are valid for `length` floats from `offset` on.
    #[inline(always)]
    unsafe fn start(&self, _offset: usize, _length: usize) {}

    /// `H` and `W`: whether the tile is half as high, half as wide. `WHOLE`: whether no pixel is padding and the vector of
    /// channels is whole.
    ///
    /// # Safety
    /// The level's instructions are there; the transform's pointers are valid at every offset that `at` gives.
    unsafe fn tile<I: Isa, const H: bool, const W: bool, const WHOLE: bool>(&self, at: &At<'_>);
}

/// # Safety
/// The transform's pointers are valid for `images` images of `map` and for `matrices`.
pub(super) unsafe fn run<T: Transform>(
    cpu: Cpu,
    layout: &Winograd,
    images: usize,
    map: &Map,
    matrices: &Matrices,
    transform: &T,
) {
    /// # Safety
    /// As for [`run`], and the level's instructions are there.
    #[inline(always)]
    unsafe fn body<I: Isa, T: Transform>(work: &Work<'_, T>) {
        let channels = work.matrices.channels;
        let Map { height, width, channels: depth, first, .. } = *work.map;
        let image_len = height * width * depth;
        for image in 0..work.images {
            // SAFETY: by contract.
            unsafe { work.transform.start(image * image_len, image_len) };
            for tile in &work.layout.tiles {
                let inside = tile.is_inside(work.map, T::PIXELS);
                let frequencies = std::array::from_fn(|f| {
                    work.matrices.offset[f] + (image * work.layout.counts[f] + tile.index[f]) * channels
                });
                for channel in (0..channels).step_by(I::LANES) {
                    let lanes = I::LANES.min(channels - channel);
                    let image = image * image_len + first + channel;
                    let at = At { frequencies: &frequencies, channel, lanes, image, map: work.map, tile };
                    let transform = work.transform;
                    // SAFETY: by contract; `at` is one of the images', tiles' and channels' places, and a vector is
                    // whole exactly where it is said to be.
                    unsafe {
                        match (tile.half, inside && lanes == I::LANES) {
                            ([false, false], true) => transform.tile::<I, false, false, true>(&at),
                            ([false, true], true) => transform.tile::<I, false, true, true>(&at),
                            ([true, false], true) => transform.tile::<I, true, false, true>(&at),
                            ([true, true], true) => transform.tile::<I, true, true, true>(&at),
                            ([false, false], false) => transform.tile::<I, false, false, false>(&at),
                            ([false, true], false) => transform.tile::<I, false, true, false>(&at),
                            ([true, false], false) => transform.tile::<I, true, false, false>(&at),
                            ([true, true], false) => transform.tile::<I, true, true, false>(&at),
                        }
                    }
                }
            }
        }
    }
    let work = &Work { layout, images, map, matrices, transform };
    // SAFETY: by contract.
    unsafe { for_each_isa!(cpu, body<T: Transform>(work: &Work<'_, T>)) }
}

/// The arguments of a transform's loops.
struct Work<'a, T> {
    layout: &'a Winograd,
    images: usize,
    map: &'a Map,
    matrices: &'a Matrices,
    transform: &'a T,
}

/// Row `y` of one tile's frequencies; those that a half tile lacks are zero.
///
/// # Safety
/// As [`Transform::tile`], for `from`.
#[inline(always)]
pub(super) unsafe fn frequency_row<I: Isa, const W: bool, const WHOLE: bool>(
    at: &At<'_>,
    from: *const f32,
    y: usize,
) -> [I::Vector; 6] {
    // SAFETY: by contract.
    unsafe {
        let mut row = [I::zero(); 6];
        for x in (0..6).filter(|&x| lines::has(W, x)) {
            row[x] = at.load::<I, WHOLE>(from.add(at.frequency(y, x)));
        }
        row
    }
}
