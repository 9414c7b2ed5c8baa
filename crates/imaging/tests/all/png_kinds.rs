//! PNGs of every kind of colour, depth and order of rows, written byte by byte.

use tenfold_imaging::{ColourImage, Limits, decode_colour};

const GREY: u8 = 0;
const COLOURS: u8 = 2;
const PALETTE: u8 = 3;
const GREY_AND_ALPHA: u8 = 4;
const COLOURS_AND_ALPHA: u8 = 6;

/// A PNG of one kind.
#[derive(Clone, Copy)]
struct Kind {
    bits: u8,
    colour: u8,
    is_interlaced: bool,
}

impl Kind {
    const fn of(bits: u8, colour: u8) -> Self {
        Self { bits, colour, is_interlaced: false }
    }

    /// The picture of rows, each without the byte for its filter, and of more chunks before them.
    fn read(self, size: (u32, u32), more: &[Vec<u8>], rows: &[&[u8]]) -> ColourImage {
        let data: Vec<u8> = rows.iter().flat_map(|row| [&[0], *row].concat()).collect();
        let header = [&size.0.to_be_bytes()[..], &size.1.to_be_bytes(), &[self.bits, self.colour, 0, 0]].concat();
        let header = [header, vec![self.is_interlaced.into()]].concat();
        let chunks = [chunk(b"IHDR", &header), more.concat(), chunk(b"IDAT", &stored(&data)), chunk(b"IEND", &[])];
        decode_colour(&[&b"\x89PNG\r\n\x1a\n"[..], &chunks.concat()].concat(), &Limits::default()).unwrap()
    }

    /// The grey levels of one row.
    fn levels(self, width: u32, row: &[u8]) -> Vec<u8> {
        self.read((width, 1), &[], &[row]).grey().pixels().to_vec()
    }

    /// The colours of one row.
    fn colours(self, width: u32, more: &[Vec<u8>], row: &[u8]) -> Vec<u8> {
        self.read((width, 1), more, &[row]).colours().unwrap().to_vec()
    }
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let checked = [&kind[..], data].concat();
    let checksum = !checked.iter().fold(!0, |crc: u32, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    });
    [&(data.len() as u32).to_be_bytes()[..], &checked, &checksum.to_be_bytes()].concat()
}

/// Data as zlib that is not compressed, with Adler's checksum.
fn stored(data: &[u8]) -> Vec<u8> {
    let (a, b) =
        data.iter().fold((1, 0), |(a, b), &byte| ((a + u32::from(byte)) % 65_521, (b + a + u32::from(byte)) % 65_521));
    let length = data.len() as u16;
    [&[0x78, 1, 1], &length.to_le_bytes()[..], &(!length).to_le_bytes(), data, &(b << 16 | a).to_be_bytes()].concat()
}

#[test]
fn grey_levels_of_every_depth() {
    assert_eq!(Kind::of(1, GREY).levels(3, &[0b1010_0000]), [255, 0, 255]);
    assert_eq!(Kind::of(2, GREY).levels(5, &[0b0001_1011, 0b0100_0000]), [0, 85, 170, 255, 85]);
    assert_eq!(Kind::of(4, GREY).levels(3, &[0x0f, 0x50]), [0, 255, 85]);
    assert_eq!(Kind::of(8, GREY).levels(3, &[0, 7, 255]), [0, 7, 255]);
    assert_eq!(Kind::of(16, GREY).levels(2, &[0x80, 0x80, 0xff, 0xff]), [128, 255]);
    // Most is opaque, and light: so is what lies behind.
    assert_eq!(Kind::of(8, GREY_AND_ALPHA).levels(3, &[200, 255, 201, 255, 7, 0]), [200, 201, 255]);
    assert_eq!(Kind::of(16, GREY_AND_ALPHA).levels(2, &[0x80, 0x80, 0xff, 0xff, 9, 9, 0, 0])[0], 128);
}

#[test]
fn colours_of_every_depth() {
    assert_eq!(Kind::of(8, COLOURS).colours(2, &[], &[1, 2, 3, 4, 5, 6]), [1, 2, 3, 4, 5, 6]);
    assert_eq!(Kind::of(16, COLOURS).colours(1, &[], &[0x80, 0x80, 0xff, 0xff, 0, 0]), [128, 255, 0]);
    assert_eq!(Kind::of(8, COLOURS_AND_ALPHA).colours(1, &[], &[1, 2, 3, 255]), [1, 2, 3]);
    let deep = [0x80, 0x80, 0xff, 0xff, 0, 0, 0xff, 0xff];
    assert_eq!(Kind::of(16, COLOURS_AND_ALPHA).colours(1, &[], &deep), [128, 255, 0]);
}

#[test]
fn palettes_of_every_depth() {
    let palette = [chunk(b"PLTE", &[1, 2, 3, 40, 50, 60])];
    let expected = [40, 50, 60, 1, 2, 3];
    for (bits, row) in [(1, &[0b1000_0000][..]), (2, &[0b0100_0000]), (4, &[0x10]), (8, &[1, 0])] {
        assert_eq!(Kind::of(bits, PALETTE).colours(2, &palette, row), expected, "{bits} bits");
    }
    // The second colour is transparent, and what is opaque is dark ink: white lies behind.
    let with_transparent = [palette.concat(), chunk(b"tRNS", &[255, 0])];
    assert_eq!(Kind::of(8, PALETTE).colours(3, &with_transparent, &[1, 0, 1]), [255, 255, 255, 1, 2, 3, 255, 255, 255]);
}

/// Adam7: the corner, then what is between, in ever finer steps.
#[test]
fn interlaced_rows_are_put_in_order() {
    let kind = Kind { is_interlaced: true, ..Kind::of(8, GREY) };
    let picture = kind.read((3, 3), &[], &[&[1], &[3], &[7, 9], &[2], &[8], &[4, 5, 6]]);
    assert_eq!(picture.grey().pixels(), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

#[test]
fn of_an_animation_the_first_frame_is_read() {
    let frames = chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    let control = |number: u8| [&[0, 0, 0, number, 0, 0, 0, 2, 0, 0, 0, 1][..], &[0; 14]].concat();
    let first = [frames, chunk(b"fcTL", &control(0))];
    assert_eq!(Kind::of(8, GREY).read((2, 1), &first, &[&[5, 6]]).grey().pixels(), [5, 6]);
}
